"""What was typed into a form, judged: values for the event, or beside each field what is wrong with it, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import TypeVar

from api.console.capture import values
from api.console.capture.lines import MOST, Line, codes_in, lines_of
from api.console.capture.places import Place, place_of
from api.console.capture.steps import LONG, RESULTS, SHORT, UNITS, Codes, Step
from api.console.capture.values import Wrong
from api.console.refusals import refusal
from api.console.words import ConsoleWords
from ledger_client.codes.own_scheme import OwnScheme

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Amount:
    """How much of a lot: as typed, and as the event has it (None: not counted)."""

    typed: str
    unit: str
    quantity: int | float | None = None
    problem: str = ""


@dataclass(slots=True)
class Filled:
    """A form's values. An event can be made of it when there are no `problems` (field -> what is wrong)."""

    typed: Mapping[str, str]
    own: Sequence[OwnScheme] = ()  # rules of the company's own codes
    lines: dict[str, tuple[Line, ...]] = field(default_factory=dict)
    amounts: dict[str, dict[str, Amount]] = field(default_factory=dict)  # field -> item code -> amount
    texts: dict[str, str] = field(default_factory=dict)  # people, machine, note, reason, result
    place: str = ""
    delivery: str = ""
    temperature: int | float | None = None
    zone: tzinfo = UTC
    when: datetime | None = None  # None: at the moment it is saved
    problems: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """What was typed into a field."""
        return self.typed.get(name, "").strip()


def read(step: Step, typed: Mapping[str, str], known: Sequence[Place], words: ConsoleWords, own: Sequence[OwnScheme] = ()) -> Filled:
    """Everything that the form says, each field judged for itself."""
    filled = Filled(typed, own)
    for codes in step.codes:
        read_codes(filled, codes, words)

    def judged(name: str, act: Callable[[], T], otherwise: T) -> T:
        return values.tried(act, otherwise, lambda wrong: _tell(filled, name, wrong, words))

    filled.place = judged("place", lambda: _place(filled.text("place"), known), "")
    filled.zone = judged("time", lambda: values.zone_named(filled.text("zone") or "UTC"), filled.zone)
    if filled.text("time"):
        filled.when = judged("time", lambda: values.moment(filled.text("time"), filled.zone, words.now), None)
    for name, most in (("people", SHORT), ("machine", SHORT), ("note", LONG), ("reason", LONG)):
        filled.texts[name] = judged(name, lambda: values.plain(filled.text(name), most), "")  # noqa: B023 (called at once)
    if "delivery" in step.asks and filled.text("delivery"):
        filled.delivery = judged("delivery", lambda: values.delivery(filled.text("delivery")), "")
    if "temperature" in step.asks and filled.text("temperature"):
        filled.temperature = judged("temperature", lambda: values.temperature(filled.text("temperature")), None)
    if "result" in step.asks:
        filled.texts["result"] = judged("result", lambda: _result(filled.text("result")), "")
        judged("reason", lambda: _reason(filled), None)
    _both_ends(filled, step, words)
    return filled


def read_codes(filled: Filled, codes: Codes, words: ConsoleWords) -> None:
    """One field of codes, with the quantity beside each lot."""
    name = codes.name
    lines = filled.lines[name] = lines_of(filled.typed.get(name, ""), codes, filled.own)
    filled.amounts[name] = {line.code.uri: _amount(filled, name, line.code.uri, words) for line in lines if line.lot and line.code}
    wrong = sum(1 for line in lines if line.problem)
    if wrong:
        filled.problems[name] = words.say("capture.codes.wrong", count=wrong)
    elif not lines:
        filled.problems[name] = words.say("capture.codes.none")
    elif len(lines) > MOST:
        filled.problems[name] = words.say("capture.codes.many", most=MOST)
    elif not codes.many and len(codes_in(lines)) > 1:
        filled.problems[name] = words.say("capture.codes.single")
    elif any(amount.problem for amount in filled.amounts[name].values()):
        filled.problems[name] = words.say("capture.codes.amounts")


def _amount(filled: Filled, name: str, code: str, words: ConsoleWords) -> Amount:
    typed, unit = filled.text(f"quantity.{name}.{code}"), filled.text(f"unit.{name}.{code}")
    unit = unit if unit in UNITS else ""
    if not typed:
        return Amount("", unit)
    try:
        return Amount(typed, unit, values.quantity(typed))
    except Wrong as wrong:
        return Amount(typed, unit, problem=words.say(wrong.key))


def _tell(filled: Filled, name: str, wrong: Wrong, words: ConsoleWords) -> None:
    filled.problems.setdefault(name, words.say(wrong.key, detail=refusal(wrong.detail, words)))


def _place(text: str, known: Sequence[Place]) -> str:
    if not text:
        raise Wrong("capture.place.none")
    return place_of(text, known)


def _result(text: str) -> str:
    if text not in RESULTS:
        raise Wrong("capture.result.none")
    return text


def _reason(filled: Filled) -> None:
    if filled.texts.get("result") == "fail" and not filled.text("reason"):
        raise Wrong("capture.reason.none")


def _both_ends(filled: Filled, step: Step, words: ConsoleWords) -> None:
    """What goes in does not come out, and nothing is packed into itself."""
    if len(step.codes) == 2:
        one, other = ({code.uri for code in codes_in(filled.lines[codes.name])} for codes in step.codes)
        if one & other:
            filled.problems.setdefault(step.codes[1].name, words.say("capture.codes.both", code=min(one & other)))
