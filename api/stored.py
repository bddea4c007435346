"""What this server keeps of an item: records with their secrets, which of them wait for the chain, and the mirror's anchors.

Handed to `prove` and `verify` by `live`, and shown by itself only while the node is down. Live verification reads plain columns by
statements that are built once, on the session's own connection: objects of the mapper, statements built anew, and what the session does
around a statement, took longer than checking what they bring.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import LargeBinary, bindparam, literal, select, union
from sqlalchemy.orm import Session

from accounts.models import Account
from indexer.models import MirroredAnchor as Mirrored
from ledger_client.addresses import address_in
from ledger_client.bundle import Hidden
from ledger_client.codes import ItemCode
from ledger_client.errors import InvalidInput
from ledger_client.onchain import Anchor
from ledger_client.prove import Kept, Withheld
from ledger_client.verify_record import Whole
from records import contents, queries
from records.audiences import Policies
from records.contents import Content
from records.key_models import RecordKey
from records.keyring import keyring_of
from records.models import Lane, Record, RecordItem, Transaction, TransactionState
from records.parts import parts
from records.queries import RecordState

_DONE = (TransactionState.MINED, TransactionState.FINAL)
_NO_HASH = literal(b"", LargeBinary)  # the mirror keeps the hashes of its last blocks only, and no proof needs them
_COLUMNS = (Record.id, Record.commitment, Record.signer, Record.captured_at, Record.sealed, RecordKey.kek_version, RecordKey.wrapped)

_OF_ITEM = (
    select(*_COLUMNS, Transaction.state)
    .join(RecordItem, RecordItem.record_id == Record.id)
    .outerjoin(RecordKey, RecordKey.record_id == Record.id)
    .outerjoin(Transaction, Transaction.id == RecordItem.transaction_id)
    .where(RecordItem.item_id == bindparam("item_id"))
    .order_by(RecordItem.id)
)
_OF_COMMITMENTS = (
    select(*_COLUMNS)
    .outerjoin(RecordKey, RecordKey.record_id == Record.id)
    .where(Record.commitment.in_(bindparam("commitments", expanding=True)))
)
_ANCHORS = (
    select(
        Mirrored.position, Mirrored.item_id, Mirrored.seq, Mirrored.commitment, Mirrored.signer, Mirrored.member_id,
        Mirrored.time, Mirrored.block_number, _NO_HASH, Mirrored.log_index, Mirrored.tx_hash,
    )
    .where(Mirrored.item_id == bindparam("item_id"))
    .order_by(Mirrored.seq)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stored:
    """A record of an item. `done`: its transaction is in a block, so an anchor must be there."""

    record: Record
    content: Content
    done: bool


def kept(content: Content, rules: Policies) -> Kept | Withheld:
    """A record's content as `prove` takes it, with the policy of the member whose key wrote it; nothing is shown of a changed one."""
    if content.erased:
        return Withheld("erased")
    return Kept("" if content.fault else content.payload, content.secret, rules.of(content.signer))


def of_item(session: Session, code: ItemCode) -> list[Stored]:
    """The records that were captured for an item, in the order of capture."""
    done = (RecordState.ANCHORED, RecordState.FINAL)
    found = queries.records_of_item(session, code.uri)
    held = contents.opened(session, (one.record for one in found))
    return [Stored(one.record, held[one.record.id], one.state in done) for one in found]


def of_commitments(session: Session, commitments: Iterable[bytes]) -> dict[bytes, Content]:
    """The contents of the records of these commitments, as far as they are stored here."""
    found = queries.records_of_commitments(session, commitments)
    held = contents.opened(session, found.values())
    return {commitment: held[record.id] for commitment, record in found.items()}


def whole_of_item(session: Session, code: ItemCode) -> list[tuple[Whole | Hidden, bool]]:
    """The same records for the verifier alone, each with whether its transaction is in a block; Hidden are those that were erased."""
    rows = session.connection().execute(_OF_ITEM, {"item_id": code.item_id}).all()
    return list(zip(_wholes(session, [columns for *columns, _ in rows]), (row.state in _DONE for row in rows), strict=True))


def whole_of_commitments(session: Session, commitments: Collection[bytes]) -> list[Whole | Hidden]:
    """The records of these commitments, as far as they are stored here."""
    found = list[Whole | Hidden]()
    for part in parts(commitments):
        rows = session.connection().execute(_OF_COMMITMENTS, {"commitments": part})
        found += _wholes(session, rows.all())
    return found


def _wholes(session: Session, rows: Sequence[Sequence[Any]]) -> list[Whole | Hidden]:
    ring, commitments = keyring_of(session), {row[0]: row[1] for row in rows}
    held = contents.with_erased(session, {number: contents.content(ring, *columns) for number, *columns in rows}, commitments)
    return [_whole(commitment, held[number]) for number, commitment, *_ in rows]


def _whole(commitment: bytes, held: Content) -> Whole | Hidden:
    return Hidden(commitment, "erased") if held.erased else Whole(commitment, held.payload, held.secret, held.fault)


def mirrored(session: Session, code: ItemCode) -> list[Anchor]:
    """The mirror's anchors of an item, oldest first."""
    return [Anchor._make(row) for row in session.connection().execute(_ANCHORS, {"item_id": code.item_id}).all()]


def signer_in(session: Session, text: str | None) -> bytes | None:
    """The key that an account shall write with, out of its address; None for none, InvalidInput for one that does not publish here."""
    signer = address_in(text, "signer") if text else None
    if signer and signer not in own_signers(session):
        raise InvalidInput("signer", f"no publisher here signs with {text}", "give the address of one of this server's key files")
    return signer


def own_signers(session: Session) -> set[bytes]:
    """The keys whose records are kept here: what they anchored and is not here is missing, what others anchored is elsewhere."""
    return set(session.scalars(union(select(Lane.signer), select(Account.signer).where(Account.signer.is_not(None)))))
