"""The page of a case: a sentence, what is due, where everything is and whose, where it may go on, what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from api.console.event_rows import event_url, item_text, item_url
from api.console.frame import Frame
from api.console.notices.parts import RECALLS, kind_of
from api.console.recalls.form import state_of
from api.console.recalls.journal import Act
from api.console.recalls.lines import AccountLine, Names, account_lines, links_of, used_up
from api.console.shown import Badge, Fact, Link, moment
from api.console.visit import Visit
from api.console.words import ConsoleWords
from recall.cases.accounting import Line, all_accounted, effectiveness
from recall.cases.deadlines import deadlines
from recall.models import RecallCase


@dataclass(frozen=True, slots=True)
class EndLine:
    """One reason why the affected set may go on."""

    reason: str
    tone: str
    places: tuple[Link, ...]
    more: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """templates/console/recalls/case.html"""

    template: ClassVar[str] = "console/recalls/case.html"
    frame: Frame
    kind: Badge
    state: Badge
    title: str
    headline: str
    sentence: str
    tone: str
    moving: bool  # codes are being held or let go: the page looks again
    freshness: str
    facts: tuple[Fact, ...]
    suspicion: tuple[Fact, ...]
    lines: tuple[AccountLine, ...]
    used: str
    ends: tuple[EndLine, ...]
    acts: tuple[Act, ...]
    base: str  # address of the case, before the names of its acts
    may: bool
    freeze: str  # what the button says; empty: there is nothing to freeze
    files: tuple[Link, ...]
    verify: str
    units: str


def case_page(
    visit: Visit, case: RecallCase, lines: Sequence[Line], names: Names, acts: tuple[Act, ...], *, held: int, waiting: int, may: bool
) -> CasePage:
    """`held`: codes on hold, `waiting`: those that a freeze would add; `may`: the reader works on this case."""
    words, base = visit.words, f"{RECALLS}/{case.id}"
    may = may and case.closed_at is None
    done, freezes = all_accounted(lines), waiting or (case.kind == "drill" and case.frozen_at is None)
    state = _MOVING.get(case.moving or "") or (
        "closed" if case.closed_at else "done" if done else "frozen" if held and not waiting else "open"
    )
    headline = words.say(f"recalls.headline.{state}", count=case.units, units=words.number(case.units))
    return CasePage(
        frame=visit.frame(f"{case.number} {case.title}", Link(RECALLS, words.say("recalls.title"))),
        kind=kind_of(case, words),
        state=state_of(case, words),
        title=case.title,
        headline=headline,
        sentence=words.say(_sentence(case), held=words.number(held), waiting=words.number(waiting)),
        tone={"closed": "quiet", "done": "good", "frozen": "warn", "freezing": "warn", "releasing": "quiet"}.get(state, "bad"),
        moving=case.moving is not None,
        freshness=words.say("recalls.fresh", fresh=words.number(case.fresh), gone=words.number(case.gone))
        if case.fresh or case.gone
        else "",
        facts=tuple(_facts(case, lines, words)),
        suspicion=tuple(_suspected(case.suspicion, words)),
        lines=account_lines(case, lines, names, may=may),
        used=used_up(lines, names),
        ends=tuple(_end(one, words) for one in case.ends),
        acts=acts,
        base=base,
        may=may,
        freeze=words.say(f"recalls.freeze{_freeze(case)}") if freezes and case.moving is None else "",
        files=links_of(case),
        verify=item_url(case.code),
        units=f"{base}/units",
    )


_MOVING = {"freeze": "freezing", "release": "releasing"}


def _sentence(case: RecallCase) -> str:
    if case.moving:
        return f"recalls.sentence.{_MOVING[case.moving]}"
    return "recalls.sentence" if case.complete else "recalls.sentence.cut"


def _freeze(case: RecallCase) -> str:
    return ".drill" if case.kind == "drill" else ".again" if case.frozen_at else ""


def _facts(case: RecallCase, lines: Sequence[Line], words: ConsoleWords) -> Sequence[Fact]:
    due = []
    for one in deadlines(case):
        late = one.is_missed(words.now)
        note = words.say("recalls.due.done" if one.done and not late else "recalls.due.late" if late else "recalls.due.open")
        due.append(Fact(words.say(f"recalls.due.{one.what}"), moment=moment(one.due, words), note=note))
    share = effectiveness(lines)
    return [
        *([Fact(words.say("recalls.aware"), moment=moment(case.aware_at, words))] if case.aware_at else ()),
        Fact(words.say("recalls.opened"), moment=moment(case.opened_at, words), note=case.opened_name),
        *due,
        Fact(words.say("recalls.grade"), text=words.say(f"recalls.grade.{case.grade}")),
        Fact(
            words.say("recalls.effectiveness"), text="" if share is None else f"{share:.1f} %", note=words.say("recalls.effectiveness.note")
        ),
        Fact(words.say("recalls.reason"), text=case.reason),
        Fact(words.say("recalls.refreshed"), moment=moment(case.refreshed_at, words)),
        *([Fact(words.say("recalls.conclusion"), text=case.conclusion, note=case.remainder_reason or "")] if case.conclusion else ()),
    ]


def _suspected(suspicion: dict[str, Any], words: ConsoleWords) -> Sequence[Fact]:
    found = []
    for name, value in suspicion.items():
        if name == "reading":
            bounds = [f"{sign} {value[side]} {value['uom']}" for side, sign in (("below", "<"), ("above", ">")) if side in value]
            told = f"{value['type']} {', '.join(bounds)}"
        else:
            told = ", ".join(map(item_text, value)) if isinstance(value, list) else str(value)
        found.append(Fact(words.say(f"recalls.suspect.{name}"), text=told))
    return found


def _end(one: dict[str, Any], words: ConsoleWords) -> EndLine:
    places = tuple(
        Link(event_url(place["event"], place["record"]), item_text(place["code"]) or words.say("recalls.end.event"))
        if place["event"]
        else Link(item_url(place["code"]), item_text(place["code"]))
        for place in one["first"]
        if place["event"] or place["code"]
    )
    more = one["count"] - len(places)
    quiet = one["why"] in ("left", "time")
    told = words.say("recalls.end.more", count=words.number(more)) if more > 0 and places else ""
    return EndLine(words.say(f"trace.end.{one['why']}"), "quiet" if quiet else "warn", places[:5], told)
