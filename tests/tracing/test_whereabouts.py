"""Where the things of a trace were and are, and how much of them."""

from __future__ import annotations

from decimal import Decimal

from tests.tracing.plant import ALL, PLACES, amount
from tests.tracing.plant import lot as lot_code
from tests.tracing.stories import CENTRE, DOCK, GTIN, PLANT, RAW, SHOPS, START, Story, milk
from tracing.answer import Party
from tracing.origins import with_origins
from tracing.whereabouts import stays, whereabouts

CASE, PALLET, OTHER = (f"https://id.gs1.org/00/09506000134352496{n}" for n in "678")
VAN = "https://id.gs1.org/8004/9506000134352V1"


def now(story: Story, thing: int | None = None) -> dict[tuple[str, str], str]:
    """(state, place) -> how much, "1" for a single thing, "?" where nobody said."""
    found: dict[tuple[str, str], list] = {}
    for stay in whereabouts(story.told()):
        if thing in (None, stay.thing):
            found.setdefault((stay.state, stay.place), []).append(stay.quantity)
    return {where: "?" if None in many and len(many) == 1 else f"{sum(many, Decimal()):f}" for where, many in found.items()}


def hours(story: Story, thing: int) -> list[tuple[str, str, int, int | None, str]]:
    """(state, place, from hour, until hour, how much) of a thing, by time."""
    told = sorted((stay for stay in stays(story.told()) if stay.thing == thing), key=lambda stay: (stay.since, stay.until is None))
    return [
        (stay.state, stay.place, *(moment and int((moment - START).total_seconds() // 3600) for moment in (stay.since, stay.until)),
         "?" if stay.quantity is None else f"{stay.quantity:f}")
        for stay in told
    ]  # fmt: skip


def lot(story: Story, name: str = "A", made: float | None = 100.0) -> int:
    number = story.thing(f"{GTIN}/10/{name}", how="start")
    if made is not None:
        story.step("made", "commissioning", 0, PLANT, (number, "object", made))
    return number


def test_a_tank_of_milk_is_told_to_the_last_carton():
    story = milk()
    assert now(story, 1) == {("used", PLANT): "200"}
    assert now(story, 2) == {("sold", SHOPS[0]): "58", ("ended", SHOPS[0]): "2", ("here", SHOPS[1]): "30"}
    assert now(story, 3) == {("transit", SHOPS[2]): "40", ("transit", ""): "50"}
    assert not {4, 5} & {stay.thing for stay in stays(story.told())}  # a pallet and a truck are told by what they carry


def test_a_single_thing_is_where_the_newest_word_says():
    story = Story()
    one = story.thing(f"{GTIN}/21/1", "item")
    story.step("made", "commissioning", 1, PLANT, (one, "object"))
    story.step("observed", "inspecting", 2, "urn:laboratory", (one, "object"))
    story.step("moved", "shipping", 3, DOCK, (one, "object"), destination=Party("urn:retailer", SHOPS[0]))
    story.step("moved", "receiving", 5, SHOPS[0], (one, "object"))
    story.step("observed", "retail_selling", 9, SHOPS[0], (one, "object"))
    assert hours(story, one) == [
        ("here", PLANT, 1, 3, "?"), ("transit", SHOPS[0], 3, 5, "?"), ("here", SHOPS[0], 5, 9, "?"), ("sold", SHOPS[0], 9, None, "?"),
    ]  # fmt: skip
    assert whereabouts(story.told())[0].owner == "urn:retailer"


def test_a_sold_thing_that_came_back_is_here_again():
    story = Story()
    one = story.thing(f"{GTIN}/21/1", "item")
    story.step("observed", "retail_selling", 1, SHOPS[0], (one, "object"))
    story.step("moved", "receiving", 2, SHOPS[0], (one, "object"), disposition="returned")
    story.step("observed", "inspecting", 3, "urn:laboratory", (one, "object"))
    assert now(story) == {("here", SHOPS[0]): "?"}


def test_cases_on_a_pallet_go_where_the_pallet_goes_until_they_are_taken_off():
    story = Story()
    lot(story, made=None)
    units = [story.thing(f"{GTIN}/21/{number}", "item", "member") for number in range(3)]
    case, pallet = story.thing(CASE, "pallet", "carrier"), story.thing(PALLET, "pallet", "carrier")
    story.step("made", "commissioning", 1, PLANT, *((unit, "object") for unit in units))
    story.step("packed", "packing", 2, PLANT, *((unit, "child") for unit in units), (case, "parent"))
    story.step("packed", "packing", 3, PLANT, (case, "child"), (pallet, "parent"))
    story.step("moved", "shipping", 4, DOCK, (pallet, "object"), to=CENTRE)
    story.step("moved", "receiving", 5, CENTRE, (pallet, "object"))
    story.step("unpacked", "unpacking", 6, CENTRE, (case, "child"), (pallet, "parent"))
    story.step("moved", "shipping", 7, CENTRE, (pallet, "object"), to=PLANT)  # empty
    story.step("unpacked", "unpacking", 8, CENTRE, (units[0], "child"), (case, "parent"))
    story.step("moved", "shipping", 9, CENTRE, (case, "object"), to=SHOPS[0])
    assert [now(story, unit) for unit in units] == [{("here", CENTRE): "?"}, {("transit", SHOPS[0]): "?"}, {("transit", SHOPS[0]): "?"}]
    assert [stay.through for stay in whereabouts(story.told())] == [None, case, case]


def test_parts_of_a_lot_are_in_several_places():
    story = Story()
    lot(story)
    story.step("moved", "shipping", 1, PLANT, (1, "object", 30.0), to=SHOPS[0])
    story.step("moved", "shipping", 2, PLANT, (1, "object", 20.0), to=SHOPS[1])
    story.step("moved", "receiving", 3, SHOPS[0], (1, "object", 28.0))  # two are missing
    assert now(story) == {("here", PLANT): "50", ("here", SHOPS[0]): "28", ("transit", SHOPS[0]): "2", ("transit", SHOPS[1]): "20"}


def test_two_steps_that_tell_of_one_arrival_count_once():
    story = Story()
    lot(story)
    for hour in (10, 20):
        story.step("moved", "shipping", hour, PLANT, (1, "object", 30.0), to=SHOPS[0])
        story.step("moved", "departing", hour + 1, "urn:gate", (1, "object", 30.0), to=SHOPS[0])
        story.step("moved", "unloading", hour + 2, SHOPS[0], (1, "object", 30.0))
        story.step("moved", "receiving", hour + 3, SHOPS[0], (1, "object", 30.0))
        story.step("observed", "stocking", hour + 4, SHOPS[0], (1, "object", 30.0))
    assert now(story) == {("here", PLANT): "40", ("here", SHOPS[0]): "60"}


def test_a_lot_on_a_pallet_arrives_as_it_was_loaded_and_partly_unloaded():
    story = Story()
    lot(story)
    pallet, van = story.thing(PALLET, "pallet", "carrier"), story.thing(VAN, "asset", "carrier")
    story.step("packed", "packing", 1, PLANT, (1, "child", 60.0), (pallet, "parent"))
    story.step("packed", "loading", 2, DOCK, (pallet, "child"), (van, "parent"))
    story.step("moved", "shipping", 3, DOCK, (pallet, "object"), to=CENTRE)
    assert now(story) == {("here", PLANT): "40", ("transit", CENTRE): "60"}
    story.step("observed", "arriving", 4, CENTRE, (van, "object"))
    story.step("unpacked", "unloading", 5, CENTRE, (pallet, "child"), (van, "parent"))
    story.step("unpacked", "unpacking", 6, CENTRE, (1, "child", 20.0), (pallet, "parent"))
    story.step("unpacked", "unpacking", 6, CENTRE, (1, "child", 5.0))  # of what, the step does not say
    assert now(story) == {("here", PLANT): "40", ("here", CENTRE): "60"}
    assert {(stay.through, str(stay.quantity)) for stay in whereabouts(story.told()) if stay.place == CENTRE} == {
        (pallet, "35"),
        (None, "20"),
        (None, "5"),
    }
    story.step("moved", "shipping", 7, CENTRE, (pallet, "object"), to=SHOPS[0])
    assert now(story) == {("here", PLANT): "40", ("here", CENTRE): "25", ("transit", SHOPS[0]): "35"}


def test_a_sender_takes_from_its_other_places_what_the_named_one_lacks():
    story = Story()
    lot(story)
    story.step("observed", "storing", 1, "urn:cold store", (1, "object", 60.0))
    story.step("moved", "shipping", 2, DOCK, (1, "object", 80.0), to=SHOPS[0])
    assert sum(Decimal(amount) for (state, _), amount in now(story).items() if state == "here") == 20
    story.step("moved", "shipping", 3, "urn:elsewhere", (1, "object", 15.0), to=SHOPS[1], signer=b"\x22" * 20)
    assert now(story)[("transit", SHOPS[1])] == "15"
    assert sum(Decimal(amount) for (state, _), amount in now(story).items() if state == "here") == 5  # all of it was made only once


def test_of_a_lot_that_nobody_made_every_receipt_is_more():
    story = Story()
    lot(story, made=None)
    for hour, place in enumerate((PLANT, PLANT, CENTRE)):
        story.step("moved", "receiving", hour, place, (1, "object", 50.0))
    assert now(story) == {("here", PLANT): "100", ("here", CENTRE): "50"}


def test_what_was_shipped_first_and_loaded_then_by_a_carrier_is_counted_once():
    story = Story()
    lot(story)
    van, carrier = story.thing(VAN, "asset", "carrier"), {"signer": b"\x22" * 20}
    for hour, shop in zip((1, 2), SHOPS, strict=False):
        story.step("moved", "shipping", hour, DOCK, (1, "object", 30.0), to=shop)
    story.step("packed", "loading", 3, DOCK, (1, "child", 60.0), (van, "parent"), **carrier)
    for hour, shop in zip((5, 4), SHOPS, strict=False):
        story.step("unpacked", "unloading", hour, shop, (1, "child", 30.0), (van, "parent"), **carrier)
    assert now(story) == {("here", PLANT): "40", ("here", SHOPS[0]): "30", ("here", SHOPS[1]): "30"}


def test_what_was_transformed_is_used_and_what_was_destroyed_is_no_more():
    story = Story()
    lot(story)
    story.step("transformed", "creating_class_instance", 1, PLANT, (1, "input", 70.0))
    story.step("ended", "destroying", 2, PLANT, (1, "object", 5.0))
    assert now(story) == {("here", PLANT): "25", ("used", PLANT): "70", ("ended", PLANT): "5"}


def test_a_sale_without_a_receipt_empties_the_shipment():
    story = Story()
    lot(story)
    story.step("moved", "shipping", 1, PLANT, (1, "object", 30.0), to=SHOPS[0])
    story.step("observed", "retail_selling", 2, SHOPS[0], (1, "object", 10.0), signer=b"\x22" * 20)
    assert now(story) == {("here", PLANT): "70", ("transit", SHOPS[0]): "20", ("sold", SHOPS[0]): "10"}


def test_events_that_arrive_late_are_told_by_their_own_time():
    story = Story()
    lot(story)
    story.step("moved", "receiving", 3, SHOPS[0], (1, "object", 30.0))
    story.step("moved", "shipping", 1, PLANT, (1, "object", 30.0), to=SHOPS[0])
    assert hours(story, 1) == [
        ("here", PLANT, 0, 1, "30"), ("here", PLANT, 0, None, "70"), ("transit", SHOPS[0], 1, 3, "30"), ("here", SHOPS[0], 3, None, "30"),
    ]  # fmt: skip


def test_what_was_declared_wrong_did_not_happen():
    story = Story()
    lot(story)
    story.step("moved", "shipping", 1, PLANT, (1, "object", 30.0), to=SHOPS[0], declared=True)
    story.step("moved", "shipping", 1, PLANT, (1, "object", 3.0), to=SHOPS[0])
    assert now(story) == {("here", PLANT): "97", ("transit", SHOPS[0]): "3"}


def test_a_shipment_that_was_called_off_is_back():
    story = Story()
    lot(story)
    story.step("moved", "shipping", 1, PLANT, (1, "object", 30.0), to=SHOPS[0])
    story.step("observed", "void_shipping", 2, PLANT, (1, "object", 30.0))
    assert now(story) == {("here", PLANT): "100"}


def test_pieces_that_get_codes_of_their_own_leave_the_count_of_their_lot():
    story = Story()
    lot(story)
    units = [story.thing(f"{GTIN}/21/{number}", "item", "member") for number in range(3)]
    story.step("made", "commissioning", 1, PLANT, (1, "lot"), *((unit, "object") for unit in units))
    assert now(story, 1) == {("here", PLANT): "97"}
    assert now(story, units[0]) == {("here", PLANT): "?"}


def test_units_of_one_kind_add_up_and_others_are_kept_apart():
    story = Story()
    number = story.thing(f"{RAW}/10/R", how="start")
    story.step("made", "commissioning", 0, PLANT, (number, "object", 1.5, "TNE"))
    story.step("moved", "shipping", 1, PLANT, (number, "object", 500.0, "KGM"), to=SHOPS[0])
    story.step("observed", "retail_selling", 2, SHOPS[0], (number, "object", 4.0))
    told = {(stay.state, stay.uom): stay.quantity for stay in whereabouts(story.told())}
    assert told == {("here", "KGM"): 1000, ("transit", "KGM"): 500, ("sold", ""): 4}


def test_a_lot_of_which_no_amount_is_said_goes_as_a_whole_and_again_where_it_is_said_so():
    story = Story()
    lot(story, made=None)
    story.step("moved", "receiving", 1, CENTRE, (1, "object"))
    story.step("moved", "shipping", 2, CENTRE, (1, "object"), to=SHOPS[0])
    assert now(story) == {("transit", SHOPS[0]): "?"}
    story.step("moved", "shipping", 3, CENTRE, (1, "object"), to=SHOPS[1])
    assert now(story) == {("transit", SHOPS[0]): "?", ("transit", SHOPS[1]): "?"}


def test_a_place_that_nobody_named_is_told_as_unknown():
    story = Story()
    lot(story, made=None)
    one = story.thing(f"{GTIN}/21/1", "item")
    story.step("made", "commissioning", 1, "", (1, "object", 5.0), (one, "object"))
    assert {(stay.state, stay.place) for stay in whereabouts(story.told())} == {("unknown", "")}


def test_a_step_that_says_where_things_stay_moves_them_and_one_that_only_looks_does_not():
    story = Story()
    lot(story)
    story.step("observed", "holding", 1, "urn:gate", (1, "object", 40.0), location="urn:quarantine")
    story.step("observed", "stock_taking", 2, "urn:gate", (1, "object", 40.0), location="urn:elsewhere")
    assert now(story) == {("here", PLANT): "60", ("here", "urn:quarantine"): "40"}


def test_what_a_trace_starts_with_is_known_from_where_it_was_made(plant):
    made = lot_code("L1")
    plant.make([amount(lot_code("R1", "099999"), 60)], [amount(made, 100, "")], readPoint={"id": PLACES["dock"]})
    plant.move(lots=[amount(made, 30, "")])
    answer = plant.trace(made, "forward")
    assert {stay.state for stay in whereabouts(answer)} == {"transit"}
    with plant.sessions() as session:
        whole = with_origins(session, answer, ALL)
        assert with_origins(session, whole, ALL) == whole
    assert {(stay.state, stay.quantity) for stay in whereabouts(whole)} == {("here", 70), ("transit", 30)}
