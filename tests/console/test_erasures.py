"""Erasing in the console: one asks from the event's page, another approves, and the pages say what became of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import httpx

from accounts.roles import Role
from tests.api.served import Server, event
from tests.console.markup import faults

As = Callable[..., httpx.Client]
ORDER = {"orderedBy": "data subject", "reason": "a name stood in a note"}


def test_one_asks_another_approves_and_the_receipt_is_there(server: Server, as_role: As):
    first, second = server.record(event("commissioning", 1, action="ADD"), event("shipping", 2))
    lin, mei = as_role(Role.OPERATOR), as_role(Role.QUALITY)
    page = lin.get("/console/events/" + second["eventID"].replace("?", "%3F"), params={"lang": "en"}).text
    form_url = unescape(next(url for url in re.findall(r'href="([^"]+)"', page) if url.startswith("/console/erasures/new")))
    form = lin.get(form_url, params=None).text
    assert faults(form) == []
    hidden = dict(re.findall(r'type="hidden" name="(event|record)" value="([^"]*)"', form))
    fields = {name: unescape(value) for name, value in hidden.items()}
    assert "is missing" in lin.post("/console/erasures/new", data=fields | ORDER | {"reason": " "}).text
    assert lin.post("/console/erasures/new", data=fields | ORDER).status_code == 303
    assert lin.post("/console/erasures/new", data=fields | ORDER).status_code == 409

    own, other = (client.get("/console/erasures", params={"lang": "en"}).text for client in (lin, mei))
    (action,) = re.findall(r'action="(/console/erasures/[^"]+/approve)"', other)
    assert "/approve" not in own
    assert lin.post(action).status_code == 409
    assert mei.post(action).status_code == 303
    assert mei.post(action).status_code == 409
    server.installation.work()

    done = lin.get("/console/erasures", params={"lang": "en"}).text
    assert ("Erased" in done, "Quality" in done or "quality" in done) == (True, True)
    (receipt,) = {unescape(url) for url in re.findall(r'href="(/console/items/[^"]+)"', done)}
    assert lin.get(receipt).status_code == 200
    assert "Erasure receipt" in lin.get("/console/items?lang=en").text
    (bundle,) = {unescape(url) for url in re.findall(r'href="(/items/[^"]+/bundle[^"]*)"', done)}
    assert lin.get(bundle).json()["records"][0]["disclosed"]
    page = lin.get("/console/events/" + second["eventID"].replace("?", "%3F"), params={"lang": "en"}).text
    assert faults(page) == []
    assert "The content of this record was erased" in page
    assert "shipping" not in page
    assert first["eventID"]
    item = lin.get("/console/items/" + "https%3A%2F%2Fid.gs1.org%2F01%2F06901234567892%2F21%2FA1")
    assert item.status_code == 200


def test_rejected_nothing_is_erased_and_the_page_says_so(server: Server, as_role: As):
    (one,) = server.record(event("commissioning", 1, action="ADD"))
    lin = as_role(Role.OPERATOR)
    lin.post("/console/erasures/new", data={"event": one["eventID"], "record": "1", **ORDER})
    (action,) = re.findall(r'action="(/console/erasures/[^"]+/reject)"', lin.get("/console/erasures?state=asked").text)
    assert lin.post(action).status_code == 303
    assert "Rejected" in lin.get("/console/erasures?state=rejected&lang=en").text
    assert lin.get("/console/erasures?state=erased&lang=en").text.count("No requests") == 1
    assert server.http.get("/verify", params={"event": one["eventID"]}).json()["verdict"] == "verified"
