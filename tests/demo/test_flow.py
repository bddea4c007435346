"""The goods obey the world: mass is conserved, nothing is in two boxes, nothing is sold before it is unpacked or after it is gone."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from itertools import pairwise

import pytest

from scripts.demo import identifiers
from scripts.demo.companies import RETAILER, SHOPS
from scripts.demo.products import PRODUCTS

MASS = {product.gtin: product.kilograms for product in PRODUCTS}


def _kilograms(elements):
    """Mass of amounts; pieces are weighed by their product."""
    return float(sum(float(e["quantity"]) * (1 if e.get("uom") == "KGM" else MASS[e["epcClass"].split("/")[4]]) for e in elements))


def _made(event):
    pieces = sum(MASS[code.split("/")[4]] for code in event.get("outputEPCList", []))
    return _kilograms(event.get("outputQuantityList", [])) + pieces


def test_transformations_lose_a_little_and_gain_nothing(true):
    changes = [one.event for one in true if one.event["type"] == "TransformationEvent"]
    yields = [_made(event) / _kilograms(event["inputQuantityList"]) for event in changes]
    assert len(yields) > 200
    assert min(yields) > 0.98
    assert max(yields) < 1.0


def test_no_lot_is_used_up_more_than_it_was_made(true):
    made, used = Counter(), Counter()
    for one in true:
        event = one.event
        if event["bizStep"] in {"creating_class_instance", "commissioning"}:
            for element in [*event.get("quantityList", []), *event.get("outputQuantityList", [])]:
                made[element["epcClass"]] += element["quantity"]
        spent = event.get("inputQuantityList", [])
        if event["bizStep"] in {"retail_selling", "destroying"} or event.get("tl:noteEn") == "to customers outside the consortium":
            spent = [*spent, *event.get("quantityList", [])]
        for element in spent:
            used[element["epcClass"]] += element["quantity"]
    assert set(used) <= set(made)
    assert {code: amount for code, amount in used.items() if amount > made[code]} == {}


def test_every_carton_that_came_into_a_shop_was_sold_or_destroyed_within_a_week(true):
    shops = {identifiers.place(identifiers.gln(RETAILER.prefix, place.reference)) for place in RETAILER.places if place.key in SHOPS}
    in_shops = [one for one in true if one.event["readPoint"]["id"] in shops and one.member == "retailer"]
    week_before = true[-1].happened - timedelta(days=8)
    came, went, later = Counter(), Counter(), set()
    for one in in_shops:
        for element in one.event.get("quantityList", []):
            if one.step == "receiving" and one.happened < week_before:
                came[element["epcClass"]] += element["quantity"]
            elif one.step == "receiving":
                later.add(element["epcClass"])
            elif one.step in {"retail_selling", "destroying"}:
                went[element["epcClass"]] += element["quantity"]
    assert len(came) > 90
    assert {code: (amount, went[code]) for code, amount in came.items() if amount != went[code] and code not in later} == {}


def test_every_mixed_lot_comes_from_several_raw_lots(true):
    mixes = [one.event for one in true if one.event["type"] == "TransformationEvent" and "tl:silo" in one.event.get("ilmd", {})]
    assert len(mixes) > 60
    assert all(len(event["inputQuantityList"]) >= 2 for event in mixes if event["ilmd"]["tl:silo"] != "S4")
    assert all(len(event["inputQuantityList"]) == 2 for event in mixes if event["ilmd"]["tl:silo"] == "S4")


@pytest.mark.parametrize("kind", ["AggregationEvent", "AssociationEvent"])
def test_no_child_is_in_two_parents_at_once_and_only_children_leave(true, kind):
    parent_of = {}
    for one in true:
        if one.event["type"] != kind:
            continue
        parent = one.event["parentID"]
        for child in one.event.get("childEPCs", []):
            if one.event["action"] == "ADD":
                assert child not in parent_of, f"{child} is still in {parent_of[child]}"
                parent_of[child] = parent
            else:
                assert parent_of.pop(child) == parent


def test_nothing_is_sold_shelved_or_destroyed_while_it_is_packed(true):
    packed = set()
    for one in true:
        if one.event["type"] == "AggregationEvent":
            children = set(one.event.get("childEPCs", []))
            packed = packed | children if one.event["action"] == "ADD" else packed - children
        elif one.step in {"retail_selling", "stocking", "destroying", "decommissioning"}:
            assert packed.isdisjoint(one.event.get("epcList", []))


def test_every_serial_item_is_made_once_first_of_all_and_ends_at_most_once(true):
    steps = defaultdict(list)
    for one in true:
        for code in one.codes:
            if "/21/" in code:
                steps[code].append(one.step)
    assert all(history[0] == "commissioning" and history.count("commissioning") == 1 for history in steps.values())
    for history in steps.values():
        end = [step for step in history if step in {"destroying", "decommissioning"}]
        assert len(end) <= 1
        assert not end or history[-1] == end[0]
        assert history.count("retail_selling") <= 1


def test_a_sale_happens_within_the_shelf_life_that_the_carton_shows(true):
    expiry = {}
    for one in true:
        for code in one.event.get("outputEPCList", []):
            expiry[code] = one.event["ilmd"]["cbvmda:itemExpirationDate"]
    sold = [(code, f"{one.happened:%Y-%m-%d}") for one in true if one.step == "retail_selling" for code in one.event.get("epcList", [])]
    assert len(sold) > 250
    assert [code for code, day in sold if day >= expiry[code]] == []


def test_milk_was_held_at_72_degrees_for_15_seconds_before_any_filling(true):
    reports = [
        {report["type"]: report["minValue"] for report in one.event["sensorElementList"][0]["sensorReport"]}
        for one in true
        if one.event.get("tl:program")
    ]
    assert len(reports) > 60
    assert all(report["Temperature"] >= 72 and report["Time"] >= 15 for report in reports)


def test_the_temperatures_of_a_trip_cover_it_without_a_gap(true):
    trips = [[element["sensorMetadata"] for element in one.event["sensorElementList"]] for one in true if one.step == "arriving"]
    assert len(trips) > 170
    assert all(earlier["endTime"] == later["startTime"] for trip in trips for earlier, later in pairwise(trip))
    assert [one.event["sensorElementList"][-1]["sensorMetadata"]["endTime"] for one in true if one.step == "arriving"] == [
        one.event["eventTime"] for one in true if one.step == "arriving"
    ]


def test_only_the_one_honest_excursion_is_above_six_degrees(true):
    milk = [one for one in true if one.member != "plant"]
    hot = [one for one in milk for element in one.event.get("sensorElementList", []) for report in element["sensorReport"]
           if report["type"] == "Temperature" and report.get("maxValue", report.get("value")) > 6]  # fmt: skip
    assert {one.event["eventID"] for one in hot} == {one.event["eventID"] for one in true if "tl:deviation" in one.event}
    assert len({one.event["eventID"] for one in hot}) == 1
    alarms = [
        report for one in hot for element in one.event["sensorElementList"] for report in element["sensorReport"] if "exception" in report
    ]
    assert alarms
