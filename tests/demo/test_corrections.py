"""Honest real life: error declarations, a late upload, an event sent twice."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta


def test_every_error_declaration_repeats_an_event_that_was_captured_before(told):
    for number, one in enumerate(told):
        if "errorDeclaration" in one.event:
            plain = {name: value for name, value in one.event.items() if name != "errorDeclaration"}
            assert plain in [other.event for other in told[:number] if other.event["eventID"] == one.event["eventID"]]


def test_every_corrective_event_id_is_an_event_of_the_same_member_about_the_same_items(told):
    by_id = {one.event["eventID"]: one for one in told if "errorDeclaration" not in one.event}
    corrections = [one for one in told if "correctiveEventIDs" in one.event.get("errorDeclaration", {})]
    assert len(corrections) == 3
    for one in corrections:
        assert one.event["errorDeclaration"]["reason"] == "incorrect_data"
        for event_id in one.event["errorDeclaration"]["correctiveEventIDs"]:
            assert (by_id[event_id].member, by_id[event_id].codes) == (one.member, one.codes)
            assert event_id != one.event["eventID"]


def test_one_event_is_declared_not_to_have_occurred(told):
    reasons = Counter(one.event["errorDeclaration"]["reason"] for one in told if "errorDeclaration" in one.event)
    assert reasons == {"incorrect_data": 3, "did_not_occur": 1}


def test_an_error_is_declared_after_it_was_made_and_before_its_upload(told):
    for one in told:
        if declaration := one.event.get("errorDeclaration"):
            assert one.event["eventTime"] < declaration["declarationTime"] <= one.captured_at.isoformat()


def test_exactly_one_upload_comes_three_days_late(told, shown):
    late = [one for one in told if one.captured_at - one.happened > timedelta(days=2)]
    assert [one.member for one in late] == ["carrier"]
    assert shown.late_upload in late[0].codes
    assert late[0].captured_at - late[0].happened == timedelta(days=3)


def test_exactly_one_document_holds_one_event_twice(entries):
    def repeats(entry):
        events = [str(event) for event in entry.document["epcisBody"]["eventList"]]
        return len(events) - len(set(events))

    assert [repeats(entry) for entry in entries if repeats(entry)] == [1]


def test_no_other_event_id_is_told_twice(told):
    twice = [event_id for event_id, times in Counter(one.event["eventID"] for one in told).items() if times > 1]
    assert len(twice) == 4 + 1  # four error declarations, one event sent twice
