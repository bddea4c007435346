"""What is known of some things, as an asker may know it: the rows on which findings rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from ledger_client.genealogy import Role
from tracing import read
from tracing.answer import Evidence
from tracing.level import Sees
from tracing.read import Row, Said, by_time

MOST_EVENTS = 5  # that are named for one finding
_SIDES = (Role.INPUT, Role.OUTPUT)


@dataclass(frozen=True, slots=True)
class Facts:
    """Rows of each thing by time, of events that were not declared to be in error and that the asker may be told of.

    `hidden`: things with rows that the asker may not be told of. `parents`: record -> what it put the things into, or took them out of.
    """

    rows: Mapping[int, Sequence[Row]]
    hidden: set[int]
    said: dict[int, Said]
    parents: Mapping[int, int]
    upto: int | None = None  # the last record that counts


@dataclass(frozen=True, slots=True)
class Transformation:
    """One transformation, of one event or of several under one id. `whole`: the asker is told of all that went in and came out.

    `ours`: the rows by which it was come to. Of one that is not whole, nothing else may be told.
    """

    inputs: Sequence[Row]
    outputs: Sequence[Row]
    ours: Sequence[Row]
    whole: bool


def facts(session: Session, things: Collection[int], sees: Sees, upto: int | None = None) -> Facts:
    """What the things took part in, by the records up to that number."""
    return _sorted_out(session, read.of_things(session, things, upto=upto), sees, upto)


def _sorted_out(session: Session, found: Sequence[Row], sees: Sees, upto: int | None) -> Facts:
    said = read.said(session, {row.record for row in found}, upto)
    rows, hidden = defaultdict[int, list[Row]](list), set[int]()
    for row in sorted(found, key=by_time):
        if said[row.record].declared:
            continue
        if sees(said[row.record], row.role):
            rows[row.thing].append(row)
        else:
            hidden.add(row.thing)
    packings = {row.record for some in rows.values() for row in some if row.role == Role.CHILD}
    parents = {row.record: row.thing for row in read.of_records(session, packings, Role.PARENT) if sees(said[row.record], Role.PARENT)}
    return Facts(rows, hidden, said, parents, upto)


def transformations(session: Session, known: Facts, sees: Sees) -> list[Transformation]:
    """Those in which the things took part, each once, with the other events of their ids; `known` learns what their records say."""
    ours = {(row.record, row.place): row for rows in known.rows.values() for row in rows if row.role in _SIDES}
    first = list(read.of_records(session, {record for record, _ in ours}, *_SIDES, Role.PROCESS))
    processes = {row.thing for row in first if row.role == Role.PROCESS and sees(known.said[row.record], Role.PROCESS)}
    joined = {row.record: row.thing for row in read.of_things(session, processes, upto=known.upto)} if processes else {}
    more = joined.keys() - {row.record for row in first}
    rows = [row for row in (*first, *read.of_records(session, more, *_SIDES)) if row.role != Role.PROCESS]
    known.said.update(read.said(session, {row.record for row in rows} - known.said.keys(), known.upto))
    groups: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in rows:
        if not known.said[row.record].declared:
            groups["id" if row.record in joined else "event", joined.get(row.record, row.record)].append(row)
    roles = (*_SIDES, Role.PROCESS) if joined else _SIDES
    whole = {row.record: all(sees(known.said[row.record], role) for role in roles) for row in rows}
    return [
        Transformation(
            inputs=[row for row in group if row.role == Role.INPUT],
            outputs=[row for row in group if row.role == Role.OUTPUT],
            ours=[ours[place] for row in group if (place := (row.record, row.place)) in ours],
            whole=all(whole[row.record] for row in group),
        )
        for group in groups.values()
    ]


def evidence(said: Mapping[int, Said], rows: Iterable[Row]) -> tuple[Evidence, ...]:
    """The events of rows, each once, at most `MOST_EVENTS`."""
    records = list(dict.fromkeys(row.record for row in rows))[:MOST_EVENTS]
    return tuple(Evidence(one.record, one.event_id, one.time, one.step) for one in map(said.__getitem__, records))
