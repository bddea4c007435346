"""Compares the whole mirror with the chain, anchor by anchor and item by item.

Reads the chain anew from the deployment's first block with the same checks as `follow` (so a node that leaves something out is an
error of the audit, not a finding), and holds every row against it; then every item's head and count against the ledger's own slots.
Changes nothing. From `chain` and the tables to whoever runs it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from indexer import confirm
from indexer.fold import Row, fold, linked
from indexer.heads import Heads
from indexer.members_check import MembersDiffer, compare
from indexer.models import CURSOR, Cursor, MirroredAnchor
from indexer.patience import Patient
from indexer.reader import Reader
from indexer.span import Source, Span
from ledger_client.errors import Conflict, Fork, NodeUnavailable
from ledger_client.sentences import sentence

MOST_LISTED = 1_000

Progress = Callable[[int, int], None]
"""Called with (blocks done, blocks in all)."""

_FIELDS = [column.name for column in MirroredAnchor.__table__.columns]


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that is not as on the chain. `fields`: column -> (on the chain, in the mirror), for a row that both have."""

    kind: str  # "missing": only on the chain, "extra": only in the mirror, "different"
    position: int
    item_id: bytes
    fields: dict[str, tuple[object, object]] = field(default_factory=dict)


@dataclass(slots=True)
class Report:
    """What an audit found up to `block`. `listed` holds the first 1,000 differences; the counts hold all of them."""

    block: int
    anchors: int = 0  # on the chain, up to its newest block
    items: int = 0
    missing: int = 0
    extra: int = 0
    different: int = 0
    wrong_items: int = 0  # items whose head or count in the mirror is not the chain's
    members_problem: str | None = None
    listed: list[Difference] = field(default_factory=list)

    @property
    def truncated(self) -> bool:
        """Whether there are more differences than are listed."""
        return self.missing + self.extra + self.different > len(self.listed)

    @property
    def ok(self) -> bool:
        """Whether mirror and chain agree."""
        return not (self.missing or self.extra or self.different or self.wrong_items or self.members_problem)

    def add(self, difference: Difference) -> None:
        """Count a difference, and list it while there is room."""
        setattr(self, difference.kind, getattr(self, difference.kind) + 1)
        if len(self.listed) < MOST_LISTED:
            self.listed.append(difference)


def audit(session: Session, chain: Source, progress: Progress = lambda _done, _all: None) -> Report:
    """Compare everything up to the mirror's block with the chain.

    Raises Incomplete, Fork, WrongChain or Retryable when the chain cannot be read, Conflict when the mirror went back meanwhile.
    """
    chain = Patient(chain)
    chain.check_identity()
    cursor = session.get(Cursor, CURSOR, populate_existing=True)
    if cursor is None:
        raise Conflict("there is no mirror to audit yet: let the indexer run first")
    report, rewinds, position, heads, items = Report(cursor.block), cursor.rewinds, 0, Heads(), set[bytes]()
    heard = False  # of the members, after the mirror's block
    for span in _spans(chain, cursor, progress):
        part = fold(span, position, heads)
        heads.update(part.heads)
        items |= _compare(session, report, part.rows[: max(0, cursor.position - position)], position)
        position += len(part.rows)
        heard |= span.last > cursor.block and bool(span.member_logs)
    end = span.last
    confirm.total(chain, end, position)
    confirm.heads(chain, end, heads)
    items |= _extra(session, report, min(position, cursor.position))
    report.anchors, report.items, report.wrong_items = position, len(heads), len(items)
    report.members_problem = None if heard else _members_problem(session, chain, end)
    session.refresh(cursor)
    if cursor.rewinds != rewinds:
        raise Conflict("the mirror followed a fork during the audit: run it again")
    return report


def _spans(chain: Source, cursor: Cursor, progress: Progress) -> Iterator[Span]:
    """The whole chain from the deployment to its newest block, where alone every node can say what the slots hold."""
    reader, before = Reader(), chain.block(max(0, chain.deployment.block - 1))
    head = chain.block()
    if head.number < cursor.block:
        raise NodeUnavailable(
            sentence("the node is behind: it is at block {number}, the mirror at {block}", number=head.number, block=cursor.block)
        )
    while True:
        span = reader.next(chain, before.number + 1, head.number)
        linked(span, before.hash)
        before = span.blocks[-1]
        if span.first - 1 <= cursor.block <= span.last and (here := span.blocks[cursor.block - span.first + 1].hash) != cursor.hash:
            raise Fork(sentence("hash of block {block}; let the indexer follow the fork first", block=cursor.block), cursor.hash, here)
        yield span
        progress(before.number, head.number)
        if before.number == head.number and (head := chain.block()).number <= before.number:
            return


def _compare(session: Session, report: Report, rows: list[Row], position: int) -> set[bytes]:
    """Hold rows of the chain, which begin after `position`, against those of the mirror; the items that differ."""
    table = MirroredAnchor.__table__
    query = select(table).where(table.c.position > position, table.c.position <= position + len(rows))
    here = {row.position: tuple(row) for row in session.execute(query)}
    items = set()
    for row in rows:
        mirrored = here.get(row[0])
        if mirrored == row:
            continue
        items.add(row[1])
        if mirrored is None:
            report.add(Difference("missing", row[0], row[1]))
        else:
            items.add(mirrored[1])
            pairs = zip(_FIELDS, row, mirrored, strict=True)
            report.add(Difference("different", row[0], row[1], {name: (said, found) for name, said, found in pairs if said != found}))
    return items


def _extra(session: Session, report: Report, position: int) -> set[bytes]:
    """Rows of the mirror beyond its last position, or of one that no ledger has."""
    row = MirroredAnchor
    query = select(row.position, row.item_id).where(or_(row.position > position, row.position < 1)).order_by(row.position)
    found = session.execute(query).all()
    for extra in found:
        report.add(Difference("extra", extra.position, extra.item_id))
    return {extra.item_id for extra in found}


def _members_problem(session: Session, chain: Source, block: int) -> str | None:
    try:
        compare(session, chain, block)
    except MembersDiffer as problem:
        return str(problem)
    return None
