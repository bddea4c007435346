"""What is drawn of a trace: boxes that stay few, arrows with amounts, the flow diagram."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from tests.tracing.stories import CENTRE, DOCK, GTIN, PLANT, RAW, SHOPS, Story, milk
from tracing.picture.collapse import collapse, fitting
from tracing.picture.overview import overview
from tracing.picture.shapes import Picture, worst


def drawn(picture: Picture) -> dict[tuple[str, str], str]:
    """Arrows by what their ends are, with their amounts."""
    ends = {box.key: box.place or box.kind or box.product[-4:] + box.level for box in picture.boxes}
    return {
        (ends[one.source], ends[one.target]): " ".join(f"{amount.quantity:f}{amount.uom}" for amount in one.amounts)
        for one in picture.arrows
    }


def test_time_goes_from_left_to_right_from_the_tank_to_the_shops():
    found = drawn(collapse(milk().told()))
    assert found["4369lot", "4352lot"] == "90"
    assert found["4352lot", "pallet"] == "90"
    assert found["pallet", DOCK] == found[DOCK, CENTRE] or found[DOCK, CENTRE]
    assert (found[CENTRE, SHOPS[0]], found[CENTRE, SHOPS[1]], found[DOCK, SHOPS[2]]) == ("60", "30", "40")
    assert found[DOCK, ""] == "50"


def test_what_rides_on_a_pallet_stands_beside_the_pallet():
    arrow = next(one for one in collapse(milk().told()).arrows if (one.source, one.target) == (f"p{DOCK}", f"p{CENTRE}"))
    assert [int(amount.quantity) for amount in arrow.amounts] == [1]
    assert [int(amount.quantity) for amount in arrow.inside] == [90]


def test_what_leaves_where_some_of_it_only_passed_on_a_pallet_comes_from_the_lot_itself():
    story = milk()
    story.step("moved", "shipping", 6.1, DOCK, (2, "object", 7.0))
    arrow = next(one for one in collapse(story.told()).arrows if (one.source, one.target) == ("t2", f"p{DOCK}"))
    assert [int(amount.quantity) for amount in arrow.amounts] == [7]


def test_what_was_taken_off_a_pallet_behind_the_gate_leaves_by_the_gate_that_it_came_through():
    story = milk()
    story.steps = [replace(step, place="urn:behind") if step.biz_step == "unpacking" else step for step in story.steps]
    assert set(drawn(collapse(story.told()))) == set(drawn(collapse(milk().told())))


def test_trucks_are_left_out_and_counted():
    picture = collapse(milk().told())
    assert picture.left_out == 1
    assert all(box.level != "asset" for box in picture.boxes)


def test_a_box_has_the_worst_verdict_of_its_steps():
    assert {box.place: box.verdict for box in collapse(milk("altered").told()).boxes}[CENTRE] == "altered"
    assert worst(["verified", "pending", "not checked"]) == "pending"
    assert worst(["altered", "a word of tomorrow"]) == "a word of tomorrow"


def test_only_what_was_asked_for_starts():
    assert [box.things for box in collapse(milk().told()).boxes if box.starts] == [(1,)]


def units(count: int) -> Story:
    """A lot of so many units, packed in cases of 24 and sold one by one."""
    story = Story()
    lot = story.thing(f"{GTIN}/10/A")
    numbers = [story.thing(f"{GTIN}/21/{number}", "item", "member") for number in range(count)]
    story.step("made", "commissioning", 1, PLANT, (lot, "lot"), *((unit, "object") for unit in numbers))
    for start in range(0, count, 24):
        case = story.thing(f"https://id.gs1.org/00/{start:018d}", "pallet", "carrier", 2)
        story.step("packed", "packing", 2, PLANT, *((unit, "child") for unit in numbers[start : start + 24]), (case, "parent"))
        story.step("moved", "shipping", 3, PLANT, (case, "object"), to=SHOPS[start % 3])
    return story


def test_units_that_share_all_their_steps_are_one_box():
    picture = collapse(units(72).told())
    assert sorted(len(box.things) for box in picture.boxes if box.level == "item") == [24, 24, 24]
    assert len([box for box in picture.boxes if box.level == "pallet"]) == 3


def test_units_of_one_lot_are_one_box_when_collapsed_by_lot_whatever_became_of_each():
    story = units(48)
    story.step("observed", "retail_selling", 5, SHOPS[0], (2, "object"))
    assert sorted(len(box.things) for box in collapse(story.told()).boxes if box.level == "item") == [1, 23, 24]
    assert [len(box.things) for box in collapse(story.told(), "lot").boxes if box.level == "item"] == [48]


def test_the_picture_is_as_fine_as_is_legible():
    trace = units(24 * 30).told()
    assert fitting(trace, 500).by == "alike"
    assert fitting(trace, 24).by == "level"
    assert len(fitting(trace, 24).boxes) <= 8


def test_a_step_of_many_to_many_is_a_box_others_are_arrows():
    story = Story()
    raws = [story.thing(f"{RAW}/10/{n}", how="used") for n in range(2)]
    mades = [story.thing(f"{GTIN}/10/{n}") for n in range(2)]
    story.step(
        "transformed",
        "creating_class_instance",
        1,
        PLANT,
        *((one, "input", 5.0, "KGM") for one in raws),
        *((one, "output", 9.0) for one in mades),
    )
    story.step("transformed", "creating_class_instance", 2, PLANT, (mades[0], "input", 9.0), (story.thing(f"{GTIN}/10/Z"), "output", 8.0))
    picture = collapse(story.told())
    assert [box.sort for box in picture.boxes].count("step") == 1
    assert [one.biz_step for one in picture.arrows if one.kind] == ["creating_class_instance"]
    assert [(int(one.used[0].quantity), int(one.amounts[0].quantity)) for one in picture.arrows if one.kind] == [(9, 8)]


def test_backwards_there_are_no_places():
    story = milk()
    story.direction = "backward"
    assert all(box.sort != "place" for box in collapse(story.told()).boxes)


def test_what_comes_back_is_drawn_on_its_way_back():
    story = Story()
    unit = story.thing(f"{GTIN}/21/1", "item", "start")
    story.step("moved", "shipping", 1, CENTRE, (unit, "object"), to=SHOPS[0])
    story.step("moved", "receiving", 2, SHOPS[0], (unit, "object"))
    story.step("returned", "receiving", 3, CENTRE, (unit, "object"))
    assert set(drawn(collapse(story.told()))) == {("4352item", CENTRE), (CENTRE, SHOPS[0]), (SHOPS[0], CENTRE)}


def test_what_was_taken_out_of_a_case_leads_not_back_to_where_it_came_from():
    story = units(24)
    story.step("unpacked", "unpacking", 6, SHOPS[0], *((unit, "child") for unit in range(2, 26)), (26, "parent"))
    picture = collapse(story.told())
    assert ("pallet", "4352item") not in drawn(picture)


@pytest.mark.parametrize("by", ["alike", "lot", "level"])
def test_circles_and_what_leads_to_itself_are_laid_out_all_the_same(by):
    story = Story()
    one, other = story.thing(f"{GTIN}/10/A"), story.thing(f"{RAW}/10/B")
    story.step("transformed", "x", 1, PLANT, (one, "input", 1.0), (other, "output", 1.0))
    story.step("transformed", "x", 2, PLANT, (other, "input", 1.0), (one, "output", 1.0))
    story.step("transformed", "x", 3, PLANT, (one, "input", 1.0), (one, "output", 1.0))
    found = overview(collapse(story.told(), by))
    assert len(found.boxes) == 2
    assert all(band.x0 != band.x1 for band in found.bands)


def test_a_box_stands_behind_all_that_leads_to_it_and_none_covers_another():
    found = overview(collapse(milk().told(), "level"))
    columns = {one.box.key: one.column for one in found.boxes}
    assert all(columns[band.arrow.source] < columns[band.arrow.target] for band in found.bands)
    for column in set(columns.values()):
        held = sorted((one for one in found.boxes if one.column == column), key=lambda one: one.y)
        assert all(one.y + one.height <= other.y for one, other in pairwise(held))


def test_a_band_is_as_wide_as_its_amount_among_the_same():
    bands = {(one.arrow.source, one.arrow.target): one.width for one in overview(collapse(milk().told(), "level")).bands}
    assert bands[f"p{CENTRE}", f"p{SHOPS[0]}"] == pytest.approx(2 * bands[f"p{CENTRE}", f"p{SHOPS[1]}"])


def test_five_thousand_units_are_drawn_as_few_boxes():
    assert len(overview(fitting(units(24 * 200).told(), 24)).boxes) < 10


def test_a_trace_of_one_thing_is_a_box():
    story = Story()
    story.thing(f"{GTIN}/10/A")
    assert [len(overview(collapse(story.told())).boxes), len(collapse(story.told()).arrows)] == [1, 0]
