"""Who may be told of stock: an amount rests on every event of its lot, so it is told to whom all of them show their things and places.

Leaving out single rows would not do: what remains of a lot says how much of it was sent (docs/stock.md, rule 9).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from inventory.models import StockGoods, StockGoodsKind, StockKind, StockStay
from ledger_client.disclosure import AUDIENCES, Kind
from records.audiences import View

# Properties that amounts and places come from, of each type of event; of others, all.
_OF_TYPE = {
    "ObjectEvent": ("epcList", "quantityList", "ilmd"),
    "TransformationEvent": ("inputEPCList", "inputQuantityList", "outputEPCList", "outputQuantityList", "ilmd"),
    "AggregationEvent": ("parentID", "childEPCs", "childQuantityList"),
    "AssociationEvent": ("parentID", "childEPCs", "childQuantityList"),
    "TransactionEvent": ("epcList", "quantityList", "parentID"),
}
_OF_ANY = ("readPoint", "bizLocation", "sourceList", "destinationList")


def hidden(session: Session, view: View) -> Sequence[int]:
    """Kinds of events of which the view does not show all that stock rests on."""
    rank, found = AUDIENCES.index(view.audience), []
    for one in session.scalars(select(StockKind)):
        policy, kind = view.policies.of(one.signer), Kind(one.event_type, one.biz_step)
        names = (*_OF_TYPE.get(one.event_type, ()), *_OF_ANY)
        if any(AUDIENCES.index(policy.lowest(kind, name)) > rank for name in names):
            found.append(one.id)
    return found


def told(kinds: Sequence[int], goods: type[StockGoods | StockStay] = StockGoods) -> ColumnElement[bool]:
    """Whether goods may be told of; `kinds` are hidden."""
    if not kinds:
        return true()
    return goods.thing_id.not_in(select(StockGoodsKind.thing_id).where(StockGoodsKind.kind_id.in_(kinds)))


def withheld(session: Session, kinds: Sequence[int]) -> int:
    """How many goods are not told of."""
    if not kinds:
        return 0
    some = select(func.count(StockGoodsKind.thing_id.distinct())).where(StockGoodsKind.kind_id.in_(kinds))
    return session.scalar(some) or 0
