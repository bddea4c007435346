"""From an event id or a hash to the items it was recorded for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from api.spelling import unhexed
from indexer import queries as mirror
from indexer.audiences import policies
from ledger_client.codes import ItemCode, parse
from ledger_client.disclosure import Audience
from ledger_client.epcis.items import items_shown
from ledger_client.errors import NotFound
from ledger_client.sentences import sentence
from records import contents, queries
from records.audiences import Policies
from records.contents import Content
from records.keyring import keyring_of
from records.models import Record
from records.seals import payload_mac


@dataclass(frozen=True, slots=True)
class Subject:
    """What was asked for: the items, those of them that the asking audience may be told, and the commitments among their anchors."""

    items: list[ItemCode]
    shown: list[ItemCode]
    commitments: set[bytes]


def of_event(session: Session, event_id: str, audience: Audience) -> Subject:
    """The records of an event id: the event, and any error declaration of it. NotFound when there are none."""
    found = _subject(session, Record.event_id == event_id, audience)
    if not found.items:
        raise NotFound(sentence("event {event_id}: no such event is recorded here", event_id=event_id))
    return found


def of_hash(session: Session, text: str, audience: Audience) -> Subject:
    """The records with a commitment or a payload hash; NotFound when there are none, saying so if the chain has it all the same."""
    value = unhexed("hash", text, 32)
    found = _subject(
        session, or_(Record.commitment == value, Record.payload_mac == payload_mac(keyring_of(session).lookup(), value)), audience
    )
    if found.items:
        return found
    for anchor in mirror.anchors_with(session, value)[:1]:
        raise NotFound(
            sentence(
                "hash {text}: anchored at position {position}; its record is kept elsewhere, by member {member_id}",
                text=text,
                position=anchor.position,
                member_id=anchor.member_id,
            )
        )
    raise NotFound(sentence("hash {text}: neither a commitment nor a payload hash of any record here", text=text))


def _subject(session: Session, condition: ColumnElement[bool], audience: Audience) -> Subject:
    rules, codes, shown = policies(session), dict[str, ItemCode](), set[str]()
    records = session.scalars(select(Record).where(condition).order_by(Record.id)).all()
    held = contents.opened(session, records)
    for record in records:
        named = queries.items_of_record(session, record.id)
        codes |= {code: parse(code) for code in named if code not in codes}
        shown.update(_shown(held[record.id], rules, audience, named))
    return Subject([*codes.values()], [code for uri, code in codes.items() if uri in shown], {record.commitment for record in records})


def _shown(content: Content, rules: Policies, audience: Audience, codes: Sequence[str]) -> list[str]:
    """Which of a record's items the audience may be told: those that properties name which it is shown."""
    event = content.event()
    return [] if event is None else items_shown(event, rules.of(content.signer).shown(audience, event), codes)
