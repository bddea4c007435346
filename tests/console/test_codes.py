"""Codes in the console: a rule is put together with keyboard and mouse, ordered by, followed, and looked up."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import func, select

from accounts.models import AuditEntry
from accounts.roles import Role
from api.callers import COOKIE
from issuing import issue
from issuing.models import CodingRule, IssuedCode
from tests.api.served import Server, event
from tests.conftest import address_of
from tests.console.markup import faults
from tests.console.signed_in import BROWSER, cookie_for

GTIN = "06901234567892"
RULES, ORDERS = "/console/codes/rules", "/console/codes/orders"
FORM = {
    "name": "Fresh milk 1 l",
    "scheme": "sgtin",
    "level": "item",
    "base": GTIN,
    "yearly": "600,000",
    "only": "on",
    "s0.kind": "date",
    "s0.part": "YY",
    "s1.kind": "line",
    "s1.width": "1",
    "s2.kind": "counter",
    "s2.width": "7",
    "s2.alphabet": "digits",
    "s2.reset": "year",
    "s2.start": "1",
    "s3.kind": "random",
    "s3.width": "4",
    "s3.alphabet": "clear",
}


@pytest.fixture
def quality(server: Server, as_role: Callable[..., httpx.Client]) -> httpx.Client:
    server.installation.mirror()
    made = as_role(Role.QUALITY, signer=address_of(server.installation.ledger.signers[0]))
    made.headers.update(BROWSER | {"Accept-Language": "en"})
    return made


def seen(answer: httpx.Response, status: int = 200) -> str:
    """The words of a page without a fault."""
    assert answer.status_code == status, answer.text
    assert faults(answer.text) == []
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def ordered(server: Server, client: httpx.Client, **more: str) -> str:
    """The page of an order of 12 codes, made; the rule is made first."""
    rule = client.post(f"{RULES}/new", data=FORM).headers["location"].partition("?")[0]
    form = {"rule": rule.rpartition("/")[2], "quantity": "12", "day": "2026-11-26", "key": "PO-17", "name.line": "3", "purpose": "own"}
    placed = client.post(f"{ORDERS}/new", data=form | more)
    assert placed.status_code == 303, placed.text
    with server.installation.sessions.begin() as session:
        issue.step(session)
    return placed.headers["location"].partition("?")[0]


def codes(server: Server) -> list[str]:
    with server.installation.sessions() as session:
        return list(session.scalars(select(IssuedCode.code).order_by(IssuedCode.number)))


def test_the_editors_buttons_change_the_draft_and_keep_nothing(server: Server, quality: httpx.Client):
    with server.installation.sessions() as session:
        before = session.scalar(select(func.count()).select_from(AuditEntry))
    page = quality.get(f"{RULES}/new", params={**FORM, "do": "up.2"})
    assert "(01)06901234567892(21)260000001L" in seen(page)  # the line's segment stands behind the counter now
    assert 'id="up-1" type="submit" formmethod="get" formnovalidate name="do" value="up.1"' in page.text
    page = quality.get(f"{RULES}/new", params={**FORM, "do": "remove.1"})
    assert "Segment 4" not in seen(page)
    page = quality.get(f"{RULES}/new", params={**FORM, "s0.kind": "check"})
    assert "is a check character over nothing" in seen(page)
    with server.installation.sessions() as session:
        assert session.scalar(select(func.count()).select_from(CodingRule)) == 0
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == before


def test_a_warning_must_be_confirmed_before_a_rule_is_saved(quality: httpx.Client):
    countable = {name: value for name, value in FORM.items() if not name.startswith("s3.")}
    refused = quality.post(f"{RULES}/new", data=countable)
    assert "warnings beside the form that wait to be confirmed" in seen(refused, 400)
    assert "one pack tells how many were made before it" in seen(refused, 400)
    assert quality.post(f"{RULES}/new", data=countable | {"confirm.countable": "on"}).status_code == 303


def test_a_rule_becomes_an_order_and_its_codes_have_a_life(server: Server, quality: httpx.Client):
    order = ordered(server, quality)
    page = quality.get(order)
    assert "12 of 12" in seen(page)
    assert "(01)06901234567892(21)2630000001" in seen(page)
    assert quality.get(f"{order.replace('/console/codes/orders', '/code-orders')}/codes?format=csv").text.count("\n") == 13
    first, second = codes(server)[:2]
    assert quality.post(order, data={"state": "applied", "codes": f"{first}\n{second}\n"}).status_code == 303
    assert quality.post(order, data={"state": "void", "reason": "smeared"}).status_code == 303
    assert "void 10" in seen(quality.get(order))
    told = seen(quality.get("/console/codes/look-up", params={"code": first}))
    assert "applied" in told
    assert "quality One" in told
    assert quality.post("/console/codes/look-up", data={"code": first, "state": "void", "reason": "found torn"}).status_code == 303
    assert "found torn" in seen(quality.get("/console/codes/look-up", params={"code": first}))
    assert "does not become printed" in seen(quality.post("/console/codes/look-up", data={"code": first, "state": "printed"}), 409)
    assert "no such code was issued" in seen(quality.get("/console/codes/look-up", params={"code": f"(01){GTIN}(21)NONE"}), 404)


def test_a_file_of_used_codes_comes_back_and_counts_once(server: Server, quality: httpx.Client):
    order = ordered(server, quality)
    handed = quality.get(f"{order.replace('/console/codes/orders', '/code-orders')}/codes?format=csv").content
    used = b"".join(handed.splitlines(keepends=True)[:6])
    for content in (used, used, "\n".join(codes(server)[:5]).encode()):
        assert quality.post(f"{order}/used", files={"file": ("used.csv", content, "text/csv")}).status_code == 303
        assert "applied 5" in seen(quality.get(order))
    wrong = quality.post(f"{order}/used", files={"file": ("used.csv", b"code\nnonsense\n", "text/csv")})
    assert "row 2: code nonsense is of no known form" in seen(wrong, 400)
    missing = quality.post(f"{order}/used", files={"file": ("used.csv", f"(01){GTIN}(21)NONE\n".encode(), "text/csv")})
    assert "no such code was issued here" in seen(missing, 409)


def test_a_rule_gets_a_new_version_and_shows_both(quality: httpx.Client):
    rule = quality.post(f"{RULES}/new", data=FORM).headers["location"].partition("?")[0]
    assert "Scheme, level and key stay" in seen(quality.get(f"{rule}/change"))
    wider = FORM | {"s3.width": "6", "based_on": "1", "reason": "harder to guess"}
    assert quality.post(f"{rule}/change", data=wider).status_code == 303
    told = seen(quality.get(rule))
    assert "Version 2" in told
    assert "harder to guess" in told
    assert "changed by somebody else meanwhile" in seen(quality.post(f"{rule}/change", data=wider | {"s3.width": "8"}), 409)


def test_what_a_form_holds_is_refused_with_its_reason(server: Server, quality: httpx.Client):
    order = ordered(server, quality)
    assert "write it like 2026-11-26" in seen(quality.post(f"{ORDERS}/new", data={"rule": "1", "quantity": "5", "day": "soon"}), 400)
    assert "no whole number" in seen(quality.post(f"{ORDERS}/new", data={"rule": "1", "quantity": "many"}), 400)
    assert "is missing" in seen(quality.post(order, data={"state": "void"}), 400)
    assert "is not known" in seen(quality.post(order, data={"state": "lost"}), 400)
    assert "belongs to order" in seen(
        quality.post(f"{ORDERS}/new", data={"rule": "1", "quantity": "5", "key": "PO-17", "name.line": "3"}), 409
    )


def test_who_may_only_read_sees_no_button(server: Server, quality: httpx.Client, as_role: Callable[..., httpx.Client]):
    order = ordered(server, quality)
    auditor = as_role(Role.AUDITOR)
    for path in (RULES, f"{RULES}/1", ORDERS, order, "/console/codes/look-up"):
        page = auditor.get(path)
        seen(page)
        assert 'name="state"' not in page.text
        assert "/new" not in page.text
    assert auditor.get(f"{RULES}/new").status_code == 403


def test_capture_activates_a_code_as_its_page_tells(server: Server, quality: httpx.Client):
    ordered(server, quality)
    [stored] = server.record(event("commissioning", 1, codes(server)[0], action="ADD"))
    told = seen(quality.get("/console/codes/look-up", params={"code": codes(server)[0]}))
    assert "activated" in told
    assert stored["eventID"] in told


@pytest.fixture
def page(server: Server, browser: Browser) -> Iterator[Page]:
    """A quality manager at a PC."""
    server.installation.mirror()
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en")
    context.set_default_timeout(20_000)
    cookie = cookie_for(server.installation, Role.QUALITY, signer=address_of(server.installation.ledger.signers[0]))
    context.add_cookies([{"name": COOKIE, "value": cookie, "url": server.url}])
    yield context.new_page()
    context.close()


def test_a_rule_is_put_together_with_a_live_preview_and_by_keyboard(server: Server, page: Any):
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None)
    page.goto(f"{server.url}{RULES}/new")
    page.fill("#f-name", "Fresh milk 1 l")
    page.fill("#f-base", GTIN)
    page.wait_for_selector("#preview .code-examples code:has-text('(01)06901234567892(21)')")
    assert page.evaluate("document.activeElement.id") == "f-base"  # typing goes on while the preview changes
    page.focus("#add")
    page.keyboard.press("Enter")
    page.wait_for_selector("#f-s3\\.kind")
    page.wait_for_function("() => document.activeElement.id === 'f-s3.kind'")
    page.select_option("#f-s3\\.kind", "check")
    page.wait_for_selector("#f-s3\\.system")
    page.focus("#up-3")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.id === 'up-2'")
    assert page.input_value("#f-s2\\.kind") == "check"
    page.focus("#remove-2")
    page.keyboard.press("Space")
    page.wait_for_selector("#f-s3\\.kind", state="detached")
    page.select_option("#f-s2\\.kind", "line")
    page.wait_for_selector("#f-s2\\.width")
    page.wait_for_selector("[name='confirm.countable']")
    page.check("[name='confirm.countable']")
    page.fill("#f-name", "Milk")
    page.wait_for_timeout(900)
    assert page.is_checked("[name='confirm.countable']")
    page.click("button:has-text('Save the rule')")
    page.wait_for_url(re.compile(r"/console/codes/rules/\d+\?done="))
    page.click("a:has-text('Order codes')")
    page.fill("#f-quantity", "20")
    page.fill("[name='name.line']", "123456")
    page.click("button:has-text('Place the order')")
    page.wait_for_selector("#progress[hx-trigger]")
    with server.installation.sessions.begin() as session:
        issue.step(session)
    page.wait_for_selector("#progress:not([hx-trigger])")
    assert "20 of 20" in page.inner_text("#progress")
    assert complaints == []
