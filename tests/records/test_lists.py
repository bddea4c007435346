"""Lists are newest first, paged by key in both directions, and cost the same however many rows there are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger_client.onchain import item_id
from records import capture
from records.lists import anchorings, events, items
from records.lists.events import Wanted
from records.lists.paging import Place
from records.policy import Policy
from records.queries import RecordState
from tests.records.documents import document, event
from tests.records.fake_chain import FakeChain
from tests.records.queue import SIGNER, turn

GTIN = "https://id.gs1.org/01/06901234567809/21/"


def about(number, day, *serials, step="packing", **more):
    codes = [f"urn:epc:id:sgtin:6901234.056780.{serial}" for serial in serials]
    return event(number, eventTime=f"2026-09-{day:02}T08:00:00+08:00", bizStep=step, epcList=codes, **more)


def fill(sessions, *told):
    with sessions.begin() as session:
        capture.accept(session, SIGNER, document(list(told)), "proceed")
    for _ in range(2):
        with sessions.begin() as session:
            capture.step(session)


def walked(session, page_of):
    """All rows from the first page on by `older`, and the same backwards by `newer`."""
    page, down = page_of(session, None), []
    down += page.rows
    while page.older:
        page = page_of(session, Place(page.older))
        down += page.rows
    up = list(page.rows)
    while page.newer:
        page = page_of(session, Place(page.newer, newer=True))
        up = [*page.rows, *up]
    return down, up


@pytest.mark.parametrize("looked_at", [3, 5000])
def test_items_come_by_their_latest_record_each_once_in_both_directions(sessions, monkeypatch, looked_at):
    monkeypatch.setattr(items, "LOOKED_AT", looked_at)
    fill(
        sessions,
        about(1, 1, "a", "b"),
        about(2, 2, "c"),
        about(3, 3, "a"),
        about(4, 4, "d", step="shipping"),
        *(about(9, day, "c") for day in range(5, 12)),
    )
    with sessions() as session:
        down, up = walked(session, lambda s, place: items.latest(s, place, 2))
    assert [row.code.removeprefix(GTIN) for row in down] == ["c", "d", "a", "b"]
    assert up == down
    assert [(row.biz_step, row.records) for row in down] == [("packing", 8), ("shipping", 1), ("packing", 2), ("packing", 1)]


def test_items_are_found_by_how_their_code_begins(sessions):
    fill(sessions, about(1, 1, "a1", "a2", "a3", "b"), about(2, 2, "a2"))
    with sessions() as session:
        down, up = walked(session, lambda s, place: items.beginning_with(s, GTIN + "a", place, 2))
        assert [row.code for row in items.beginning_with(session, GTIN + "zz", None, 2).rows] == []
        assert items.any_beginning_with(session, GTIN)
        assert not items.any_beginning_with(session, GTIN + "c")
    assert [row.code.removeprefix(GTIN) for row in down] == ["a1", "a2", "a3"]
    assert up == down
    assert [row.records for row in down] == [1, 2, 1]


def test_counting_an_items_records_stops(sessions, monkeypatch):
    monkeypatch.setattr(items, "COUNTED", 2)
    fill(sessions, *(about(number, number, "a") for number in range(1, 6)))
    with sessions() as session:
        assert [row.records for row in items.latest(session, None, 5).rows] == [3]


def test_events_are_narrowed_by_step_and_to_declarations(sessions):
    wrong = about(1, 1, "a", errorDeclaration={"declarationTime": "2026-09-02T00:00:00Z", "reason": "incorrect_data"})
    fill(sessions, about(1, 1, "a"), about(2, 2, "a", "b", step="shipping"), wrong)
    with sessions() as session:
        every, _ = walked(session, lambda s, place: events.events(s, Wanted(), place, 2))
        shipped = events.events(session, Wanted(step="shipping"), None, 9).rows
        declared = events.events(session, Wanted(declarations=True), None, 9).rows
    assert [(row.biz_step, row.items, row.declaration) for row in every] == [
        ("shipping", 2, False),
        ("packing", 1, True),
        ("packing", 1, False),
    ]
    assert [row.record_id for row in shipped] == [every[0].record_id]
    assert [row.record_id for row in declared] == [every[1].record_id]


def test_events_and_anchors_are_found_by_how_far_they_have_come(sessions):
    fill(sessions, *(about(number, number, "a", "b") for number in range(1, 5)))
    chain = FakeChain()
    turn(sessions, chain, Policy(batch=3, resend_after=0, finality=1, in_flight=1), 3)
    chain.mine()
    turn(
        sessions, chain, Policy(batch=1, resend_after=0, finality=1, in_flight=2), 2
    )  # 1 and half of 2 mined, the other half and half of 3 sent
    with sessions() as session:
        found = {state: [row.record_id for row in events.events(session, Wanted(state=state), None, 9).rows] for state in RecordState}
        parts = {
            state: [(row.record_id, row.item[-1]) for row in anchorings.anchorings(session, state, None, 9).rows] for state in RecordState
        }
    assert found == {"pending": [4, 3], "sent": [2], "anchored": [1], "final": []}
    assert parts["sent"] == [(3, "a"), (2, "b")]
    assert parts["anchored"] == [(2, "a"), (1, "b"), (1, "a")]
    assert parts["pending"] == [(4, "b"), (4, "a"), (3, "b")]


def test_events_of_a_busy_item_come_in_the_order_of_capture_in_both_directions(sessions, monkeypatch):
    monkeypatch.setattr(items, "COUNTED", 2)
    monkeypatch.setattr(events, "COUNTED", 2)
    fill(sessions, *(about(number, 28 - number, "a") for number in range(1, 6)), about(6, 1, "b"))
    wanted = Wanted(item_id=item_id(GTIN + "a"))
    with sessions() as session:
        down, up = walked(session, lambda s, place: events.events(s, wanted, place, 2))
        late = events.events(session, replace(wanted, since=down[1].event_time), None, 9).rows
        first = events.events(session, wanted, Place((down[0].event_time, 0), newer=True), 2).rows
    assert [row.record_id for row in down] == [5, 4, 3, 2, 1]
    assert up == down
    assert [row.record_id for row in late] == [4, 3, 2, 1]
    assert [row.record_id for row in first] == [2, 1]
