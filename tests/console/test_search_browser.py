"""The search field in a real browser, on a phone and on a PC: by keys alone, and with a scanner that types."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from accounts.roles import Role
from api.callers import COOKIE
from tests.api.served import Server, event
from tests.console.signed_in import cookie_for

CODE = "https://id.gs1.org/01/06901234567892/21/A1"


@pytest.mark.parametrize("width", [390, 1280])
def test_the_field_suggests_is_walked_by_keys_and_takes_what_a_scanner_types(server: Server, browser: Browser, width: int):
    server.record(event("shipping", 1, CODE))
    context = browser.new_context(viewport={"width": width, "height": 844}, locale="en-GB")
    context.set_default_timeout(20_000)
    context.add_cookies([{"name": COOKIE, "value": cookie_for(server.installation, Role.PARTNER), "url": server.url}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda told: complaints.append(told.text) if told.type in {"error", "warning"} else None)
    page.goto(f"{server.url}/console?lang=en")
    page.keyboard.press("/")
    page.keyboard.type("678")
    page.wait_for_selector("#suggestions a")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.getAttribute('href')").startswith("/console/items/")
    page.keyboard.press("Escape")
    assert page.locator("#suggestions a").count() == 0
    assert page.evaluate("document.activeElement.id") == "find"
    page.keyboard.press("Enter")
    page.wait_for_selector(".found-items")
    assert page.input_value("#find") == "678"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("/")
    page.keyboard.type("]d2010690123456789221A1")
    page.keyboard.press("Control+BracketRight")
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/items/**")
    assert complaints == []
    context.close()
