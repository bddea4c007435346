"""The check of a certificate: a file in, every fact beside what the chain proves out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from api.console.frame import Frame
from api.console.shown import Badge, Moment, unix_moment
from api.console.visit import Visit
from recall.certificate import Certificate, Checked, Compared, Fact, shown

HOME = "/console/certificates"


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact, as told and as proven."""

    name: str
    label: str
    told: str
    proven: str
    state: Badge


@dataclass(frozen=True, slots=True)
class CheckPage:
    """templates/console/certificates.html"""

    template: ClassVar[str] = "console/certificates.html"
    frame: Frame
    action: str
    problem: str
    headline: str  # empty: nothing was brought yet
    tone: str
    signed: str
    anchored: Moment | None
    problems: tuple[str, ...]
    item: str
    lines: tuple[FactLine, ...]


def check_page(visit: Visit, problem: str = "", made: Certificate | None = None, found: Checked | None = None) -> CheckPage:
    """The page before, with what is wrong with a file, or with what was found."""
    words = visit.words
    genuine = found is not None and found.genuine
    return CheckPage(
        frame=visit.frame(words.say("drill.check")),
        action=HOME,
        problem=problem,
        headline=words.say("drill.check.genuine" if genuine else "drill.check.false") if found else "",
        tone="good" if genuine else "bad",
        signed=words.say("drill.check.signed", member=found.member) if found and found.member else "",
        anchored=unix_moment(found.time, words) if found and found.time else None,
        problems=tuple(words.say(f"drill.problem.{one}") for one in found.problems) if found else (),
        item=made.item if made else "",
        lines=tuple(_line(one, visit) for one in found.facts) if found else (),
    )


def _line(one: Compared, visit: Visit) -> FactLine:
    words = visit.words
    state = Badge(words.say("drill.check.matches"), "good") if one.matches else Badge(words.say("drill.check.differs"), "bad")
    label = words.texts.get(f"drill.fact.{one.name}", "")
    return FactLine(one.name, label, _shown(one.told, visit), _shown(one.proven, visit), state)


def _shown(value: Fact, visit: Visit) -> str:
    return visit.words.say("drill.check.missing") if value is None else shown(value)
