"""The dairy's coding rules and a few orders, so that the console's pages of codes have something to show.

The story's own cartons and pallets were coded before there were rules; new cartons of fresh milk are taken only by codes that were issued.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from accounts.roles import Role
from issuing import issue, orders, rules, states
from issuing.definition import definition
from issuing.models import CodeState, Purpose
from issuing.orders import Wanted
from scripts.demo.companies import PLANT
from scripts.demo.products import FRESH, JERSEY
from scripts.demo.staff import STAFF

_YEARLY_COUNTER = [{"kind": "date", "part": "YY"}, {"kind": "counter", "width": 7, "reset": "year"}]
_DRAWN = {"kind": "random", "width": 4, "alphabet": "clear"}
_BY = STAFF[Role.QUALITY][1]
CARTONS: dict[str, Any] = {"scheme": "sgtin", "level": "item", "segments": [*_YEARLY_COUNTER, _DRAWN], "yearly": 2_400_000}
PALLETS = {"kind": "counter", "width": 8, "start": 50_000_000}


def give_codes(session: Session, member: int, today: date) -> None:
    """Three rules, three orders, of which one is printed and one lies with a co-packer."""
    fresh = _rule(session, member, FRESH.name, CARTONS | {"base": FRESH.gtin, "onlyIssued": True})
    _rule(session, member, JERSEY.name, CARTONS | {"base": JERSEY.gtin, "yearly": 300_000, "onlyIssued": False})
    told = {"scheme": "sscc", "level": "pallet", "base": f"3{PLANT.prefix}", "segments": [PALLETS], "yearly": 15_000, "onlyIssued": False}
    pallets = _rule(session, member, "托盘 Pallets (SSCC)", told)
    printed = _order(session, member, Wanted(fresh, 2000, "demo-1", day=today, note="一号线 Line 1"))
    _order(session, member, Wanted(fresh, 500, "demo-2", Purpose.RANGE, "江都代工厂 Jiangdu co-packer", today))
    _order(session, member, Wanted(pallets, 200, "demo-3", day=today))
    while issue.step(session):
        pass
    states.move_order(session, orders.one(session, printed), CodeState.PRINTED, _BY)


def _rule(session: Session, member: int, name: str, told: dict[str, Any]) -> int:
    return rules.make(session, member, name, definition(told), (), _BY).id


def _order(session: Session, member: int, wanted: Wanted) -> int:
    return orders.place(session, member, wanted, _BY)[0].id
