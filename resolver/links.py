"""The one writer of members' links, and the readers: a member's own, and those that match an item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from issuing.texts import line
from ledger_client.codes import ItemCode
from ledger_client.errors import Conflict, NotFound
from ledger_client.sentences import sentence
from records import row_seals
from records.columns import now
from records.database import changed, insert_for
from resolver import target, types
from resolver.choosing import Link
from resolver.models import ItemLink
from resolver.owning import require
from resolver.pattern import levels, of_code, of_prefix

LONGEST_TITLE = 200
MOST = 10_000  # links of one member
_MEANWHILE = "this link was set by another request in this moment"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A link as somebody typed it; exactly one of `code` and `company_prefix` is given."""

    link_type: str
    target: str
    title: str
    code: str = ""
    company_prefix: str = ""
    language: str = ""
    media_type: str = ""
    first: bool = False

    def checked(self) -> dict[str, object]:
        """The columns; InvalidInput names the field."""
        return {
            "pattern": of_prefix(self.company_prefix.strip()) if self.company_prefix else of_code(self.code.strip()),
            "link_type": types.settable(self.link_type),
            "target": target.url(self.target),
            "title": line("title", self.title, LONGEST_TITLE),
            "language": target.language(self.language.strip()),
            "media_type": target.media_type(self.media_type.strip()),
            "first": self.first,
        }


@dataclass(frozen=True, slots=True)
class Level:
    """The links of one code: of the item itself, its lot, its product."""

    code: str  # canonical
    links: tuple[Link, ...]


def make(session: Session, member_id: int, wanted: Wanted, by: str) -> ItemLink:
    """A new link. InvalidInput, Refused for what is not the member's, Conflict for one that is there already."""
    if (session.scalar(select(func.count()).where(ItemLink.member_id == member_id)) or 0) >= MOST:
        raise Conflict(sentence("there are {most} links already; remove some first", most=MOST))
    columns = _columns(session, 0, member_id, wanted, by)
    added = insert_for(session, ItemLink).values(member_id=member_id, **columns).on_conflict_do_nothing().returning(ItemLink.id)
    number = session.scalar(added)
    if number is None:
        raise Conflict(_MEANWHILE)
    row = session.get_one(ItemLink, number)
    row_seals.seal(session, row)
    return row


def change(session: Session, row: ItemLink, wanted: Wanted, by: str) -> ItemLink:
    """The same link, saying something else."""
    columns, mine = _columns(session, row.id, row.member_id, wanted, by), update(ItemLink).where(ItemLink.id == row.id)
    changed(session, mine.values(changed_at=columns["changed_at"]))  # takes SQLite's write lock, which has to come before a savepoint
    try:
        with session.begin_nested():
            changed(session, mine.values(columns))
    except IntegrityError:
        raise Conflict(_MEANWHILE) from None
    session.refresh(row)
    row_seals.seal(session, row)
    return row


def remove(session: Session, row: ItemLink) -> None:
    """End a link; the audit log remembers it."""
    row_seals.forget(session, row)
    session.delete(row)
    session.flush()


def one(session: Session, number: int, member_id: int | None = None) -> ItemLink:
    """A link by its number; NotFound, also for one of another member than `member_id`."""
    found = session.get(ItemLink, number)
    if found is None or member_id not in (None, found.member_id):
        raise NotFound(sentence("link {number}: there is none of that number", number=number))
    return found


def listed(session: Session, member_id: int | None, after: int = 0, limit: int = 100) -> Sequence[ItemLink]:
    """A member's links, or everybody's, by number."""
    rows = select(ItemLink).where(ItemLink.id > after).order_by(ItemLink.id).limit(limit)
    return session.scalars(rows if member_id is None else rows.where(ItemLink.member_id == member_id)).all()


def is_set(session: Session, item: ItemCode) -> bool:
    """Whether a link is set for this very code, not only for what it is one of."""
    return session.scalar(select(ItemLink.id).where(ItemLink.pattern == item.uri).limit(1)) is not None


def of_item(session: Session, item: ItemCode, parts: Mapping[str, str]) -> list[Level]:
    """The links that hold for an item, the most specific level first; levels without links are left out.

    All are of one member, that of the most specific link; within a level in the order of the types' table.
    """
    steps = levels(item, parts)
    rank = {pattern: place for place, pattern in enumerate(pattern for _, patterns in steps for pattern in patterns)}
    order = {name: place for place, name in enumerate(types.TYPES)}
    rows = session.scalars(select(ItemLink).where(ItemLink.pattern.in_(rank))).all()
    found = sorted(rows, key=lambda row: (rank[row.pattern], row.id))
    ours = [row for row in found if row.member_id == found[0].member_id]
    ours.sort(key=lambda row: order.get(row.link_type, len(order)))
    return [Level(code, links) for code, patterns in steps if (links := _holding(ours, patterns))]


def nearest(found: Sequence[Level]) -> list[Link]:
    """Of each type the links of the most specific level that has any."""
    best: dict[str, Level] = {}
    for level in found:
        for link in level.links:
            best.setdefault(link.link_type, level)
    return [link for level in found for link in level.links if best[link.link_type] is level]


def _holding(rows: Sequence[ItemLink], patterns: Sequence[str]) -> tuple[Link, ...]:
    """A level's links: of each type those of the most specific pattern, so that a product's own stand for its company's."""
    own = [row for row in rows if row.pattern in patterns]
    best: dict[str, str] = {}
    for row in own:
        best.setdefault(row.link_type, row.pattern)
    return tuple(_told(row) for row in own if row.pattern == best[row.link_type])


def _told(row: ItemLink) -> Link:
    return Link(row.link_type, row.target, row.title, row.language, row.media_type, row.first)


def _columns(session: Session, number: int, member_id: int, wanted: Wanted, by: str) -> dict[str, object]:
    """What the link with that number is to say (0: a new one)."""
    columns = wanted.checked()
    require(session, member_id, str(columns["pattern"]))
    unique = ("pattern", "link_type", "language", "media_type", "target")
    same = [getattr(ItemLink, name) == columns[name] for name in unique]
    if session.scalar(select(ItemLink.id).where(*same, ItemLink.id != number)) is not None:
        raise Conflict("this link is there already; change that one")
    return columns | {"changed_at": now(), "changed_by": by[:200]}
