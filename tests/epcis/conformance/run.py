"""One run of the suite against one server: what it captures there, and how it asks for it.

Everything that is sent carries the run's id, so that a server which holds other events, also those of earlier runs, can be tested.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx
import pytest

from tests.epcis.conformance.evaluator import holds
from tests.epcis.conformance.events import CONTEXT, EXTENSION, OTHER, Event, document
from tests.epcis.conformance.probes import Probe, probes

BUSY_SECONDS = 60.0  # for a capture job, and for its events to be found


@dataclass
class Server:
    """The server that is tested, as a client sees it."""

    http: httpx.Client

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One request. A test is skipped when the server answers 501: it does not offer that."""
        answer = self.http.request(method, path, **more)
        if answer.status_code == 501:
            pytest.skip(f"{method} {answer.url.path}: the server answers 501, it does not offer this")
        return answer

    def pages(self, path: str, **asked: Any) -> Iterator[httpx.Response]:
        """The answer's pages, by the links that lead from each to the next."""
        answer = self.ask("GET", path, params=asked or None)
        while True:
            assert answer.status_code == 200, f"{answer.request.url}: {answer.status_code} {answer.text[:500]}"
            yield answer
            if "next" not in answer.links:
                return
            answer = self.ask("GET", str(answer.url.join(answer.links["next"]["url"])))

    def events(self, path: str = "/events", **asked: Any) -> list[Event]:
        """All events that a query finds, from all pages."""
        return [event for page in self.pages(path, **asked) for event in listed(page)]

    def capture(self, *events: Event, behaviour: str | None = None, header: dict[str, Any] | None = None) -> dict[str, Any]:
        """Capture a document; what its job says once it is done."""
        more = {"GS1-Capture-Error-Behaviour": behaviour} if behaviour else {}
        answer = self.ask("POST", "/capture", json=document(*events, header=header), headers=more)
        assert answer.status_code == 202, answer.text[:500]
        return self.finished(answer)

    def finished(self, accepted: httpx.Response) -> dict[str, Any]:
        """What a capture job says once it is done."""
        until = time.monotonic() + BUSY_SECONDS
        while (job := self.ask("GET", place_of(accepted)).json())["running"]:
            assert time.monotonic() < until, f"the capture job still runs after {BUSY_SECONDS:.0f} s"
            time.sleep(0.05)
        return job


def place_of(answer: httpx.Response) -> str:
    """Where `Location` leads."""
    return str(answer.url.join(answer.headers["Location"]))


def listed(answer: httpx.Response) -> list[Event]:
    """The events of an EPCISQueryDocument."""
    document = answer.json()
    assert document["type"] == "EPCISQueryDocument"
    return document["epcisBody"]["queryResults"]["resultsBody"]["eventList"]


@dataclass
class Run:
    """What was captured for the queries. `events`: by event id, as sent, with the server's time of recording."""

    server: Server
    name: str
    events: dict[str, Event]
    narrow: dict[str, str]  # asked besides, on a server that held other events before: what was recorded during this run

    @cached_property
    def probes(self) -> list[Probe]:
        """What may be asked because of these events, in the prefixes that the run declares."""
        orders = ("GT", "GE", "LT", "LE")
        return sorted(
            {(_prefixed(name), given) for at, event in enumerate(self.events.values()) for name, given in probes(event, at, orders)}
        )

    def expected(self, *asked: Probe) -> set[str]:
        """Ids of the events that all of these conditions hold for."""
        spelt = [(_spelt_out(name), list(given)) for name, given in asked]
        return {one for one, event in self.events.items() if all(holds(event, name, given) for name, given in spelt)}

    def found(self, **asked: Any) -> list[str]:
        """Ids of this run's events that a query finds, in the order of the answer."""
        more = {} if asked.get("GE_recordTime") else self.narrow
        return [event["eventID"] for event in self.server.events(**more, **asked) if event["eventID"] in self.events]


def _prefixed(name: str) -> str:
    return name.replace(EXTENSION, "ex:").replace(OTHER, "other:")


def _spelt_out(name: str) -> str:
    return name.replace("other:", OTHER) if "other:" in name else name.replace("ex:", EXTENSION)


def started(server: Server, name: str, events: list[Event]) -> Run:
    """Capture the run's events and wait until they can be found."""
    others = bool(listed(next(server.pages("/events", perPage=1))))
    job = server.capture(*events)
    assert job["success"], job
    ids, until = [event["eventID"] for event in events], time.monotonic() + BUSY_SECONDS
    while True:
        recorded = {one["eventID"]: one["recordTime"] for one in server.events(EQ_eventID="|".join(ids), perPage=100)}
        if recorded.keys() == set(ids):
            break
        assert time.monotonic() < until, f"captured, but not found by EQ_eventID: {set(ids) - recorded.keys()}"
        time.sleep(0.1)
    context = [CONTEXT, {"ex": EXTENSION, "other": OTHER}]
    held = {event["eventID"]: event | {"@context": context, "recordTime": recorded[event["eventID"]]} for event in events}
    return Run(server, name, held, {"GE_recordTime": min(recorded.values())} if others else {})
