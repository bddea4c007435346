"""orderBy, orderDirection, eventCountLimit, maxEventCount; perPage and nextPageToken while others go on capturing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx
import pytest

from tests.epcis.conformance.events import Event, Maker
from tests.epcis.conformance.run import Run, Server, listed


def ids(run: Run) -> str:
    """A condition that only the run's events meet, whatever else the server holds."""
    return "|".join(run.events)


def moment(name: str) -> Callable[[Event], datetime]:
    return lambda event: datetime.fromisoformat(event[name])


@pytest.mark.parametrize("direction", ["ASC", "DESC", None])
@pytest.mark.parametrize("field", ["eventTime", "recordTime"])
def test_events_come_in_the_order_that_is_asked_for(run: Run, field: str, direction: str | None):
    found = run.found(EQ_eventID=ids(run), orderBy=field, **({"orderDirection": direction} if direction else {}))
    times = [moment(field)(run.events[one]) for one in found]
    assert sorted(found) == sorted(run.events)
    assert times == sorted(times, reverse=direction != "ASC")  # DESC if nothing is said


def test_events_come_in_the_order_of_an_extension(run: Run):
    weights = {one: event["ex:weight"] for one, event in run.events.items() if "ex:weight" in event}
    for direction in ("ASC", "DESC"):
        found = run.found(EQ_eventID="|".join(weights), orderBy="ex:weight", orderDirection=direction)
        assert [weights[one] for one in found] == sorted(weights.values(), reverse=direction == "DESC")


@pytest.mark.parametrize("count", [1, 5])
def test_only_the_first_so_many_are_given(run: Run, count: int):
    latest = sorted(run.events, key=lambda one: moment("eventTime")(run.events[one]))
    assert run.found(EQ_eventID=ids(run), orderBy="eventTime", eventCountLimit=count) == latest[: -count - 1 : -1]
    assert run.found(EQ_eventID=ids(run), orderBy="eventTime", orderDirection="ASC", eventCountLimit=count, perPage=2) == latest[:count]


def test_more_than_the_most_wanted_is_refused_and_not_cut_off(run: Run):
    assert len(run.found(EQ_eventID=ids(run), maxEventCount=len(run.events))) == len(run.events)
    refused = run.server.ask("GET", "/events", params={"EQ_eventID": ids(run), "maxEventCount": len(run.events) - 1})
    assert refused.status_code == 413
    assert refused.json()["type"].endswith("QueryTooLargeException")


def capture(server: Server, make: Maker, numbers: range) -> set[str]:
    order = [{"type": "po", "bizTransaction": make.uri("paged")}]
    events = [make.event("ObjectEvent", n, action="OBSERVE", epcList=[make.item(n)], bizTransactionList=order) for n in numbers]
    job = server.capture(*events)
    assert job["success"], job["errors"]
    return {event["eventID"] for event in events}


ORDERS = ({}, {"orderBy": "eventTime", "orderDirection": "ASC"}, {"orderBy": "eventTime"}, {"orderBy": "recordTime"})


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: " ".join(order.values()) or "none")
def test_pages_hold_each_event_once_while_captures_go_on(server: Server, name: str, order: dict[str, str], request: pytest.FixtureRequest):
    make = Maker(name, request.node.callspec.id)
    there, coming, seen = capture(server, make, range(8)), iter(range(100, 200)), list[str]()
    for page in server.pages("/events", EQ_bizTransaction_po=make.uri("paged"), perPage=3, **order):
        got = [event["eventID"] for event in listed(page)]
        assert len(got) <= 3
        seen += got
        if len(seen) < 12:
            at = next(coming)
            capture(server, make, range(at, at + 1))
    assert len(seen) == len(set(seen)), "an event was given twice"
    assert there <= set(seen), "an event that was there before the first page was not given"


def first_page(run: Run, **asked: Any) -> httpx.Response:
    answer = run.server.ask("GET", "/events", params={"EQ_eventID": ids(run), "perPage": 2, **asked})
    assert answer.status_code == 200
    return answer


def token_of(answer: httpx.Response) -> str:
    return answer.url.join(answer.links["next"]["url"]).params["nextPageToken"]


def test_a_token_leads_to_the_next_page_of_its_query(run: Run):
    first = first_page(run)
    second = first_page(run, nextPageToken=token_of(first))
    both = [event["eventID"] for page in (first, second) for event in listed(page)]
    assert len(both) == len(set(both)) == 4
    assert "GS1-Next-Page-Token-Expires" in first.headers


def test_a_token_may_be_given_back(run: Run):
    assert run.server.ask("DELETE", f"/nextPageToken/{token_of(first_page(run))}").status_code == 204


def test_a_token_that_nobody_gave_is_refused(run: Run):
    refused = run.server.ask("GET", "/events", params={"perPage": 2, "nextPageToken": "none"})
    assert 400 <= refused.status_code < 500
