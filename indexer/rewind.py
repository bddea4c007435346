"""Goes back: to where a fork began, to the last block the mirror is sure of, or to where an operator says.

After a fork the replacement is fetched and checked first; only then do the old rows go and the new ones come, in one transaction.
So a node that forks and falls silent leaves the mirror stale and saying so, never empty.
"""

from __future__ import annotations

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from indexer import confirm, members, write
from indexer.cursor import find, keep_headers, move
from indexer.fold import Folded, fold, linked
from indexer.heads import Heads, all_heads, predecessors
from indexer.members_check import check_writers
from indexer.memory import Memory
from indexer.models import Cursor, MirroredAnchor, MirroredBlock
from indexer.span import Source, Span
from ledger_client.errors import Fork, InvalidInput, NodeUnavailable
from ledger_client.member_logs import MemberLog
from ledger_client.onchain import Block
from ledger_client.sentences import sentence

_HEADERS_AT_ONCE = 64


class DeepFork(Fork):
    """A fork below every header that is kept. Nothing is done about it until an operator decides."""


def follow_fork(session: Session, chain: Source, cursor: Cursor, memory: Memory) -> int | None:
    """Replace what a fork took off the chain; returns how many blocks came instead, None if there is no fork. The caller commits.

    Raises NodeUnavailable while the node has nothing to put in its place, DeepFork below the window, WrongChain.
    """
    chain.check_identity()
    memory.head = head = chain.block()
    common = _common_block(session, chain, cursor, head.number)
    last = min(head.number, cursor.block)
    if common.number == cursor.block:
        return None
    if common.number == last:
        raise NodeUnavailable(
            sentence("the node is behind: it is at block {number}, the mirror at {block}", number=head.number, block=cursor.block)
        )
    position = write.position_at(session, common.number, cursor.position)
    spans = _read_all(chain, memory, common, last)
    parts = _fold_all(session, cursor, spans, position)
    heads: Heads = {item: head for part in parts for item, head in part.heads.items()}
    after = position + sum(len(part.rows) for part in parts)
    sure = last == head.number and spans[-1].blocks[-1].hash == head.hash
    if sure:
        confirm.total(chain, last, after)
        confirm.heads(chain, last, heads)
    _back(session, cursor, common.number, common.hash, position, doubt=cursor.doubt)
    end, new_items = spans[-1].blocks[-1], sum(part.new_items for part in parts)
    place = {"block": last, "hash": end.hash, "position": after, "items": cursor.items + new_items}
    move(session, cursor, **place, **_proof(cursor, end, position, after) if sure else {})
    for span, part in zip(spans, parts, strict=True):
        write.anchors(session, part.rows)
        members.add(session, span.member_logs)
        keep_headers(session, span.blocks[1:], memory.window, last)
    return last - common.number


def back_to(session: Session, cursor: Cursor, block: int, block_hash: bytes, doubt: str | None) -> None:
    """Remove everything after `block` and set the cursor there; the caller commits."""
    _back(session, cursor, block, block_hash, write.position_at(session, block, cursor.position), doubt)


def before_position(session: Session, chain: Source, cursor: Cursor, position: int, doubt: str) -> None:
    """Go back to before the block of a stored anchor; the caller commits."""
    block = chain.block(session.get_one(MirroredAnchor, position).block_number - 1)
    back_to(session, cursor, block.number, block.hash, doubt)
    _keep(session, block)


def rewind_to(session: Session, chain: Source, block: int) -> int:
    """An operator's decision: forget everything after `block`. Returns how many blocks; the caller commits."""
    cursor = find(session, chain, Memory())
    first = chain.deployment.block - 1
    if cursor is None or not max(0, first) <= block <= cursor.block:
        raise InvalidInput(
            "block",
            sentence("{block} is not mirrored", block=block),
            sentence("name one from {first} to {last}", first=max(0, first), last=cursor.block if cursor else "none"),
        )
    gone, header = cursor.block - block, chain.block(block)
    back_to(session, cursor, block, header.hash, doubt=sentence("an operator went back to block {block}", block=block))
    _keep(session, header)
    return gone


def _keep(session: Session, block: Block) -> None:
    """Have the header that the mirror now ends with, so that a fork right above it finds it."""
    session.merge(MirroredBlock(number=block.number, hash=block.hash, parent_hash=block.parent_hash, time=block.time))


def _back(session: Session, cursor: Cursor, block: int, block_hash: bytes, position: int, doubt: str | None) -> None:
    lost = select(func.count()).where(MirroredAnchor.position > position, MirroredAnchor.seq == 1)
    sure_of = {"complete_block": block, "complete_hash": block_hash} if cursor.complete_block > block else {}
    move(
        session,
        cursor,
        block=block,
        hash=block_hash,
        position=position,
        items=cursor.items - (session.scalar(lost) or 0),
        confirmed=min(cursor.confirmed, position),
        members_block=min(cursor.members_block, block),
        rewinds=cursor.rewinds + 1,
        doubt=doubt,
        **sure_of,
    )
    write.remove_after(session, position)
    members.remove_after(session, block)
    session.execute(delete(MirroredBlock).where(MirroredBlock.number > block), execution_options={"synchronize_session": False})


def _common_block(session: Session, chain: Source, cursor: Cursor, newest: int) -> Block:
    """The newest kept header that is still on the chain."""
    upto = min(cursor.block, newest)
    oldest = upto
    while True:
        query = select(MirroredBlock).where(MirroredBlock.number <= upto).order_by(MirroredBlock.number.desc())
        kept = session.scalars(query.limit(_HEADERS_AT_ONCE)).all()
        if not kept:
            raise DeepFork(
                sentence(
                    "the chain forked below block {oldest}, the oldest header kept; to follow it, rewind the mirror to a block "
                    "that you trust. Hash of that block",
                    oldest=oldest,
                ),
                "the one mirrored",
                "another",
            )
        there = {block.number: block for block in chain.blocks(kept[-1].number, kept[0].number)}
        for header in kept:
            if there[header.number].hash == header.hash:
                return there[header.number]
        oldest, upto = kept[-1].number, kept[-1].number - 1


def _read_all(chain: Source, memory: Memory, common: Block, last: int) -> list[Span]:
    """Everything after the common block, as spans that follow one another; at most a window of blocks."""
    spans, before = [], common
    while before.number < last:
        span = memory.reader.next(chain, before.number + 1, last)
        linked(span, before.hash)
        spans.append(span)
        before = span.blocks[-1]
    return spans


def _fold_all(session: Session, cursor: Cursor, spans: list[Span], position: int) -> list[Folded]:
    """Check and fold the replacement onto the rows up to `position`."""
    if cursor.indexed:
        heads = predecessors(session, (anchor for span in spans for anchor in span.anchors.rows()), position)
    else:
        heads = all_heads(session, until=position)
    parts, logs = [], list[MemberLog]()
    for span in spans:
        part = fold(span, position, heads)
        heads.update(part.heads)
        position += len(part.rows)
        parts.append(part)
        logs += span.member_logs
        check_writers(session, part.wrote, logs, upto=spans[0].first - 1)
    return parts


def _proof(cursor: Cursor, end: Block, position: int, after: int) -> dict[str, object]:
    """What a comparison with the chain settles: all is there, and confirmed unless something older never was."""
    confirmed = {"confirmed": after, "doubt": None} if cursor.confirmed == position else {}
    return {"complete_block": end.number, "complete_hash": end.hash, **confirmed}
