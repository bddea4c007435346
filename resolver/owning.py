"""Whose an item is, for its links: the member's that was first to claim it, by a coding rule or by recording its commissioning.

The consortium keeps no register of GS1 company prefixes, so this is all that is known. A company prefix is a member's only when every
claim under it is. What nobody claimed is nobody's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from indexer.audiences import members_of_keys
from issuing.models import CodingRule
from ledger_client.errors import Refused
from ledger_client.sentences import sentence
from records.models import Record, RecordItem
from resolver.pattern import beginnings, prefix_of

_AFTER = "\uffff"  # sorts behind every character of a code


def require(session: Session, member_id: int, pattern: str) -> None:
    """Refused unless what the pattern names is the member's, as far as is known."""
    begun, wide = beginnings(pattern), bool(prefix_of(pattern))
    claims = sorted([*_ruled(session, begun, wide), *_commissioned(session, begun, wide)])
    owners = {member for _, member in (claims if wide else claims[:1])}
    if owners == {member_id}:
        return
    if not owners:
        raise Refused(
            sentence(
                "{pattern}: nothing says that it is yours; make a coding rule for it, or record the commissioning of an item, first",
                pattern=pattern,
            )
        )
    if member_id in owners:
        raise Refused(
            sentence(
                "{pattern}: is not yours alone; another member codes or commissions under it; set links for each of your products",
                pattern=pattern,
            )
        )
    raise Refused(sentence("{pattern}: is another member's, which was first to code or commission under it", pattern=pattern))


def _ruled(session: Session, begun: Sequence[str], wide: bool) -> Iterator[tuple[datetime, int]]:
    """When which member made a coding rule under any of the beginnings, or, of one code, a rule that it falls under."""
    for made_at, member, stem in session.execute(select(CodingRule.made_at, CodingRule.member_id, CodingRule.stem)):
        if any(_under(stem, one, wide) or (not wide and one.startswith(stem)) for one in begun):
            yield made_at, member


def _commissioned(session: Session, begun: Sequence[str], wide: bool) -> Iterator[tuple[datetime, int]]:
    """When which member first recorded that something of it was commissioned. Walks all that is recorded under the pattern."""
    step = select(Record.signer, func.min(Record.captured_at)).join(RecordItem, RecordItem.record_id == Record.id)
    recorded = or_(*(_recorded(one, wide) for one in begun))
    keys = members_of_keys(session)
    for signer, first in session.execute(step.where(Record.biz_step == "commissioning", recorded).group_by(Record.signer)):
        if signer in keys:
            yield first, keys[signer]


def _recorded(begun: str, wide: bool) -> ColumnElement[bool]:
    start = begun if wide else f"{begun}/"
    within = and_(RecordItem.item_code >= start, RecordItem.item_code < start + _AFTER)
    return within if wide else or_(within, RecordItem.item_code == begun)


def _under(code: str, begun: str, wide: bool) -> bool:
    return code.startswith(begun) if wide else code == begun or code.startswith(begun + "/")
