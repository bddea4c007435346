"""What is done in a case: everything is frozen at once, accounted for, closed; and the law's deadlines."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

import scripts.tables  # noqa: F401 (what the sentinel walks)
from ledger_client.errors import Conflict, InvalidInput, Refused
from recall import cases
from recall.cases import accounting, closing, freezing
from recall.cases.accounting import Statement, balance
from recall.cases.deadlines import after_working_days
from recall.cases.freezing import freeze
from recall.cases.opening import refresh
from recall.models import Hold
from sentinel.row_seals import differences
from tests.recall.conftest import LIN
from tests.recall.test_cases import MDA, SHOP, handed, journey, milk, opened
from tests.recall.test_holds import stopped
from tests.records.documents import OTHER
from tests.tracing.plant import ALL, PLACES, amount, crate, item, lot


def frozen(plant, case):
    """How many codes a freeze puts on hold."""
    with plant.sessions.begin() as session:
        return freeze(session, case, LIN)


def again(plant, case):
    """Work the set out again."""
    plant.index()
    with plant.sessions.begin() as session:
        refresh(session, case, LIN, ALL)


def lines(plant, case):
    """(member, party) -> its line; of the cartons."""
    with plant.sessions() as session:
        found = balance(session, cases.one(session, case))
    return {(line.member_id, line.party): line for line in found if line.product.endswith("567809")}


def state(plant, case, line, outcome, quantity):
    """Say what became of units."""
    with plant.sessions.begin() as session:
        accounting.state(session, case, Statement(line.key, line.product, line.uom, outcome, quantity, "by telephone"), LIN)


def close(plant, case, **how):
    """Close the case."""
    with plant.sessions.begin() as session:
        closing.close(session, case, "all came back", LIN, **{"release": True} | how)


def test_a_freeze_holds_the_smallest_set_that_covers_everything(plant):
    milk(plant)
    plant.mark([item(1), item(2)], ilmd={"cbvmda:lotNumber": "B"}, **MDA)
    plant.pack(crate(5), [item(1)])
    case = opened(plant, codes=[lot("T7", "000001")])
    assert frozen(plant, case) == 3  # the raw milk and two lots; neither the items of one nor the crate
    with plant.sessions() as session:
        events = session.scalars(select(Hold.placed_record).distinct()).all()
    assert len(events) == 1
    assert stopped(plant, [item(1)])
    assert stopped(plant, [crate(5)])
    assert stopped(plant, lots=[amount(lot("A"), 5, "")], to=None, step="retail_selling", signer=OTHER)
    assert not stopped(plant, lots=[amount(lot("A"), 5, "")], disposition="returned")
    assert frozen(plant, case) == 0
    with plant.sessions() as session:
        assert list(differences(session)) == []


def test_a_thing_that_is_held_already_is_held_by_the_case_too(plant):
    milk(plant)
    hold = plant.hold(lot("A"))
    case = opened(plant, codes=[lot("A")])
    assert frozen(plant, case) == 1
    plant.release(hold)
    assert stopped(plant, lots=[amount(lot("A"), 5, "")])
    with plant.sessions() as session:
        mine = session.scalars(select(Hold.id).where(Hold.case_id == case)).one()
    with pytest.raises(Refused, match="recall case"):
        plant.release(mine)


def test_a_drill_holds_nothing(plant):
    milk(plant)
    case = opened(plant, kind="drill", codes=[lot("A")])
    assert frozen(plant, case) == 0
    assert not stopped(plant, lots=[amount(lot("A"), 5, "")])
    with plant.sessions() as session:
        assert cases.one(session, case).frozen_at is not None


@pytest.mark.parametrize("returned", ["returned", "https://ref.gs1.org/cbv/Disp-returned"])
def test_what_comes_back_or_is_destroyed_is_accounted_for_by_its_events(plant, returned):
    milk(plant)
    case = opened(plant, codes=[lot("A")])
    assert {who: line.left for who, line in lines(plant, case).items()} == {(1, ""): 40, (2, ""): 60}
    back = {"disposition": returned, "lots": [amount(lot("A"), 30, "")], "to": None}
    plant.move(**back, signer=OTHER, **handed(SHOP, "https://id.gs1.org/417/6901234000016", "dock"))
    plant.move(**back, step="receiving", readPoint={"id": PLACES["dock"]})
    again(plant, case)
    told = lines(plant, case)
    assert sum(line.events["returned"] for line in told.values()) == 30
    assert {who: line.left for who, line in told.items()} == {(1, ""): 40, (2, ""): 30}
    gone = {"action": "DELETE", "bizStep": "destroying", "disposition": "destroyed", "readPoint": {"id": PLACES["dock"]}}
    plant.write("ObjectEvent", quantityList=[amount(lot("A"), 40, "")], **gone)
    again(plant, case)
    told = lines(plant, case)
    assert sum(line.events["destroyed"] for line in told.values()) == 40
    assert sum(line.affected for line in told.values()) == 100
    assert told[2, ""].left == 30


def test_what_people_state_is_accounted_for_and_never_more_than_there_is(plant):
    milk(plant)
    case = opened(plant, codes=[lot("A")])
    shop = lines(plant, case)[2, ""]
    state(plant, case, shop, "consumed", 20)
    with pytest.raises(InvalidInput, match="40 are not accounted for yet"):
        state(plant, case, shop, "returned", 41)
    with pytest.raises(InvalidInput, match="outcome"):
        state(plant, case, shop, "eaten", 1)
    state(plant, case, shop, "returned", 40)
    assert (lines(plant, case)[2, ""].left, lines(plant, case)[2, ""].recovered) == (0, 40)
    with plant.sessions() as session:
        assert list(differences(session)) == []


def test_a_case_is_closed_when_all_is_accounted_for_or_with_a_reason(plant):
    milk(plant)
    case = opened(plant, codes=[lot("A")])
    frozen(plant, case)
    for line in lines(plant, case).values():
        state(plant, case, line, "destroyed", 30)
    with pytest.raises(InvalidInput, match="2 lines are not accounted for"):
        close(plant, case)
    close(plant, case, remainder="eaten before the recall")
    assert not stopped(plant, lots=[amount(lot("A"), 5, "")])
    with pytest.raises(Conflict, match="closed already"):
        close(plant, case)
    acts = journey(plant, case)
    assert [event["act"] for event in acts] == ["opened", "frozen", "accounted", "accounted", "closed"]
    assert (acts[-1]["effectivenessPercent"], acts[-1]["remainderReason"]) == ("60.00", "eaten before the recall")
    assert acts[-1]["amounts"][0] | {"product": ""} == {"product": "", "uom": "", "affected": 100, "recovered": 60, "left": 40}
    with plant.sessions() as session:
        assert list(differences(session)) == []
        assert session.scalars(select(Hold.released_at)).one() is not None


def test_holds_may_stay_when_a_case_is_closed(plant):
    milk(plant)
    case = opened(plant, codes=[lot("A")])
    frozen(plant, case)
    close(plant, case, release=False, remainder="in the laboratory")
    with plant.sessions() as session:
        (kept,) = session.scalars(select(Hold.id)).all()
    plant.release(kept)


def test_a_recall_ends_after_so_many_working_days():
    friday = datetime(2026, 11, 27, 3, tzinfo=UTC)
    assert after_working_days(friday, 10).isoformat() == "2026-12-12T00:00:00+08:00"


def test_what_is_many_is_held_and_released_in_portions_by_whom_said_so(plant, monkeypatch):
    monkeypatch.setattr(freezing, "AT_ONCE", 2)
    plant.mark([item(number) for number in range(1, 8)])
    case = opened(plant, codes=[item(number) for number in range(1, 8)])
    assert frozen(plant, case) == 7
    assert progress(plant, case) == ("freeze", 2, 5)
    assert stopped(plant, [item(1)])
    assert not stopped(plant, [item(7)])
    assert moved(plant) == 2
    again(plant, case)  # numbers the units anew: the job begins again, and holds nothing twice
    assert [moved(plant) for _ in range(5)] == [2, 2, 2, 1, 0]
    assert progress(plant, case) == (None, 7, 0)
    assert stopped(plant, [item(7)])
    with plant.sessions() as session:
        assert list(differences(session)) == []
        assert set(session.scalars(select(Hold.placed_name))) == {"Lin"}
    close(plant, case, remainder="in the laboratory")
    assert progress(plant, case) == ("release", 5, 2)
    assert [moved(plant) for _ in range(4)] == [2, 2, 1, 0]
    assert progress(plant, case) == (None, 0, 7)
    assert [event.get("released") for event in journey(plant, case)][-1] == 7
    with plant.sessions() as session:
        assert list(differences(session)) == []


def test_a_case_that_is_closed_while_it_freezes_holds_no_more_than_by_then(plant, monkeypatch):
    monkeypatch.setattr(freezing, "AT_ONCE", 2)
    plant.mark([item(number) for number in range(1, 6)])
    case = opened(plant, codes=[item(number) for number in range(1, 6)])
    frozen(plant, case)
    close(plant, case, release=False, remainder="in the laboratory")
    assert (progress(plant, case), moved(plant)) == ((None, 2, 3), 0)


def moved(plant):
    """One step of the job."""
    with plant.sessions.begin() as session:
        return freezing.step(session)


def progress(plant, case):
    """What is under way, how many codes are held, and how many are not."""
    with plant.sessions() as session:
        found = cases.one(session, case)
        return found.moving, freezing.held(session, found), freezing.waiting(session, found)
