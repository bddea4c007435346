"""EPCIS 2.0 discovery and negotiation: what OPTIONS tells, what is 406, how EPCs are spelled, and the list of capture jobs."""

from __future__ import annotations

from typing import Any

import httpx

from tests.api.served import Server, document, event
from tests.api.test_capture import GOOD, capture

URN, LINK = "urn:epc:id:sgtin:6901234.056789.1002", "https://id.gs1.org/01/06901234567892/21/1002"


def asked(server: Server, method: str = "GET", path: str = "/events", **headers: str) -> httpx.Response:
    return server.http.request(method, path, headers=headers)


PATHS = {
    "/": "OPTIONS, GET",
    "/capture": "OPTIONS, GET, POST",
    "/capture/x": "OPTIONS, GET",
    "/events": "OPTIONS, GET, POST",
    "/events/urn:uuid:1": "OPTIONS, GET",
    "/epcs/urn:epc:id:sgtin:6901234.056789.1/events": "OPTIONS, GET",
}
REFUSED = {
    "GS1-EPCIS-Max": "1.2",
    "GS1-EPCIS-Min": "2.1",
    "GS1-CBV-Min": "3",
    "GS1-EPCIS-Version": "1.2",
    "GS1-EPC-Format": "Always",
    "Accept": "text/csv, application/json;q=0",
}
TAKEN = (
    {"GS1-EPCIS-Min": "1.2", "GS1-EPCIS-Max": "2.0"},
    {"GS1-CBV-Version": "2.0.0"},
    {"Accept": "text/html, application/xhtml+xml, */*;q=0.8"},
    {"Accept": "application/ld+json"},
)


def test_options_tell_what_a_path_can_do(server: Server):
    for path, allow in PATHS.items():
        told = asked(server, "OPTIONS", path)
        assert (told.status_code, told.headers["Allow"]) == (204, allow)
        for name in ("EPCIS-Version", "EPCIS-Min", "EPCIS-Max", "CBV-Version", "CBV-Min", "CBV-Max", "EPC-Format", "CBV-XML-Format"):
            assert told.headers[f"GS1-{name}"]
        assert told.headers["GS1-Vendor-Version"]
        assert ("GS1-EPCIS-Capture-Limit" in told.headers) is (path == "/capture")


def test_what_cannot_be_given_is_406_and_names_the_header(server: Server):
    for path in ("/events", "/epcs", "/capture/x"):
        for name, value in REFUSED.items():
            refused = asked(server, path=path, **{name: value})
            assert (refused.status_code, refused.headers["content-type"]) == (406, "application/problem+json")
            assert refused.json()["type"] == "epcisException:NotAcceptableException"
            assert refused.json()["errors"][0]["field"] == name


def test_what_includes_2_0_and_json_is_answered(server: Server):
    for headers in TAKEN:
        answer = asked(server, **headers)
        assert (answer.status_code, answer.headers["GS1-EPCIS-Version"]) == (200, "2.0.0")
    assert asked(server, **{"GS1-EPCIS-Min": "two"}).status_code == 400


def epcs(answer: httpx.Response) -> list[Any]:
    return [one["epcList"] for one in answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]]


def test_epcs_are_spelled_as_asked(server: Server):
    written = [event("receiving", day, epcList=[epc]) for day, epc in ((1, URN), (2, LINK), (3, "https://example.com/pallet/7"))]
    capture(server, document(*written))
    server.installation.capture()
    as_reader = {"Authorization": server.as_writer()["Authorization"]}
    for wanted, expected in {
        "Never_Translates": [[URN], [LINK], ["https://example.com/pallet/7"]],
        "No_Preference": [[URN], [LINK], ["https://example.com/pallet/7"]],
        "Always_GS1_Digital_Link": [[LINK], [LINK], ["https://example.com/pallet/7"]],
        "Always_EPC_URN": [[URN], [URN], ["https://example.com/pallet/7"]],
    }.items():
        answer = asked(server, **as_reader, **{"GS1-EPC-Format": wanted})
        assert (epcs(answer), answer.headers["GS1-EPC-Format"]) == (expected, wanted)
    second_day = "/events?GE_eventTime=2026-09-01T12:00:00Z&LT_eventTime=2026-09-02T12:00:00Z"
    alone = asked(server, path=second_day, **as_reader, **{"GS1-EPC-Format": "Always_EPC_URN"})
    assert epcs(alone) == [[LINK]]  # nothing there tells how long the company prefix is


def test_capture_jobs_are_listed_newest_first_page_by_page(server: Server):
    made = [capture(server, document(one)).json()["captureID"] for one in GOOD]
    server.installation.capture()
    first = server.http.get("/capture", params={"perPage": 2}, headers=server.as_writer())
    second = server.http.get(first.links["next"]["url"], headers=server.as_writer())
    assert [job["captureID"] for job in first.json() + second.json()] == made[::-1]
    assert first.json()[0] | {"createdAt": "", "finishedAt": ""} == {
        "captureID": made[-1],
        "createdAt": "",
        "finishedAt": "",
        "running": False,
        "success": True,
        "captureErrorBehaviour": "rollback",
        "errors": [],
    }
    assert "next" not in second.links
    assert server.http.get("/capture").status_code == 401
    assert server.http.get("/capture", params={"nextPageToken": "x"}, headers=server.as_writer()).status_code == 400


def test_the_top_level_names_the_resources_to_who_likes_json_and_is_a_page_to_people(server: Server):
    told = asked(server, path="/", Accept="application/json")
    assert told.json()["type"] == "Collection"
    names = {"queries", "capture", "events", "eventTypes", "epcs", "readPoints", "bizLocations", "dispositions", "bizSteps"}
    assert set(told.json()["member"]) == names
    assert (told.headers["GS1-EPCIS-Version"], told.headers["GS1-EPCIS-Max"]) == ("2.0.0", "2.0.0")
    assert asked(server, path="/", Accept="application/json", **{"GS1-EPCIS-Min": "3"}).status_code == 406
    for accept in ("*/*", "text/html, */*;q=0.8"):
        assert asked(server, path="/", Accept=accept).headers["content-type"].startswith("text/html")


def test_lists_of_epcs_are_spelled_as_asked(server: Server):
    server.record(event(epcList=[URN]))
    for wanted, told in (("Always_GS1_Digital_Link", LINK), ("Never_Translates", None)):
        answer = asked(server, path="/epcs", **server.as_writer(), **{"GS1-EPC-Format": wanted})
        assert answer.headers["GS1-EPC-Format"] == wanted
        assert told is None or answer.json()["member"] == [told]
