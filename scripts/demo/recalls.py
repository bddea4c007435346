"""A recall that the dairy's quality manager has opened: milk of one tank at the farm, of which most is in shops or sold."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.roles import Role
from indexer.audiences import policies
from recall.cases.freezing import freeze
from recall.cases.opening import Wanted, open_case
from recall.suspicion import asked
from recall.writing import Person
from records.audiences import View
from records.genealogy.models import Thing
from scripts.demo.products import RAW_HOLSTEIN
from scripts.demo.staff import STAFF

DAYS_AGO = 3  # so old is the milk


def give_recall(session: Session, signer: bytes) -> None:
    """Opened and frozen; nothing is accounted for yet. `give_drill` has filled the index of queries, which says whose the units are."""
    of_tank = f"https://id.gs1.org/01/{RAW_HOLSTEIN.gtin}/10/%T1%"
    lot = session.scalars(select(Thing.code).where(Thing.code.like(of_tank)).order_by(Thing.id.desc()).offset(DAYS_AGO).limit(1)).one()
    wanted = Wanted(
        "T1 奶罐抗生素残留 Antibiotics, tank T1",
        "留样复检检出抗生素残留 Antibiotic residues were found when the retained sample was tested again",
        asked.of({"codes": [lot]}),
        grade=2,
    )
    lin = Person(STAFF[Role.QUALITY][1], signer)
    case = open_case(session, wanted, lin, View("regulator", policies(session)))
    freeze(session, case.id, lin)
