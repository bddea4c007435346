"""What is on hold is not shipped, by whatever name and in whatever container, and everything else is."""

import pytest

from ledger_client.errors import Conflict, InvalidInput, NotFound, Refused
from recall.gate import gate
from records.capture import accept, step
from records.queries import results
from tests.recall.conftest import LIN, ZHOU
from tests.records.documents import SIGNER, document
from tests.tracing.plant import amount, crate, item, lot, pallet

WHY = "which is on hold since"
MDA = {"@context": [{"cbvmda": "urn:epcglobal:cbv:mda:"}]}


def stopped(plant, codes=(), **said):
    """Whether it is refused to ship these because of a hold."""
    try:
        plant.move(codes, **said)
    except InvalidInput as problem:
        return WHY in str(problem)
    return False


def test_a_thing_on_hold_is_not_shipped_until_it_is_released(plant):
    plant.mark([item(1), item(2)])
    hold = plant.hold(item(1))
    assert stopped(plant, [item(1)])
    assert stopped(plant, [item(2), item(1)], step="retail_selling")
    assert not stopped(plant, [item(2)])
    assert not stopped(plant, [item(1)], step="storing")
    plant.release(hold)
    assert not stopped(plant, [item(1)])


def test_what_holds_it_and_what_lies_in_it_is_not_shipped(plant):
    plant.mark([item(1), item(2)])
    plant.pack(crate(5), [item(1)])
    plant.pack(pallet(1), [crate(5), item(2)])
    plant.hold(item(1))
    assert stopped(plant, [pallet(1)])
    assert stopped(plant, [crate(5)])
    assert not stopped(plant, [item(2)])
    plant.pack(crate(5), [item(1)], action="DELETE")
    assert not stopped(plant, [pallet(1)])
    plant.hold(pallet(1))
    assert stopped(plant, [item(2)])


def test_items_of_a_lot_on_hold_are_not_shipped(plant):
    plant.mark([item(1)], ilmd={"cbvmda:lotNumber": "L7"}, **MDA)
    plant.pack(crate(5), [item(1)])
    plant.hold(lot("L7"))
    assert stopped(plant, [item(1)])
    assert stopped(plant, [crate(5)])
    assert stopped(plant, lots=[amount(lot("L7"), 3, "")])
    assert not stopped(plant, lots=[amount(lot("L8"), 3, "")])


def test_what_happened_before_the_hold_is_taken_and_so_is_what_is_sent_back(plant):
    plant.mark([item(1)])
    plant.hold(item(1))
    plant.move([item(1)], eventTime="2020-01-01T00:00:00+00:00")
    plant.move([item(1)], disposition="returned")


def test_what_was_packed_in_the_same_document_is_not_shipped_either(plant, sessions):
    plant.mark([item(1)])
    plant.hold(item(1))
    at = {"eventTimeZoneOffset": "+00:00"}
    packed = {"type": "AggregationEvent", "action": "ADD", "parentID": pallet(1), "childEPCs": [item(1)], "bizStep": "packing", **at}
    sent = {"type": "ObjectEvent", "action": "OBSERVE", "epcList": [pallet(1)], "bizStep": "shipping", **at}
    body = document([packed | {"eventTime": "2030-09-02T00:00:00Z"}, sent | {"eventTime": "2030-09-02T01:00:00Z"}])
    with sessions.begin() as session:
        job = accept(session, SIGNER, body, "proceed")
        number = job.id
    while True:
        with sessions.begin() as session:
            if not step(session, check=gate):
                break
    with sessions() as session:
        found = results(session, number)
    assert [one.outcome for one in found] == ["stored", "invalid"]
    assert WHY in found[1].problem["problem"]


def test_a_hold_is_an_event_about_the_thing_and_names_who_and_why(plant):
    plant.mark([item(1)])
    plant.release(plant.hold(item(1)))
    steps = [(step.biz_step, step.disposition) for step in plant.trace(item(1)).steps]
    assert ("holding", "non_sellable_other") in steps
    assert ("inspecting", "available") in steps


def test_a_thing_is_held_once_and_released_once_by_its_member_with_a_reason(plant):
    hold = plant.hold(lot("L7"))
    with pytest.raises(Conflict, match="on hold already"):
        plant.hold(lot("L7"), by=ZHOU)
    with pytest.raises(Refused, match="another member"):
        plant.release(hold, by=ZHOU)
    with pytest.raises(InvalidInput, match="reason"):
        plant.release(hold, reason=" ")
    plant.release(hold)
    with pytest.raises(Conflict, match="released already, by Lin"):
        plant.release(hold)
    with pytest.raises(NotFound):
        plant.release("nothing", by=LIN)
    plant.hold(lot("L7"), by=ZHOU)
