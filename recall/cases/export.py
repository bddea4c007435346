"""The list of a case's units as a file: CSV for spreadsheets, JSON for programs. Both have what the hash on the chain is of."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import orjson
from sqlalchemy.orm import Session

from recall.cases.digest import amount
from recall.cases.units import names, page_of
from recall.models import RecallCase, RecallUnit

COLUMNS = ("code", "quantity", "unit", "state", "outcome", "since", "place", "owner_member", "owner", "product", "level", "record")
_AT_ONCE = 5_000


def csv_lines(session: Session, case: RecallCase) -> Iterator[str]:
    """Begins with a mark by which spreadsheets know UTF-8; the columns' names come first."""
    yield "\ufeff" + _line(COLUMNS)
    for row in _rows(session, case):
        yield _line([str(row[name]) for name in COLUMNS])


def json_lines(session: Session, case: RecallCase) -> Iterator[bytes]:
    """One object: the case's number, code and hash, and all units."""
    head = orjson.dumps({"number": case.number, "code": case.code, "sha256": case.digest, "complete": case.complete})
    yield head[:-1] + b',"units":['
    for number, row in enumerate(_rows(session, case)):
        yield (b"," if number else b"") + orjson.dumps(row)
    yield b"]}"


def _rows(session: Session, case: RecallCase) -> Iterator[dict[str, object]]:
    after, known = 0, dict[int, str]()
    while rows := page_of(session, case, after, _AT_ONCE):
        after = rows[-1].number
        known |= names(session, {key: record for row in rows for key, record in _named(row) if key not in known})
        yield from (_row(row, known) for row in rows)
        session.expunge_all()


def _named(row: RecallUnit) -> Iterator[tuple[int, int]]:
    if row.place_record:
        yield row.place_key, row.place_record
    if row.owner_record:
        yield row.owner_key, row.owner_record


def _row(row: RecallUnit, known: dict[int, str]) -> dict[str, object]:
    return {
        "code": row.code,
        "quantity": "" if row.quantity is None else amount(row.quantity),
        "unit": row.uom,
        "state": row.state,
        "outcome": row.outcome,
        "since": row.since.isoformat(timespec="milliseconds"),
        "place": known.get(row.place_key, ""),
        "owner_member": row.owner_member_id or "",
        "owner": known.get(row.owner_key, ""),
        "product": row.product,
        "level": row.level,
        "record": row.record,
    }


def _line(cells: tuple[str, ...] | list[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell for cell in cells])
    return text.getvalue()
