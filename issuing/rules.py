"""A company's coding rules: made, and changed by versions that are added and never altered.

What may not become a rule is refused (`judging.check`); what is costly to change later must be confirmed by name. A rule keeps its scheme,
level and base for ever: codes that are out there begin with them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from issuing import judging
from issuing.counters import given_out
from issuing.definition import Definition, definition
from issuing.judging import Warned
from issuing.models import CodingRule, CodingRuleVersion, IssuedCode
from issuing.texts import line
from ledger_client.errors import Conflict, InvalidInput, NotFound
from ledger_client.sentences import joined, sentence
from records.columns import now
from records.database import changed, insert_for
from records.models import RecordItem
from records.row_seals import seal

LONGEST_NAME = 200
LONGEST_REASON = 500


class Unconfirmed(InvalidInput):
    """Warnings that nobody confirmed yet."""

    def __init__(self, warned: Sequence[Warned]) -> None:
        told = joined("{left}; {right}", [sentence("{name}: {text}", name=one.name, text=sentence(one.text)) for one in warned])
        names = ", ".join(one.name for one in warned)
        fix = sentence("confirm each that is meant so — {warnings}", warnings=told)
        super().__init__("confirmed", sentence("does not name {names}", names=names), fix)
        self.warned = warned


def make(
    session: Session, member_id: int, name: str, rule: Definition, confirmed: Collection[str], by: str, reason: str = ""
) -> CodingRule:
    """A new rule and its first version. Unconfirmed, InvalidInput; Conflict for a name or a stem that is taken."""
    name, reason = line("name", name, LONGEST_NAME), line("reason", reason, LONGEST_REASON, optional=True)
    _checked(session, member_id, rule, None, confirmed)
    row = {"member_id": member_id, "name": name, "version": 1, "scheme": rule.scheme.name, "level": str(rule.level), "made_at": now()}
    row |= {"stem": rule.stem, "only_issued": rule.only_issued}
    number = session.scalar(insert_for(session, CodingRule).values(row).on_conflict_do_nothing().returning(CodingRule.id))
    if number is None:
        raise Conflict(sentence("a rule of the name {name} is there already; choose another name, or add a version to that one", name=name))
    found, first = session.get_one(CodingRule, number, populate_existing=True), _version(number, 1, rule, confirmed, by, reason)
    session.add(first)
    seal(session, found, first)
    return found


def change(
    session: Session, found: CodingRule, rule: Definition, confirmed: Collection[str], based_on: int, by: str, reason: str
) -> CodingRule:
    """A new version, made from version `based_on`; the old ones stay readable. Conflict when another was added meanwhile."""
    reason, before = line("reason", reason, LONGEST_REASON), newest(session, found)
    for name in ("scheme", "level", "base"):
        if getattr(rule, name) != getattr(before, name):
            raise InvalidInput(name, "is another than that of the codes that are out there", "make a new rule for it")
    if rule == before:
        raise InvalidInput("segments", "are those that hold already", "change something, or leave the rule as it is")
    _checked(session, found.member_id, rule, found, confirmed)
    mine = (CodingRule.id == found.id, CodingRule.version == based_on)
    if changed(session, update(CodingRule).where(*mine).values(version=based_on + 1, only_issued=rule.only_issued)) != 1:
        raise Conflict(sentence("the rule {name} was changed by somebody else meanwhile; look at it and save again", name=found.name))
    added = _version(found.id, based_on + 1, rule, confirmed, by, reason)
    session.add(added)
    seal(session, found, added)
    session.refresh(found)
    return found


def one(session: Session, number: int, member_id: int | None = None) -> CodingRule:
    """A rule by its number; NotFound, also for one of another member than `member_id`."""
    found = session.get(CodingRule, number, populate_existing=True)
    if found is None or member_id not in (None, found.member_id):
        raise NotFound(sentence("coding rule {number}: there is none of that number", number=number))
    return found


def listed(session: Session, member_id: int | None = None) -> Sequence[CodingRule]:
    """The rules of a member, or of all, by name."""
    rows = select(CodingRule).order_by(CodingRule.name, CodingRule.id)
    return session.scalars(rows if member_id is None else rows.where(CodingRule.member_id == member_id)).all()


def newest(session: Session, found: CodingRule) -> Definition:
    """What a rule says now."""
    return said(version(session, found.id, found.version))


def version(session: Session, rule_id: int, number: int) -> CodingRuleVersion:
    """A version of a rule; NotFound."""
    found = session.get(CodingRuleVersion, (rule_id, number))
    if found is None:
        raise NotFound(sentence("coding rule {rule_id} has no version {number}", rule_id=rule_id, number=number))
    return found


def versions(session: Session, rule_id: int) -> Sequence[CodingRuleVersion]:
    """Every version of a rule, newest first."""
    rows = select(CodingRuleVersion).where(CodingRuleVersion.rule_id == rule_id).order_by(CodingRuleVersion.version.desc())
    return session.scalars(rows).all()


def said(row: CodingRuleVersion) -> Definition:
    """What a version says."""
    return definition(row.definition)


def warned(session: Session, rule: Definition, found: CodingRule | None) -> list[Warned]:
    """What must be confirmed before a definition becomes a rule, or a version of `found`."""
    told = judging.warnings(rule, date.today(), given_out(session, found.id, "") if found else 0)
    if rule.only_issued and not (found and found.only_issued) and (code := _recorded_before(session, rule.stem)):
        text = f"codes such as {code} are recorded already and were never issued here: further events about them would be refused"
        told.append(Warned("recorded_before", text))
    return told


def _checked(session: Session, member_id: int, rule: Definition, found: CodingRule | None, confirmed: Collection[str]) -> None:
    judging.check(rule)
    for other in session.scalars(select(CodingRule).where(CodingRule.member_id != member_id)):
        if other.stem.startswith(rule.stem) or rule.stem.startswith(other.stem):
            raise Conflict(sentence("codes that begin with {stem} belong to a rule of another member", stem=rule.stem))
    missing = [one for one in warned(session, rule, found) if one.name not in confirmed]
    if missing:
        raise Unconfirmed(missing)


def _recorded_before(session: Session, stem: str) -> str | None:
    within = (RecordItem.item_code >= stem, RecordItem.item_code < stem + "\x7f")
    unissued = ~exists().where(IssuedCode.code == RecordItem.item_code)
    return session.scalar(select(RecordItem.item_code).where(*within, unissued).limit(1))


def _version(number: int, count: int, rule: Definition, confirmed: Collection[str], by: str, reason: str) -> CodingRuleVersion:
    told = {"definition": rule.as_json(), "confirmed": sorted(set(confirmed)), "reason": reason}
    return CodingRuleVersion(rule_id=number, version=count, **told, made_at=now(), made_by=by[:200])
