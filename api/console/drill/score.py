"""The score of a drill: what was reached, what cost points, how long each owner took. Of a recall the same figures without points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from api.console.frame import Frame
from api.console.notices.parts import Names, owner_of, state_of, trail
from api.console.shown import Badge, Fact
from api.console.visit import Visit
from api.console.words import ConsoleWords
from api.pages.words import TERMS
from recall.drill.figures import Figures
from recall.drill.quantity import UNSAID, Quantity
from recall.drill.score import ENOUGH, TABLE, Counts, Line
from recall.models import RecallCase
from recall.notices.models import RecallNotice
from recall.notices.owners import SINGLE

BEFORE = "secondsBeforeOpening"
TIMES = ("secondsToAffectedSet", "secondsToFirstNotice", "secondsToLastNotice", "secondsToFirstAnswer", "secondsToLastAnswer")
COUNTS = ("unitsAffected", "unitsLocated", "owners", "ownersNotified", "ownersAnswered", "reminders")
_PARTS = {"notified": ("ownersNotifiedInTime", "owners"), "answered": ("ownersAnsweredInTime", "owners")}


@dataclass(frozen=True, slots=True)
class PointsLine:
    """One criterion."""

    criterion: str
    figure: str
    points: str
    cost: Badge | None  # None: nothing was lost


@dataclass(frozen=True, slots=True)
class QuantityLine:
    """Amounts in one unit of measure."""

    uom: str
    affected: str
    located: str
    accounted: str
    counted: str  # of what owners were told to have; empty: there was nothing to count


@dataclass(frozen=True, slots=True)
class OwnerLine:
    """One owner's answer."""

    owner: str
    state: Badge
    after: str


@dataclass(frozen=True, slots=True)
class ScorePage:
    """templates/console/recall_score.html"""

    template: ClassVar[str] = "console/recall_score.html"
    frame: Frame
    headline: str  # empty: a recall is not scored
    tone: str
    text: str
    lines: tuple[PointsLine, ...]
    times: tuple[Fact, ...]
    counts: tuple[Fact, ...]
    quantities: tuple[QuantityLine, ...]
    owners: tuple[OwnerLine, ...]
    pdf: str  # empty: the case is not closed
    json: str


def score_page(visit: Visit, case: RecallCase, found: Figures, notices: Sequence[RecallNotice], names: Names) -> ScorePage:
    """`found`: the figures by now; of a closed case those of its closing."""
    words, drill = visit.words, case.kind == "drill"
    scored, counts = found.score(), found.counts
    key = "sofar" if case.closed_at is None else "passed" if scored.passed else "failed"
    base = f"/recalls/{case.id}/certificate" if case.closed_at else ""
    return ScorePage(
        frame=visit.frame(words.say("drill.title" if drill else "drill.title.recall", number=case.number), *trail(case, words)),
        headline=words.say(f"drill.{key}", points=scored.points, most=scored.most) if drill else "",
        tone="wait" if key == "sofar" else "good" if scored.passed else "bad",
        text=words.say("drill.passed.text", enough=ENOUGH[TABLE]),
        lines=tuple(_line(line, found, words) for line in scored.lines),
        times=tuple(Fact(words.say(f"drill.time.{name}"), span(counts.get(name), words)) for name in _times(counts)),
        counts=tuple(Fact(words.say(f"drill.count.{name}"), words.number(counts.get(name, 0))) for name in COUNTS),
        quantities=tuple(_quantity(one, words) for one in found.amounts),
        owners=tuple(_owner(one, case, names, words) for one in notices),
        pdf=base,
        json=f"{base}?format=json" if base else "",
    )


def span(seconds: int | None, words: ConsoleWords) -> str:
    """How long something took."""
    if seconds is None:
        return words.say("drill.span.none")
    if seconds < 90:
        return words.say("drill.span.seconds", count=seconds)
    if seconds < 5400:
        return words.say("drill.span.minutes", count=round(seconds / 60))
    return words.say("drill.span.hours", hours=seconds // 3600, minutes=seconds % 3600 // 60)


def _line(line: Line, found: Figures, words: ConsoleWords) -> PointsLine:
    lost = line.most - line.points
    return PointsLine(
        words.say(f"drill.criterion.{line.criterion}"),
        _figure(line.criterion, found, words),
        words.say("drill.of", part=line.points, whole=line.most),
        Badge(words.say("drill.cost", count=lost, points=lost), "bad") if lost else None,
    )


def _figure(criterion: str, found: Figures, words: ConsoleWords) -> str:
    counts = found.counts
    if criterion == "traced":
        return span(counts.get("secondsToAffectedSet"), words)
    if criterion == "complete":
        return words.say("drill.ends", count=counts.get("openEnds", 0))
    if criterion == "located":
        return " · ".join(_of(one.located, one.affected, one.uom, words) for one in found.amounts if one.affected)
    if criterion == "adds_up":
        return " · ".join(_of(one.adding_up, one.to_count, one.uom, words) for one in found.amounts if one.to_count)
    part, whole = _PARTS[criterion]
    return words.say("drill.of", part=words.number(counts.get(part, 0)), whole=words.number(counts.get(whole, 0)))


def _times(counts: Counts) -> tuple[str, ...]:
    """The names of the times; that before the opening only where it is known."""
    return (BEFORE, *TIMES) if BEFORE in counts else TIMES


def _quantity(one: Quantity, words: ConsoleWords) -> QuantityLine:
    def told(amount: Decimal) -> str:
        return _amount(amount, one.uom, words)

    counted = _of(one.adding_up, one.to_count, one.uom, words) if one.to_count else ""
    name = words.say(f"drill.uom.{one.uom}") if one.uom in (SINGLE, UNSAID) else TERMS["unit"].get(one.uom, one.uom)
    return QuantityLine(name, told(one.affected), told(one.located), told(one.accounted), counted)


def _of(part: Decimal, whole: Decimal, uom: str, words: ConsoleWords) -> str:
    return words.say("drill.of", part=f"{part:,f}", whole=_amount(whole, uom, words))


def _amount(amount: Decimal, uom: str, words: ConsoleWords) -> str:
    return words.amount(amount, "" if uom in (SINGLE, UNSAID) else uom)


def _owner(one: RecallNotice, case: RecallCase, names: Names, words: ConsoleWords) -> OwnerLine:
    seconds = round((one.acknowledged_at - one.sent_at).total_seconds()) if one.acknowledged_at else None
    return OwnerLine(owner_of(one, names, words), state_of(one, case, words), span(seconds, words))
