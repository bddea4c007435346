"""What one level of a walk knows: everything its things took part in, and who else took part where a rule asks for it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy.orm import Session

from ledger_client.genealogy import Action, Role
from tracing import read
from tracing.reach import EVER
from tracing.read import Row, Said

Wanted = Mapping[int, Sequence[Role]]  # the role of a thing of this level -> the roles of those it leads to
Sees = Callable[[Said, int], bool]  # whether the asker may be told who took part in a record in that role
Rows = dict[tuple[int, int], list[Row]]  # (record, role) -> who took part so


@dataclass(frozen=True)
class Level:
    """`own`: the rows of its things; `others`: rows where a rule asked for that role; neither holds what the asker may not be told.

    `withheld`: those rows; `declared`: records that were declared to be in error; `said`: what all records say in clear. `cut`: there are
    more rows than there was room for.
    """

    own: Sequence[Row]
    others: Mapping[tuple[int, int], list[Row]]
    withheld: Sequence[Row]
    declared: Collection[int]
    said: Mapping[int, Said]
    cut: bool = False

    @cached_property
    def begun(self) -> Mapping[int, int]:
        """Thing -> when it first came into being."""
        found: dict[int, int] = {}
        for row in self.own:
            made = row.record not in self.declared and makes(row, self.said[row.record])
            if made and row.at < found.get(row.thing, EVER):
                found[row.thing] = row.at
        return found

    def in_role(self, record: int, role: Role) -> Sequence[Row]:
        """Who took part in a record in that role; through a transformation of several events, in any of them."""
        return self.others.get((record, role), ())


def load(
    session: Session,
    things: Collection[int],
    wanted: Wanted,
    said: dict[int, Said],
    sees: Sees,
    room: int | None = None,
    upto: int | None = None,
) -> Level:
    """Read a level, of records up to that number, at most `room` rows of its things and as many of each role; `said` is completed with what
    its records say in clear.
    """
    own = read.of_things(session, things, most=room, upto=upto)
    by_role = _records_by_role(own)
    others = _others(session, by_role, wanted, room, upto)
    cut = room is not None and room in _sizes(own, others)
    records = set[int]().union(*by_role.values(), *({row.record for row in rows} for rows in others.values()))
    said |= read.said(session, records - said.keys(), upto)
    declared, withheld = {record for record in records if said[record].declared}, list[Row]()
    if hidden := _hidden(said, records, sees):
        withheld = [row for row in (*own, *_flat(others)) if (row.record, row.role) in hidden]
        own = [row for row in own if (row.record, row.role) not in hidden]
        others = {place: [row for row in rows if (row.record, row.role) not in hidden] for place, rows in others.items()}
    return Level(own, others, withheld, declared, said, cut)


def _sizes(own: Sequence[Row], others: Rows) -> set[int]:
    """How many rows were read of the things, and of each role."""
    by_role = Counter[int]()
    for (_, role), rows in others.items():
        by_role[role] += len(rows)
    return {len(own), *by_role.values()}


def creates(row: Row) -> bool:
    """Whether a thing came into being in that role (EPCIS 2.0 7.4.2, 7.4.6)."""
    return row.role == Role.OUTPUT or (row.role == Role.OBJECT and row.action == Action.ADD)


def makes(row: Row, said: Said) -> bool:
    """The same where its record is known: adding a business transaction makes nothing (EPCIS 2.0 7.4.4)."""
    return creates(row) and said.type != "TransactionEvent"


def _flat(others: Rows) -> Iterable[Row]:
    return (row for rows in others.values() for row in rows)


def _hidden(said: Mapping[int, Said], records: Iterable[int], sees: Sees) -> set[tuple[int, int]]:
    """(record, role) of what the asker may not be told."""
    by_kind: dict[tuple[bytes, str, str], list[int]] = defaultdict(list)  # a policy speaks of kinds of events
    for record in records:
        one = said[record]
        by_kind[one.signer, one.type, one.step].append(record)
    return {(record, role) for some in by_kind.values() for role in Role if not sees(said[some[0]], role) for record in some}


def _others(session: Session, own: Mapping[int, set[int]], wanted: Wanted, room: int | None, upto: int | None) -> Rows:
    """Who else took part in these records (by the role of a level's thing), in the roles that their things lead to."""
    ask: dict[Role, set[int]] = defaultdict(set)
    for role, records in own.items():
        for other in wanted.get(role, ()):
            ask[other] |= records
    found: Rows = defaultdict(list)
    for role, asked in ask.items():
        by_record: dict[int, list[Row]] = defaultdict(list)
        for row in read.of_records(session, asked, role, most=room):
            by_record[row.record].append(row)
        found.update(((record, int(role)), rows) for record, rows in by_record.items())
    _join_processes(session, found, ask, upto)
    return found


def _records_by_role(rows: Iterable[Row]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        found[row.role].add(row.record)
    return found


def _join_processes(session: Session, others: Rows, asked: Collection[Role], upto: int | None) -> None:
    """Several events may tell of one transformation (EPCIS 2.0 7.4.6): what went in at one came out at any of them."""
    named = {record: rows[0].thing for (record, role), rows in others.items() if role == Role.PROCESS}
    if not named:
        return
    events: dict[int, list[int]] = defaultdict(list)
    for row in read.of_things(session, set(named.values()), upto=upto):
        events[row.thing].append(row.record)
    roles = [role for role in (Role.INPUT, Role.OUTPUT) if role in asked]
    by_event: Rows = defaultdict(list)
    for row in read.of_records(session, {event for many in events.values() for event in many}, *roles):
        by_event[row.record, row.role].append(row)
    for record, process in named.items():
        for role in roles:
            others[record, role] = [row for event in events[process] for row in by_event.get((event, role), ())]
