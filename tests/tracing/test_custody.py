"""What was shipped is held against what was received."""

from datetime import UTC, datetime

import pytest

from ledger_client.disclosure import Policy
from records.audiences import Policies, View
from records.query import index
from tests.records.documents import OTHER, SIGNER
from tests.tracing.plant import ALL, PLACES, amount, item, lot, pallet, whys
from tracing.custody import listing, matching
from tracing.custody.handover import same_code
from tracing.custody.listing import Asked, listed

LONG_AGO = datetime(2026, 8, 1, tzinfo=UTC)
EVERY = frozenset({"open", "left", "unsent", "differs", "withheld"})


@pytest.fixture
def listing_of(sessions):
    """The lines of everything, or of what is asked for, as (state, record of the handover, amounts of both ends)."""

    def lines(view=ALL, **asked):
        with sessions() as session:
            found = listed(session, Asked(asked.pop("since", LONG_AGO), **({"states": EVERY} | asked)), view)
        return [(line.state, line.handover.record, [(one.said, one.other) for one in line.goods]) for line in found.lines]

    return lines


def receive(plant, codes=(), lots=(), at_place="shop", **said):
    """Goods arrive."""
    return plant.move(codes, lots, "receiving", None, **({"readPoint": {"id": PLACES[at_place]}} | said))


def advice(number):
    """A despatch advice."""
    return {"bizTransactionList": [{"type": "desadv", "bizTransaction": f"urn:epcglobal:cbv:bt:6901234000016:{number}"}]}


def test_what_was_shipped_and_received_is_not_listed(plant, listing_of):
    plant.move([pallet(1), item(1)], [amount(lot("A"), 80)])
    receive(plant, [pallet(1), item(1)], [amount(lot("A"), 80_000, "GRM")])
    assert listing_of() == []


def test_what_was_shipped_and_never_received_and_the_reverse_is_listed_newest_first(plant, listing_of):
    sent = plant.move([pallet(1), pallet(2)])
    came = receive(plant, [pallet(2), item(9)])
    assert listing_of() == [("unsent", came, [(1.0, 0.0)]), ("open", sent, [(1.0, 0.0)])]


def test_less_than_was_sent_is_told_with_both_amounts(plant, listing_of):
    sent = plant.move(lots=[amount(lot("A"), 288, "")])
    receive(plant, lots=[amount(lot("A"), 100, "")])
    receive(plant, lots=[amount(lot("A"), 176, "")])
    assert listing_of() == [("differs", sent, [(288.0, 276.0)])]


def test_more_than_was_sent_is_told_of_the_receipt(plant, listing_of):
    plant.move(lots=[amount(lot("A"), 80)])
    came = receive(plant, lots=[amount(lot("A"), 90)])
    assert listing_of() == [("unsent", came, [(90.0, 80.0)])]


def test_of_two_equal_shipments_of_a_lot_the_one_whose_place_received_nothing_is_open(plant, listing_of):
    to_dock = plant.move(lots=[amount(lot("A"), 144, "")], to="dock")
    plant.move(lots=[amount(lot("A"), 144, "")], to="shop")
    receive(plant, lots=[amount(lot("A"), 144, "")], at_place="shop")
    assert [line[:2] for line in listing_of()] == [("open", to_dock)]


def test_despatch_advices_decide_before_places_and_two_that_differ_never_belong_together(plant, listing_of):
    first = plant.move(lots=[amount(lot("A"), 10)], **advice("D1"))
    plant.move(lots=[amount(lot("A"), 10)], **advice("D2"))
    receive(plant, lots=[amount(lot("A"), 10)], **advice("D2"))
    assert [line[:2] for line in listing_of()] == [("open", first)]
    plant.move([item(1)], **advice("D3"))
    receive(plant, [item(1)], **advice("D4"))
    assert [line[0] for line in listing_of()][:2] == ["unsent", "open"]


def test_a_single_thing_that_came_to_another_place_arrived(plant, listing_of):
    plant.move([pallet(1)], to="shop")
    receive(plant, [pallet(1)], at_place="dock")
    assert listing_of() == []


def test_a_thing_that_goes_on_is_matched_leg_by_leg(plant, listing_of):
    plant.move([pallet(1)])
    receive(plant, [pallet(1)])
    second = plant.move([pallet(1)], to="dock")
    assert [line[:2] for line in listing_of()] == [("open", second)]


def test_a_shipment_that_was_called_off_or_declared_wrong_is_none(plant, listing_of):
    plant.move([pallet(1)])
    plant.move([pallet(1)], step="void_shipping", to=None)
    wrong = {"action": "OBSERVE", "bizStep": "shipping", "epcList": [pallet(2)], "eventID": "urn:uuid:11111111-1111-4111-8111-111111111111"}
    plant.write("ObjectEvent", at=3, **wrong)
    plant.write("ObjectEvent", at=3, **wrong, errorDeclaration={"declarationTime": "2026-09-02T00:00:00+00:00"})
    assert listing_of() == []


def test_what_is_only_accepted_has_arrived(plant, listing_of):
    plant.move([pallet(1)])
    plant.move([pallet(1)], step="accepting", to=None)
    assert listing_of() == []


def test_a_receipt_before_its_shipment_and_a_warm_one_are_told(plant, sessions):
    def degrees(value):
        return {"sensorElementList": [{"sensorReport": [{"type": "Temperature", "value": value, "uom": "CEL"}]}]}

    receive(plant, [pallet(1)], at=5)
    plant.move([pallet(1)], at=6)
    plant.move([pallet(2)], at=7, **degrees(2.5))
    receive(plant, [pallet(2)], at=9, **degrees(9.5))
    with sessions() as session:
        warm, early = listed(session, Asked(LONG_AGO), ALL).lines
    assert (early.differences, warm.differences) == (("time",), ("temperature",))
    assert warm.counterpart.temperature == (9.5, 9.5)


def test_what_was_sent_to_no_member_left_the_consortium(plant, sessions, listing_of):
    away = {"destinationList": [{"type": "owning_party", "destination": "urn:epc:id:pgln:9521321.00000"}]}
    sent = plant.move([pallet(1)], to=None, **away)
    home = plant.move([pallet(2)], to="dock")
    plant.move([item(5)], step="inspecting", to=None, readPoint={"id": PLACES["dock"]})
    assert {line[:2] for line in listing_of()} == {("open", sent), ("open", home)}  # nobody knows while the index is not filled
    with sessions.begin() as session:
        while index.step(session):
            pass
    assert {line[:2] for line in listing_of()} == {("left", sent), ("open", home)}
    assert whys(plant.trace(pallet(1))) == {"left"}
    assert plant.trace(pallet(1)).complete
    assert whys(plant.trace(pallet(2))) == {"custody"}


def test_a_receipt_that_a_member_withholds_accuses_nobody(plant, listing_of):
    plant.move([pallet(1)])
    receive(plant, [pallet(1)], signer=OTHER)
    hidden = Policy.from_json({"rules": [{"property": "epcList", "audience": "regulator", "bizStep": "receiving"}]})
    partner = View("partners", Policies({1: Policy(), 2: hidden}, {SIGNER: 1, OTHER: 2}))
    assert [line[0] for line in listing_of(partner)] == ["withheld"]
    assert listing_of() == []


def test_lines_are_narrowed_by_place_member_state_and_time(plant, listing_of):
    to_dock, to_shop = plant.move([pallet(1)], to="dock"), plant.move([pallet(2)], to="shop", signer=OTHER)
    assert [line[1] for line in listing_of(place=same_code(PLACES["dock"]))] == [to_dock]
    assert [line[1] for line in listing_of(signers=[OTHER])] == [to_shop]
    assert listing_of(states=frozenset({"unsent"})) == []
    assert [line[1] for line in listing_of(since=datetime(2026, 9, 1, 1, 30, tzinfo=UTC))] == [to_shop]


def test_pages_give_each_line_once_and_a_page_that_looked_at_enough_says_where_to_go_on(plant, sessions, monkeypatch):
    monkeypatch.setattr(listing, "AT_ONCE", 2)
    monkeypatch.setattr(listing, "LOOKED_AT", 4)
    sent = [plant.move([pallet(number)]) for number in range(1, 8)]
    for number in (4, 5, 6, 7):
        receive(plant, [pallet(number)], at=30 + number)
    found, after, pages = [], None, 0
    with sessions() as session:
        while pages == 0 or after:
            page = listed(session, Asked(LONG_AGO), ALL, after, limit=2)
            found, after, pages = [*found, *(line.handover.record for line in page.lines)], page.older, pages + 1
            assert page.looked <= 4
    assert found == sent[:3][::-1]
    assert pages > 2


def test_a_forward_trace_ends_where_goods_were_sent_and_nobody_recorded_their_arrival(plant):
    plant.mark([item(1)])
    plant.pack(pallet(1), [item(1)])
    sent = plant.move([pallet(1)])
    answer = plant.trace(item(1))
    assert [(str(end.why), end.step) for end in answer.ends] == [("custody", sent)]
    assert not answer.complete
    receive(plant, [pallet(1)])
    assert plant.trace(item(1)).complete


def test_shipments_of_very_many_things_are_looked_at_a_few_at_a_time(plant, sessions, monkeypatch):
    monkeypatch.setattr(listing, "MOST_THINGS", 2)
    sent = [plant.move([item(number * 10 + serial) for serial in range(3)]) for number in range(1, 6)]
    with sessions() as session:
        first = listed(session, Asked(LONG_AGO), ALL)
        second = listed(session, Asked(LONG_AGO), ALL, first.older)
    assert first.looked == 2
    assert [line.handover.record for line in (*first.lines, *second.lines)] == sent[:0:-1]
    assert second.older is not None


def test_a_lot_that_was_handed_over_very_often_is_matched_in_turn(plant, listing_of, monkeypatch):
    monkeypatch.setattr(matching, "MOST_LEGS", 3)
    first, second = (plant.move(lots=[amount(lot("A"), 10)], to=to) for to in ("dock", "shop"))
    receive(plant, lots=[amount(lot("A"), 12)], at_place="shop")
    receive(plant, lots=[amount(lot("A"), 1)], at_place="shop")
    assert first < second
    assert listing_of() == [("differs", second, [(10.0, 3.0)])]
