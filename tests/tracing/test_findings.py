"""What contradicts itself in the records of the things of a trace."""

import pytest

from ledger_client.codes import canonical
from ledger_client.disclosure import Policy
from ledger_client.units import measure
from records.audiences import Policies, View
from records.models import Vocabulary
from tests.records.documents import OTHER, SIGNER
from tests.tracing.plant import amount, crate, item, lot, pallet


def told(answer):
    """(what, last part of the code, had, took, unit) of each finding."""
    names = {thing.number: thing.code.rpartition("/")[2] for thing in answer.things}
    return [(str(one.what), names[one.thing], one.had, one.took, one.uom) for one in answer.findings]


def whats(answer):
    return {str(one.what) for one in answer.findings}


def of_product(sessions, name="056780", **attributes):
    """Master data of a product."""
    code = canonical(lot("A", name)).removesuffix("/10/A")
    row = {"type": "urn:epcglobal:epcis:vtype:EPCClass", "code": code, "signer": SIGNER}
    with sessions.begin() as session:
        session.add(Vocabulary(**row, attributes={f"tl:{key}": value for key, value in attributes.items()}))


def test_using_120_kg_of_a_100_kg_lot_is_a_finding_with_both_numbers_and_the_event_that_shows_it(plant):
    made = plant.make([amount(lot("R"), 200)], [amount(lot("A"), 100)])
    plant.make([amount(lot("A"), 60)], [amount(lot("B"), 60)])
    last = plant.make([amount(lot("A"), 60_000, "GRM")], [amount(lot("C"), 60)])
    answer = plant.trace(lot("A"))
    assert told(answer) == [("overdrawn", "A", 100.0, 120.0, "KGM")]
    assert [event.record for event in answer.findings[0].events] == [last, made]
    assert answer.findings[0].step == last


def test_it_is_found_from_the_product_of_which_only_one_half_is_traced(plant):
    plant.make([amount(lot("R"), 200)], [amount(lot("A"), 100)])
    plant.make([amount(lot("A"), 60)], [amount(lot("B"), 60)])
    plant.make([amount(lot("A"), 60)], [amount(lot("C"), 60)])
    assert ("overdrawn", "A", 100.0, 120.0, "KGM") in told(plant.trace(lot("B"), "backward"))


@pytest.mark.parametrize("way", ["destroyed", "sent", "packed", "sold"])
def test_what_is_destroyed_sent_packed_or_sold_counts_beside_what_is_used(plant, way):
    plant.make([], [amount(lot("A"), 100)], inputQuantityList=[amount(lot("R"), 100)])
    plant.make([amount(lot("A"), 60)], [amount(lot("B"), 60)])
    if way == "destroyed":
        plant.write("ObjectEvent", action="DELETE", bizStep="destroying", quantityList=[amount(lot("A"), 50)])
    elif way == "packed":
        plant.pack(pallet(1), lots=[amount(lot("A"), 50)])
    else:
        plant.move(lots=[amount(lot("A"), 50)], step="shipping" if way == "sent" else "retail_selling")
    assert told(plant.trace(lot("A"))) == [("overdrawn", "A", 100.0, 110.0, "KGM")]


def test_what_is_packed_and_named_again_when_it_is_sent_counts_once(plant):
    plant.make([amount(lot("R"), 100)], [amount(lot("A"), 100)])
    plant.pack(pallet(1), lots=[amount(lot("A"), 100)])
    plant.move([pallet(1)], lots=[amount(lot("A"), 100)])
    assert told(plant.trace(lot("A"))) == []


def test_a_carrier_that_loads_what_it_never_received_has_nothing_wrong(plant):
    plant.make([amount(lot("R"), 100)], [amount(lot("A"), 100)])
    plant.pack(crate(1), lots=[amount(lot("A"), 100)], signer=OTHER)
    plant.pack(crate(1), lots=[amount(lot("A"), 40)], signer=OTHER, action="DELETE")
    assert told(plant.trace(lot("A"))) == []


def test_who_received_80_cannot_send_90(plant):
    plant.make([amount(lot("R"), 100)], [amount(lot("A"), 100)])
    plant.move(lots=[amount(lot("A"), 80)])
    plant.move(lots=[amount(lot("A"), 80)], step="receiving", to=None, signer=OTHER)
    plant.move(lots=[amount(lot("A"), 90)], signer=OTHER)
    assert told(plant.trace(lot("A"))) == [("overdrawn", "A", 80.0, 90.0, "KGM")]


def test_an_event_that_was_declared_wrong_does_not_count(plant):
    plant.make([amount(lot("R"), 100)], [amount(lot("A"), 100)])
    wrong = {"inputQuantityList": [amount(lot("A"), 120)], "outputQuantityList": [amount(lot("B"), 120)]}
    wrong |= {"eventID": "urn:uuid:11111111-1111-4111-8111-111111111111"}
    plant.write("TransformationEvent", at=5, **wrong)
    assert whats(plant.trace(lot("A"))) == {"overdrawn"}
    plant.write("TransformationEvent", at=5, **wrong, errorDeclaration={"declarationTime": "2026-09-02T00:00:00+00:00"})
    assert told(plant.trace(lot("A"))) == []


def test_more_out_of_a_transformation_than_went_in_is_a_finding(plant):
    plant.make([amount(lot("A"), 1, "TNE"), amount(lot("B"), 500)], [amount(lot("C"), 1600)])
    assert told(plant.trace(lot("A"))) == [("surplus", "C", 1500.0, 1600.0, "KGM")]


def test_a_transformation_in_several_events_is_judged_as_one(plant):
    together = {"transformationID": "urn:epc:id:gdti:6901234.00001.T1"}
    plant.make([amount(lot("A"), 60)], [], **together)
    plant.make([amount(lot("B"), 50)], [], **together)
    plant.make([], [amount(lot("C"), 100)], **together)
    assert told(plant.trace(lot("A"))) == []
    plant.make([], [amount(lot("D"), 20)], **together)
    assert told(plant.trace(lot("A"))) == [("surplus", "C", 110.0, 120.0, "KGM")]


def test_the_products_yield_is_what_decides(plant, sessions):
    of_product(sessions, yieldMin="0.9", yieldMax="1.1")
    plant.make([amount(lot("A"), 100)], [amount(lot("B"), 109)])
    plant.make([amount(lot("A2"), 100)], [amount(lot("B2"), 111)])
    plant.make([amount(lot("A3"), 100)], [amount(lot("B3"), 89)])
    assert told(plant.trace(lot("A"))) == []
    assert told(plant.trace(lot("A2"))) == [("surplus", "B2", 100.0, 111.0, "KGM")]
    assert told(plant.trace(lot("A3"))) == [("shortfall", "B3", 100.0, 89.0, "KGM")]


def test_pieces_are_weighed_where_master_data_says_what_one_weighs(plant, sessions):
    plant.make([amount(lot("A"), 100)], [amount(lot("B", "011110"), 120, "")])
    assert whats(plant.trace(lot("A"))) == {"units"}
    of_product(sessions, "011110", pieceQuantity="0.9", pieceUom="KGM")
    assert told(plant.trace(lot("A"))) == [("surplus", "B", 100.0, 108.0, "KGM")]


def test_units_of_different_kinds_are_never_summed(plant):
    plant.make([amount(lot("R"), 1)], [amount(lot("A"), 100)])
    plant.make([amount(lot("A"), 50, "LTR")], [amount(lot("B"), 50, "LTR")])
    answer = plant.trace(lot("A"))
    finding = next(one for one in answer.findings if one.what == "units")
    assert finding.units == ("KGM", "LTR")
    assert (finding.had, finding.took) == (None, None)


def test_a_case_of_twenty_four_is_not_more_than_went_in(plant):
    plant.write("TransformationEvent", inputQuantityList=[amount(lot("A"), 1, "")], outputQuantityList=[amount(lot("B", "011110"), 24, "")])
    assert whats(plant.trace(lot("A"))) == {"units"}


def test_a_split_into_more_than_there_was_is_a_finding(plant):
    plant.make([amount(lot("A"), 10, "")], [amount(lot("A1"), 6, ""), amount(lot("A2"), 6, "")])
    assert told(plant.trace(lot("A"))) == [("surplus", "A1", 10.0, 12.0, "")]


def test_a_child_that_is_packed_in_two_places_at_once_is_a_finding(plant):
    plant.mark([item(1)])
    first = plant.pack(crate(1), [item(1)])
    second = plant.pack(crate(2), [item(1)])
    finding = plant.trace(item(1)).findings[0]
    assert finding.what == "packed twice"
    assert [event.record for event in finding.events] == [second, first]
    assert finding.others == (canonical(crate(1)), canonical(crate(2)))


def test_a_child_that_was_unpacked_or_whose_crate_was_emptied_is_in_one_place(plant):
    plant.mark([item(1), item(2)])
    plant.pack(crate(1), [item(1), item(2)])
    plant.pack(crate(1), [item(1)], action="DELETE")
    plant.pack(crate(2), [item(1)])
    plant.pack(crate(1), action="DELETE")
    plant.pack(crate(2), [item(2)])
    plant.pack(pallet(1), [crate(2), item(2)])
    assert told(plant.trace(item(1))) == told(plant.trace(item(2))) == []


def test_a_thing_in_itself_and_things_in_each_other_are_their_own_ancestors(plant):
    plant.pack(crate(5), [crate(5)])
    assert whats(plant.trace(crate(5))) == {"own ancestor"}
    plant.pack(crate(1), [crate(2)])
    plant.pack(crate(2), [crate(1)])
    assert whats(plant.trace(crate(1))) == {"own ancestor"}


def test_crates_that_hold_each_other_one_after_the_other_are_in_order(plant):
    plant.pack(crate(1), [crate(2)])
    plant.pack(crate(1), [crate(2)], action="DELETE")
    plant.pack(crate(2), [crate(1)])
    assert told(plant.trace(crate(1))) == []


def test_a_lot_that_was_made_of_itself_is_its_own_ancestor_with_the_whole_ring(plant):
    plant.make([amount(lot("A"), 1)], [amount(lot("B"), 1)])
    plant.make([amount(lot("B"), 1)], [amount(lot("A"), 1)])
    finding = next(one for one in plant.trace(lot("A")).findings if one.what == "own ancestor")
    assert {code.rpartition("/")[2] for code in finding.others} == {"A", "B"}
    assert len(finding.events) == 2


def test_used_before_it_was_made_is_a_finding_with_both_events(plant):
    made = plant.make([amount(lot("A"), 1)], [amount(lot("B"), 1)], at=9)
    used = plant.make([amount(lot("B"), 1)], [amount(lot("C"), 1)], at=5)
    finding = next(one for one in plant.trace(lot("A")).findings if one.what == "order")
    assert [event.record for event in finding.events] == [used, made]
    assert finding.events[0].at < finding.events[1].at


def test_one_item_in_two_transformations_is_a_finding(plant):
    plant.mark([item(1)])
    plant.write("TransformationEvent", inputEPCList=[item(1)], outputQuantityList=[amount(lot("A", "011110"), 1, "")])
    assert "used twice" not in whats(plant.trace(item(1)))
    plant.write("TransformationEvent", inputEPCList=[item(1)], outputQuantityList=[amount(lot("B", "011110"), 1, "")])
    assert "used twice" in whats(plant.trace(item(1)))


def test_what_the_asker_may_not_see_does_not_leak_by_a_sum(plant):
    plant.make([amount(lot("R"), 100)], [amount(lot("A"), 100)])
    plant.make([amount(lot("A"), 60)], [amount(lot("B"), 60)])
    hidden = Policy.from_json({"rules": [{"property": "inputQuantityList", "audience": "regulator"}]})
    plant.make([amount(lot("A"), 60)], [amount(lot("C"), 60)], signer=OTHER)
    partner = View("partners", Policies({1: Policy(), 2: hidden}, {SIGNER: 1, OTHER: 2}))
    answer = plant.trace(lot("A"), view=partner)
    assert whats(answer) == {"withheld"}
    assert all(one.had is None and one.took is None for one in answer.findings)
    assert "overdrawn" in whats(plant.trace(lot("A")))


def test_of_a_transformation_with_a_hidden_side_only_what_the_asker_sees_is_told(plant):
    plant.make([amount(lot("A"), 60)], [amount(lot("B"), 60)])
    hidden = Policy.from_json({"rules": [{"property": "outputQuantityList", "audience": "regulator"}]})
    secret = plant.make([amount(lot("A"), 40)], [amount(lot("B"), 70)], signer=OTHER)
    partner = View("partners", Policies({1: Policy(), 2: hidden}, {SIGNER: 1, OTHER: 2}))
    answer = plant.trace(lot("A"), view=partner)
    names = {thing.number: thing.code.rpartition("/")[2] for thing in answer.things}
    told_of = {names[one.thing] for one in answer.findings if secret in [event.record for event in one.events]}
    assert told_of == {"A"}
    assert {one.what for one in answer.findings} == {"withheld"}
    assert "surplus" in whats(plant.trace(lot("A")))


@pytest.mark.parametrize(("quantity", "unit", "kind", "amount"), [(2, "TNE", "mass", 2000), (5, "DZN", "count", 60), (3, "MTR", "MTR", 3)])
def test_units_are_turned_into_the_base_of_their_kind(quantity, unit, kind, amount):
    assert measure(quantity, unit) == (kind, amount)
