"""Facts -> timeline: each record in plain words, in the order in which things happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from api.pages.corrections import Declared, declared, is_declaration
from api.pages.facts import Fact, History, Names, Step
from api.pages.page import Correction, Entry, Part, ProofStep, RawFact
from api.pages.payload import list_in, object_in, text_in
from api.pages.readings import readings
from api.pages.words import TERMS, Words, bare, chain_moment, parse_moment

LATE = timedelta(hours=24)  # later than that, an upload is called late
EARLY = timedelta(minutes=10)  # clocks differ; more than that is worth saying
MAKING = ("commissioning", "creating_class_instance", "assembling")
VOID = ("recalled", "destroyed", "disposed", "expired", "stolen", "damaged", "non_conformant")  # dispositions of what must not be used
OUTCOME_TEXT = {"passed": "outcome.passed", "failed": "outcome.failed", "not_checked": "outcome.not_checked"}
TONES = {"verified": "good", "altered": "bad", "missing": "warn", "unanchored": "wait"}


def journey(history: History, names: Names, words: Words) -> tuple[Entry, ...]:
    """One entry for each record, oldest first."""
    facts = sorted(history.facts, key=_when)
    places = {fact.commitment: f"e{number}" for number, fact in enumerate(facts, 1)}
    pairs = declared(facts)
    against = {pair.original.commitment: pair for pair in reversed(pairs)}
    told = {pair.declaration.commitment: pair for pair in reversed(pairs)}
    return tuple(_entry(fact, history, names, words, places, against, told) for fact in facts)


def usual_time(history: History) -> datetime | None:
    """The time of any event that says one: what says none is shown in its zone, so that times on a page compare at a glance."""
    return next((said for said in map(_happened, history.facts) if said), None)


def _when(fact: Fact) -> tuple[datetime, int]:
    """When it happened (a declaration: when it was declared); what does not say is placed by its block."""
    seq = fact.anchored.seq if fact.anchored else 1 << 32
    said = _happened(fact)
    if said is None:
        said = datetime.fromtimestamp(fact.anchored.time, UTC) if fact.anchored else datetime.max.replace(tzinfo=UTC)
    return said, seq


def _happened(fact: Fact) -> datetime | None:
    properties = fact.properties
    declaration = object_in(properties, "errorDeclaration")
    said = text_in(declaration, "declarationTime") if declaration else text_in(properties, "eventTime")
    return parse_moment(said, text_in(properties, "eventTimeZoneOffset"))


def _entry(
    fact: Fact,
    history: History,
    names: Names,
    words: Words,
    places: Mapping[str, str],
    against: Mapping[str, Declared],
    told: Mapping[str, Declared],
) -> Entry:
    kind = "hidden" if fact.hidden or not fact.properties else "declaration" if is_declaration(fact) else "event"
    happened, properties = _happened(fact), fact.properties
    disposition = bare(text_in(properties, "disposition"))
    seen = chain_moment(fact.anchored.time, happened or usual_time(history)) if fact.anchored else None
    lateness, lateness_tone = _lateness(happened, seen, words)
    pair, answer = against.get(fact.commitment), told.get(fact.commitment)
    place, place_note = _place(properties, names)
    icon, title = _what(fact, kind, words, first=places[fact.commitment] == "e1")
    return Entry(
        anchor=places[fact.commitment],
        kind=kind,
        icon=icon,
        title=title,
        tone=TONES.get(fact.verdict, "quiet"),
        commitment=fact.commitment,
        happened=words.moment(happened) if happened else "",
        happened_raw=str(properties.get("eventTime", "")) if kind == "event" else "",
        seen=words.moment(seen) if seen else "",
        seen_raw=seen.astimezone(UTC).isoformat() if seen else "",
        lateness=lateness,
        lateness_tone=lateness_tone,
        place=place if kind == "event" else "",
        place_note=place_note if kind == "event" else "",
        member=fact.anchored.member if fact.anchored else "",
        status=words.term("disposition", disposition) if kind == "event" and disposition else "",
        status_alarm=disposition in VOID,
        readings=readings(list_in(properties, "sensorElementList"), words) if kind == "event" else (),
        certificates=_certificates(properties) if kind == "event" else (),
        note=_note(fact, kind, words),
        badge=_badge(fact, words),
        correction=_correction(pair, places, words) if pair else None,
        link="#" + places[answer.original.commitment] if answer else "",
        link_text=words.say("declaration.see") if answer else "",
        withheld=_withheld(fact, words),
        steps=tuple(proof_step(step, words) for step in (*fact.steps, *history.steps)),
        facts=tuple(RawFact(name, value) for name, value in fact.raw.items()),
        technical=_technical(fact, words),
    )


def _what(fact: Fact, kind: str, words: Words, *, first: bool) -> tuple[str, str]:
    """Icon and headline of a record. A making that finds the item already there is its use in making something else: `Processed`."""
    if kind == "hidden":
        return "hidden", words.say(f"hidden.{fact.hidden or 'policy'}")
    if kind == "declaration":
        return "correct", words.say("declaration")
    step, event_type = bare(text_in(fact.properties, "bizStep")), text_in(fact.properties, "type")
    if step and not (event_type == "TransformationEvent" and step in MAKING and not first):
        return str(TERMS["step"].get(step, {"icon": "other"})["icon"]), words.term("step", step)
    return str(TERMS["type"].get(event_type, {"icon": "other"})["icon"]), words.term("type", event_type)


def _lateness(happened: datetime | None, seen: datetime | None, words: Words) -> tuple[str, str]:
    if happened is None or seen is None:
        return "", ""
    if seen - happened >= LATE:
        return words.say("event.late", span=words.span(seen - happened)), "warn"
    return (words.say("event.early"), "warn") if happened - seen >= EARLY else ("", "")


def _place(properties: Mapping[str, Any], names: Names) -> tuple[str, str]:
    """The name of where it happened, and the code that was committed. Names come from master data."""
    codes = [code for name in ("readPoint", "bizLocation") if (code := text_in(object_in(properties, name), "id"))]
    named = next((names.places[code] for code in codes if code in names.places), "")
    code = codes[0] if codes else ""
    return (named, code) if named else (short_code(code), code if code != short_code(code) else "")


def short_code(code: str) -> str:
    """A code as a person may read it aloud: without the address before it."""
    return code.removeprefix("https://id.gs1.org/").removeprefix("urn:epc:id:")


def _certificates(properties: Mapping[str, Any]) -> tuple[str, ...]:
    said = properties.get("certificationInfo", [])
    return tuple(str(one) for one in (said if isinstance(said, list) else [said]))


def _note(fact: Fact, kind: str, words: Words) -> str:
    if kind == "hidden":
        return words.say(f"hidden.{fact.hidden or 'policy'}.why")
    return f"{words.say('declaration.why')} {_reason(fact, words)}" if kind == "declaration" else ""


def _reason(declaration: Fact, words: Words) -> str:
    reason = bare(text_in(object_in(declaration.properties, "errorDeclaration"), "reason"))
    if reason in {"did_not_occur", "incorrect_data"}:
        return words.say(f"corrected.{reason}")
    return words.say("corrected.other", reason=reason) if reason else words.say("corrected.unstated")


def _badge(fact: Fact, words: Words) -> str:
    return {"altered": words.say("event.altered"), "unanchored": words.say("event.pending")}.get(fact.verdict, "")


def _correction(pair: Declared, places: Mapping[str, str], words: Words) -> Correction:
    target = pair.correcting[0] if pair.correcting else pair.declaration
    text = "corrected.see" if pair.correcting else "corrected.elsewhere" if pair.named else "declaration"
    when, anchored = _happened(pair.declaration), pair.declaration.anchored
    return Correction(
        headline=words.say("corrected" if pair.own else "declaration.foreign"),
        reason=_reason(pair.declaration, words),
        declared=" · ".join(part for part in (words.moment(when) if when else "", anchored.member if anchored else "") if part),
        link="#" + places[target.commitment],
        link_text=words.say(text),
        struck=pair.own,
    )


def _withheld(fact: Fact, words: Words) -> str:
    count = fact.size - len(fact.properties)
    return words.say("event.properties_withheld", count=count) if fact.properties and count > 0 else ""


def proof_step(step: Step, words: Words) -> ProofStep:
    """One step of verification in words."""
    partly = step.number == 2 and step.outcome == "not_checked"
    why = words.say("proof.2.partly") if partly else "" if step.outcome == "passed" else step.why  # what passed needs no reason
    return ProofStep(step.number, words.say(f"proof.{step.number}"), step.outcome, words.say(OUTCOME_TEXT[step.outcome]), why)


def _technical(fact: Fact, words: Words) -> tuple[Part, ...]:
    parts = [Part(words.say("proof.commitment"), fact.commitment)]
    if fact.anchored:
        parts += [Part(words.say("proof.key"), fact.anchored.signer), Part(words.say("proof.block"), str(fact.anchored.block))]
    return tuple(parts)


def states(facts: Sequence[Fact]) -> list[Fact]:
    """Facts in the order in which they happened."""
    return sorted(facts, key=_when)
