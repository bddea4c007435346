"""Whose an item is, for its links: of the member that has a coding rule for it, else of the one that recorded its commissioning.

The consortium keeps no register of GS1 company prefixes, so this is what is known: a member sets links only for what it codes or
commissions itself, and for a company prefix only when nobody else does either of that under it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from indexer.audiences import members_of_keys
from issuing.models import CodingRule
from ledger_client.errors import Refused
from records.models import Record, RecordItem
from resolver.pattern import beginnings, prefix_of

LOOKED_AT = 1000  # recorded items under a pattern
_AFTER = "\uffff"  # sorts behind every character of a code


def require(session: Session, member_id: int, pattern: str) -> None:
    """Refused unless what the pattern names is the member's, as far as is known."""
    begun = beginnings(pattern)
    owners = _ruled(session, begun, bool(prefix_of(pattern))) or _commissioned(session, begun, bool(prefix_of(pattern)))
    if owners == {member_id}:
        return
    if not owners:
        raise Refused(f"{pattern}: nothing says that it is yours; make a coding rule for it, or record the commissioning of an item, first")
    if member_id in owners:
        raise Refused(f"{pattern}: is not yours alone; another member codes or commissions under it; set links for each of your products")
    raise Refused(f"{pattern}: is another member's, which codes or commissions under it")


def _ruled(session: Session, begun: Sequence[str], wide: bool) -> set[int]:
    """Members with a coding rule under any of the beginnings, or, of one code, with a rule that it falls under."""
    rules = session.execute(select(CodingRule.member_id, CodingRule.stem))
    return {member for member, stem in rules if any(_under(stem, one, wide) or (not wide and one.startswith(stem)) for one in begun)}


def _commissioned(session: Session, begun: Sequence[str], wide: bool) -> set[int]:
    starts = [one if wide else f"{one}/" for one in begun]
    ranges = [and_(RecordItem.item_code >= one, RecordItem.item_code < one + _AFTER) for one in starts]
    exact = [] if wide else [RecordItem.item_code == one for one in begun]
    near = select(RecordItem.record_id).where(or_(*ranges, *exact)).limit(LOOKED_AT).subquery()
    rows = select(Record.signer).join(near, near.c.record_id == Record.id).where(Record.biz_step == "commissioning").distinct()
    keys = members_of_keys(session)
    return {keys[signer] for signer in session.scalars(rows) if signer in keys}


def _under(code: str, begun: str, wide: bool) -> bool:
    return code.startswith(begun) if wide else code == begun or code.startswith(begun + "/")
