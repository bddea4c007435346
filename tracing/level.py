"""What one level of a walk knows: everything its things took part in, and who else took part where a rule asks for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from ledger_client.genealogy import Role
from tracing import read
from tracing.read import Row, Said

Wanted = Mapping[Role, Sequence[Role]]  # the role of a thing of this level -> the roles of those it leads to


@dataclass(frozen=True, slots=True)
class Level:
    """`of`: thing -> its rows by time; `others`: (record, role) -> rows, where a rule asked for that role."""

    of: Mapping[int, list[Row]]
    others: Mapping[tuple[int, int], list[Row]]

    def in_role(self, record: int, role: Role) -> Sequence[Row]:
        """Who took part in a record in that role; through a transformation of several events, in any of them."""
        return self.others.get((record, role), ())


def load(session: Session, things: Collection[int], wanted: Wanted, said: dict[int, Said]) -> Level:
    """Read a level; `said` is completed with what its records say in clear."""
    of: dict[int, list[Row]] = defaultdict(list)
    ask: dict[Role, set[int]] = defaultdict(set)
    for row in read.of_things(session, things):
        of[row.thing].append(row)
        for role in wanted.get(Role(row.role), ()):
            ask[role].add(row.record)
    for rows in of.values():
        rows.sort(key=_by_time)
    others: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for role, records in ask.items():
        for row in read.of_records(session, records, role):
            others[row.record, row.role].append(row)
    _join_processes(session, others)
    _complete(session, said, (row for rows in (*of.values(), *others.values()) for row in rows))
    return Level(of, others)


def _by_time(row: Row) -> tuple[int, int, int]:
    return row.at, row.record, row.place


def _join_processes(session: Session, others: dict[tuple[int, int], list[Row]]) -> None:
    """Several events may tell of one transformation (EPCIS 2.0 7.4.6): what one took in came out at any of them."""
    named = {record: rows[0].thing for (record, role), rows in others.items() if role == Role.PROCESS}
    if not named:
        return
    events: dict[int, list[int]] = defaultdict(list)
    for row in read.of_things(session, set(named.values())):
        events[row.thing].append(row.record)
    all_events = {event for many in events.values() for event in many}
    roles = {Role(role) for record, role in others if record in named and role in (Role.INPUT, Role.OUTPUT)} or {Role.INPUT, Role.OUTPUT}
    by_event: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for row in read.of_records(session, all_events, *roles):
        by_event[row.record, row.role].append(row)
    for record, process in named.items():
        for role in roles:
            others[record, role] = [row for event in events[process] for row in by_event.get((event, role), ())]


def _complete(session: Session, said: dict[int, Said], rows: Iterable[Row]) -> None:
    said |= read.said(session, {row.record for row in rows} - said.keys())
