"""What is asked of the records is answered from the tables, page by page."""

from hashlib import sha256

import pytest

from ledger_client.errors import NotFound
from records import capture, contents, queries
from records.policy import Policy
from tests.records.documents import alone, document, event
from tests.records.fake_chain import FakeChain
from tests.records.queue import ACCOUNT, SIGNER, turn

ITEM = "https://id.gs1.org/01/06901234567809/21/7"
PROMPT = Policy(batch=1, resend_after=0, finality=1)


def fill(sessions, events):
    with sessions.begin() as session:
        job = capture.accept(session, SIGNER, document(events), "proceed").id
    for _ in range(2):
        with sessions.begin() as session:
            capture.step(session)
    return job


def about_item(number):
    return event(number, epcList=["urn:epc:id:sgtin:6901234.056780.7"])


def test_records_of_an_item_come_in_order_with_the_state_of_their_anchor(sessions):
    fill(sessions, [about_item(1), event(2), about_item(3), about_item(4)])
    chain = FakeChain()
    turn(sessions, chain, Policy(batch=1, resend_after=0, finality=1, in_flight=1), 3)
    chain.mine()
    turn(sessions, chain, PROMPT, 2)  # 1 mined; 2, 3, 4 sent
    with sessions() as session:
        found = queries.records_of_item(session, ITEM)
        assert [row.state for row in found] == ["anchored", "sent", "sent"]
        assert [(row.block_number, len(row.tx_hash or b"")) for row in found] == [(1, 32), (None, 32), (None, 32)]
        assert [row.key for row in queries.records_of_item(session, ITEM, after=found[0].key, limit=1)] == [found[1].key]
    chain.mine(2)
    turn(sessions, chain, PROMPT, 2)
    with sessions() as session:
        assert [row.state for row in queries.records_of_item(session, ITEM)] == ["final"] * 3


def test_a_record_is_as_far_as_its_last_item(sessions):
    fill(sessions, [event(1, epcList=["urn:epc:id:sgtin:6901234.056780.7", "urn:epc:id:sgtin:6901234.056780.8"])])
    with sessions() as session:
        assert queries.states(session, [1, 99]) == {1: "pending"}
        assert list(queries.items_of_record(session, 1)) == [ITEM, ITEM[:-1] + "8"]
    chain = FakeChain()
    turn(sessions, chain, Policy(batch=1, resend_after=0, in_flight=1), 3)
    with sessions() as session:
        assert queries.states(session, [1]) == {1: "pending"}
    chain.mine()
    turn(sessions, chain, PROMPT, 4)
    with sessions() as session:
        assert queries.states(session, [1]) == {1: "sent"}


def test_a_record_is_found_by_each_of_its_names(sessions):
    fill(sessions, [event(1)])
    with sessions() as session:
        found = queries.record(session, 1)
        assert list(queries.records_of_event(session, found.event_id)) == [found]
        payload = contents.opened(session, [found])[1].payload
        assert list(queries.records_of_payload(session, sha256(payload.encode()).digest())) == [found]
        assert list(queries.records_of_payload(session, found.payload_mac)) == []
        assert queries.records_of_commitments(session, [found.commitment, bytes(32)]) == {found.commitment: found}


def test_what_is_not_there_is_not_found(sessions):
    with sessions() as session:
        with pytest.raises(NotFound, match="record 5"):
            queries.record(session, 5)
        with pytest.raises(NotFound, match="capture nowhere"):
            queries.capture(session, "nowhere")
        assert queries.records_of_item(session, ITEM) == []


def test_events_are_paged_by_their_number_while_more_are_stored(sessions):
    fill(sessions, [event(number) for number in range(5)])
    with sessions() as session:
        first = queries.events(session, limit=3)
    fill(sessions, [event(9, type="ObjectEvent")])
    with sessions() as session:
        rest = queries.events(session, after=first[-1].id, limit=10)
        assert [row.id for row in (*first, *rest)] == [1, 2, 3, 4, 5, 6]
        assert queries.events(session, signer=b"\x33" * 20) == []
        assert len(queries.events(session, kind="ObjectEvent")) == 6
        assert queries.events(session, kind="AggregationEvent") == []


def test_the_results_of_a_capture_are_paged_and_the_failed_ones_can_be_asked_for(sessions):
    job = fill(sessions, [event(1), event(2, action="X"), event(3)])
    with sessions() as session:
        assert queries.capture(session, job).events_done == 3
        assert [row.index for row in queries.results(session, job, limit=2)] == [0, 1]
        assert [row.index for row in queries.results(session, job, after=1)] == [2]
        assert [row.index for row in queries.results(session, job, failed=True)] == [1]
        assert queries.outcomes(session, job) == {"stored": 2, "invalid": 1}


def test_captures_of_a_signer_come_newest_first_in_pages(sessions):
    jobs = [fill(sessions, [event(number)]) for number in range(3)]
    with sessions() as session:
        first = queries.captures(session, SIGNER, limit=2)
        rest = queries.captures(session, SIGNER, after=first[-1].id)
        assert [row.id for row in (*first, *rest)] == jobs[::-1]
        assert queries.captures(session, b"\x33" * 20) == []


def test_the_queue_shows_how_much_waits_since_when_and_how_each_lane_goes(sessions):
    with sessions() as session:
        empty = queries.queue(session)
    assert (empty.waiting, empty.underway, empty.oldest, empty.captures, list(empty.lanes)) == (0, 0, None, 0, [])
    fill(sessions, [event(number) for number in range(3)])
    with sessions.begin() as session:
        capture.accept(session, SIGNER, document([event(8)]))
    chain = FakeChain()
    turn(sessions, chain, Policy(batch=2, in_flight=1), 3)
    with sessions() as session:
        full = queries.queue(session)
        assert (full.waiting, full.underway, full.captures) == (1, 2, 1)
        assert full.oldest == queries.record(session, 1).captured_at
        assert [(lane.signer, lane.state) for lane in full.lanes] == [(SIGNER, "ready")]
        assert [row.nonce for row in queries.transactions(session, SIGNER)] == [0]


def test_a_single_event_is_queued_for_its_signer(sessions):
    with sessions.begin() as session:
        stored, _ = capture.store_event(session, bytes.fromhex(ACCOUNT.address[2:]), alone(event(1)))
    with sessions() as session:
        assert queries.states(session, [stored.record_id]) == {stored.record_id: "pending"}
        assert queries.queue(session).waiting == 1
