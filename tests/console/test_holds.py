"""Holds in the console: a quality manager freezes a thing, nobody ships it, its page says so, and it is released."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import httpx

from accounts.roles import Role
from ledger_client.codes import parse
from recall import holds
from recall.holds import Person
from tests.api.served import Server, event
from tests.conftest import address_of
from tests.console.markup import faults

As = Callable[..., httpx.Client]
CODE = "https://id.gs1.org/01/06901234567892/21/A1"
LATER = {"eventTime": "2030-01-01T00:00:00Z"}


def test_a_thing_is_frozen_not_shipped_told_of_and_released(server: Server, as_role: As):
    server.record(event("commissioning", 1, action="ADD"))
    lin = as_role(Role.QUALITY, signer=address_of(server.installation.ledger.signers[0]))
    assert faults(lin.get("/console/holds/new").text) == []
    assert "is missing" in lin.post("/console/holds/new?lang=en", data={"code": CODE, "reason": " "}).text
    assert lin.post("/console/holds/new", data={"code": "(01)06901234567892(21)A1", "reason": "antibiotics"}).status_code == 303
    assert lin.post("/console/holds/new", data={"code": CODE, "reason": "again"}).status_code == 409
    server.installation.work()

    refused = server.post(event("shipping", **LATER), member=1)
    assert refused.status_code == 400
    assert "on hold since" in refused.text
    page = server.http.get("/01/06901234567892/21/A1?lang=en").text
    assert "This product is on hold" in page
    assert "antibiotics" not in page

    listed = lin.get("/console/holds?lang=en").text
    assert faults(listed) == []
    (form,) = {unescape(url) for url in re.findall(r'href="(/console/holds/[^"]+/release)"', listed)}
    assert lin.post(form, data={"reason": "second method found nothing"}).status_code == 303
    assert lin.post(form, data={"reason": "again"}).status_code == 409
    server.installation.work()
    assert server.post(event("shipping", **LATER), member=1).status_code == 201
    assert "This product is on hold" not in server.http.get("/01/06901234567892/21/A1?lang=en").text
    assert "second method found nothing" in lin.get("/console/holds?show=all").text


def test_another_member_sees_a_hold_and_cannot_release_it(server: Server, as_role: As):
    server.record(event("commissioning", 1, action="ADD"))
    first, second = map(address_of, server.installation.ledger.signers[:2])
    with server.installation.sessions.begin() as session:
        hold = holds.place(session, parse(CODE), "antibiotics", Person("Mei", second)).id
    lin = as_role(Role.QUALITY, signer=first)
    listed = lin.get("/console/holds?lang=en").text
    assert "antibiotics" in listed
    assert "/release" not in listed
    assert lin.post(f"/console/holds/{hold}/release", data={"reason": "mine"}).status_code == 403
    (told,) = server.http.get("/holds", headers=server.as_writer()).json()["holds"]
    assert (told["placedBy"], told["releasedAt"]) == ("Mei", None)
