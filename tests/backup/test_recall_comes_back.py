"""A backup in the middle of a recall: stock, the case, its notices and holds are there again, and what is held is still not shipped."""

from __future__ import annotations

import pytest
import sqlalchemy
from sqlalchemy import select, update

from accounts import people
from accounts.roles import Role
from api.stock_holds import hold_spans
from indexer import models as mirror
from inventory import lots, touched, walk
from inventory.lots import Asked
from inventory.models import StockGoods
from inventory.violations import Asked as Wanted
from inventory.violations import violations
from recall import cases
from recall.cases import accounting
from recall.models import Hold
from recall.notices import lists
from records.columns import now
from records.database import open_sessions
from records.genealogy import fill
from scripts.backup.archive import reading
from scripts.restore.keys import Sealed, matching
from scripts.restore.load import load
from tests.backup.conftest import backed_up
from tests.postgres import open_engine
from tests.recall.conftest import ZHOU, Guarded, plant
from tests.recall.test_case_acts import frozen, lines, state
from tests.recall.test_cases import milk, opened
from tests.recall.test_holds import stopped
from tests.recall.test_notices import answered, sent
from tests.records.documents import OTHER, SIGNER
from tests.tracing.plant import PLACES, amount, lot

__all__ = ["plant"]
DOCK = {"readPoint": {"id": PLACES["dock"]}}
CONTEXT = {"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"cbvmda": "urn:epcglobal:cbv:mda:"}]}


@pytest.fixture
def restored(other_url, tmp_path):
    engine = open_engine(other_url, tmp_path / "another keyring")
    yield engine
    engine.dispose()


def seen(plant, case):
    """What people see of stock and of the recall."""
    with plant.sessions.begin() as session:
        while fill.step(session):
            pass
        while touched.step(session):
            session.execute(update(StockGoods).values(due_at=0))
        while walk.step(session):
            pass
        one = cases.one(session, case)
        shape = sqlalchemy.inspect(type(one)).columns.keys()
        return {
            "stock": sorted((lot.code, lot.state, lot.place, lot.amount, lot.expires) for lot in lots.lots(session, Asked())),
            "violations": [
                (left.at, left.record, left.code, left.amount, left.older)
                for left in violations(session, Wanted(since=0), lambda codes: hold_spans(session, codes))[0]
            ],
            "case": {name: getattr(one, name) for name in shape},
            "accounts": sorted((line.product, line.member_id or 0, line.stated, line.left) for line in accounting.balance(session, one)),
            "notices": [(told.number, told.member_id, told.party, told.found, told.note) for told in lists.of_case(session, case, now())],
            "holds": sorted(session.execute(select(Hold.code, Hold.case_id, Hold.placed_at, Hold.reason, Hold.released_at)).all()),
        }


def test_a_recall_goes_on_where_the_backup_left_it(plant, home, database_url, restored):
    for name, day in (("OLD", "2030-10-01"), ("NEW", "2030-10-09")):
        made = {"action": "ADD", "bizStep": "commissioning", "quantityList": [amount(lot(name), 10, "")]}
        plant.write("ObjectEvent", **made, ilmd={"cbvmda:itemExpirationDate": day}, **CONTEXT, **DOCK)
    plant.move(lots=[amount(lot("NEW"), 4, "")], **DOCK)
    milk(plant)
    with plant.sessions.begin() as session:
        people.create(session, "zhou", Role.PARTNER, signer=OTHER)
    case = opened(plant, codes=[lot("T7", "000001")])
    frozen(plant, case)
    sent(plant, case)
    answered(plant, case, 2, ZHOU, 38, "two were broken")
    line = lines(plant, case)[2, ""]
    state(plant, case, line, "destroyed", 5)
    released = plant.hold(lot("OLD"))
    plant.release(released)
    before = seen(plant, case)
    assert all(before.values())

    with reading(backed_up(home, database_url)) as backup, matching(backup, Sealed(None, home.path / "passphrase"), home) as keys:
        load(backup, restored, keys)
    again = Guarded(restored, open_sessions(restored))
    again.hour = plant.hour
    with again.sessions.begin() as session:  # the chain says so again
        for number, key in enumerate((SIGNER, OTHER), 1):
            session.add(mirror.MirroredMember(member_id=number, name=f"M{number}", endpoint="", roles=1, suspended=False, since=1))
            session.add(mirror.MirroredSigner(address=key, member_id=number, active_from=1, active_until=0))
    assert seen(again, case) == before
    assert stopped(again, lots=[amount(lot("A"), 1, "")])
    assert stopped(again, lots=[amount(lot("B"), 1, "")], step="retail_selling")
    assert not stopped(again, lots=[amount(lot("OLD"), 1, "")], **DOCK)
