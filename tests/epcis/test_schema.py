"""What is wrong with an event is said once, at the right place, with the rule and the way to mend it."""

from __future__ import annotations

import json

import pytest

from ledger_client.epcis import schema
from ledger_client.epcis.document import read
from ledger_client.epcis.judge import judge_all
from ledger_client.epcis.schema_messages import BrokenRule
from ledger_client.errors import InvalidEvent
from tests.epcis.vectors import VECTORS, load

WRONG = json.loads((VECTORS / "wrong" / "expected.json").read_text(encoding="utf-8"))


def _problems(path) -> list[InvalidEvent]:
    """Everything that is said about a file."""
    try:
        document = read(path.read_bytes())
    except InvalidEvent as error:
        return [error]
    return schema.document_problems(document) + [problem for judged in judge_all(document) for problem in judged.problems]


def test_no_file_is_left_out():
    assert WRONG.keys() == {path.name for path in (VECTORS / "wrong").iterdir()} - {"expected.json"}
    assert len(WRONG) == 66


@pytest.mark.parametrize("name", WRONG)
def test_each_way_to_be_wrong_is_told_once_at_its_place(name):
    expected = WRONG[name]
    problems = _problems(VECTORS / "wrong" / name)
    assert [problem.field for problem in problems] == [expected["path"]]
    assert expected["says"] in str(problems[0])
    assert problems[0].fix, "and how to mend it"
    assert getattr(problems[0], "rule", None) == expected["rule"]
    assert isinstance(problems[0], BrokenRule) == (expected["rule"] is not None)


PUBLIC_INVALID = {
    "Combination_of_non_standard_bizStep_and_disposition": ["eventList[0].bizStep", "eventList[1].disposition"],
    "ObjectEvent_with_ilmd_field_without_namespace": ["eventList[0].ilmd.materialType"],
    "ObjectEvent_with_invalid_action": ["eventList[0].action"],
    "ObjectEvent_with_invalid_eventTime_format": ["eventList[0].eventTime"],
    "ObjectEvent_with_non_standard_bizStep_in_second_event": ["eventList[1].bizStep"],
    "ObjectEvent_with_non_standard_disposition": ["eventList[0].disposition"],
    "ObjectEvent_with_quantity_as_text": ["eventList[0].quantityList[0].quantity"],
    "ObjectEvent_with_unknown_field_in_quantityList": ["eventList[0].quantityList[0].weight"],
    "ObjectEvent_without_identifier_list": ["eventList[0]"],
}


def test_no_public_invalid_document_is_left_out():
    assert {f"openepcis__{name}.json" for name in PUBLIC_INVALID} == {path.name for path in (VECTORS / "invalid").iterdir()}


@pytest.mark.parametrize(("name", "places"), PUBLIC_INVALID.items(), ids=PUBLIC_INVALID)
def test_public_invalid_documents_are_refused_event_by_event(name, places):
    problems = _problems(VECTORS / "invalid" / f"openepcis__{name}.json")
    assert [problem.field for problem in problems] == [f"$.epcisBody.{place}" for place in places]


@pytest.mark.parametrize("path", sorted((VECTORS / "documents").iterdir()), ids=lambda path: path.stem)
def test_public_documents_keep_the_schema(path):
    document = read(path.read_bytes())
    assert schema.document_problems(document) == []
    assert [problem for event in document.events for problem in schema.problems(event)] == []


@pytest.mark.parametrize("pair", load("hash-relations.json"), ids=lambda pair: pair["name"])
def test_the_schema_judges_the_pairs_as_the_vectors_say(pair):
    found = [_schema_problems(pair[side]) for side in "ab"]
    assert (found == [[], []]) == pair["schemaValid"]


def _schema_problems(content) -> list[InvalidEvent]:
    document = read(json.dumps(content).encode())
    return schema.document_problems(document) + [problem for event in document.events for problem in schema.problems(event)]


def test_one_bad_event_does_not_condemn_the_others():
    judged = judge_all(read((VECTORS / "wrong" / "second-event-only.json").read_bytes()))
    assert [bool(one.problems) for one in judged] == [False, True]
    assert judged[0].items == ["https://id.gs1.org/01/06901234567892/21/1001"]


@pytest.mark.parametrize("entry", ["x", 1, None, [], True], ids=str)
def test_what_is_no_event_does_not_condemn_its_neighbours(entry):
    document = json.loads((VECTORS / "wrong" / "second-event-only.json").read_bytes())
    document["epcisBody"]["eventList"][1] = entry
    judged = judge_all(read(json.dumps(document).encode()))
    assert [len(one.problems) for one in judged] == [0, 1]


def test_an_event_with_many_faults_tells_them_all_and_none_twice():
    event = {"type": "ObjectEvent", "action": "CREATE", "eventTime": "now", "epcList": ["x"], "bizStep": "nap", "truck": 1}
    problems = schema.problems(event)
    assert sorted(problem.field for problem in problems) == [
        "$.action",
        "$.bizStep",
        "$.epcList[0]",
        "$.eventTime",
        "$.eventTimeZoneOffset",
        "$.truck",
    ]


def test_a_list_of_problems_that_is_cut_says_so():
    event = {"type": "ObjectEvent", "action": "ADD", "eventTime": "2026-09-01T06:10:00Z", "eventTimeZoneOffset": "+00:00"}
    problems = schema.problems({**event, "epcList": [f"x{number}" for number in range(30)]})
    assert [problem.field for problem in problems] == [f"$.epcList[{number}]" for number in range(20)] + ["$"]
    assert "not listed" in problems[-1].problem


def test_an_event_with_very_many_wrong_names_does_not_fill_the_memory():
    event = {"type": "ObjectEvent", "action": "ADD", "eventTime": "2026-09-01T06:10:00Z", "eventTimeZoneOffset": "+00:00", "epcList": []}
    problems = schema.problems({**event, **{f"name{number}": 1 for number in range(20_000)}})
    assert [problem.field for problem in problems] == ["$.name0", "$"]


def test_an_event_of_a_type_of_its_own_is_valid_if_the_type_is_a_uri():
    event = {"type": "ex:Tasting", "eventTime": "2026-09-01T06:10:00Z", "eventTimeZoneOffset": "+00:00"}
    assert schema.problems(event) == []
    assert [problem.field for problem in schema.problems({**event, "type": "Tasting"})] == ["$.type"]
