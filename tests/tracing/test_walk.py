"""Where things came from and where they went."""

import pytest

from ledger_client.errors import NotFound
from records.audiences import Policies, View
from tests.tracing.plant import amount, crate, item, lot, pallet, short, whys
from tracing.answer import Why
from tracing.pages import page


def milk(plant):
    """Two raw lots are mixed, filled into a lot of cartons, packed on two pallets and sent."""
    plant.write("ObjectEvent", action="ADD", bizStep="commissioning", quantityList=[amount(lot("R1"), 100), amount(lot("R2"), 50)])
    plant.make([amount(lot("R1"), 100), amount(lot("R2"), 50)], [amount(lot("MIX"), 149)])
    plant.make([amount(lot("MIX"), 149)], [amount(lot("FILL"), 140, "")])
    plant.pack(pallet(1), lots=[amount(lot("FILL"), 80, "")])
    plant.pack(pallet(2), lots=[amount(lot("FILL"), 60, "")])
    plant.move([pallet(1)])


def test_forward_goes_to_every_product_and_to_what_carries_it(plant):
    milk(plant)
    answer = plant.trace(lot("R1"))
    assert short(answer) == {"R1": "start", "MIX": "made", "FILL": "made", short_pallet(1): "carrier", short_pallet(2): "carrier"}
    assert [step.kind for step in answer.steps] == ["made", "merged", "transformed", "packed", "packed", "moved"]
    assert whys(answer) == {"custody"}


def test_steps_may_be_told_in_full_without_being_hashed_again(plant):
    milk(plant)
    full, opened, clear = plant.trace(lot("R1")), plant.trace(lot("R1"), checked=1, opened=99), plant.trace(lot("R1"), checked=1, opened=1)
    assert [step.verdict for step in opened.steps] == ["pending", *["not checked"] * 5]
    assert opened.checked == 1
    assert [(step.kind, step.destination) for step in opened.steps] == [(step.kind, step.destination) for step in full.steps]
    assert full.steps[-1].destination.place
    assert not clear.steps[-1].destination.place


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_pages_of_any_size_give_the_whole_answer(plant, size):
    milk(plant)
    answer, after, found = plant.trace(lot("R1")), 0, []
    while after is not None:
        found.append(page(answer, after, size))
        after = found[-1].after
    assert sorted(thing.number for one in found for thing in one.things) == sorted(thing.number for thing in answer.things)
    assert [step for one in found for step in one.steps] == list(answer.steps)
    assert [link for one in found for link in one.links] == list(answer.links)
    assert len(found) == -(-len(answer.links) // size)


def test_backward_goes_to_every_material_and_says_how_much_of_it(plant):
    milk(plant)
    answer = plant.trace(pallet(2), "backward")
    assert short(answer) == {short_pallet(2): "start", "FILL": "contents", "MIX": "used", "R1": "used", "R2": "used"}
    used = {link.thing: (link.quantity, link.uom) for link in answer.links if link.role == "input"}
    names = {thing.code.rpartition("/")[2]: thing.number for thing in answer.things}
    assert used[names["R2"]] == (50.0, "KGM")


def short_pallet(number):
    return {1: "069012340000000016", 2: "069012340000000023"}[number]


def test_serial_items_belong_to_the_lot_that_their_ilmd_names(plant):
    plant.make([amount(lot("MIX"), 9)], [amount(lot("L7"), 4, "")])
    plant.mark([item(1), item(2)], ilmd={"cbvmda:lotNumber": "L7"}, **{"@context": [{"cbvmda": "urn:epcglobal:cbv:mda:"}]})
    assert short(plant.trace(lot("MIX"))) == {"MIX": "start", "L7": "made", "1": "member", "2": "member"}
    assert short(plant.trace(item(2), "backward")) == {"2": "start", "L7": "lot", "MIX": "used"}


def test_a_container_that_is_used_again_does_not_carry_the_first_load_on(plant):
    plant.mark([item(1), item(2)])
    plant.pack(crate(5), [item(1)])
    first = plant.move([crate(5)])
    plant.pack(crate(5), [item(1)], action="DELETE")
    plant.pack(crate(5), [item(2)])
    second = plant.move([crate(5)])
    answer = plant.trace(item(1))
    steps = {step.record for step in answer.steps}
    assert first in steps
    assert second not in steps
    assert "2" not in short(answer)


def test_a_container_that_was_emptied_as_a_whole_carries_nothing_on(plant):
    plant.mark([item(1)])
    plant.pack(crate(5), [item(1)])
    plant.pack(pallet(1), [crate(5)])
    plant.pack(crate(5), action="DELETE")
    after = plant.move([crate(5)])
    assert after not in {step.record for step in plant.trace(item(1)).steps}


def test_what_was_poured_out_of_a_container_is_followed(plant):
    plant.mark([item(1)])
    plant.pack(crate(5), [item(1)])
    plant.write("TransformationEvent", inputEPCList=[crate(5)], outputQuantityList=[amount(lot("SOUP"), 3)])
    assert short(plant.trace(item(1)))["SOUP"] == "made"
    assert short(plant.trace(lot("SOUP"), "backward"))["1"] == "contents"


def test_one_transformation_in_several_events_joins_what_went_in_with_all_that_came_out(plant):
    together = {"transformationID": "urn:epc:id:gdti:6901234.00001.T1"}
    plant.make([amount(lot("A"), 1)], [], **together)
    plant.make([amount(lot("B"), 1)], [], **together)
    plant.make([], [amount(lot("C"), 2)], **together)
    assert short(plant.trace(lot("A"))) == {"A": "start", "C": "made"}
    assert set(short(plant.trace(lot("C"), "backward"))) == {"A", "B", "C"}


def test_a_cycle_ends_by_itself(plant):
    plant.make([amount(lot("A"), 1)], [amount(lot("B"), 1)])
    plant.make([amount(lot("B"), 1)], [amount(lot("A"), 1)])
    assert set(short(plant.trace(lot("A")))) == {"A", "B"}
    assert set(short(plant.trace(lot("A"), "backward"))) == {"A", "B"}


def test_a_thing_that_is_its_own_parent_is_one_thing(plant):
    plant.mark([crate(5)])
    plant.pack(crate(5), [crate(5)])
    assert len(plant.trace(crate(5)).things) == 1


def test_what_left_a_lot_before_it_was_affected_is_not_affected(plant):
    plant.make([amount(lot("OLD"), 1)], [amount(lot("TANK"), 1)])
    plant.make([amount(lot("TANK"), 1)], [amount(lot("BEFORE"), 1)])
    plant.make([amount(lot("NEW"), 1)], [amount(lot("TANK"), 1)])
    plant.make([amount(lot("TANK"), 1)], [amount(lot("AFTER"), 1)])
    assert set(short(plant.trace(lot("NEW")))) == {"NEW", "TANK", "AFTER"}
    assert set(short(plant.trace(lot("BEFORE"), "backward"))) == {"BEFORE", "TANK", "OLD"}


def test_clocks_that_go_backwards_lose_nothing_and_are_told(plant):
    plant.make([amount(lot("A"), 1)], [amount(lot("B"), 1)], at=9)
    plant.make([amount(lot("B"), 1)], [amount(lot("C"), 1)], at=5)
    forward, backward = plant.trace(lot("A")), plant.trace(lot("C"), "backward")
    assert set(short(forward)) == set(short(backward)) == {"A", "B", "C"}
    assert "time" in whys(forward)
    assert "time" in whys(backward)


def test_an_event_that_was_declared_wrong_is_shown_and_not_followed(plant):
    wrong = {
        "inputQuantityList": [amount(lot("A"), 1)],
        "outputQuantityList": [amount(lot("B"), 1)],
        "eventID": "urn:uuid:11111111-1111-4111-8111-111111111111",
    }
    plant.write("TransformationEvent", at=3, **wrong)
    assert set(short(plant.trace(lot("A")))) == {"A", "B"}
    plant.write("TransformationEvent", at=3, **wrong, errorDeclaration={"declarationTime": "2026-09-02T00:00:00+00:00"})
    answer = plant.trace(lot("A"))
    assert set(short(answer)) == {"A"}
    assert [step.declared for step in answer.steps] == [True]


def test_what_a_member_withholds_is_told_as_an_end(plant):
    plant.make([amount(lot("A"), 1)], [amount(lot("B"), 1)])
    public = View("public", Policies())
    answer = plant.trace(lot("B"), "backward", public)
    assert set(short(answer)) == {"B"}
    assert Why.WITHHELD in whys(answer)
    assert not answer.complete


def test_an_answer_that_was_cut_says_so(plant):
    plant.make([amount(lot("A"), 1)], [amount(lot(f"B{n}"), 1) for n in range(9)])
    assert whys(plant.trace(lot("A"), most=5)) == {"limit"}
    answer = plant.trace(lot("A"), most=5)
    assert {link.thing for link in answer.links} == {thing.number for thing in answer.things}
    assert len(answer.things) == 5
    plant.make([amount(lot("B1"), 1)], [amount(lot("C"), 1)])
    assert "depth" in whys(plant.trace(lot("A"), deepest=1))


def test_a_material_of_which_nobody_recorded_the_beginning_is_told(plant):
    plant.move(lots=[amount(lot("A"), 1)], step="receiving", to=None)
    plant.make([amount(lot("A"), 1)], [amount(lot("B"), 1)])
    assert whys(plant.trace(lot("B"), "backward")) == {"origin"}


def test_an_order_for_a_material_does_not_make_it(plant):
    papers = {"bizTransactionList": [{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:6901234000018:1"}]}
    plant.write("TransactionEvent", action="ADD", quantityList=[amount(lot("A"), 1)], **papers)
    plant.make([amount(lot("A"), 1)], [amount(lot("B"), 1)])
    assert "origin" in whys(plant.trace(lot("B"), "backward"))


def test_an_unknown_code_is_not_found(plant):
    with pytest.raises(NotFound, match="nothing is recorded"):
        plant.trace(lot("NEVER"))
