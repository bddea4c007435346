"""What became of each row of an import: what was said of it when it was read, and of its event since (`capture_results`)."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, literal_column, select
from sqlalchemy.orm import Session

from exchange.imports import mappings
from exchange.imports.mapping import Mapping
from exchange.imports.models import Import, ImportMapping, ImportRow
from exchange.imports.rows import column_of
from ledger_client.sentences import of_json
from records.models import Capture, CaptureResult, CaptureState, Outcome

WAITING = "waiting"  # its event was handed to capture, which has not come to it yet
COLUMNS = ("row", "outcome", "event", "column", "problem", "fix")
_COMPUTED = ("=", "+", "-", "@", "\t", "\r")  # with these a spreadsheet would begin to compute
PIECE = 2000


class Told(NamedTuple):
    """One row: its number in the file, stored, duplicate, invalid, rolled_back or waiting, and why."""

    number: int
    outcome: str
    event_id: str = ""
    column: str = ""
    problem: str = ""
    fix: str = ""


def told(session: Session, one: Import, after: int = 0, limit: int = PIECE, outcome: str = "") -> list[Told]:
    """Up to `limit` rows behind the one of that number, of one outcome if asked."""
    mapping = mappings.said(session.get_one(ImportMapping, one.mapping_id))
    query = _joined(one).where(ImportRow.number > after).order_by(ImportRow.number).limit(limit)
    if outcome:
        query = query.where(_outcome() == outcome)
    return [_row(mapping, *row) for row in session.execute(query)]


def counts(session: Session, one: Import) -> dict[str, int]:
    """Outcome -> rows; those that are not there are left out."""
    found = _joined(one).with_only_columns(_outcome(), func.count()).group_by(_outcome())
    return dict(sorted(Counter({str(name): count for name, count in session.execute(found)}).items()))


def running(session: Session, one: Import) -> bool:
    """Whether capture still works on it."""
    state = session.scalar(select(Capture.state).where(Capture.id == one.capture_id)) if one.capture_id else None
    return state == CaptureState.RUNNING


def as_csv(rows: Sequence[Told]) -> str:
    """A file that a spreadsheet opens without computing any of its cells."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([plain(str(value)) for value in row] for row in rows)
    return text.getvalue()


def every(session: Session, one: Import) -> Iterator[Told]:
    """All rows of an import, read a piece at a time."""
    after = 0
    while rows := told(session, one, after):
        yield from rows
        after = rows[-1].number


def plain(text: str) -> str:
    """A cell that a spreadsheet takes as text (OWASP: CSV injection)."""
    return f"'{text}" if text.startswith(_COMPUTED) else text


def _outcome() -> Any:  # noqa: ANN401 (a column expression)
    return func.coalesce(ImportRow.outcome, CaptureResult.outcome, literal_column(f"'{WAITING}'"))  # no parameter: it is grouped by


def _joined(one: Import) -> Select[Any]:
    result = and_(CaptureResult.capture_id == one.capture_id, CaptureResult.index == ImportRow.event)
    columns = select(ImportRow.number, _outcome(), CaptureResult.event_id, ImportRow.problem, CaptureResult.problem)
    return columns.join_from(ImportRow, CaptureResult, result, isouter=True).where(ImportRow.import_id == one.id)


def _row(mapping: Mapping, number: int, outcome: str, event_id: str | None, ours: Any, theirs: Any) -> Told:  # noqa: ANN401 (JSON)
    problem = ours or theirs or {}
    column = problem.get("column", "") or (column_of(theirs.get("path", ""), mapping) if theirs else "")
    outcome = Outcome(outcome) if outcome != WAITING else WAITING
    what, fix = (of_json(problem.get(name, ""), problem.get(f"{name}Made")) for name in ("problem", "fix"))
    return Told(number, outcome, event_id or "", column, what, fix)
