"""HASATTR_ and EQATTR_: places by what master data say of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.epcis.conformance.events import Maker
from tests.epcis.conformance.run import Server

COUNTRY, NAME = "urn:epcglobal:cbv:mda#countryCode", "urn:epcglobal:cbv:mda#name"


def vocabulary(places: dict[str, dict[str, str]]) -> dict[str, Any]:
    elements = [
        {"id": place, "attributes": [{"id": name, "attribute": text} for name, text in told.items()]} for place, told in places.items()
    ]
    kind = "urn:epcglobal:epcis:vtype:BusinessLocation"
    return {"epcisMasterData": {"vocabularyList": [{"type": kind, "vocabularyElementList": elements}]}}


def test_places_are_found_by_what_master_data_say(server: Server, name: str):
    make = Maker(name, "attributes")
    north, south, bare = (make.uri(place) for place in ("north", "south", "bare"))
    header = vocabulary({north: {COUNTRY: "CN", NAME: "North"}, south: {COUNTRY: "NL"}})
    events = {place: make.event("ObjectEvent", at, action="OBSERVE", epcList=[make.item(at)], bizLocation={"id": place})
              for at, place in enumerate((north, south, bare))}  # fmt: skip
    assert server.capture(*events.values(), header=header)["success"]
    ids = "|".join(event["eventID"] for event in events.values())

    def found(parameter: str, text: str) -> set[str]:
        return {event["bizLocation"]["id"] for event in server.events(EQ_eventID=ids, **{parameter: text})}

    assert found("HASATTR_bizLocation", COUNTRY) == {north, south}
    assert found("HASATTR_bizLocation", NAME) == {north}
    spelt = next(
        (way for way in ("EQATTR", "EQ_ATTR") if _known(server, f"{way}_bizLocation_{COUNTRY}")), None
    )  # the text's way, the schema's
    assert spelt, "neither EQATTR_ (EPCIS 2.0, 8.2.7.1) nor EQ_ATTR_ (query-schema.json) is known"
    assert found(f"{spelt}_bizLocation_{COUNTRY}", "CN") == {north}
    assert found(f"{spelt}_bizLocation_{COUNTRY}", "NL|CN") == {north, south}
    assert found(f"{spelt}_bizLocation_{COUNTRY}", "DE") == set()


def _known(server: Server, parameter: str) -> bool:
    return server.ask("GET", "/events", params={parameter: "CN", "perPage": 1}).status_code == 200


@pytest.mark.parametrize("parameter", ["WD_bizLocation", "WD_readPoint"])
def test_places_lie_within_what_master_data_list_as_their_parent(server: Server, name: str, parameter: str):
    make = Maker(name, parameter)
    site, dock = make.uri("site"), make.uri("dock")
    header = vocabulary({site: {NAME: "Site"}, dock: {NAME: "Dock"}})
    header["epcisMasterData"]["vocabularyList"][0]["vocabularyElementList"][0]["children"] = [dock]
    events = [make.event("ObjectEvent", at, action="OBSERVE", epcList=[make.item(at)], **{parameter[3:]: {"id": place}})
              for at, place in enumerate((site, dock))]  # fmt: skip
    assert server.capture(*events, header=header)["success"]
    within = {place: {one["eventID"] for one in server.events(**{parameter: place})} for place in (site, dock)}
    assert within == {site: {one["eventID"] for one in events}, dock: {events[1]["eventID"]}}
