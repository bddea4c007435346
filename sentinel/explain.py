"""Why a record does not agree: its row, its items and their transactions are read again, and each difference is named by its column.

A difference has two sides; which of them was changed is told by a third that agrees with one of them: the seal, the commitment on the
chain, the key that the chain saw. What is gone at the second reading was only in motion and is no finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from indexer.models import MirroredAnchor
from ledger_client.chain import Chain
from ledger_client.onchain import item_id
from ledger_client.sentences import sentence
from records.contents import Content, content, opened
from records.key_models import KeyVersion, RecordKey
from records.keyring import KeyMissing, Keyring, keyring_of
from records.models import Record, RecordItem, Transaction, TransactionState
from sentinel import genealogy
from sentinel.calldata import moved, pairs_of
from sentinel.facts import Facts, Unreadable, facts, payload_mac
from sentinel.settled import Settled, still
from sentinel.suspicion import Suspicion, added, altered, missing

ON_CHAIN = (TransactionState.MINED, TransactionState.FINAL)
RECORDS, KEYS, ITEMS, TRANSACTIONS = (model.__tablename__ for model in (Record, RecordKey, RecordItem, Transaction))
_NAMED = re.compile(r"records\.(\w+)")  # columns as the reader of contents names them


@dataclass(slots=True)
class Case:
    """One record with all that belongs to it, as of now."""

    number: int
    record: Record | None
    key: RecordKey | None
    items: Sequence[RecordItem]
    transactions: dict[int, Transaction]  # by number
    held: Content | None = None
    facts: Facts | None = None
    erased: bool = False  # two people had it destroyed, and a receipt that opens says so
    anchors: Sequence[MirroredAnchor] = ()  # of its commitment, stored or recomputed
    told: list[Suspicion] = field(default_factory=list)


def explain(session: Session, chain: Chain, here: Settled, numbers: Sequence[int]) -> list[Suspicion]:
    """What is wrong with these records. Raises Unsettled or the node's failure when that cannot be said now."""
    found: list[Suspicion] = []
    for number in numbers:
        case = _case(session, number)
        found += _explained(session, chain, here, case)
        found += _genealogy(session, case)
    if found:
        still(session, chain, here)
    return found


def _case(session: Session, number: int) -> Case:
    fresh = {"populate_existing": True}
    record = session.scalar(select(Record).where(Record.id == number).execution_options(**fresh))
    key = session.scalar(select(RecordKey).where(RecordKey.record_id == number).execution_options(**fresh))
    items = session.scalars(
        select(RecordItem).where(RecordItem.record_id == number).order_by(RecordItem.id).execution_options(**fresh)
    ).all()
    named = {item.transaction_id for item in items} - {None}
    sent = session.scalars(select(Transaction).where(Transaction.id.in_(named)).execution_options(**fresh))
    return Case(number, record, key, items, {row.id: row for row in sent})


def _explained(session: Session, chain: Chain, here: Settled, case: Case) -> Iterator[Suspicion]:
    if case.record is None:
        yield from _orphans(session, case)
        return
    case.told += _opened(session, case, case.record)
    commitments = {case.record.commitment} | ({case.facts.commitment} if case.facts else set())
    case.anchors = session.scalars(
        select(MirroredAnchor).where(MirroredAnchor.commitment.in_(commitments)).execution_options(populate_existing=True)
    ).all()
    if case.facts:
        case.told += _contents(session, case, case.record, case.facts)
    case.told += _writers(case, case.record)
    if not case.items:
        yield from _unqueued(session, case, commitments)
        return
    if not any(one.column == "sealed" for one in case.told) and case.facts:
        case.told += _items(case, case.facts)
    yield from case.told
    yield from _carried(session, chain, here, case, case.record)


def _genealogy(session: Session, case: Case) -> Iterator[Suspicion]:
    """Who took part; nothing is said where the event itself is in doubt, or missed."""
    nobody = case.erased or (case.record is None and not case.items)
    if (case.facts and not case.told) or nobody:
        yield from genealogy.differences(session, case.number, case.facts)


def _orphans(session: Session, case: Case) -> Iterator[Suspicion]:
    """Items of a record that is not there: it was removed, or they name it wrongly."""
    if case.key is not None:
        yield added(KEYS, case.number, "the key of a record", sentence("record {number} is not there", number=case.number), "record_id")
    lost = False
    for item in case.items:
        owner = _owner(session, case, item)
        if owner is not None:
            yield altered(
                ITEMS,
                item.id,
                "record_id",
                sentence("record {number}", number=owner),
                sentence("record {number}, which is not there", number=case.number),
            )
        else:
            lost = True
    if lost:
        yield missing(RECORDS, case.number, sentence("the record of {count} items of the queue", count=len(case.items)))


def _owner(session: Session, case: Case, item: RecordItem) -> int | None:
    """The record that the item's anchor says it belongs to."""
    sent = case.transactions.get(item.transaction_id or 0)
    pairs = pairs_of(sent.raw) if sent else None
    commitments = [commitment for item_id, commitment in pairs or () if item_id == item.item_id]
    return session.scalar(select(Record.id).where(Record.commitment.in_(commitments)).limit(1))


def _opened(session: Session, case: Case, record: Record) -> Iterator[Suspicion]:
    """Read the contents; what their reader says of the seal names the columns that were changed."""
    ring, key = keyring_of(session), case.key
    if record.sealed is None and opened(session, [record])[case.number].erased:
        case.erased = True
        yield from _left_over(case, record)
        return
    if key is None:
        yield missing(KEYS, case.number, sentence("the data key of record {number}", number=case.number))
        return
    try:
        held = content(ring, record.commitment, record.signer, record.captured_at, record.sealed, key.kek_version, key.wrapped)
    except KeyMissing:
        if session.get(KeyVersion, key.kek_version) is not None:
            raise
        yield altered(KEYS, case.number, "kek_version", "a master key of this installation", key.kek_version)
        return
    if held.fault and not held.secret:
        yield _unopened(ring, case, record, key, held)
        return
    case.held = held
    for column in _NAMED.findall(held.fault):
        yield altered(RECORDS, case.number, column, "what its seal holds", getattr(record, column))
    try:
        case.facts = facts(held.payload, held.secret)
    except Unreadable as problem:
        yield altered(
            RECORDS, case.number, "sealed", "the event that was captured", sentence("the payload {problem}", problem=problem.args[0])
        )


def _left_over(case: Case, record: Record) -> Iterator[Suspicion]:
    """What must not be there any more of an erased record, and what is still known of its items: that each id is its code's hash."""
    if case.key is not None:
        yield added(KEYS, case.number, "no data key: the record is erased", "a data key", "wrapped")
    for column in ("payload_mac", "biz_step"):
        if getattr(record, column) is not None:
            yield altered(RECORDS, case.number, column, "nothing: the record is erased", "a value")
    for item in case.items:
        if item_id(item.item_code) != item.item_id:
            yield altered(ITEMS, item.id, "item_code", "the code of its item id", item.item_code)


def _unopened(ring: Keyring, case: Case, record: Record, key: RecordKey, held: Content) -> Suspicion:
    """Which of seal, data key and number of the master key was changed, when they do not open together."""
    if "record_keys.wrapped" not in held.fault:
        found = "taken away" if record.sealed is None else "other bytes"
        return altered(RECORDS, case.number, "sealed", "the seal that its key opens", found)
    for version in ring.versions():
        other = content(ring, record.commitment, record.signer, record.captured_at, record.sealed, version, key.wrapped)
        if "record_keys.wrapped" not in other.fault:
            return altered(KEYS, case.number, "kek_version", version, key.kek_version)
    return altered(KEYS, case.number, "wrapped", sentence("a key that master key {version} opens", version=key.kek_version), "other bytes")


def _contents(session: Session, case: Case, record: Record, found: Facts) -> Iterator[Suspicion]:
    """The commitment, and the clear columns."""
    if found.commitment != record.commitment and not any(one.column == "commitment" for one in case.told):
        yield altered(RECORDS, case.number, "sealed", "the contents of its commitment", "other contents, sealed anew")
        return
    for column, expected in (
        ("event_id", found.right_id),
        ("event_type", found.event_type),
        ("event_time", found.event_time),
        ("biz_step", found.biz_step),
        ("original", found.original),
    ):
        if (stored := getattr(record, column)) != expected:
            yield altered(RECORDS, case.number, column, expected, stored)
    if case.held and record.payload_mac != payload_mac(keyring_of(session), case.held.payload):
        yield altered(RECORDS, case.number, "payload_mac", "that of the payload", record.payload_mac or b"")


def _writers(case: Case, record: Record) -> Iterator[Suspicion]:
    """The key that the record and each of its items name; the chain's word decides, else what most of them say."""
    sealed = [case.held.signer] if case.held else []
    seen = [anchor.signer for anchor in case.anchors] or sealed or [record.signer, *(item.signer for item in case.items)]
    signer = max(set(seen), key=lambda one: (seen.count(one), one == record.signer and len(case.items) < 2))
    if record.signer != signer:
        yield altered(RECORDS, case.number, "signer", signer, record.signer)
    for item in case.items:
        if item.signer != signer:
            yield altered(ITEMS, item.id, "signer", signer, item.signer)


def _unqueued(session: Session, case: Case, commitments: set[bytes]) -> Iterator[Suspicion]:
    """A record that no item of the queue names: its number was changed if it is the one of its anchors, else it was put there."""
    original = session.scalar(select(Record.id).where(Record.commitment.in_(commitments), Record.id != case.number).limit(1))
    if case.anchors and original is None:
        yield altered(
            RECORDS,
            case.number,
            "id",
            "the number that its items in the queue name",
            sentence("{number}, which none names", number=case.number),
        )
        yield from case.told
    else:
        yield added(RECORDS, case.number, "items in the queue, as capturing a record makes them", "none: it was never captured")


def _items(case: Case, found: Facts) -> Iterator[Suspicion]:
    """The queue's rows of a record are the items that its event names, each once, in their order."""
    if [(item.item_id, item.item_code) for item in case.items] == found.items:
        return
    ids, codes = dict(found.items), {code: item_id for item_id, code in found.items}
    named = set[str]()
    for item in case.items:
        if codes.get(item.item_code) == item.item_id:
            named.add(item.item_code)
        elif item.item_code in codes:
            named.add(item.item_code)
            yield altered(ITEMS, item.id, "item_id", codes[item.item_code], item.item_id)
        elif item.item_id in ids:
            named.add(ids[item.item_id])
            yield altered(ITEMS, item.id, "item_code", ids[item.item_id], item.item_code)
        else:
            yield added(ITEMS, item.id, sentence("an item that record {number} names", number=case.number), item.item_code, "record_id")
    lost = [code for _, code in found.items if code not in named]
    for code in lost:
        yield missing(
            ITEMS, f"{case.number} {code}"[:200], sentence("the item {code} of record {number} in the queue", code=code, number=case.number)
        )
    place = moved([code for _, code in found.items], [item.item_code for item in case.items])
    if place is not None:
        item = case.items[place]
        yield altered(ITEMS, item.id, "id", sentence("its place among the items of record {number}", number=case.number), "another place")


def _carried(session: Session, chain: Chain, here: Settled, case: Case, record: Record) -> Iterator[Suspicion]:
    """The transaction that each item names, and the anchor that came of it."""
    for item in case.items:
        sent = case.transactions.get(item.transaction_id or 0)
        anchors = [anchor for anchor in case.anchors if anchor.item_id == item.item_id]
        if item.transaction_id is not None and sent is None:
            yield altered(
                ITEMS,
                item.id,
                "transaction_id",
                "a transaction of the queue",
                sentence("{number}, which is not there", number=item.transaction_id),
            )
        elif sent is None and anchors:
            other = session.scalar(select(Transaction.id).where(Transaction.hash == anchors[0].tx_hash))
            if other is not None:
                yield altered(ITEMS, item.id, "transaction_id", other, "none, although it is anchored")
        elif sent is not None and sent.state == TransactionState.FAILED:
            yield altered(TRANSACTIONS, sent.id, "state", "failed only after its items were given back", "failed, and items still name it")
        elif sent is not None and anchors and all(anchor.tx_hash != sent.hash for anchor in anchors):
            other = session.scalar(select(Transaction.id).where(Transaction.hash == anchors[0].tx_hash))
            if other is not None:
                yield altered(ITEMS, item.id, "transaction_id", other, sent.id)
        elif sent is not None and not anchors and sent.state in ON_CHAIN and (sent.block_number or 0) <= here.block and not case.told:
            yield from _claimed(chain, case, record, item, sent)


def _claimed(chain: Chain, case: Case, record: Record, item: RecordItem, sent: Transaction) -> Iterator[Suspicion]:
    """It counts as anchored, and the mirror has no anchor of it: the live chain decides."""
    pairs = pairs_of(sent.raw)
    if pairs is not None and (item.item_id, record.commitment) not in pairs:
        yield added(
            RECORDS,
            case.number,
            "its commitment in its transaction",
            sentence("transaction {number} carries other commitments", number=sent.id),
        )
        return
    receipt = chain.receipt(sent.hash)
    if receipt is None and chain.nonce(sent.signer, pending=False) > sent.nonce:
        yield added(
            RECORDS, case.number, sentence("an anchor by transaction 0x{hash}", hash=sent.hash.hex()), "the chain has no such transaction"
        )
    elif receipt is not None and not receipt.succeeded:
        yield added(
            RECORDS, case.number, sentence("an anchor by transaction 0x{hash}", hash=sent.hash.hex()), "the chain refused that transaction"
        )
