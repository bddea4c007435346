"""The page of a new import: choose a file, say what its columns mean, try it, import it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from api.console.frame import Frame
from api.console.imports.editor import Draft, Editor, editor
from api.console.imports.jobs import IMPORTS, RowLine, Tally, row_line, tallies
from api.console.shown import Link, Option
from api.console.visit import Visit
from exchange.imports.models import ImportMapping
from exchange.imports.report import Told
from exchange.imports.table import Table
from records.models import Outcome

NEW = f"{IMPORTS}/new"
PREVIEWED = 5
SHOWN = 200
_WRONG = (Outcome.INVALID, Outcome.ROLLED_BACK)


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of the file as they were read."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]  # number, cells
    told: str  # how many there are


@dataclass(frozen=True, slots=True)
class Trial:
    """What an import would do: how many rows of each outcome, and rows, the wrong ones before all others."""

    tone: str
    told: str
    tallies: tuple[Tally, ...]
    rows: tuple[RowLine, ...]
    more: str  # that not all rows are shown
    possible: bool  # something would be stored


@dataclass(frozen=True, slots=True)
class Notice:
    """What is wrong, or was done; `detail` is English."""

    tone: str
    text: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class NewImportPage:
    """templates/console/imports/new.html"""

    template: ClassVar[str] = "console/imports/new.html"
    frame: Frame
    action: str
    form: str  # makes the import one, however often it is sent
    saved: tuple[Option, ...]
    notice: Notice | None
    preview: Preview | None
    editor: Editor | None
    trial: Trial | None
    behaviours: tuple[Option, ...]


def new_page(
    visit: Visit,
    form: str,
    saved: Sequence[ImportMapping],
    *,
    table: Table | None = None,
    draft: Draft | None = None,
    told: Sequence[Told] | None = None,
    notice: Notice | None = None,
    behaviour: str = "proceed",
) -> NewImportPage:
    """The page as far as somebody has come: with a file read, with its columns mapped, with a trial."""
    words = visit.words
    chosen = draft.saved if draft else ""
    names = [Option(str(row.id), words.say("imports.saved", name=row.name, version=row.version), str(row.id) == chosen) for row in saved]
    return NewImportPage(
        frame=visit.frame(words.say("imports.new"), Link(IMPORTS, words.say("imports.title"))),
        action=NEW,
        form=form,
        saved=(Option("", words.say("imports.saved.none"), not chosen), *names),
        notice=notice,
        preview=_preview(table, visit) if table else None,
        editor=editor(draft, table, words) if draft and table else None,
        trial=_trial(told, visit) if told is not None else None,
        behaviours=tuple(Option(one, words.say(f"imports.behaviour.{one}"), one == behaviour) for one in ("proceed", "rollback")),
    )


def _preview(table: Table, visit: Visit) -> Preview:
    rows = tuple((str(row.number), tuple(row.cells.get(name, "")[:60] for name in table.columns)) for row in table.rows[:PREVIEWED])
    return Preview(table.columns, rows, visit.words.say("imports.preview.count", count=visit.words.number(len(table.rows))))


def _trial(told: Sequence[Told], visit: Visit) -> Trial:
    words = visit.words
    counts = Counter(str(row.outcome) for row in told)
    wrong = [row for row in told if row.outcome in _WRONG]
    shown = sorted([*wrong, *(row for row in told if row.outcome not in _WRONG)][:SHOWN], key=lambda row: row.number)
    left = len(told) - len(shown)
    return Trial(
        tone="warn" if wrong else "good",
        told=words.say("imports.trial.wrong", count=words.number(len(wrong))) if wrong else words.say("imports.trial.good"),
        tallies=tallies(counts, words, trial=True),
        rows=tuple(row_line(row, words, trial=True) for row in shown),
        more=words.say("imports.trial.more", count=words.number(left)) if left else "",
        possible=counts[Outcome.STORED] > 0,
    )
