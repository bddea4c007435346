"""A company's label templates: made, changed, removed. A change counts its version up; print jobs keep a copy of what they printed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from issuing.label_models import LabelTemplate
from issuing.texts import line
from labels.template import Template, template
from ledger_client.errors import Conflict, NotFound
from ledger_client.sentences import sentence
from records import row_seals
from records.columns import now
from records.database import changed, insert_for

LONGEST_NAME = 200


def make(session: Session, member_id: int, name: str, made: Template, by: str) -> LabelTemplate:
    """A new template; Conflict for a name that is taken."""
    name = line("name", name, LONGEST_NAME)
    row = {"member_id": member_id, "name": name, "version": 1, "template": made.as_json(), "changed_at": now(), "changed_by": by[:200]}
    number = session.scalar(insert_for(session, LabelTemplate).values(row).on_conflict_do_nothing().returning(LabelTemplate.id))
    if number is None:
        raise Conflict(sentence("a template of the name {name} is there already; choose another name, or change that one", name=name))
    added = session.get_one(LabelTemplate, number)
    row_seals.seal(session, added)
    return added


def change(session: Session, found: LabelTemplate, name: str, made: Template, based_on: int, by: str) -> LabelTemplate:
    """The template as it is from now on. Conflict when somebody changed it since version `based_on`, or for a name that is taken."""
    name, member, number = line("name", name, LONGEST_NAME), found.member_id, found.id
    others = (LabelTemplate.member_id == member, LabelTemplate.name == name, LabelTemplate.id != number)
    if session.scalar(select(LabelTemplate.id).where(*others)) is not None:
        raise Conflict(sentence("a template of the name {name} is there already; choose another name", name=name))
    mine = (LabelTemplate.id == number, LabelTemplate.version == based_on)
    said = {"name": name, "template": made.as_json(), "version": based_on + 1, "changed_at": now(), "changed_by": by[:200]}
    if changed(session, update(LabelTemplate).where(*mine).values(**said)) != 1:
        raise Conflict(sentence("the template {name} was changed by somebody else meanwhile; look at it and save again", name=found.name))
    session.refresh(found)
    row_seals.seal(session, found)
    return found


def remove(session: Session, found: LabelTemplate) -> None:
    """Take it away; jobs that printed by it keep their copy."""
    row_seals.forget(session, found)
    session.delete(found)
    session.flush()


def one(session: Session, number: int, member_id: int | None = None) -> LabelTemplate:
    """A template by its number; NotFound, also for one of another member than `member_id`."""
    found = session.get(LabelTemplate, number, populate_existing=True)
    if found is None or member_id not in (None, found.member_id):
        raise NotFound(sentence("label template {number}: there is none of that number", number=number))
    return found


def listed(session: Session, member_id: int | None = None) -> Sequence[LabelTemplate]:
    """The templates of a member, or of all, by name."""
    rows = select(LabelTemplate).order_by(LabelTemplate.name, LabelTemplate.id)
    return session.scalars(rows if member_id is None else rows.where(LabelTemplate.member_id == member_id)).all()


def said(found: LabelTemplate) -> Template:
    """What a template looks like."""
    return template(found.template)
