"""Each showcase code has the history that its name claims."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scripts.demo import showcase
from scripts.demo.agenda import LAST


@pytest.fixture(scope="session")
def life(true):
    """The true events of one code, oldest first."""
    return lambda code: [one for one in true if code in one.codes]


def _steps(life):
    return [(one.member, one.step) for one in life]


def test_the_perfect_item_went_from_filling_to_the_till_without_any_trouble(life, shown):
    assert _steps(life(shown.item)) == [
        ("plant", "commissioning"),
        ("plant", "inspecting"),
        ("plant", "packing"),
        ("retailer", "unpacking"),
        ("retailer", "stocking"),
        ("retailer", "retail_selling"),
    ]


def test_the_perfect_item_can_be_followed_back_to_the_cows_and_along_its_pallet(life, shown):
    filled = life(shown.item)[0].event["inputQuantityList"][0]["epcClass"]
    pasteurised = life(filled)[0].event["inputQuantityList"][0]["epcClass"]
    raw = [element["epcClass"] for element in life(pasteurised)[0].event["inputQuantityList"]]
    assert [_steps(life(code))[0] for code in raw] == [("farm", "creating_class_instance")] * 2
    case = life(shown.item)[2].event["parentID"]
    assert shown.pallet in {one.event["parentID"] for one in life(case) if one.event["type"] == "AggregationEvent"}
    whole = life(shown.item)[-1].happened - life(raw[0])[0].happened
    assert timedelta(days=7) < whole < timedelta(days=10)


def test_the_lot_without_serials_has_two_weeks_from_filling_to_its_retained_sample(life, shown):
    events = life(shown.lot)
    steps = [step for _, step in _steps(events)]
    assert steps[0] == "creating_class_instance"
    assert {"inspecting", "packing", "unpacking", "shipping", "receiving", "retail_selling"} <= set(steps)
    assert events[-1].event["tl:inspection"]["tl:testEn"].startswith("retained sample")
    assert events[-1].happened - events[0].happened > timedelta(days=11)


def test_the_pallet_went_through_three_companies(life, shown):
    steps = _steps(life(shown.pallet))
    assert {member for member, _ in steps} == {"plant", "carrier", "retailer"}
    assert [step for _, step in steps if step in {"commissioning", "packing", "shipping", "arriving", "receiving", "unpacking"}] == [
        "commissioning",
        "packing",
        "shipping",
        "arriving",
        "receiving",
        "unpacking",
    ]


def test_the_item_of_the_warm_trip_was_held_measured_and_released(life, shown):
    judged = [one for one in life(shown.excursion_item) if one.step in {"holding", "inspecting"} and one.member == "retailer"]
    assert [one.event["disposition"] for one in judged] == ["unavailable", "conformant"]
    trip = [one for one in life(shown.excursion_pallet) if "tl:deviation" in one.event]
    assert len(trip) == 1
    assert "ALARM_CONDITION" in str(trip[0].event["sensorElementList"])


def test_the_corrected_item_was_sold_in_the_shop_that_unpacked_it(life, shown):
    events = life(shown.corrected_item)
    places = {one.step: one.event["readPoint"]["id"] for one in events}
    assert places["retail_selling"] == places["unpacking"]


def test_the_corrected_codes_carry_an_error_declaration(told, shown):
    for code in (shown.corrected_item, shown.unsold_item, shown.corrected_lot, shown.expiry_corrected_lot):
        assert sum("errorDeclaration" in one.event for one in told if code in one.codes) == 1


def test_the_void_item_never_got_into_a_case(life, shown):
    assert [step for _, step in _steps(life(shown.void_item))] == ["commissioning", "inspecting", "decommissioning"]


def test_the_returned_item_was_destroyed_after_its_return(life, shown):
    assert [one.event["disposition"] for one in life(shown.returned_item)][-4:] == [
        "retail_sold",
        "returned",
        "non_conformant",
        "destroyed",
    ]


def test_the_expired_item_was_never_sold(life, shown):
    steps = [step for _, step in _steps(life(shown.expired_item))]
    assert steps[-2:] == ["stock_taking", "destroying"]
    assert "retail_selling" not in steps


def test_the_rejected_raw_lot_was_destroyed_and_went_into_no_silo(life, shown):
    events = life(shown.rejected_lot)
    assert [one.event["disposition"] for one in events][-3:] == ["non_conformant", "non_sellable_other", "destroyed"]
    assert "TransformationEvent" not in {one.event["type"] for one in events}


def test_the_retested_lot_passed_the_second_time_and_was_used(life, shown):
    events = life(shown.retested_lot)
    assert [one.event["disposition"] for one in events if one.step == "inspecting" and one.member == "plant"] == [
        "non_conformant",
        "conformant",
    ]
    assert "TransformationEvent" in {one.event["type"] for one in events}


def test_a_history_that_ends_too_early_has_no_showcase(start):
    with pytest.raises(ValueError, match=str(LAST + 1)):
        showcase(start, days=LAST)
