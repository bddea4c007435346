"""Phase 3: the mirror against the live chain, and the chain against the records.

Reads the ledger's logs anew, some thousand anchors a request, and compares each mirrored row with them column by column; each item's head
is folded and compared with the ledger's own slot, a thousand items a call. Then the other way round: every anchor that one of our keys
wrote must have its record here. A node that leaves something out, or contradicts itself, is waited for: that is no finding.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from accounts.models import Account
from indexer.confirm import total
from indexer.fold import NOTHING, Row
from indexer.heads import Heads, predecessors
from indexer.models import Cursor, MirroredAnchor
from indexer.pace import Pace
from ledger_client.chain import Chain
from ledger_client.errors import Incomplete, NodeRefused, RangeTooWide
from ledger_client.onchain import Anchor, Head, fold, fold_all
from ledger_client.sentences import sentence
from records.models import Lane, Record, Transaction, TransactionState
from records.parts import parts
from sentinel.settled import BEHIND, Settled, Unsettled, settled, still
from sentinel.suspicion import Piece, Suspicion, added, altered, missing

ANCHORS, TRANSACTIONS, RECORDS = MirroredAnchor.__tablename__, Transaction.__tablename__, Record.__tablename__
_TABLE = MirroredAnchor.__table__
_COLUMNS = tuple(column.name for column in _TABLE.columns)
_EXTRA = 1000  # rows beyond the end that are named at once


def check(session: Session, chain: Chain, place: int, position: int, pace: Pace, most: int = 1) -> Piece:
    """Compare the anchors of the next blocks after `place`, which follow anchor number `position`; no more answers after `most` anchors."""
    here = settled(session, chain)
    first = max(place + 1, chain.deployment.block)
    if first > here.block:
        return _ending(session, chain, here, place, position)
    mine, touched, suspicions, foreign, at = ours(session), Heads(), list[Suspicion](), 0, position
    for last, logs in _answers(chain, first, here.block, pace, most):
        rows, heads = _folded(session, chain, logs, at)
        touched |= heads
        suspicions += _differing(session, chain, rows, at) if rows != _mirrored(session, at, len(rows)) else ()
        suspicions += _unrecorded(session, rows, mine)
        suspicions += _sent(session, logs, mine)
        foreign += sum(anchor.signer not in mine for anchor in logs)
        at, place = at + len(rows), last
    if not any(one.table == ANCHORS for one in suspicions):
        _confirm_heads(chain, here, touched)
    if suspicions:
        still(session, chain, here)
    return Piece(place, at - position, False, tuple(suspicions), at, foreign)


def _answers(chain: Chain, first: int, end: int, pace: Pace, most: int) -> Iterator[tuple[int, list[Anchor]]]:
    """(last block, anchors) of one answer after the other; the node works on the next one while the last is compared."""
    with ThreadPoolExecutor(1, "sentinel-reads") as ahead:
        coming = ahead.submit(_read, chain, first, end, pace)
        while True:
            last, logs = coming.result()
            most -= len(logs)
            if last == end or most <= 0:
                break
            coming = ahead.submit(_read, chain, last + 1, end, pace)
            yield last, logs
    yield last, logs


def ours(session: Session) -> frozenset[bytes]:
    """Keys whose records are kept here: those that publish, and those of accounts."""
    return frozenset(session.scalars(select(Lane.signer).union(select(Account.signer).where(Account.signer.is_not(None)))))


def _read(chain: Chain, first: int, end: int, pace: Pace) -> tuple[int, list[Anchor]]:
    """The anchors of the next blocks, as many as the node answers well."""
    while True:
        last = min(end, first + pace.size - 1)
        begun = time.monotonic()
        try:
            found = chain.anchors(first, last)
        except (RangeTooWide, NodeRefused) as error:
            if first == last:
                raise
            pace.failed(last - first + 1, error)
        else:
            pace.worked(last - first + 1, len(found), time.monotonic() - begun)
            return last, found


def _folded(session: Session, chain: Chain, logs: Sequence[Anchor], position: int) -> tuple[list[Row], Heads]:
    """The rows that these logs make, and the head of each item after them. Incomplete if they do not follow one another."""
    heads = predecessors(session, logs, position)
    rows: list[Row] = []
    for number, log in enumerate(logs, position + 1):
        at, item, seq, commitment, signer, member, when, block, _hash, index, tx = log
        if at != number:
            raise Incomplete(sentence("position of the next anchor, in block {block}", block=block), number, at)
        if seq > 1 and item not in heads:
            heads[item] = _head_before(chain, item, seq)
        head, count = heads.get(item, NOTHING)
        if seq != count + 1:
            raise Incomplete(sentence("seq of the next anchor of item 0x{item}", item=item.hex()), count + 1, seq)
        head = fold(head, commitment, signer, when)
        heads[item] = (head, seq)
        rows.append((at, item, seq, commitment, signer, member, when, block, index, tx, head))
    return rows, {log.item_id: heads[log.item_id] for log in logs}


def _head_before(chain: Chain, item: bytes, seq: int) -> tuple[bytes, int]:
    """The item's head before an anchor, from the chain alone: the mirror does not have it."""
    before = [anchor for anchor in chain.anchors_of(item) if anchor.seq < seq]
    head, count = fold_all(before)
    return head, count


def _mirrored(session: Session, position: int, count: int) -> list[Row]:
    query = select(_TABLE).where(_TABLE.c.position > position, _TABLE.c.position <= position + count).order_by(_TABLE.c.position)
    return [tuple(row) for row in session.connection().execute(query)]


def _differing(session: Session, chain: Chain, rows: Sequence[Row], position: int) -> Iterator[Suspicion]:
    """Rows that are not there or hold something else, read again."""
    here = {row[0]: row for row in _mirrored(session, position, len(rows))}
    histories: dict[bytes, list[Anchor]] = {}
    for row in rows:
        mirrored = here.get(row[0])
        if mirrored is None:
            yield missing(
                ANCHORS,
                row[0],
                sentence(
                    "anchor {seq} of item 0x{item}, which the chain holds in block {block}", seq=row[2], item=row[1].hex(), block=row[7]
                ),
            )
            continue
        for name, said, found in zip(_COLUMNS, row, mirrored, strict=True):
            if said == found:
                continue
            if name == "head":  # an earlier row may be the altered one, whose head this one was folded onto: the chain alone decides
                history = histories.get(row[1]) or histories.setdefault(row[1], chain.anchors_of(row[1]))
                true = fold_all(anchor for anchor in history if anchor.seq <= row[2]).head
                if true != found:
                    yield altered(ANCHORS, row[0], name, true, found)
                continue
            yield altered(ANCHORS, row[0], name, said, found)


def _confirm_heads(chain: Chain, here: Settled, heads: Heads) -> None:
    """Raise Incomplete unless the fold of each item's anchors is in the ledger's slot, where these anchors are its last."""
    items = list(heads)
    for item, slot in zip(items, _slots(chain, items, here.block), strict=True):
        head, count = heads[item]
        if slot.count < count or (slot.count == count and slot.head != head):
            folded = fold_all(chain.anchors_of(item, last=here.block))
            if folded != slot:  # else an earlier row's head was changed, onto which this one was folded; that row tells it
                raise Incomplete(
                    sentence("head and count of item 0x{item} after block {block}", item=item.hex(), block=here.block),
                    tuple(slot),
                    tuple(folded),
                )


def _confirm_total(chain: Chain, block: int, position: int) -> None:
    """Raise Incomplete unless the ledger held that many anchors after a block, or now at least as many where no older state is kept."""
    try:
        total(chain, block, position)
    except NodeRefused:
        if (newest := chain.total()) < position:
            raise Incomplete("number of anchors on the ledger", newest, position) from None


def _slots(chain: Chain, items: Sequence[bytes], block: int) -> list[Head]:
    """The ledger's slots after a block, or now where the node keeps no older state: a head that has moved on is compared another time."""
    try:
        return chain.heads(items, block)
    except NodeRefused:
        return chain.heads(items)


def _unrecorded(session: Session, rows: Sequence[Row], mine: frozenset[bytes]) -> Iterator[Suspicion]:
    """Commitments that our keys anchored and that no record has; those of one commitment are one record."""
    lost: dict[bytes, Row] = {}
    wanted = {row[3]: row for row in rows if row[4] in mine}
    for part in parts(wanted):
        known = set(session.scalars(select(Record.commitment).where(Record.commitment.in_(part))))
        lost |= {commitment: wanted[commitment] for commitment in part if commitment not in known}
    for commitment, row in lost.items():
        words = f"the record that anchor {row[0]} in block {row[7]} commits to"
        yield missing(RECORDS, "0x" + commitment.hex(), words, "no record with this commitment")


def _sent(session: Session, logs: Sequence[Anchor], mine: frozenset[bytes]) -> Iterator[Suspicion]:
    """The rows of our transactions against the blocks that hold them."""
    blocks = {log.tx_hash: (log.block_number, log.block_hash) for log in logs if log.signer in mine}
    for part in parts(blocks):
        columns = select(Transaction.id, Transaction.hash, Transaction.state, Transaction.block_number, Transaction.block_hash)
        for row in session.execute(columns.where(Transaction.hash.in_(part))):
            number, block_hash = blocks[row.hash]
            if row.state == TransactionState.FAILED:
                yield altered(TRANSACTIONS, row.id, "state", sentence("final: it is in block {number}", number=number), row.state)
            elif row.state in (TransactionState.MINED, TransactionState.FINAL):
                if row.block_number != number:
                    yield altered(TRANSACTIONS, row.id, "block_number", number, row.block_number)
                if row.block_hash != block_hash:
                    yield altered(TRANSACTIONS, row.id, "block_hash", block_hash, row.block_hash)


def _ending(session: Session, chain: Chain, here: Settled, place: int, position: int) -> Piece:
    """Whether that was all: the ledger holds as many anchors, and the mirror none beyond them."""
    if (behind := chain.block().number - here.block) > BEHIND:
        raise Unsettled(sentence("the mirror is {behind} blocks behind the chain", behind=behind))
    _confirm_total(chain, here.block, position)
    row, newest = MirroredAnchor, select(Cursor.position).scalar_subquery()
    beyond = and_(row.position > position, row.block_number <= here.block)
    query = select(row.position, row.item_id).where(or_(row.position < 1, beyond, row.position > newest))
    extra = session.execute(query.order_by(row.position).limit(_EXTRA)).all()
    suspicions = [
        added(ANCHORS, one.position, "no such anchor on the chain", sentence("one of item 0x{item}", item=one.item_id.hex()))
        for one in extra
    ]
    if suspicions:
        still(session, chain, here)
    return Piece(place, 0, True, tuple(suspicions), position)
