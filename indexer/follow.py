"""Follows the chain: one step reads the next span, checks it, and stores its rows with the cursor in one transaction.

1. Read the headers from the cursor's own block on, the ledger's logs and the members' logs (`reader`, `span`).
2. Believe nothing yet: the headers continue from the cursor's hash, every log stands in one of these blocks, positions and seqs
   have no gap, each writer is a signer (`fold`, `members`). At the head of the chain the contract's own total and heads must
   agree as well (`confirm`).
3. Move the cursor and insert the rows (`cursor`, `write`); the caller commits. A kill at any instruction repeats work, never skips it.
4. A check that fails changes nothing and raises; the span is read again, narrower. If rows already stored are in doubt (the end
   of an earlier answer may have been cut), the mirror goes back to the last block it is sure of, and says so in `cursor.doubt`.
5. A cursor whose hash left the chain is a fork (`rewind`).
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from indexer import confirm, indexes, members, members_check, rewind, write
from indexer.cursor import find, keep_headers, move
from indexer.fold import Folded, Gap, fold, linked
from indexer.heads import MOST_IN_MEMORY, Heads, all_heads, predecessors
from indexer.memory import Memory
from indexer.models import Cursor, MemberEvent
from indexer.patience import Patient
from indexer.span import Source, Span
from indexer.start import begin
from ledger_client.errors import Fork, Incomplete, LedgerError, NodeUnavailable
from ledger_client.onchain import Block
from ledger_client.sentences import sentence

MEMBERS_EVERY = 64  # blocks after which the members are compared with their contract even if nothing was heard of them


def step(session: Session, chain: Source, memory: Memory | None = None) -> int:
    """Do one bounded piece of mirroring and return how many blocks it moved (0: nothing to do now); the caller commits.

    Raises Retryable (try later), Incomplete (the node leaves something out), WrongChain or Fork; nothing is stored then.
    """
    memory, chain = memory or Memory(), Patient(chain)
    try:
        cursor = find(session, chain, memory)
        if cursor is None:
            begin(session, chain)
            return 1
        return _index(session, cursor) if _due_for_indexes(cursor, memory) else _advance(session, chain, cursor, memory)
    except LedgerError:
        memory.head_is_old = True
        raise


def _advance(session: Session, chain: Source, cursor: Cursor, memory: Memory) -> int:
    if memory.head is None or memory.head_is_old or memory.head.number <= cursor.block:
        memory.head, memory.head_is_old = chain.block(), False
    if memory.head.number <= cursor.block:
        return _at_head(session, chain, cursor, memory, memory.head)
    span = memory.reader.next(chain, cursor.block + 1, memory.head.number)
    try:
        return _take(session, chain, cursor, memory, span)
    except Fork as error:
        memory.reader.disbelieved(span, error)
        moved = _fork(session, chain, cursor, memory)
        if moved is None:  # no fork below the span: its parts do not fit each other
            raise
        return moved
    except Incomplete as error:
        memory.reader.disbelieved(span, error)
        return _doubt(session, chain, cursor, error)


def _take(session: Session, chain: Source, cursor: Cursor, memory: Memory, span: Span) -> int:
    """Check a span, store it, move the cursor."""
    linked(span, cursor.hash)
    known = _heads_before(session, cursor, memory, span)
    folded = fold(span, cursor.position, known)
    members_check.check_writers(session, folded.wrote, span.member_logs, cursor.block)
    position = cursor.position + len(folded.rows)
    sure = _at_the_end(chain, memory, span)
    if sure:
        confirm.total(chain, span.last, position)
        confirm.heads(chain, span.last, _unconfirmed(session, cursor, known) | folded.heads)
    upto = span.blocks[-1] if sure else _sure_of(span)
    move(
        session,
        cursor,
        block=span.last,
        hash=span.blocks[-1].hash,
        position=position,
        items=cursor.items + folded.new_items,
        **({"complete_block": upto.number, "complete_hash": upto.hash} if upto else {}),
        **({"confirmed": position, "doubt": None} if sure else {}),
    )
    _store(session, span, folded, memory.window)
    if not cursor.indexed:
        known.update(folded.heads)
        memory.keep_heads(cursor, known)
    return span.width


def _store(session: Session, span: Span, folded: Folded, window: int) -> None:
    write.anchors(session, folded.rows)
    members.add(session, span.member_logs)
    keep_headers(session, span.blocks[1:], window, span.last)


def _heads_before(session: Session, cursor: Cursor, memory: Memory, span: Span) -> Heads:
    """Heads to fold the span onto: looked up, or all of them while there is no index to look them up by."""
    if cursor.indexed:
        return predecessors(session, span.anchors.rows(), cursor.position)
    known = memory.heads_for(cursor)
    return all_heads(session) if known is None else known


def _unconfirmed(session: Session, cursor: Cursor, known: Heads) -> Heads:
    """Heads of the items that were touched since the last comparison with the chain."""
    if cursor.confirmed == cursor.position:
        return {}
    return known if not cursor.confirmed and not cursor.indexed else all_heads(session, cursor.confirmed)


def _sure_of(span: Span) -> Block | None:
    """The last block that cannot have lost an anchor: the one before the span's last anchor, which continues the positions."""
    return span.blocks[span.anchors.block_number[-1] - span.first] if span.size else None


def _at_the_end(chain: Source, memory: Memory, span: Span) -> bool:
    """Whether the span ends with the newest block of the chain, asked anew."""
    if memory.head is not None and span.last < memory.head.number:
        return False
    memory.head = chain.block()
    if memory.head.number == span.last and memory.head.hash != span.blocks[-1].hash:
        raise Fork(sentence("hash of block {number}", number=span.last), span.blocks[-1].hash, memory.head.hash)
    if memory.head.number < span.last:
        raise NodeUnavailable(sentence("the node went back from block {last} to {number}", last=span.last, number=memory.head.number))
    return memory.head.number == span.last


def _at_head(session: Session, chain: Source, cursor: Cursor, memory: Memory, head: Block) -> int:
    """No new block: make sure that the one we have still stands, and that all is known to be complete."""
    if head.number < cursor.block or head.hash != cursor.hash:
        return _fork(session, chain, cursor, memory) or 0
    try:
        if cursor.complete_block < cursor.block or cursor.confirmed < cursor.position or cursor.doubt:
            confirm.total(chain, cursor.block, cursor.position)
            confirm.heads(chain, cursor.block, all_heads(session, cursor.confirmed))
            done = {"complete_block": cursor.block, "complete_hash": cursor.hash, "confirmed": cursor.position, "doubt": None}
            move(session, cursor, **done)
        elif _due_for_members(session, cursor):
            members_check.compare(session, chain, cursor.block)
            nonce = members_check.council_nonce(chain, cursor.block)
            move(session, cursor, members_block=cursor.block, council_nonce=nonce, doubt=None)
        else:
            return 0
    except Incomplete as error:
        return _doubt(session, chain, cursor, error)
    return 1


def _fork(session: Session, chain: Source, cursor: Cursor, memory: Memory) -> int | None:
    try:
        return rewind.follow_fork(session, chain, cursor, memory)
    except members_check.MembersDiffer as error:
        return _doubt(session, chain, cursor, error)


def _doubt(session: Session, chain: Source, cursor: Cursor, error: Incomplete) -> int:
    """A check failed. Go back if rows that are stored may be wrong, else raise: nothing wrong is stored, and nothing moves."""
    if isinstance(error, members_check.MembersDiffer):
        last = min(cursor.block, chain.block().number)
        if members_check.read_again(session, chain, cursor, last, str(error)):
            return 0
        raise error
    if isinstance(error, confirm.Altered):
        suspect = confirm.first_suspect(session, error.items, cursor.confirmed)
        if suspect is not None:
            rewind.before_position(session, chain, cursor, suspect, str(error))
            return 0
    cut = isinstance(error, confirm.Tail) or (isinstance(error, Gap) and error.said == cursor.position + 1)
    if cut and cursor.complete_block < cursor.block:
        rewind.back_to(session, cursor, cursor.complete_block, cursor.complete_hash, doubt=error.text)
        return 0
    raise error


def _due_for_members(session: Session, cursor: Cursor) -> bool:
    if cursor.members_block < 0 or cursor.block - cursor.members_block >= MEMBERS_EVERY:
        return True
    heard = select(MemberEvent.block_number).where(MemberEvent.block_number > cursor.members_block).limit(1)
    return session.scalar(heard) is not None


def _due_for_indexes(cursor: Cursor, memory: Memory) -> bool:
    """Once the head of the chain was reached, or when a backfill has more items than fit in memory."""
    at_head = cursor.complete_block == cursor.block and cursor.position > 0
    return not cursor.indexed and (at_head or len(memory.heads_for(cursor) or ()) > MOST_IN_MEMORY)


def _index(session: Session, cursor: Cursor) -> int:
    """Build one index; the last one is recorded, and look-ups replace the heads in memory."""
    move(session, cursor)
    if indexes.build_next(session) == 0:
        move(session, cursor, indexed=True)
    return 1
