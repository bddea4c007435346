"""To whom notices of a case go: the owners of its units beside the member that recalls, each with what it should have.

A member of the consortium whose people have accounts here reads its notice here; to anybody else it goes on paper.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy import case as either
from sqlalchemy.orm import Session

from accounts.models import Account
from accounts.roles import Role
from indexer import queries as mirror
from indexer.audiences import members_of_keys
from recall import cases
from recall.models import RecallCase, RecallUnit
from recall.notices.models import RecallNotice

HELD = ("here", "transit")  # states in which an owner can count something; what it sold or used up it cannot
TOLD = (*HELD, "sold", "unknown")
SINGLE = "units"  # the unit of measure of single things


class Owner(NamedTuple):
    """One who is to be told. `member_id` None: an outside party; with a `party`, the notice goes on paper."""

    member_id: int | None
    party: str
    key: int
    units: int
    amounts: dict[str, str]


def owners(session: Session, case: RecallCase) -> list[Owner]:
    """Every owner of units that are or were in its hands, those with the most units first."""
    reachable, names = _with_people(session), {one.member_id: one.name for one in mirror.members(session)}
    parties = {one.key: one.party for one in cases.units_by_owner(session, case) if one.member_id is None}
    found = []
    for (member, key), (units, amounts) in _counted(session, case).items():
        party = "" if member in reachable else names[member] if member in names else parties.get(key, "")
        found.append(Owner(member, party, key, units, amounts))
    return sorted(found, key=lambda one: -one.units)


def of_notice(notice: RecallNotice) -> list[ColumnElement[bool]]:
    """Which rows of `recall_units` are those of a notice's owner."""
    mine = RecallUnit.owner_key == notice.owner_key if notice.member_id is None else RecallUnit.owner_member_id == notice.member_id
    return [RecallUnit.case_id == notice.case_id, mine, RecallUnit.state.in_(TOLD)]


def _counted(session: Session, case: RecallCase) -> dict[tuple[int | None, int], tuple[int, dict[str, str]]]:
    """(member, 0) or (None, key of the party) -> how many things, and what of them can be counted there."""
    known = or_(RecallUnit.owner_member_id.is_not(None), RecallUnit.owner_key != 0)  # nobody can be told of the others
    not_own = RecallUnit.owner_member_id.is_distinct_from(case.member_id)
    others = (RecallUnit.case_id == case.id, RecallUnit.state.in_(TOLD), known, not_own)
    key = either((RecallUnit.owner_member_id.is_(None), RecallUnit.owner_key), else_=0).label("key")
    whose = (RecallUnit.owner_member_id, key)
    things = select(*whose, func.count(func.distinct(RecallUnit.thing_id))).where(*others).group_by(*whose)
    held = select(*whose, RecallUnit.uom, func.sum(RecallUnit.quantity)).where(
        *others, RecallUnit.state.in_(HELD), RecallUnit.outcome == ""
    )
    amounts: dict[tuple[int | None, int], dict[str, str]] = defaultdict(dict)
    for member, party, uom, amount in session.execute(held.group_by(*whose, RecallUnit.uom).order_by(RecallUnit.uom)):
        if amount is not None:
            amounts[member, party][uom or SINGLE] = plain(Decimal(f"{amount:.6f}"))
    return {(member, party): (count, amounts[member, party]) for member, party, count in session.execute(things)}


def _with_people(session: Session) -> set[int]:
    """Members for which somebody has an account here; machines read notices too, but nobody may be looking."""
    keys = members_of_keys(session)
    here = select(Account.signer).where(Account.signer.is_not(None), Account.disabled_at.is_(None), Account.role != Role.MACHINE)
    return {keys[signer] for signer in session.scalars(here) if signer in keys}


def plain(amount: Decimal) -> str:
    """A quantity as text, without exponent and trailing zeros."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
