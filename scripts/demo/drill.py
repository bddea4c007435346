"""The dairy's yearly recall drill, finished and certified; and a recall that the farm has opened, whose notice waits for the dairy, and is
past its deadline a few minutes after the demo is up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.roles import Role
from recall.cases.closing import close
from recall.cases.opening import Wanted, open_case
from recall.drill.figures import facts
from recall.notices import answer, send
from recall.suspicion import asked
from recall.writing import Person
from records.audiences import Policies, View
from records.columns import now
from records.genealogy.models import Thing
from records.query.index import step as index_step
from scripts.demo.companies import FARM, PLANT
from scripts.demo.products import FRESH, RAW_HOLSTEIN
from scripts.demo.staff import STAFF

ALL = View("regulator", Policies())


def give_drill(session: Session, signers: Mapping[str, bytes]) -> None:
    """`signers`: company -> its key."""
    while index_step(session):  # parties are looked up by it
        pass
    _drill(session, Person(STAFF[Role.QUALITY][1], signers[PLANT.key]))
    _recall(session, Person("牧场质量 Farm quality", signers[FARM.key]))


def _drill(session: Session, lin: Person) -> None:
    """On the newest lot but one of fresh milk. One of those who answer misses a carton."""
    reason = "年度演练：假设该批次留样检出抗生素 Yearly drill: antibiotics supposed in the retained sample"
    aware = now() - timedelta(minutes=40)
    case = open_case(session, Wanted("年度召回演练", reason, _lot(session, FRESH.gtin), "drill", 1, aware), lin, ALL)
    words = "演练：请清点并回复，货物照常销售。 Drill: count and answer, keep selling."
    sent = send.send(session, case.id, send.Wanted(["quarantine"], words, due=4, first=1, every=1), lin)
    for number, one in enumerate(sent):
        found = {uom: Decimal(amount) - (number == 0) for uom, amount in one.amounts.items()}
        answer.acknowledge(session, one, found, "" if number else "一件破损已销毁 one was broken", lin, "陈店长 Chen")
    told, rest = facts(session, case), "演练不回收货物 Nothing is taken back in a drill"
    close(session, case.id, "演练完成 Drill finished", lin, release=True, remainder=rest, facts=told)


def _recall(session: Session, farm: Person) -> None:
    """On raw milk that the dairy has received."""
    reason = "复检疑似超标 Suspected above the limit at re-test"
    case = open_case(session, Wanted("生乳黄曲霉毒素 M1 复检", reason, _lot(session, RAW_HOLSTEIN.gtin)), farm, ALL)
    words = "请先隔离并清点，尽快答复。 Set it apart, count it and answer at once."
    send.send(session, case.id, send.Wanted(["stop_using", "quarantine"], words, due=0.1, first=0.1, every=1), farm)  # late in six minutes


def _lot(session: Session, gtin: str) -> asked.Suspicion:
    """The newest lot of a product but one."""
    newest = select(Thing.code).where(Thing.code.startswith(f"https://id.gs1.org/01/{gtin}/10/")).order_by(Thing.id.desc())
    return asked.of({"codes": [session.scalars(newest.offset(1).limit(1)).one()]})
