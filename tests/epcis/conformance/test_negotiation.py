"""What OPTIONS tells, versions, media types, the spelling of EPCs, and errors as problem documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jsonschema_rs
import pytest

from tests.epcis.conformance.codes import code
from tests.epcis.conformance.evaluator import holds, listed
from tests.epcis.conformance.probes import probes
from tests.epcis.conformance.run import Run, Server

PATHS = ("/", "/capture", "/events", "/eventTypes", "/epcs", "/bizSteps", "/bizLocations", "/readPoints", "/dispositions", "/queries")
SCHEMA = Path(__file__).parents[3] / "ledger_client" / "epcis" / "data" / "EPCIS-JSON-Schema.json"  # GS1's own
EPCS = ("epcList", "childEPCs", "inputEPCList", "outputEPCList", "parentID")


@pytest.mark.parametrize("path", PATHS)
def test_options_tell_versions(server: Server, path: str):
    told = server.ask("OPTIONS", path)
    assert told.status_code == 204
    for standard in ("EPCIS", "CBV"):
        lowest, highest = (told.headers[f"GS1-{standard}-{end}"] for end in ("Min", "Max"))
        assert lowest[:3] <= "2.0" <= highest[:3]


@pytest.mark.parametrize(
    "wish", [{"GS1-EPCIS-Min": "9.0"}, {"GS1-EPCIS-Max": "1.0"}, {"GS1-CBV-Min": "9.0"}, {"Accept": "text/csv"}], ids=str
)
def test_what_cannot_be_given_is_406(server: Server, wish: dict[str, str]):
    refused = server.ask("GET", "/events", params={"perPage": 1}, headers=wish)
    assert refused.status_code == 406
    assert refused.json()["type"] == "epcisException:NotAcceptableException"


def test_what_includes_2_0_is_answered_and_says_so(server: Server):
    wish = {"GS1-EPCIS-Min": "1.2", "GS1-EPCIS-Max": "2.0", "GS1-CBV-Min": "2.0"}
    answer = server.ask("GET", "/events", params={"perPage": 1}, headers=wish)
    assert answer.status_code == 200
    assert answer.headers["GS1-EPCIS-Version"].startswith("2.0")


@pytest.mark.parametrize(
    ("wish", "begins"), [("Always_EPC_URN", "urn:epc:"), ("Always_GS1_Digital_Link", "https://"), ("Never_Translates", "")]
)
def test_epcs_are_spelled_as_asked(run: Run, wish: str, begins: str):
    server = run.server
    answer = server.ask("GET", "/events", params={"EQ_eventID": "|".join(run.events), "perPage": 100}, headers={"GS1-EPC-Format": wish})
    if answer.status_code == 406 and wish != "Never_Translates":
        pytest.skip(f"GS1-EPC-Format: {wish}: the server answers 406, it does not translate so")
    assert answer.status_code == 200
    for event in answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]:
        for name in EPCS:
            sent, got = listed(run.events[event["eventID"]].get(name)), listed(event.get(name))
            assert list(map(code, got)) == list(map(code, sent))
            assert all(one.startswith(begins) for one in got if "9521321" in one)


def test_an_event_comes_back_as_it_was_sent(run: Run):
    for at, (name, sent) in enumerate(run.events.items()):
        (got,) = run.server.events(f"/events/{quote(name, safe='')}")
        told = sent | got
        assert [probe for probe in probes(sent, at) if holds(told, *probe) != holds(sent, *probe)] == []
        assert got.keys() >= sent.keys() - {"@context"}


def test_answers_fit_the_schema_of_the_standard(run: Run):
    fits = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text()))
    for page in run.server.pages("/events", EQ_eventID="|".join(run.events), perPage=5):
        assert [error.message[:300] for error in fits.iter_errors(page.json())] == []


@pytest.mark.parametrize(
    ("path", "asked", "status", "kind"),
    [
        ("/events", {"EQ_bizStepp": "shipping"}, 400, "QueryParameterException"),
        ("/events", {"GE_eventTime": "yesterday"}, 400, "QueryParameterException"),
        ("/events", {"EQ_action": "SHOUT"}, 400, "QueryParameterException"),
        ("/events", {"GE_quantity": "many"}, 400, "QueryParameterException"),
        ("/events", {"perPage": "-1"}, 400, "QueryParameterException"),
        ("/events", {"orderBy": "nothing"}, 400, "QueryParameterException"),
        ("/events/urn:uuid:00000000-0000-4000-8000-000000000000", {}, 404, "NoSuchResourceException"),
        ("/capture/nobody-made-this", {}, 404, "NoSuchResourceException"),
        ("/queries/nobody-made-this", {}, 404, "NoSuchResourceException"),
        ("/queries/nobody-made-this/events", {}, 404, "NoSuchResourceException"),
    ],
)  # fmt: skip
def test_an_error_is_a_problem_document(server: Server, path: str, asked: dict[str, Any], status: int, kind: str):
    answer = server.ask("GET", path, params=asked)
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (status, "application/problem+json")
    told = answer.json()
    assert (told["type"], told["status"]) == (f"epcisException:{kind}", status)
    assert told["title"]
