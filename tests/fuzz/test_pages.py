"""Every page, with odd values in its address: an answer in words, never a 500. Schemathesis knows /openapi.json only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from hypothesis import given
from hypothesis import strategies as st

from accounts.roles import RIGHTS, Right, Role
from api.app import create_app
from api.callers import COOKIE
from api.settings import Settings
from ledger_client.deployment import Deployment
from tests.api.test_rights import places_of
from tests.conftest import address_of
from tests.console.signed_in import BROWSER, cookie_for
from tests.fuzz.fuzzed import CODE, Fuzzed, drawn

NAMES = (
    *(
        "action",
        "actor",
        "after",
        "again",
        "asked",
        "at",
        "before",
        "begins",
        "code",
        "done",
        "event",
        "form",
        "from",
        "hash",
        "id",
        "item",
    ),
    *(
        "items",
        "kind",
        "lang",
        "limit",
        "member",
        "name",
        "newer",
        "next",
        "note",
        "older",
        "outcome",
        "p.readPoint",
        "people",
        "place",
        "q",
    ),
    *("reason", "record", "request", "role", "since", "state", "step", "subject", "theme", "time", "to", "type", "until", "zone"),
)
ODD = [
    "", "0", "-1", "¹", "１", "9" * 30, "1e9", "null", "\0", "%00", "\u202e", "<script>", "'", "a\nb", "~", "~~", "-5~-5", "x" * 3000,
    "0001-01-01", "9999-12-31", "2026-02-30", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-01-01T00:00~1",
    "https://evil.example", "//evil", "../..", "urn:", "urn:epc:id:sgtin:", "(01)", "]d2", "\x1d", CODE, "ni:///sha-256;00?ver=CBV2.0",
    "0x" + "0" * 64, "ObjectEvent", "shipping", "final",
]  # fmt: skip
ZONES = ["UTC", "Asia/Shanghai", "America/Los_Angeles"]


def _pages() -> dict[str, Right | None]:
    """The path of each page -> the right that opens it."""
    app = create_app(Settings("sqlite://", "http://127.0.0.1:9", Deployment(1, bytes(32), bytes(20), bytes(20), bytes(20), 0)))
    described = app.openapi()["paths"]
    found = {
        place.path: next(iter(place.rights), None)
        for route in iter_route_contexts(app.routes)
        for place in places_of(route)
        if place.method == "GET" and place.path.replace(":path", "") not in described
    }
    app.state.chain.close()
    app.state.engine.dispose()
    return found


PAGES = _pages()


@pytest.fixture(scope="package")
def clients(fuzzed: Fuzzed) -> Any:
    """Right -> a browser's client of somebody who has it."""
    opened: dict[Role, httpx.Client] = {}

    def client(right: Right | None) -> httpx.Client:
        role = next(role for role in (Role.QUALITY, Role.OPERATOR, Role.AUDITOR) if right is None or right in RIGHTS[role])
        if role not in opened:
            cookie = cookie_for(fuzzed.installation, role, signer=address_of(fuzzed.installation.ledger.signers[0]))
            opened[role] = httpx.Client(base_url=fuzzed.server.url, timeout=30, headers=BROWSER, cookies={COOKIE: cookie})
        return opened[role]

    yield client
    for one in opened.values():
        one.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_answers_in_words_whatever_its_address_holds(clients: Callable[[Right | None], httpx.Client], path: str):
    client = clients(PAGES[path])

    @drawn(8)
    @given(
        st.dictionaries(st.sampled_from(NAMES), st.sampled_from(ODD), min_size=1, max_size=4),
        st.sampled_from(ODD),
        st.sampled_from(ZONES),
    )
    def ask(query: dict[str, str], value: str, zone: str) -> None:
        address = path
        while "{" in address:
            address = address[: address.index("{")] + quote(value, safe="") + address[address.index("}") + 1 :]
        answer = client.get(
            f"{address}?{urlencode(query)}", headers={"Cookie": f"{COOKIE}={client.cookies[COOKIE]}; traceledger_zone={zone}"}
        )
        assert answer.status_code < 500 or answer.status_code == 503, answer.text[:300]

    ask()
