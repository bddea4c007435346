"""Which items of listed events their reader may be told: those that properties name which the reader is shown (spec 9).

Lists read no payload; only where a policy hides from this audience a property that may name items are the payloads of those rows read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from indexer.audiences import policies
from ledger_client.disclosure import AUDIENCES, Audience, Kind, Policy
from ledger_client.epcis.items import NAMING, items_shown
from records import contents, queries
from records.contents import Content
from records.models import Record


class Listed(Protocol):
    """What a row of any list of records says of its record."""

    @property
    def record_id(self) -> int:
        """Its number."""

    @property
    def signer(self) -> bytes:
        """Whose policy holds."""

    @property
    def event_type(self) -> str:
        """Of its kind."""

    @property
    def biz_step(self) -> str:
        """Of its kind; empty: none."""


@dataclass(frozen=True, slots=True)
class Tellable:
    """`narrowed`: record number -> the codes that may be told, for records of which not all may."""

    narrowed: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    def may(self, record_id: int, code: str) -> bool:
        """Whether the reader may be told that the record is about this item."""
        return code in self.narrowed.get(record_id, (code,))


ALL = Tellable()


def tellable(session: Session, rows: Iterable[Listed], audience: Audience) -> Tellable:
    """What may be told of the items of these rows."""
    rules = policies(session)
    doubtful = {row.record_id for row in rows if not _all_shown(rules.of(row.signer), Kind(row.event_type, row.biz_step), audience)}
    if not doubtful:
        return ALL
    held = contents.opened(session, session.scalars(select(Record).where(Record.id.in_(doubtful))))
    return Tellable(
        {number: _told(one, rules.of(one.signer), audience, queries.items_of_record(session, number)) for number, one in held.items()}
    )


def _all_shown(policy: Policy, kind: Kind, audience: Audience) -> bool:
    rank = AUDIENCES.index(audience)
    return all(AUDIENCES.index(policy.lowest(kind, name)) <= rank for name in NAMING)


def _told(held: Content, policy: Policy, audience: Audience, codes: Iterable[str]) -> tuple[str, ...]:
    event = held.event()
    return tuple(items_shown(event, policy.shown(audience, event), list(codes))) if event else ()
