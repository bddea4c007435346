"""Which places got something, and how much of it."""

from __future__ import annotations

from tests.tracing.stories import CENTRE, DOCK, GTIN, PLANT, RAW, SHOPS, Story, milk
from tracing.answer import Party, Why
from tracing.destinations import destinations
from tracing.narrow import Narrow, narrowed
from tracing.sources import sources


def told(found) -> dict[str, tuple[str, dict[str, str]]]:
    return {
        one.place: (one.state, {tally.biz_step: " ".join(f"{amount.quantity:f}" for amount in tally.amounts) for tally in one.tallies})
        for one in found
    }


def test_each_place_says_what_came_and_what_became_of_it():
    found = told(destinations(milk().told()))
    assert found[SHOPS[0]] == ("stayed", {"receiving": "60", "retail_selling": "58", "destroying": "2"})
    assert found[SHOPS[1]] == ("stayed", {"receiving": "30"})
    assert found[SHOPS[2]] == ("bound", {"shipping": "40"})
    assert found[""] == ("bound", {"shipping": "50"})


def test_what_was_on_a_pallet_came_with_it():
    found = told(destinations(milk().told()))
    assert found[CENTRE] == ("passed", {"unloading": "90", "receiving": "90"})


def test_where_goods_stayed_stands_first_and_the_place_where_they_were_made_does_not():
    found = [one.place for one in destinations(milk().told())]
    assert found[:2] == [SHOPS[0], SHOPS[1]]
    assert PLANT not in found


def test_less_sent_on_than_came_stays():
    story = milk()
    story.steps = [step for step in story.steps if SHOPS[1] not in (step.place, step.destination.place)]
    kept = {step.record for step in story.steps}
    story.links = [link for link in story.links if link.step in kept]
    assert told(destinations(story.told()))[CENTRE][0] == "stayed"


def test_what_was_declared_wrong_did_not_happen():
    story = milk()
    story.step("moved", "receiving", 14, "urn:wrong", (2, "object", 60.0), declared=True)
    assert "urn:wrong" not in told(destinations(story.told()))


def test_different_units_and_products_are_never_summed():
    story = milk()
    story.step("moved", "receiving", 15, SHOPS[1], (2, "object", 5.0, "KGM"), (1, "object", 7.0, "KGM"))
    tally = next(one for one in destinations(story.told()) if one.place == SHOPS[1]).tallies[0]
    assert {(amount.product, amount.uom): int(amount.quantity) for amount in tally.amounts} == {
        (GTIN, ""): 30, (GTIN, "KGM"): 5, (RAW, "KGM"): 7,
    }  # fmt: skip


def test_a_pallet_that_nobody_opened_brings_its_goods_where_it_came():
    story = Story()
    lot = story.thing(f"{GTIN}/10/A")
    units = [story.thing(f"{GTIN}/21/{number}", "item", "member") for number in range(3)]
    case, pallet = (story.thing(f"https://id.gs1.org/00/09506000134352496{n}", "pallet", "carrier") for n in "67")
    story.step("made", "commissioning", 1, PLANT, (lot, "lot"), *((unit, "object") for unit in units))
    story.step("packed", "packing", 2, PLANT, *((unit, "child") for unit in units), (case, "parent"))
    story.step("packed", "packing", 3, PLANT, (case, "child"), (pallet, "parent"))
    story.step("moved", "receiving", 4, SHOPS[0], (pallet, "object"))
    assert told(destinations(story.told())) == {SHOPS[0]: ("stayed", {"receiving": "3"})}


def test_a_step_that_names_the_pallet_and_the_truck_under_it_counts_what_is_on_them_once():
    story = milk()
    story.step("packed", "loading", 5.1, DOCK, (4, "child"), (5, "parent"))
    story.step("observed", "arriving", 6.5, "urn:gate", (4, "object"), (5, "object"))
    assert told(destinations(story.told()))["urn:gate"] == ("passed", {"arriving": "90"})


def test_a_truck_that_departs_is_not_sent_to_nobody():
    story = milk()
    story.step("moved", "departing", 6.2, DOCK, (5, "object"))
    assert told(destinations(story.told()))[""] == ("bound", {"shipping": "50"})


def test_who_is_no_member_got_it_and_nothing_more_is_known():
    story = milk()
    record = story.step("moved", "shipping", 14, DOCK, (3, "object", 5.0), destination=Party("urn:wholesaler", ""))
    assert told(destinations(story.told()))["urn:wholesaler"] == ("bound", {"shipping": "5"})
    story.end(Why.LEFT, 3, record)
    assert told(destinations(story.told()))["urn:wholesaler"] == ("left", {"shipping": "5"})


def test_a_lot_is_told_no_further_than_its_last_piece_was_unloaded():
    story = Story()
    lot = story.thing(f"{GTIN}/10/A")
    van = story.thing("https://id.gs1.org/8004/9506000134352V1", "asset", "carrier")
    story.step("packed", "loading", 1, CENTRE, (lot, "child", 30.0), (van, "parent"))
    for hour, shop in zip((2, 3), SHOPS, strict=False):
        story.step("unpacked", "unloading", hour, shop, (lot, "child", 15.0))  # of what, the step does not say
    story.step("moved", "arriving", 4, SHOPS[2], (van, "object"))
    assert SHOPS[2] not in told(destinations(story.told()))


def test_a_carrier_in_itself_is_walked_to_an_end():
    story = Story()
    lot = story.thing(f"{GTIN}/10/A")
    one, other = (story.thing(f"https://id.gs1.org/00/09506000134352496{n}", "pallet", "carrier") for n in "67")
    story.step("packed", "packing", 1, PLANT, (lot, "child", 5.0), (one, "parent"))
    story.step("packed", "packing", 2, PLANT, (one, "child"), (other, "parent"))
    story.step("packed", "packing", 3, PLANT, (other, "child"), (one, "parent"), (one, "child"))
    story.step("moved", "receiving", 4, SHOPS[0], (one, "object"))
    assert SHOPS[0] in told(destinations(story.told()))


def test_a_part_is_told_by_its_steps_and_judged_by_the_whole():
    whole = milk().told()
    part = narrowed(whole, Narrow(biz_step="retail_selling"))
    assert told(destinations(whole, part)) == {SHOPS[0]: ("stayed", {"retail_selling": "58"})}
    assert [thing.code for thing in part.things] == [f"{RAW}/10/S7", f"{GTIN}/10/A"]


def test_a_material_says_how_much_of_it_went_in_where_it_came_from_and_whether_more_lies_behind_it():
    story = Story("backward")
    milk_lot, tank, raw = (
        story.thing(f"{GTIN}/10/A"),
        story.thing(f"{RAW}/10/S7", how="used"),
        story.thing(f"{RAW}/10/R", how="used", depth=2),
    )
    story.step("observed", "commissioning", 1, "urn:farm", (raw, "object", 120.0, "KGM"))
    story.step("transformed", "creating_class_instance", 2, PLANT, (raw, "input", 120.0, "KGM"), (tank, "output", 119.5, "KGM"))
    story.step("transformed", "creating_class_instance", 3, PLANT, (tank, "input", 60.25, "KGM"), (milk_lot, "output", 62.0))
    story.step("transformed", "creating_class_instance", 4, PLANT, (tank, "input", 0.1, "KGM"), (milk_lot, "output", 1.0))
    found = sources(story.told())
    assert [(one.thing.code, str(one.used[0].quantity), one.origin, one.place) for one in found] == [
        (f"{RAW}/10/R", "120", True, "urn:farm"),
        (f"{RAW}/10/S7", "60.35", False, PLANT),
    ]
    part = narrowed(story.told(), Narrow(biz_step="commissioning"))
    assert [(one.thing.code, one.origin) for one in sources(story.told(), part)] == [(f"{RAW}/10/R", True)]
