"""A member's mappings: saved under a name, each change a new version."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exchange.imports.mapping import Mapping, of_json
from exchange.imports.models import ImportMapping
from issuing.texts import line
from ledger_client.errors import Conflict, NotFound
from ledger_client.sentences import sentence
from records.columns import now
from records.database import insert_for
from records.row_seals import seal

LONGEST_NAME = 100
MOST = 200  # names of one member


def save(session: Session, member_id: int, name: str, mapping: Mapping, by: str) -> tuple[ImportMapping, bool]:
    """The newest version of that name, and whether it is new: a mapping that says the same as before is the one of before.

    InvalidInput for a name that will not do; Conflict when somebody else saved at the same moment, or for too many names.
    """
    name = line("name", name, LONGEST_NAME)
    before = _newest(session, member_id, name)
    if before is not None and before.definition == mapping.as_json():
        return before, False
    if before is None and len(listed(session, member_id)) >= MOST:
        raise Conflict(sentence("there are {most} mappings; save this one as a new version of one of them", most=MOST))
    row = {"member_id": member_id, "name": name, "version": before.version + 1 if before else 1, "definition": mapping.as_json()}
    row |= {"made_at": now(), "made_by": by[:200]}
    number = session.scalar(insert_for(session, ImportMapping).values(row).on_conflict_do_nothing().returning(ImportMapping.id))
    if number is None:
        raise Conflict(sentence("the mapping {name} was saved by somebody else in this moment; look at it and save again", name=name))
    saved = session.get_one(ImportMapping, number)
    seal(session, saved)
    return saved, True


def one(session: Session, number: int, member_id: int) -> ImportMapping:
    """A version by its number; NotFound, also for one of another member."""
    found = session.get(ImportMapping, number)
    if found is None or found.member_id != member_id:
        raise NotFound(sentence("import mapping {number}: there is none of that number", number=number))
    return found


def listed(session: Session, member_id: int) -> Sequence[ImportMapping]:
    """The newest version of each name, by name."""
    newest = select(func.max(ImportMapping.id)).where(ImportMapping.member_id == member_id).group_by(ImportMapping.name)
    return session.scalars(select(ImportMapping).where(ImportMapping.id.in_(newest)).order_by(ImportMapping.name)).all()


def said(row: ImportMapping) -> Mapping:
    """What a version says."""
    return of_json(row.definition)


def _newest(session: Session, member_id: int, name: str) -> ImportMapping | None:
    mine = select(ImportMapping).where(ImportMapping.member_id == member_id, ImportMapping.name == name)
    return session.scalars(mine.order_by(ImportMapping.version.desc()).limit(1)).one_or_none()
