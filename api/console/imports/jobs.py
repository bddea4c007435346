"""Imports, and what became of each row of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from api.console.captures import CAPTURES, OUTCOME_TONES
from api.console.event_rows import event_url
from api.console.frame import Frame
from api.console.refusals import put
from api.console.shown import Badge, Digest, Fact, Link, Moment, Option, digest, hash_id, link, moment
from api.console.visit import Visit
from api.console.words import ConsoleWords
from exchange.imports.models import Import, ImportMapping
from exchange.imports.report import WAITING, Told
from records.models import Outcome

IMPORTS = "/console/imports"
ROWS = 100
_TONES = {**{str(name): tone for name, tone in OUTCOME_TONES.items()}, WAITING: "wait"}
_ORDER = (*(str(one) for one in Outcome), WAITING)


@dataclass(frozen=True, slots=True)
class Tally:
    """An outcome, and how many rows had it."""

    badge: Badge
    count: str


@dataclass(frozen=True, slots=True)
class RowLine:
    """One row of the file."""

    number: str
    outcome: Badge
    event: Digest | None
    url: str
    column: str
    problem: str
    fix: str


@dataclass(frozen=True, slots=True)
class ImportLine:
    """One import of the list."""

    url: str
    name: str
    made: Moment
    by: str
    rows: str
    mapping: str


@dataclass(frozen=True, slots=True)
class ImportsPage:
    """templates/console/imports/list.html"""

    template: ClassVar[str] = "console/imports/list.html"
    frame: Frame
    new: str
    rows: tuple[ImportLine, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Tab:
    """Rows of one outcome, or all."""

    option: Option
    count: str


@dataclass(frozen=True, slots=True)
class ImportPage:
    """templates/console/imports/one.html"""

    template: ClassVar[str] = "console/imports/one.html"
    frame: Frame
    here: str
    new: str
    running: bool
    explained: str
    facts: tuple[Fact, ...]
    tabs: tuple[Tab, ...]
    rows: tuple[RowLine, ...]
    next: str  # address of the following rows
    first: str  # address of the first rows, if these are others


def imports_page(visit: Visit, found: Sequence[Import], names: Mapping[int, ImportMapping], *, more: bool) -> ImportsPage:
    """The newest imports; `names` are their mappings by number."""
    words = visit.words
    rows = tuple(
        ImportLine(
            f"{IMPORTS}/{one.id}",
            one.file_name or one.key,
            moment(one.made_at, words),
            one.made_by,
            words.number(one.rows),
            _named(names[one.mapping_id], words),
        )
        for one in found
    )
    return ImportsPage(visit.frame(words.say("imports.title")), f"{IMPORTS}/new", rows, more)


def import_page(
    visit: Visit,
    one: Import,
    mapping: ImportMapping,
    counts: Mapping[str, int],
    found: Sequence[Told],
    *,
    outcome: str,
    after: int,
    running: bool,
) -> ImportPage:
    """One import with some rows of one outcome, or of all; one row more than ROWS says that others follow."""
    words, here = visit.words, f"{IMPORTS}/{one.id}"
    every = [("", words.say("captures.all"), sum(counts.values()))]
    every += [(name, words.say(f"imports.outcome.{name}"), counts[name]) for name in _ORDER if counts.get(name)]
    bad = counts.get(Outcome.INVALID, 0) + counts.get(Outcome.ROLLED_BACK, 0)
    return ImportPage(
        frame=visit.frame(one.file_name or words.say("imports.about"), Link(IMPORTS, words.say("imports.title"))),
        here=here,
        new=f"{IMPORTS}/new",
        running=running,
        explained=words.say(f"imports.explained.{one.behaviour}") if bad and not running else "",
        facts=_facts(one, mapping, words),
        tabs=tuple(Tab(Option(name, text, name == outcome, link(here, outcome=name)), words.number(count)) for name, text, count in every),
        rows=tuple(row_line(row, words) for row in found[:ROWS]),
        next=link(here, outcome=outcome, after=found[ROWS - 1].number) if len(found) > ROWS else "",
        first=link(here, outcome=outcome) if after else "",
    )


def row_line(row: Told, words: ConsoleWords, *, trial: bool = False) -> RowLine:
    """A row as it is shown; of a trial nothing is stored, so nothing leads to it."""
    stored = row.outcome in (Outcome.STORED, Outcome.DUPLICATE) and row.event_id and not trial
    return RowLine(
        number=words.number(row.number),
        outcome=_badge(row.outcome, words, trial=trial),
        event=hash_id(row.event_id) if stored else None,
        url=event_url(row.event_id, None) if stored else "",
        column=row.column,
        problem=put(row.problem, words),
        fix=put(row.fix, words),
    )


def tallies(counts: Mapping[str, int], words: ConsoleWords, *, trial: bool = False) -> tuple[Tally, ...]:
    """The outcomes that there are."""
    return tuple(Tally(_badge(name, words, trial=trial), words.number(counts[name])) for name in _ORDER if counts.get(name))


def _badge(outcome: str, words: ConsoleWords, *, trial: bool) -> Badge:
    text = words.say(f"imports.would.{outcome}") if trial else words.say(f"imports.outcome.{outcome}")
    return Badge(text, _TONES[outcome])


def _facts(one: Import, mapping: ImportMapping, words: ConsoleWords) -> tuple[Fact, ...]:
    return (
        Fact(words.say("imports.made"), moment=moment(one.made_at, words)),
        Fact(words.say("imports.by"), one.made_by),
        Fact(words.say("imports.mapping"), _named(mapping, words)),
        Fact(words.say("imports.rows"), words.number(one.rows)),
        Fact(words.say("imports.events"), words.number(one.events)),
        Fact(words.say("captures.behaviour"), words.say(f"imports.behaviour.{one.behaviour}")),
        Fact(
            words.say("captures.capture"),
            one.capture_id[:8] if one.capture_id else "",
            url=f"{CAPTURES}/{one.capture_id}" if one.capture_id else "",
        ),
        Fact(words.say("imports.idempotency"), digest=digest(one.key)),
    )


def _named(mapping: ImportMapping, words: ConsoleWords) -> str:
    return words.say("imports.saved", name=mapping.name, version=mapping.version)
