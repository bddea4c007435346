"""What is known of an order's labels before anybody types: from the order, the records' master data of its product, and the mirror.

Product, contents and maker are the company's own statement (`records.vocabulary`), the date of production is the order's day, and the
expiry follows from the shelf life that master data tells. A lot is never guessed: those recorded of this product are offered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from indexer.models import MirroredMember, MirroredSigner
from issuing import rules
from issuing.label_jobs import Wanted
from issuing.models import CodeOrder
from ledger_client.codes import parse
from ledger_client.errors import InvalidCode
from records.models import RecordItem, Vocabulary

NAMES = ("descriptionShort", "tradeItemDescription", "functionalName", "name", "description")
SPECS = ("netContent", "specification", "descriptiveSize", "size")
PRODUCERS = ("manufacturerOfTradeItemPartyName", "manufacturer", "producer", "brandOwnerName")
SHELF_LIVES = ("shelfLifeDays", "minimumTradeItemLifespanFromTimeOfProduction", "shelfLife")  # days
LOTS = 5
_RECORDED = 200  # items of a product's lots that are looked at, newest first
_LONGEST_LIFE = 36_500


@dataclass(frozen=True, slots=True)
class Facts:
    """What labels of an order can say. Empty: nobody told it."""

    product: str = ""
    spec: str = ""
    producer: str = ""
    dates: Mapping[str, date] = field(default_factory=dict)  # by the names of labels.content.DATES
    lots: tuple[str, ...] = ()  # recorded of this product, newest first


def facts_of(session: Session, order: CodeOrder) -> Facts:
    """The facts of an order."""
    rule, day = rules.said(rules.version(session, order.rule_id, order.version)), date.fromisoformat(order.day)
    maker = session.scalar(select(MirroredMember.name).where(MirroredMember.member_id == order.member_id)) or ""
    found = Facts(producer=maker, dates={"produced": day})
    if rule.scheme.name not in ("sgtin", "lgtin"):
        return found
    said = _said(session, f"https://id.gs1.org/01/{rule.base}", order.member_id)
    return replace(
        found,
        product=_first(said, NAMES),
        spec=_first(said, SPECS),
        producer=_first(said, PRODUCERS) or maker,
        dates={"produced": day, **({"expires": until} if (until := _until(day, _first(said, SHELF_LIVES))) else {})},
        lots=_lots(session, rule.base),
    )


def filled(session: Session, order: CodeOrder, wanted: Wanted) -> Wanted:
    """What somebody asks for, with what they left out as far as it is known: anything but the lot."""
    known = facts_of(session, order)
    texts = {name: getattr(wanted, name) or getattr(known, name) for name in ("product", "spec", "producer")}
    return replace(wanted, dates={**known.dates, **wanted.dates}, **texts)


def _said(session: Session, product: str, member_id: int) -> dict[str, Any]:
    """Attributes by their names without prefix; what the member itself says goes before what others say."""
    own = select(MirroredSigner.address).where(MirroredSigner.member_id == member_id)
    rows = select(Vocabulary.attributes, Vocabulary.signer.in_(own).label("own")).where(Vocabulary.code == product)
    found: dict[str, Any] = {}
    for attributes, _ in sorted(session.execute(rows), key=lambda row: bool(row[1])):
        found |= {name.rpartition("/")[2].rpartition(":")[2]: value for name, value in attributes.items()}
    return found


def _first(said: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((text.strip() for name in names if isinstance(text := said.get(name), str) and text.strip()), "")


def _until(day: date, life: str) -> date | None:
    days = int(life) if life.isascii() and life.isdigit() and len(life) < 6 else 0
    return day + timedelta(days=days) if 0 < days <= _LONGEST_LIFE else None


def _lots(session: Session, gtin: str) -> tuple[str, ...]:
    stem = f"https://id.gs1.org/01/{gtin}/10/"
    rows = select(RecordItem.item_code).where(RecordItem.item_code >= stem, RecordItem.item_code < stem + "\x7f")
    codes = dict.fromkeys(session.scalars(rows.order_by(RecordItem.id.desc()).limit(_RECORDED)))
    return tuple(dict.fromkeys(lot for code in codes if (lot := _lot(code))))[:LOTS]


def _lot(code: str) -> str:
    try:
        return parse(code).parts.get("10", "")
    except InvalidCode:
        return ""
