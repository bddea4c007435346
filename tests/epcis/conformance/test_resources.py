"""The top-level resources: what values events have, and the events of a value."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.epcis.conformance.codes import code
from tests.epcis.conformance.evaluator import bare, listed
from tests.epcis.conformance.events import Event
from tests.epcis.conformance.run import Run

RESOURCES = {
    "eventTypes": ("eventType", lambda event: [event["type"]]),
    "epcs": ("MATCH_anyEPC", lambda event: [one for name in ("epcList", "childEPCs", "parentID", "inputEPCList", "outputEPCList")
                                            for one in listed(event.get(name))]),
    "bizSteps": ("EQ_bizStep", lambda event: [bare(one, event) for one in listed(event.get("bizStep"))]),
    "bizLocations": ("EQ_bizLocation", lambda event: [event["bizLocation"]["id"]] if "bizLocation" in event else []),
    "readPoints": ("EQ_readPoint", lambda event: [event["readPoint"]["id"]] if "readPoint" in event else []),
    "dispositions": ("EQ_disposition", lambda event: [bare(one, event) for one in listed(event.get("disposition"))]),
}  # fmt: skip
NOBODYS = "https://conformance.example/nobody/has/this"


def values(run: Run, resource: str) -> list[str]:
    """What the run's events have there."""
    return sorted({value for event in run.events.values() for value in RESOURCES[resource][1](event)})


def one_spelling(value: str) -> str:
    event: Event = {}
    return bare(code(value), event)


@pytest.mark.parametrize("resource", RESOURCES)
def test_the_values_of_events_are_listed(run: Run, resource: str):
    members = [member for page in run.server.pages(f"/{resource}", perPage=100) for member in page.json()["member"]]
    assert {one_spelling(value) for value in values(run, resource)} <= {one_spelling(member) for member in members}
    assert len(members) == len(set(members))


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_value_leads_to_its_events(run: Run, resource: str):
    for value in values(run, resource):
        path = f"/{resource}/{quote(value, safe='')}"
        assert run.server.ask("GET", path).status_code == 200, path
        found = {one["eventID"] for one in run.server.events(f"{path}/events", **run.narrow)} & run.events.keys()
        assert found == run.expected((RESOURCES[resource][0], (value,))), path


@pytest.mark.parametrize("resource", RESOURCES)
def test_the_events_of_a_value_are_narrowed_by_parameters(run: Run, resource: str):
    value = values(run, resource)[0]
    asked = {"GE_eventTime": "2026-09-02T00:00:00Z"}
    found = {one["eventID"] for one in run.server.events(f"/{resource}/{quote(value, safe='')}/events", **run.narrow, **asked)}
    assert found & run.events.keys() == run.expected((RESOURCES[resource][0], (value,)), ("GE_eventTime", (asked["GE_eventTime"],)))


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_value_that_no_event_has_is_not_found(run: Run, resource: str):
    assert run.server.ask("GET", f"/{resource}/{quote(NOBODYS, safe='')}").status_code in (400, 404)
