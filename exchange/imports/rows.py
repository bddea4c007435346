"""All rows of a table -> EPCIS 2.0 events (`event`), and what became of each row; pure.

A row that cannot be taken says why, and takes its group with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from exchange.imports.event import PREFIX, Setting, event_of
from exchange.imports.mapping import EXTENSION, FIELDS, Mapping
from exchange.imports.table import Fault, Row, Table
from ledger_client.epcis.prefixes import EPCIS_CONTEXT
from ledger_client.sentences import sentence


@dataclass(slots=True)
class Line:
    """A row and what became of it: part of event number `event`, or not, and then `fault` says why. `held`: only because of another row."""

    number: int
    event: int | None = None
    fault: Fault | None = None
    held: bool = False


@dataclass(slots=True)
class Reading:
    """Events, and all rows in the order of the file."""

    events: list[dict[str, Any]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


def read(table: Table, setting: Setting) -> Reading:
    """Every row is in the answer once, whatever is wrong with it."""
    found = Reading()
    lines = {row.number: Line(row.number) for row in table.rows}
    seen: dict[str, int] = {}  # event id that a key makes -> its row
    for rows in _groups(table.rows, setting.mapping, lines):
        event, faults = event_of(rows, setting)
        name = event.get("eventID", "")
        if not faults and name in seen:
            faults = {
                rows[0].number: Fault(
                    setting.mapping.key, sentence("has the key of row {first}", first=seen[name]), "give each event a key of its own"
                )
            }
        if faults:
            _refuse(rows, faults, lines)
            continue
        seen |= {name: rows[0].number} if name else {}
        for row in rows:
            lines[row.number].event = len(found.events)
        found.events.append(event)
    found.lines = list(lines.values())
    return found


def document(events: list[dict[str, Any]], setting: Setting) -> dict[str, Any]:
    """The EPCIS document that hands the events to capture."""
    return {
        "@context": [EPCIS_CONTEXT, {PREFIX: setting.mapping.namespace}],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": setting.now.isoformat(timespec="seconds"),
        "epcisBody": {"eventList": events},
    }


def column_of(path: str, mapping: Mapping) -> str:
    """The column behind a JSON path of a judged event: `$.epcisBody.eventList[3].bizStep` -> the column of the step."""
    name = path.partition("]")[2].lstrip(".").replace("['", "").partition("[")[0].partition(".")[0].partition("'")[0]
    known = [one.name for one in FIELDS.values() if name in one.properties]
    extension = EXTENSION + name.removeprefix(PREFIX + ":")
    found = (mapping.source(one).column for one in [*known, extension])
    return next((column for column in found if column), "")


def _groups(rows: Iterable[Row], mapping: Mapping, lines: dict[int, Line]) -> Iterable[list[Row]]:
    """Rows that are one event, in the order of the first of each."""
    if not mapping.group:
        return [[row] for row in rows]
    found: dict[str, list[Row]] = {}
    for row in rows:
        name = row.cells.get(mapping.group, "")
        if name:
            found.setdefault(name, []).append(row)
        else:
            lines[row.number].fault = Fault(
                mapping.group, "is empty, so the row belongs to no event", "write what the rows of one event share"
            )
    return found.values()


def _refuse(rows: Sequence[Row], faults: dict[int, Fault], lines: dict[int, Line]) -> None:
    first = min(faults)
    for row in rows:
        line = lines[row.number]
        line.fault, line.held = faults.get(row.number), row.number not in faults
        if line.held:
            line.fault = Fault(
                "",
                sentence("is held back, because row {first} of the same event is wrong", first=first),
                sentence("mend row {first}", first=first),
            )
