"""Script in every text field that anybody can fill in, and then every page that tells of it: it is text there, and never runs."""

from __future__ import annotations

import re
import uuid
from collections import deque
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import orjson
import pytest

from accounts import api_keys, people
from accounts.roles import Right, Role
from api.callers import COOKIE
from tests.api.served import CONTEXT, Server, document, event
from tests.conftest import address_of
from tests.console.markup import Page

EVIL = "<script>window.ran=1</script><img src=x onerror=window.ran=1><svg onload=window.ran=1>\"'>{{7*7}}${7*7}"
CODE, PLACE = "https://id.gs1.org/01/06901234567892/21/A1", "https://id.gs1.org/414/6901234000047"
STEP = "https://evil.example/" + quote("<script>window.ran=1</script>")
EVENTS = [
    event(
        "commissioning",
        **{"@context": [CONTEXT, {"acme": "https://acme.example/"}]},
        action="ADD",
        eventID="urn:evil:%3Cscript%3E'-1",
        ilmd={
            "cbvmda:descriptionShort": EVIL,
            "cbvmda:lotNumber": EVIL,
            "cbvmda:bestBeforeDate": EVIL,
            "acme:made": {"acme:" + "x" * 9: [EVIL]},
        },
        readPoint={"id": PLACE},
        **{"acme:note": EVIL, "acme:list": [EVIL, {"acme:inner": EVIL}]},
    ),
    event(STEP, 2, disposition=STEP, bizTransactionList=[{"bizTransaction": "urn:x:%3Cscript%3E"}]),
]
FORM = {
    "items": CODE,
    "place": PLACE,
    "zone": "UTC",
    "people": EVIL,
    "machine": EVIL,
    "note": EVIL,
    "result": "fail",
    "reason": EVIL,
    "delivery": EVIL[:200],
}
MOST = 150  # pages looked at for each role


@pytest.fixture
def soiled(server: Server) -> Server:
    """A server whose every field was filled in by somebody who means harm."""
    element = {"id": PLACE, "attributes": [{"id": "cbvmda:name", "attribute": EVIL}]}
    product = {"id": "https://id.gs1.org/01/06901234567892", "attributes": [{"id": "cbvmda:descriptionShort", "attribute": EVIL}]}
    kinds = {"BusinessLocation": element, "EPCClass": product}
    lists = [{"type": "urn:epcglobal:epcis:vtype:" + kind, "vocabularyElementList": [one]} for kind, one in kinds.items()]
    told = document(header={"epcisMasterData": {"vocabularyList": lists}})
    assert server.http.post("/capture", content=orjson.dumps(told), headers=server.as_writer()).status_code == 202
    server.record(*EVENTS)
    with server.installation.sessions.begin() as session:
        machine = people.create(session, "evil.machine", Role.MACHINE, display_name="<script>window.ran=1</script>")
        api_keys.issue(session, machine, EVIL[:90], frozenset({Right.READ}))
    return server


@pytest.fixture
def clients(soiled: Server, as_role: Callable[..., httpx.Client]) -> dict[Role, httpx.Client]:
    signer = address_of(soiled.installation.ledger.signers[0])
    opened = {role: as_role(role, signer=signer) for role in (Role.QUALITY, Role.OPERATOR)}
    for step, more in (("inspect", {}), ("receive", {})):
        answer = opened[Role.QUALITY].post(f"/console/capture/{step}", data={**FORM, **more, "form": str(uuid.uuid4())})
        assert answer.status_code == 303, re.findall(r"invalid-feedback[^>]*>([^<]*)", answer.text)
    ruled = {"type": "ObjectEvent", "step": "shipping", "p.readPoint": "partners", "reason": EVIL, "based_on": "0"}
    assert opened[Role.QUALITY].post("/console/audiences", data=ruled).status_code == 303
    soiled.installation.work()
    return opened


def injected(html: str) -> list[str]:
    """Elements and attributes that only somebody else's text can have put there."""
    page = Page(html)
    found = [f"<{one.tag} {name}>" for one in page.elements for name in one.attributes if name.startswith("on")]
    found += [
        f"<{one.tag} href={one.attributes['href']}>" for one in page.elements if one.attributes.get("href", "").startswith("javascript:")
    ]
    found += [f"<img src={one.attributes.get('src')}>" for one in page.all("img") if one.attributes.get("src") == "x"]
    return found + [
        "<script>" for one in page.all("script") if "src" not in one.attributes and one.attributes.get("type") != "application/json"
    ]


@pytest.mark.parametrize("role", [Role.QUALITY, Role.OPERATOR])
def test_on_no_page_of_ours_it_is_anything_but_text(clients: dict[Role, httpx.Client], role: Role):
    """Every page that a link leads to from the console, and what the public sees."""
    client, told = clients[role], 0
    queue = deque(
        [
            "/console",
            "/01/06901234567892/21/A1",
            f"/regulator?q={quote(CODE, safe='')}",
            f"/find?code={quote(EVIL)}",
            f"/regulator?q={quote(EVIL)}",
        ]
    )
    seen = set(queue)
    while queue and len(seen) <= MOST:
        path = queue.popleft()
        answer = client.get(path, follow_redirects=True)
        assert answer.status_code < 500, path
        if not answer.headers["content-type"].startswith("text/html"):
            assert answer.headers["x-content-type-options"] == "nosniff"
            continue
        assert injected(answer.text) == [], path
        told += "window.ran=1" in answer.text
        for link in map(unescape, re.findall(r'(?:href|hx-get)="(/[^"#]*)"', answer.text)):
            parts = urlsplit(link)
            plain = link if "lang=" not in parts.query and "theme=" not in parts.query else parts.path
            if plain not in seen and not plain.startswith(("/static", "/sign-out", "/docs", "/openapi")):
                seen.add(plain)
                queue.append(plain)
    assert len(seen) > 20
    assert told > 5  # the text is there, as text


def test_in_a_browser_it_does_not_run(soiled: Server, clients: dict[Role, httpx.Client], visit: Any):
    cookie = clients[Role.QUALITY].cookies[COOKIE]
    opened = visit(soiled.url + "/01/06901234567892/21/A1")
    page = opened.page
    page.on("dialog", lambda dialog: opened.complaints.append("dialog: " + dialog.message))
    page.context.add_cookies([{"name": COOKIE, "value": cookie, "url": soiled.url}])
    assert opened.settled() == "browser"
    for path in (
        "/01/06901234567892/21/A1",
        "/console",
        f"/console/capture/receive?items={quote(EVIL)}&note={quote(EVIL)}",
        f"/regulator?q={quote(CODE, safe='')}",
    ):
        page.goto(soiled.url + path)
        assert page.evaluate("() => window.ran") is None, path
    assert opened.complaints == []
