"""The history as a whole: valid, repeatable, in order, of the promised size."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from importlib.resources import files
from itertools import pairwise

import jsonschema_rs
import pytest

from scripts.demo import history
from scripts.demo.diary import CHINA
from scripts.demo.load import start_for


def test_every_document_passes_the_official_schema(entries):
    schema = json.loads((files("ledger_client.epcis") / "data" / "EPCIS-JSON-Schema.json").read_bytes())
    validator = jsonschema_rs.validator_for(schema)
    assert [(entry.captured_at, error.message) for entry in entries for error in validator.iter_errors(entry.document)] == []


def test_every_business_step_and_disposition_is_in_the_core_business_vocabulary(told):
    terms = json.loads((files("ledger_client.epcis") / "data" / "cbv-terms.json").read_bytes())
    assert {one.step for one in told} <= set(terms["BizStep"])
    assert {one.event["disposition"] for one in told if "disposition" in one.event} <= set(terms["Disp"])
    transactions = [pair for one in told for pair in one.event.get("bizTransactionList", [])]
    assert {pair["type"] for pair in transactions} <= set(terms["BTT"])


def test_the_same_start_and_seed_tell_the_same_story(entries, start):
    again = list(history(start))
    assert [(entry.member, entry.captured_at, json.dumps(entry.document)) for entry in again] == [
        (entry.member, entry.captured_at, json.dumps(entry.document)) for entry in entries
    ]


def test_another_seed_tells_another_story(entries, start):
    other = next(iter(history(start, days=1, seed="2")))
    assert other.document != entries[0].document


def test_a_shorter_history_is_the_beginning_of_the_longer_one(entries, start):
    short = list(history(start, days=12))
    assert short == entries[: len(short)]
    assert short[-1].captured_at > short[0].captured_at + timedelta(days=11)


def test_uploads_come_in_order_and_never_before_what_they_tell(entries, told):
    assert all(earlier.captured_at <= later.captured_at for earlier, later in pairwise(entries))
    assert [one.event for one in told if one.happened > one.captured_at] == []


def test_times_carry_the_offset_of_china(told):
    assert {one.event["eventTimeZoneOffset"] for one in told} == {"+08:00"}
    assert {one.happened.utcoffset() for one in told} == {timedelta(hours=8)}


def test_the_whole_history_lies_within_its_days(told, start):
    midnight = start.astimezone(CHINA).replace(hour=0)
    assert midnight <= min(one.happened for one in told)
    assert max(one.captured_at for one in told) <= midnight + timedelta(days=60)


def test_a_history_can_be_placed_so_that_it_ends_before_today(start):
    assert start_for(start, 60) + timedelta(days=60) == start.astimezone(CHINA).replace(hour=0)


def test_a_start_without_time_zone_is_refused(start):
    with pytest.raises(ValueError, match="time zone"):
        next(history(start.replace(tzinfo=None)))


def test_the_volume_is_what_a_minute_of_loading_takes(told):
    assert 2_500 <= len(told) <= 4_000
    assert 5_000 <= sum(len(one.codes) for one in told) <= 9_000
    assert max(len(one.codes) for one in told) <= 30


def test_all_five_event_types_and_all_four_members_take_part(told):
    types = Counter(one.event["type"] for one in told)
    members = Counter(one.member for one in told)
    assert set(types) == {"ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent"}
    assert set(members) == {"farm", "plant", "carrier", "retailer"}
    assert min(types.values()) >= 50
    assert min(members.values()) >= 400


def test_each_member_brings_its_master_data_with_its_first_document_only(entries):
    with_header = [entry for entry in entries if "epcisHeader" in entry.document]
    assert sorted(entry.member for entry in with_header) == ["carrier", "farm", "plant", "retailer"]
    firsts = {entry.member: entry for entry in reversed(entries)}
    assert all(firsts[entry.member] == entry for entry in with_header)


def test_every_place_and_product_that_events_name_is_in_the_master_data(entries, told):
    lists = [entry.document["epcisHeader"]["epcisMasterData"]["vocabularyList"] for entry in entries if "epcisHeader" in entry.document]
    known = {element["id"] for vocabularies in lists for vocabulary in vocabularies for element in vocabulary["vocabularyElementList"]}
    places = {one.event[field]["id"] for one in told for field in ("readPoint", "bizLocation") if field in one.event}
    products = {code.split("/10/")[0].split("/21/")[0] for one in told for code in one.codes if "/01/" in code}
    parties = {pair["source"] for one in told for pair in one.event.get("sourceList", [])}
    assert places | products | parties <= known


def test_names_are_there_in_chinese_and_in_english(entries):
    for entry in entries:
        header = entry.document.get("epcisHeader", {"epcisMasterData": {"vocabularyList": []}})
        for vocabulary in header["epcisMasterData"]["vocabularyList"]:
            for element in vocabulary["vocabularyElementList"]:
                ids = {attribute["id"] for attribute in element["attributes"]}
                assert {"cbvmda:name", "tl:nameEn"} <= ids or {"cbvmda:descriptionShort", "tl:descriptionShortEn"} <= ids
