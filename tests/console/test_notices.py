"""Recall notices in the console: sent by a form, told on every page of who is told, answered by a form; a certificate is checked."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx

from accounts.roles import Role
from tests.api.served import Server
from tests.conftest import address_of
from tests.console.markup import faults
from tests.recall.told import OUTSIDE, closed, opened, sold

As = Callable[..., httpx.Client]
BANNER = "wait for your answer"


def test_a_notice_waits_on_every_page_until_it_is_answered(server: Server, as_role: As):
    sold(server)
    first, second = map(address_of, server.installation.ledger.signers[:2])
    lin, zhou = as_role(Role.QUALITY, signer=first), as_role(Role.PARTNER, signer=second)
    number = opened(server)
    page = f"/console/recalls/{number}/notices"
    assert faults(lin.get(page).text) == []
    assert BANNER not in zhou.get("/console?lang=en").text
    assert zhou.get(f"/console/recalls/{number}").status_code == 404  # nobody told its company of it
    assert "actions" in lin.post(f"{page}?lang=en", data={"due": "24", "first": "2", "every": "4"}).text
    hours = {"due": "24", "first": "2", "every": "4"}
    assert lin.post(page, data={**hours, "action.quarantine": "on", "words": "call 021-1234"}).status_code == 303
    listed = lin.get(page).text
    assert OUTSIDE.removeprefix("https://id.gs1.org/") in listed
    letters = re.findall(r'href="(/console/notices/[^"]+)"', listed)

    assert BANNER in zhou.get("/console/items?lang=en").text
    inbox = zhou.get("/console/notices?lang=en").text
    assert faults(inbox) == []
    (own,) = set(re.findall(r'href="(/console/notices/[^"]+)"', inbox))
    manager = as_role(Role.QUALITY, called="two", signer=second)
    for below in ("", "/units", "/score", "/close"):
        answer = manager.get(f"/console/recalls/{number}{below}")
        assert (answer.status_code, answer.headers.get("location")) == (303, own), answer.text
    refused = manager.post(f"/console/recalls/{number}/freeze")
    assert (refused.status_code, own in refused.text) == (403, True)
    told = zhou.get(f"{own}?lang=en").text
    assert faults(told) == []
    assert "DRILL" in told
    assert "call 021-1234" in told
    assert "/letter" not in told
    assert "is missing" in zhou.post(f"{own}?lang=en", data={"found.units": "", "note": ""}).text
    assert zhou.post(own, data={"found.units": "2", "note": "one was sold"}).status_code == 303
    assert zhou.post(own, data={"found.units": "2", "note": "again"}).status_code == 409
    assert BANNER not in zhou.get("/console?lang=en").text
    (other,) = set(letters) - {own}
    assert zhou.get(other).status_code == 404
    assert lin.post(other, data={"found.units": "2", "answered_by": "Ms Li"}).status_code == 303

    score = lin.get(f"/console/recalls/{number}/score?lang=en").text
    assert faults(score) == []
    assert "3 points lost" in score  # of five pieces four were found
    closed(server, number)
    for kind in ("json", "pdf"):
        made = lin.get(f"/recalls/{number}/certificate?format={kind}").content
        checked = zhou.post("/console/certificates?lang=en", files={"file": ("c", made)}).text
        assert faults(checked) == []
        assert "Genuine: every fact" in checked
    forged = lin.get(f"/recalls/{number}/certificate?format=json").content.replace(b'"ownersAnswered": 2', b'"ownersAnswered": 3')
    assert "does not match" in zhou.post("/console/certificates?lang=en", files={"file": ("c", forged)}).text
    assert zhou.post("/console/certificates", files={"file": ("c", b"nothing")}).status_code == 400
