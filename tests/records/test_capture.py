"""What is accepted is stored, once; what is not says where, which rule, and what to do."""

import json
import threading
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ledger_client import commitment
from ledger_client.epcis.document import read
from ledger_client.errors import Conflict, InvalidEvent, InvalidInput
from ledger_client.onchain import item_id
from records import capture, contents, judging, queries
from records.models import Capture, CaptureResult, Outcome, Record, RecordItem, Vocabulary
from tests.records.documents import CONTEXT, OTHER, SIGNER, alone, document, event

DOCUMENTS = Path(__file__).parents[1] / "vectors" / "documents"
BAD = event(9, action="OBSERVED")


def accept(sessions, body, behaviour="rollback", signer=SIGNER):
    with sessions.begin() as session:
        return capture.accept(session, signer, body, behaviour).id


def run(sessions, piece=capture.EVENTS_PER_STEP):
    """The loop of the capture worker, until nothing is left; returns how many steps it took."""
    steps = 0
    while True:
        with sessions.begin() as session:
            if not capture.step(session, piece):
                return steps
        steps += 1


def taken(sessions, body, behaviour="rollback", signer=SIGNER):
    """Accept and work off a document: (state, outcomes, problems)."""
    job = accept(sessions, body, behaviour, signer)
    run(sessions)
    with sessions() as session:
        rows = session.scalars(select(CaptureResult).where(CaptureResult.capture_id == job).order_by(CaptureResult.index)).all()
        return session.get_one(Capture, job).state, [row.outcome for row in rows], [row.problem for row in rows]


def count(sessions, table):
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(table))


def store(sessions, body, signer=SIGNER):
    with sessions.begin() as session:
        return capture.store_event(session, signer, body)


def test_a_record_holds_what_the_spec_says(sessions):
    stored, event_id = store(sessions, alone(event(1)))
    with sessions() as session:
        record = session.get_one(Record, stored.record_id)
        item = session.scalars(select(RecordItem)).one()
        held = contents.opened(session, [record])[record.id]
        assert list(queries.records_of_payload(session, sha256(held.payload.encode()).digest())) == [record]
    payload = json.loads(held.payload)
    assert record.event_id == event_id == payload["eventID"]
    assert record.commitment == commitment.commit(read(held.payload.encode()).events[0], held.secret)
    assert record.event_time.isoformat() == "2026-08-31T16:00:01+00:00"
    assert item.item_code == "https://id.gs1.org/01/06901234567809/21/1"
    assert item.item_id == item_id(item.item_code)
    assert (item.signer, item.transaction_id) == (SIGNER, None)


def test_the_same_event_again_is_one_record_and_the_answer_says_so(sessions):
    first, event_id = store(sessions, alone(event(1)))
    again, same_id = store(sessions, alone(event(1), recordTime="2026-09-02T00:00:00Z"))
    assert (first.outcome, again.outcome) == (Outcome.STORED, Outcome.DUPLICATE)
    assert (first.record_id, event_id) == (again.record_id, same_id)
    assert (count(sessions, Record), count(sessions, RecordItem)) == (1, 1)


def test_two_signers_may_record_the_same_event(sessions):
    store(sessions, alone(event(1)))
    assert store(sessions, alone(event(1)), OTHER)[0].outcome == Outcome.STORED
    assert count(sessions, Record) == 2


def test_an_event_id_with_another_content_is_a_conflict_that_names_the_difference(sessions):
    stored, _ = store(sessions, alone(event(1), eventID="urn:uuid:0d1a"))
    with pytest.raises(Conflict, match=rf"record {stored.record_id}\) with other content in bizStep, readPoint"):
        store(sessions, alone(event(1, bizStep="shipping", readPoint={"id": "urn:epc:id:sgln:6901234.00005.0"}), eventID="urn:uuid:0d1a"))
    assert count(sessions, Record) == 1


def test_an_error_declaration_of_a_known_event_is_a_record_beside_it(sessions):
    declared = {"declarationTime": "2026-09-03T00:00:00Z", "reason": "incorrect_data"}
    _, event_id = store(sessions, alone(event(1)))
    stored, same_id = store(sessions, alone(event(1), eventID=event_id, errorDeclaration=declared))
    assert (stored.outcome, event_id == same_id) == (Outcome.STORED, True)
    assert store(sessions, alone(event(1), eventID=event_id, errorDeclaration=declared))[0].outcome == Outcome.DUPLICATE
    assert (count(sessions, Record), count(sessions, RecordItem)) == (2, 2)


def test_an_error_declaration_may_change_nothing_else(sessions):
    declared = {"declarationTime": "2026-09-03T00:00:00Z"}
    store(sessions, alone(event(1), eventID="urn:uuid:0d1a"))
    with pytest.raises(Conflict, match="with other content in bizStep;"):
        store(sessions, alone(event(1, bizStep="shipping"), eventID="urn:uuid:0d1a", errorDeclaration=declared))
    assert count(sessions, Record) == 1


@pytest.mark.parametrize(
    ("body", "path", "words"),
    [
        (b"{", "$", "is not JSON"),
        (b"\xff", "$", "UTF-8"),
        (b"[]", "$", "is no EPCISDocument"),
        (alone(event()), "$", "is no EPCISDocument"),
        (b'{"type":"EPCISDocument"}', "$.epcisBody", "is missing"),
        (document([], schemaVersion=2), "$.schemaVersion", "is not a text"),
        (b'{"type":"a","type":"b"}', "key 'type'", "twice"),
    ],
)
def test_what_is_no_document_is_refused_at_once_with_the_place(sessions, body, path, words):
    with pytest.raises(InvalidEvent) as refusal:
        accept(sessions, body)
    assert path == refusal.value.field
    assert words in str(refusal.value)
    assert count(sessions, Capture) == 0


def test_a_document_of_50_mb_is_refused_with_the_limit_and_the_fix(sessions):
    with pytest.raises(InvalidInput, match=r"body: has 50,000,000 bytes, at most 20,971,520 \(20 MB\) .* — split the document"):
        accept(sessions, b" " * 50_000_000)


def test_more_than_10_000_events_are_refused_with_the_limit_and_the_fix(sessions):
    with pytest.raises(InvalidInput, match=r"eventList: has 10,001 events, at most 10,000 .* — split the document"):
        accept(sessions, document([{}] * 10_001))


def test_an_unknown_behaviour_is_refused(sessions):
    with pytest.raises(InvalidInput, match="choose rollback or proceed"):
        accept(sessions, document([]), "sometimes")


def test_with_rollback_one_bad_event_keeps_the_whole_document_out_and_every_event_says_why(sessions):
    state, outcomes, problems = taken(sessions, document([event(1), BAD, event(2)]))
    assert (state, outcomes) == ("failure", ["rolled_back", "invalid", "rolled_back"])
    assert problems[1]["path"] == "$.epcisBody.eventList[1].action"
    assert "OBSERVE" in problems[1]["fix"]
    assert problems[1]["rule"]
    assert "the first at $.epcisBody.eventList[1].action" in problems[0]["problem"]
    assert (count(sessions, Record), count(sessions, RecordItem)) == (0, 0)


def test_with_proceed_the_good_events_are_stored_and_the_bad_one_says_why(sessions):
    state, outcomes, problems = taken(sessions, document([event(1), BAD, event(2)]), "proceed")
    assert (state, outcomes) == ("failure", ["stored", "invalid", "stored"])
    assert problems[0] is None
    assert problems[1]["path"] == "$.epcisBody.eventList[1].action"
    assert count(sessions, Record) == 2


def test_what_stands_in_the_place_of_an_event_and_is_none_says_so(sessions):
    _, outcomes, problems = taken(sessions, document([7, event(1), None]), "proceed")
    assert outcomes == ["invalid", "stored", "invalid"]
    assert problems[0]["path"] == "$.epcisBody.eventList[0]"
    assert "number" in problems[0]["problem"]


def test_a_wrong_check_digit_names_the_right_one(sessions):
    wrong = event(1, epcList=["https://id.gs1.org/01/06901234567800/21/1"])
    _, _, problems = taken(sessions, document([wrong]))
    assert problems[0]["path"] == "$.epcisBody.eventList[0].epcList[0]"
    assert "9" in problems[0]["problem"] + problems[0]["fix"]


@pytest.mark.parametrize("behaviour", ["rollback", "proceed"])
def test_a_document_sent_twice_is_stored_once(sessions, behaviour):
    body = document([event(1), event(2), event(1)])
    assert taken(sessions, body, behaviour)[:2] == ("success", ["stored", "stored", "duplicate"])
    assert taken(sessions, body, behaviour)[:2] == ("success", ["duplicate"] * 3)
    assert count(sessions, Record) == 2


def test_with_rollback_a_conflict_takes_back_what_was_stored_before_it(sessions):
    store(sessions, alone(event(1), eventID="urn:uuid:0d1a"))
    state, outcomes, problems = taken(sessions, document([event(2), event(3, eventID="urn:uuid:0d1a")]))
    assert (state, outcomes) == ("failure", ["rolled_back", "invalid"])
    assert "already recorded" in problems[1]["problem"]
    assert problems[1]["path"] == "$.epcisBody.eventList[1].eventID"
    assert (count(sessions, Record), count(sessions, RecordItem)) == (1, 1)


def test_with_rollback_two_contents_of_one_event_id_in_a_document_keep_it_out(sessions):
    body = document([event(2, eventID="urn:uuid:0d1a"), event(3, eventID="urn:uuid:0d1a"), event(4)])
    state, outcomes, problems = taken(sessions, body)
    assert (state, outcomes) == ("failure", ["rolled_back", "invalid", "rolled_back"])
    assert problems[1]["path"] == "$.epcisBody.eventList[1].eventID"
    assert count(sessions, Record) == 0


def test_with_proceed_a_conflict_is_the_result_of_that_event_only(sessions):
    body = document([event(2, eventID="urn:uuid:0d1a"), event(3, eventID="urn:uuid:0d1a"), event(4)])
    assert taken(sessions, body, "proceed")[:2] == ("failure", ["stored", "invalid", "stored"])


@pytest.mark.parametrize("behaviour", ["rollback", "proceed"])
def test_a_large_document_is_worked_off_in_bounded_steps_and_in_order(sessions, behaviour):
    accept(sessions, document(event(number) for number in range(90)), behaviour)
    assert run(sessions, 20) == 5
    with sessions() as session:
        codes = session.scalars(select(RecordItem.item_code).order_by(RecordItem.id)).all()
        results = session.execute(select(CaptureResult.record_id).order_by(CaptureResult.index)).scalars().all()
        ids = session.scalars(select(Record.id).order_by(Record.id)).all()
    assert [int(code.rpartition("/")[2]) for code in codes] == list(range(90))
    assert results == ids


@pytest.mark.parametrize("behaviour", ["rollback", "proceed"])
def test_a_step_that_is_not_committed_is_repeated_without_loss(sessions, behaviour):
    job = accept(sessions, document(event(number) for number in range(90)), behaviour)
    for committed in (True, False, False, True, False):
        with sessions() as session:
            capture.step(session, 20)
            if committed:
                session.commit()
    judging.forget()  # as after a restart
    run(sessions)
    with sessions() as session:
        assert session.get_one(Capture, job).state == "success"
        assert session.scalar(select(func.count()).where(CaptureResult.outcome == "stored")) == 90
    assert (count(sessions, Record), count(sessions, RecordItem)) == (90, 90)


@pytest.mark.parametrize("behaviour", ["rollback", "proceed"])
def test_workers_that_take_the_same_captures_store_each_event_once(sessions, behaviour):
    body = document(event(number) for number in range(60))
    jobs = [accept(sessions, body, behaviour) for _ in range(3)]
    errors = []

    def work():
        try:
            run(sessions, 10)
        except BaseException as error:  # noqa: BLE001 (handed to the main thread)
            errors.append(error)

    together([work] * 3)
    run(sessions)
    assert errors == []
    assert (count(sessions, Record), count(sessions, RecordItem)) == (60, 60)
    with sessions() as session:
        assert {session.get_one(Capture, job).state for job in jobs} == {"success"}
        assert session.scalar(select(func.count()).where(CaptureResult.outcome == "stored")) == 60
        assert session.scalar(select(func.count()).where(CaptureResult.outcome == "duplicate")) == 120


def test_of_two_threads_with_the_same_event_one_stores_it(sessions):
    answers = []
    together([lambda: answers.append(store(sessions, alone(event(1)))[0])] * 6)
    assert sorted(answer.outcome for answer in answers) == ["duplicate"] * 5 + ["stored"]
    assert {answer.record_id for answer in answers} == {answers[0].record_id}
    assert (count(sessions, Record), count(sessions, RecordItem)) == (1, 1)


def test_of_two_threads_with_one_event_id_and_two_contents_one_is_told_of_the_conflict(sessions):
    answers = []

    def attempt(step):
        try:
            answers.append(store(sessions, alone(event(1, bizStep=step), eventID="urn:uuid:0d1a"))[0].outcome)
        except Conflict as conflict:
            answers.append("bizStep" in str(conflict))

    together([lambda step=step: attempt(step) for step in ("shipping", "receiving", "packing")])
    assert sorted(map(str, answers)) == ["True", "True", "stored"]
    assert count(sessions, Record) == 1


def together(works):
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_an_empty_document_succeeds(sessions):
    assert taken(sessions, document([])) == ("success", [], [])


def test_master_data_is_kept_under_the_canonical_code_and_the_newest_wins(sessions):
    def named(name):
        element = {"id": "urn:epc:idpat:sgtin:6901234.056780.*", "attributes": [{"id": "cbvmda:descriptionShort", "attribute": name}]}
        kind = {"type": "urn:epcglobal:epcis:vtype:EPCClass", "vocabularyElementList": [element]}
        return document([], epcisHeader={"epcisMasterData": {"vocabularyList": [kind]}})

    taken(sessions, named("巴氏鲜奶"))
    taken(sessions, named("巴氏鲜奶 950 ml"))
    with sessions() as session:
        row = session.scalars(select(Vocabulary)).one()
    assert row.code == "https://id.gs1.org/01/06901234567809"
    assert row.attributes == {"cbvmda:descriptionShort": "巴氏鲜奶 950 ml"}


@pytest.mark.parametrize("path", sorted(DOCUMENTS.glob("*.json")), ids=lambda path: path.stem)
def test_every_open_document_is_captured_or_says_what_is_wrong(sessions, path):
    content = json.loads(path.read_bytes())
    if not str(content.get("type", "")).startswith("EPCIS"):
        content = json.loads(document([content], **{"@context": content.get("@context", CONTEXT)}))
    state, outcomes, problems = taken(sessions, json.dumps(content).encode(), "proceed")
    assert len(outcomes) == len(read(json.dumps(content).encode()).events)
    assert all(problem["path"] and problem["fix"] for problem in problems if problem)
    assert (state == "success") == all(problem is None for problem in problems)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"eventID": "urn:x:" + "a" * 1000}, "at most 1000"),
        ({"eventTime": "0001-01-01T00:00:00+08:00"}, "is no moment"),
        ({"eventID": "ni:///sha-256;" + "0" * 64 + "?ver=CBV2.0"}, "is not the hash ID of this event"),
        (
            {"quantityList": [{"epcClass": "urn:epc:class:lgtin:6901234.056780.L1", "quantity": 0.1 + 0.2 + 1e-30}], "epcList": [7]},
            "epcList",
        ),
        ({"example:\ud800": 1}, "half a character"),
        ({"bizStep": "\ud800"}, "half a character"),
    ],
)
def test_what_no_database_could_keep_is_an_answer_not_an_accident(sessions, change, words):
    _, outcomes, problems = taken(sessions, document([event(1, **change)]))
    assert outcomes == ["invalid"]
    assert words in json.dumps(problems[0], ensure_ascii=False)


def test_a_single_event_is_not_taken_for_a_document_nor_a_list(sessions):
    for body in (document([event(1)]), b"[]"):
        with pytest.raises(InvalidEvent, match="send documents with several events to /capture"):
            store(sessions, body)


def test_a_malformed_single_event_names_path_and_rule(sessions):
    with pytest.raises(InvalidEvent) as refusal:
        store(sessions, alone(BAD))
    assert refusal.value.field == "$.action"
    assert "rule" in str(refusal.value)
