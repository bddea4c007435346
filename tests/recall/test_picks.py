"""What advice leaves out because of holds is what capture would refuse."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from sqlalchemy import update

from api.stock_holds import kept
from inventory import lots, places, touched, walk
from inventory.lots import Asked
from inventory.models import StockGoods
from inventory.picks import advice
from tests.recall.test_holds import stopped
from tests.tracing.plant import PLACES, amount, item, lot, pallet

BEFORE = {"eventTime": "2026-01-01T00:00:00+00:00", "readPoint": {"id": PLACES["dock"]}}
MDA = {"@context": [{"cbvmda": "urn:epcglobal:cbv:mda:"}]}
PRODUCT = "https://id.gs1.org/01/06901234567809"


def advised(plant, pieces):
    """(taken by lot, what was left out: how much, of which lot, because of what), each as the last part of its code."""
    with plant.sessions.begin() as session:
        while touched.step(session):
            session.execute(update(StockGoods).values(due_at=0))
        while walk.step(session):
            pass
        place = places.of(session, PLACES["dock"])
        lying = lots.lots(session, Asked(("here",), product=PRODUCT, place=place))
        told = advice(lying, Decimal(pieces), "", 0, partial(kept, session, place))
    taken = {pick.lot.code.rpartition("/")[2]: pick.amount for pick in told.picks}
    return taken, [(one.amount, one.lot.code.rpartition("/")[2], one.code.rpartition("/")[2]) for one in told.held]


def test_items_that_capture_would_refuse_are_left_out_and_it_is_said_why(plant):
    every = [item(number) for number in range(1, 8)]
    plant.mark(every, ilmd={"cbvmda:lotNumber": "S"}, **MDA, **BEFORE)
    plant.pack(item("A", "099999"), every[:2], **BEFORE)
    plant.pack(item("B", "099999"), every[2:4], **BEFORE)
    plant.pack(pallet(1), [item("A", "099999")], **BEFORE)
    plant.move([every[6]], **BEFORE)
    assert advised(plant, 9) == ({"S": 6}, [])
    onto, one = plant.hold(pallet(1)), plant.hold(every[2])
    plant.hold(every[6])  # it is away already
    taken, left = advised(plant, 9)
    assert taken == {"S": 3}
    assert left == [(2, "S", "069012340000000016"), (1, "S", "3")]
    assert [stopped(plant, [code]) for code in every[:6]] == [True, True, True, False, False, False]
    plant.release(onto)
    plant.release(one)
    plant.hold(lot("S"))
    assert advised(plant, 9) == ({}, [(3, "S", "S")])


def test_a_lot_whose_pallet_is_on_hold_is_left_out_as_capture_refuses_all_of_it(plant):
    made = {"action": "ADD", "bizStep": "commissioning", "quantityList": [amount(lot("L"), 10, "")]}
    plant.write("ObjectEvent", **made, **BEFORE)
    plant.pack(pallet(2), lots=[amount(lot("L"), 4, "")], **BEFORE)
    plant.hold(pallet(2))
    assert advised(plant, 5)[0] == {}
    assert stopped(plant, lots=[amount(lot("L"), 1, "")])
