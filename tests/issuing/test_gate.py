"""At capture: a code that was never issued, is void, or names a second thing is refused with the reason; the others are activated."""

from __future__ import annotations

import json
import threading

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import func, select

from indexer import models as mirror
from issuing import issue, orders, states
from issuing.gate import gate
from issuing.models import CodeState
from issuing.orders import Wanted
from ledger_client.errors import Conflict, InvalidEvent
from records import capture
from records.models import Capture, CaptureResult, Record
from tests.issuing.rules import GTIN, counter
from tests.records.documents import OTHER, SIGNER, alone, document, event

STEM = f"https://id.gs1.org/01/{GTIN}/21/"


@pytest.fixture(autouse=True)
def line(sessions, engine, made):
    """Ten codes, 000001 to 000010, of member 1, whose key SIGNER is."""
    mirror.create(engine)
    with sessions.begin() as session:
        session.add(mirror.MirroredSigner(address=SIGNER, member_id=1, active_from=1, active_until=0))
        session.add(mirror.MirroredSigner(address=OTHER, member_id=2, active_from=1, active_until=0))
    ordered(sessions, made(counter(6)))


def ordered(sessions, found, quantity=10):
    with sessions.begin() as session:
        orders.place(session, 1, Wanted(found.id, quantity), "wang.fang")
    with sessions.begin() as session:
        issue.step(session)


def serials(*numbers):
    return [f"(01){GTIN}(21){number:06}" for number in numbers]


def born(second, *numbers, **more):
    """The event that commissions some codes, spelt as a scanner gives them."""
    epcs = [f"urn:epc:id:sgtin:6901234.056789.{number:06}" for number in numbers]
    return event(second, **({"action": "ADD", "bizStep": "commissioning", "epcList": epcs} | more))


def taken(sessions, events, behaviour="proceed", signer=SIGNER):
    """Capture a document: outcomes and problems."""
    with sessions.begin() as session:
        job = capture.accept(session, signer, document(events), behaviour).id
    while True:
        with sessions.begin() as session:
            if not capture.step(session, check=gate):
                break
    with sessions() as session:
        rows = session.scalars(select(CaptureResult).where(CaptureResult.capture_id == job).order_by(CaptureResult.index)).all()
        assert session.get_one(Capture, job).state in ("success", "failure")
        return [row.outcome for row in rows], [row.problem for row in rows]


def state(sessions, number):
    with sessions() as session:
        found = states.find(session, f"{STEM}{number:06}")
        return str(found.state), found.row.event_id


def test_what_is_commissioned_is_activated_and_its_event_is_in_its_history(sessions):
    outcomes, _ = taken(sessions, [born(1, 1, 2), event(2, epcList=[f"urn:epc:id:sgtin:6901234.056789.{3:06}"])])
    assert outcomes == ["stored", "stored"]
    assert [state(sessions, number)[0] for number in (1, 2, 3)] == ["activated", "activated", "issued"]
    with sessions() as session:
        found = states.find(session, f"{STEM}000001")
        last = states.history(session, found)[-1]
    assert (last.state, last.by, last.reason) == ("activated", "", found.row.event_id)


def test_a_code_that_was_never_issued_is_refused_with_its_path(sessions):
    outcomes, problems = taken(sessions, [born(1, 1, 77), born(2, 2)])
    assert outcomes == ["invalid", "stored"]
    assert problems[0]["path"] == "$.epcisBody.eventList[0].epcList[1]"
    assert problems[0]["rule"] == "only issued codes"
    assert "000077, which was never issued" in problems[0]["problem"]
    assert state(sessions, 1)[0] == "issued"


def test_a_void_code_is_refused(sessions):
    with sessions.begin() as session:
        states.move(session, [f"{STEM}000004"], CodeState.VOID, "li.na", "smeared", member_id=1)
    outcomes, problems = taken(sessions, [born(1, 4)])
    assert outcomes == ["invalid"]
    assert "which is void" in problems[0]["problem"]


def test_a_second_thing_under_one_code_is_refused_even_in_one_document(sessions):
    outcomes, problems = taken(sessions, [born(1, 1), born(2, 1), born(3, 2)])
    assert outcomes == ["stored", "invalid", "stored"]
    assert "second thing: event ni:///" in problems[1]["problem"]
    assert taken(sessions, [born(4, 2, 3)])[0] == ["invalid"]
    assert state(sessions, 3)[0] == "issued"


def test_a_document_that_is_sent_again_is_a_duplicate_whatever_became_of_its_codes(sessions):
    first = [born(1, 1), event(2, epcList=[f"urn:epc:id:sgtin:6901234.056789.{2:06}"])]
    assert taken(sessions, first)[0] == ["stored", "stored"]
    with sessions.begin() as session:
        states.move(session, [f"{STEM}000001", f"{STEM}000002"], CodeState.VOID, "li.na", "destroyed", member_id=1)
    assert taken(sessions, first)[0] == ["duplicate", "duplicate"]
    assert state(sessions, 1)[0] == "void"


def test_nothing_is_activated_by_a_document_that_is_rolled_back(sessions):
    outcomes, _ = taken(sessions, [born(1, 1), born(2, 77)], "rollback")
    assert outcomes == ["rolled_back", "invalid"]
    assert state(sessions, 1) == ("issued", None)
    assert taken(sessions, [born(1, 1)], "rollback")[0] == ["stored"]


def test_an_event_that_was_declared_wrong_gives_its_code_back(sessions):
    wrong = born(1, 1)
    assert taken(sessions, [wrong])[0] == ["stored"]
    declared = {"declarationTime": "2026-09-02T06:10:00+08:00", "reason": "incorrect_data"}
    assert taken(sessions, [wrong | {"eventID": state(sessions, 1)[1], "errorDeclaration": declared}])[0] == ["stored"]
    assert state(sessions, 1) == ("applied", None)
    assert taken(sessions, [born(9, 1)])[0] == ["stored"]
    assert state(sessions, 1)[0] == "activated"


def test_a_void_code_stays_void_when_its_event_is_declared_wrong(sessions):
    wrong = born(1, 1)
    assert taken(sessions, [wrong])[0] == ["stored"]
    event_id = state(sessions, 1)[1]
    with sessions.begin() as session:
        states.move(session, [f"{STEM}000001"], CodeState.VOID, "li.na", "destroyed", member_id=1)
    declared = {"declarationTime": "2026-09-02T06:10:00+08:00", "reason": "incorrect_data"}
    assert taken(sessions, [wrong | {"eventID": event_id, "errorDeclaration": declared}])[0] == ["stored"]
    assert state(sessions, 1)[0] == "void"


def test_what_a_transformation_gives_out_is_activated(sessions, made):
    ordered(sessions, made(counter(4), scheme="lgtin", name="lots"), 2)
    lot = f"urn:epc:class:lgtin:6901234.056789.{1:04}"
    filling = event(5, type="TransformationEvent", outputQuantityList=[{"epcClass": lot, "quantity": 5}], inputEPCList=["urn:uuid:1-2"])
    for name in ("action", "epcList"):
        del filling[name]
    again = filling | {"eventTime": "2026-09-01T09:00:00+08:00"}  # a lot may be filled twice
    unknown = json.loads(json.dumps(filling).replace("0001", "0099"))
    outcomes, problems = taken(sessions, [filling, again, unknown])
    assert outcomes == ["stored", "stored", "invalid"]
    assert problems[2]["path"] == "$.epcisBody.eventList[2].outputQuantityList[0].epcClass"
    with sessions() as session:
        assert states.find(session, f"https://id.gs1.org/01/{GTIN}/10/0001").state == "activated"


def test_other_members_and_other_codes_are_not_asked(sessions):
    assert taken(sessions, [born(1, 77)], signer=OTHER)[0] == ["stored"]
    assert taken(sessions, [event(1)])[0] == ["stored"]


def test_a_single_event_is_judged_the_same_way(sessions):
    with pytest.raises(InvalidEvent, match="never issued") as refused, sessions.begin() as session:
        capture.store_event(session, SIGNER, alone(born(1, 77)), gate)
    assert refused.value.field == "$.epcList[0]"
    with sessions.begin() as session:
        capture.store_event(session, SIGNER, alone(born(1, 1)), gate)
    assert state(sessions, 1)[0] == "activated"


def test_a_rule_that_takes_other_codes_too_still_knows_its_own(sessions, made):
    ordered(sessions, made(counter(5), scheme="grai", base="6901234000016", name="crates", onlyIssued=False), 2)
    crate = "urn:epc:id:grai:6901234.00001."
    assert taken(sessions, [born(1, epcList=[f"{crate}99999"])])[0] == ["stored"]
    assert taken(sessions, [born(2, epcList=[f"{crate}00001"]), born(3, epcList=[f"{crate}00001"])])[0] == ["stored", "invalid"]


def test_where_there_is_no_rule_the_gate_asks_once(sessions, engine):
    asked = []
    sqlalchemy_event.listen(engine, "before_cursor_execute", lambda _c, _u, sql, *_: asked.append(sql))
    with sessions.begin() as session:
        capture.store_event(session, OTHER, alone(event(1)), gate)
    assert len([sql for sql in asked if "coding_rules" in sql or "issued_codes" in sql]) == 1


def test_of_two_events_that_commission_one_code_at_once_one_is_stored(sessions):
    told = []

    def commission(second):
        try:
            with sessions.begin() as session:
                told.append(capture.store_event(session, SIGNER, alone(born(second, 5)), gate)[0].outcome)
        except (InvalidEvent, Conflict) as refused:
            told.append(type(refused).__name__)

    threads = [threading.Thread(target=commission, args=(second,)) for second in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 4
    assert told.count("stored") == 1
    assert count_of(sessions) == 1
    assert state(sessions, 5)[0] == "activated"


def count_of(sessions):
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(Record))


SSCC = "urn:epc:id:sscc:6901234.3000000001"


def loaded(day, *cases, **more):
    told = {"type": "AggregationEvent", "action": "ADD", "bizStep": "packing", "parentID": SSCC, "eventTime": f"{day}T08:00:00+08:00"}
    made = event(0, **(told | {"childEPCs": [f"urn:epc:id:sgtin:6901234.156780.{case}" for case in cases]} | more))
    del made["epcList"]
    return made


def shipped(day, step="shipping", **more):
    return event(0, bizStep=step, epcList=[SSCC], eventTime=f"{day}T09:00:00+08:00", **more)


@pytest.fixture
def pallets(sessions, made):
    ordered(sessions, made(counter(9), scheme="sscc", base="36901234", name="pallets", onlyIssued=False), 3)


@pytest.mark.usefixtures("pallets")
def test_a_pallets_code_is_loaded_until_it_is_shipped_and_for_a_year_not_again(sessions):
    outcomes, _ = taken(sessions, [loaded("2025-03-01", 1), loaded("2025-03-02", 2), shipped("2025-03-03")])
    assert outcomes == ["stored", "stored", "stored"]
    taken_out = loaded("2025-03-10", 1, action="DELETE", bizStep="unpacking")
    late = loaded("2025-03-02", 9, eventTime="2025-03-02T20:00:00+08:00")  # happened before the shipping, recorded after it
    outcomes, problems = taken(sessions, [taken_out, late, loaded("2025-03-11", 3), loaded("2026-03-04", 4)])
    assert outcomes == ["stored", "stored", "invalid", "stored"]
    assert "anew, which was shipped on 2025-03-03" in problems[2]["problem"]
    assert problems[2]["path"] == "$.epcisBody.eventList[2].parentID"
    assert "an SSCC of its own" in problems[2]["fix"]


@pytest.mark.usefixtures("pallets")
def test_a_shipping_that_was_undone_or_an_error_frees_the_pallets_code(sessions):
    assert taken(sessions, [shipped("2025-03-03"), loaded("2025-03-04", 1)])[0] == ["stored", "invalid"]
    assert taken(sessions, [shipped("2025-03-05", "void_shipping"), loaded("2025-03-06", 1)])[0] == ["stored", "stored"]
    again = shipped("2025-03-07")
    assert taken(sessions, [again, loaded("2025-03-08", 2)])[0] == ["stored", "invalid"]
    with sessions() as session:
        event_id = session.scalar(select(Record.event_id).where(Record.biz_step == "shipping").order_by(Record.id.desc()))
    declared = {"declarationTime": "2025-03-09T06:10:00+08:00", "reason": "did_not_occur"}
    assert taken(sessions, [again | {"eventID": event_id, "errorDeclaration": declared}, loaded("2025-03-08", 2)])[0] == ["stored"] * 2


@pytest.mark.usefixtures("pallets")
def test_a_second_load_that_is_recorded_already_stays_a_duplicate(sessions):
    second = loaded("2025-03-04", 1)
    assert taken(sessions, [second])[0] == ["stored"]
    assert taken(sessions, [shipped("2025-03-03")])[0] == ["stored"]
    assert taken(sessions, [second])[0] == ["duplicate"]
