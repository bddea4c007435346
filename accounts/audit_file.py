"""The audit log as a file that can be checked: JSON Lines or CSV, an entry a line, and a last line that says how many there are.

A line holds what an entry's hash is of, and the hash. So whoever has the file recomputes each hash, sees that each entry names the one
before it, and from the last line that nothing was cut off. A file of selected entries has gaps in its numbers, and says nothing of them.
In CSV a cell that a spreadsheet would take for a formula has an apostrophe before it (one that begins with an apostrophe too).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from typing import Any

from accounts.audit import FIRST
from accounts.audit_entries import Entry, told
from ledger_client import canonical, strict_json
from ledger_client.errors import InvalidInput, LedgerError

COLUMNS = ("id", "at", "account", "actor", "action", "subject", "details", "request", "address", "previous", "hash")
_FORMULA = tuple("=+-@\t\r\n'＝＋－＠")
_END = "end"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file's own lines say: how many entries hold, and what is wrong."""

    entries: int
    first: int
    last: int
    gaps: bool  # numbers are left out, as in a file of selected entries
    problems: tuple[str, ...]


def json_lines(pieces: Iterable[Iterable[Entry]]) -> Iterator[str]:
    """The text of the file, piece by piece."""
    count, last, digest = 0, 0, FIRST
    for piece in pieces:
        lines = []
        for entry in piece:
            lines.append(_json(told(entry) | {"hash": entry.hash.hex()}))
            count, last, digest = count + 1, entry.id, entry.hash
        yield "".join(lines)
    yield _json({_END: True, "entries": count, "last": last, "hash": digest.hex()})


def csv_lines(pieces: Iterable[Iterable[Entry]]) -> Iterator[str]:
    """The same as CSV, with a mark at its beginning by which spreadsheets know UTF-8."""
    count, last, digest = 0, 0, FIRST
    yield "\ufeff" + _row(COLUMNS)
    for piece in pieces:
        lines = []
        for entry in piece:
            lines.append(_row(_cells(entry)))
            count, last, digest = count + 1, entry.id, entry.hash
        yield "".join(lines)
    yield _row([_END, *[""] * 5, _json({"entries": count, "last": last}).strip(), *[""] * 3, digest.hex()])


def check(text: Iterable[str]) -> Checked:
    """Check a file of either form by its lines, which must keep their ends; InvalidInput for what is no such file."""
    lines = iter(text)
    first = next(lines, "").removeprefix("\ufeff")
    rows = _of_csv(lines) if first.strip() == ",".join(COLUMNS) else _of_json(chain([first], lines))
    problems: list[str] = []
    count, began, number, before, gaps, ended = 0, 0, 0, FIRST.hex(), False, False
    for row in rows:
        if _END in row:
            ended = True
            if (row["entries"], row["last"], row["hash"]) != (count, number, before):
                problems.append(f"the last line tells of {row['entries']} entries up to {row['last']}; here are {count} up to {number}")
            continue
        if ended:
            problems.append(f"entry {row['id']} stands after the last line")
        problems += _wrong(row, number, before)
        gaps |= row["id"] != number + 1
        count, began, number, before = count + 1, began or row["id"], row["id"], row["hash"]
    if not ended:
        problems.append("the file is cut off: its last line, which tells how many entries there are, is missing")
    return Checked(count, began, number, gaps, tuple(problems))


def _wrong(row: dict[str, Any], number: int, before: str) -> list[str]:
    """What is wrong with an entry that follows another."""
    content = {name: value for name, value in row.items() if name != "hash"}
    found = (
        [] if sha256(canonical.encode(content)).hexdigest() == row["hash"] else [f"entry {row['id']} does not have the hash that it tells"]
    )
    if row["id"] <= number:
        found.append(f"entry {row['id']} stands after entry {number}")
    if row["id"] == number + 1 and row["previous"] != before:
        found.append(f"entry {row['id']} does not follow the one before it")
    return found


def _json(value: dict[str, Any]) -> str:
    try:
        return canonical.encode(value).decode() + "\n"
    except LedgerError:  # edited into something that has no canonical form; it keeps its hash, which then shows it
        return json.dumps(value) + "\n"


def _cells(entry: Entry) -> Iterator[str]:
    for name, value in (told(entry) | {"hash": entry.hash.hex()}).items():
        yield _json(value).strip() if name == "details" else "" if value is None else str(value)


def _row(cells: Iterable[str]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow("'" + cell if cell.startswith(_FORMULA) else cell for cell in cells)
    return written.getvalue()


def _of_json(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        row = strict_json.parse(line)
        if not isinstance(row, dict) or not ({*COLUMNS} <= row.keys() or {_END, "entries", "last", "hash"} == row.keys()):
            raise _no_export(line)
        yield row


def _of_csv(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for cells in csv.reader(lines):
        row: dict[str, Any] = dict(zip(COLUMNS, (cell.removeprefix("'") for cell in cells), strict=False))
        try:
            row["details"] = strict_json.parse(row["details"])
            if row["id"] == _END:
                yield {_END: True, **row["details"], "hash": row["hash"]}
            else:
                yield row | {"id": int(row["id"]), "account": int(row["account"]) if row["account"] else None}
        except (KeyError, ValueError, TypeError, InvalidInput):
            raise _no_export(",".join(cells)) from None


def _no_export(line: str) -> InvalidInput:
    return InvalidInput("file", f"holds the line {line[:60]!r}", "give an export of the audit log, as it was downloaded")
