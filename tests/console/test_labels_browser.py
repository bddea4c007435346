"""The label designer in a real browser: fields move by mouse and by keys, and the server draws what would be printed."""

from __future__ import annotations

import json

from playwright.sync_api import Browser, Page, expect

from accounts.roles import Role
from api.callers import COOKIE
from tests.api.served import Server
from tests.conftest import address_of
from tests.console.signed_in import cookie_for

PC = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB"}


def designer(server: Server, browser: Browser) -> Page:
    server.installation.mirror()
    context = browser.new_context(**PC)
    context.set_default_timeout(20_000)
    cookie = cookie_for(server.installation, Role.QUALITY, signer=address_of(server.installation.ledger.signers[0]))
    context.add_cookies([{"name": COOKIE, "value": cookie, "url": server.url}])
    page = context.new_page()
    page.goto(f"{server.url}/console/labels/new")
    return page


def field(page: Page, name: str) -> dict:
    return next(one for one in json.loads(page.locator("#f-template").input_value())["fields"] if one["name"] == name)


def test_a_label_is_designed_by_mouse_and_keys(server: Server, browser: Browser):
    page = designer(server, browser)
    wrong = []
    page.on("console", lambda message: wrong.append(message.text) if "Content Security Policy" in message.text else None)
    expect(page.locator("#sheet svg")).to_be_visible()
    box = page.get_by_role("button", name="code (text)")
    at = box.bounding_box()
    scale = page.locator("#sheet").bounding_box()["width"] / 60
    page.mouse.move(at["x"] + 20, at["y"] + 5)
    page.mouse.down()
    page.mouse.move(at["x"] + 20 + scale * 1.1, at["y"] + 5 + scale * 4.2, steps=4)
    page.mouse.up()
    assert (field(page, "code")["x"], field(page, "code")["y"]) == (3, 34)  # snapped to half a millimetre
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    assert (field(page, "code")["x"], field(page, "code")["y"]) == (2.5, 33.5)
    page.keyboard.press("Shift+ArrowRight")
    assert field(page, "code")["width"] == 56.5
    page.get_by_label("Font size").fill("20")
    expect(page.locator("#trouble")).to_contain_text("field code: is 4 mm high")
    page.get_by_label("Font size").fill("6")
    expect(page.locator("#trouble")).to_be_empty()
    page.get_by_role("button", name="DataMatrix").click()
    page.get_by_label("(10) Lot").check()
    assert field(page, "datamatrix")["with"] == ["10"]
    expect(page.locator("#trouble")).to_contain_text("field datamatrix: stands in the box of the QR qr")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Take out").click()
    expect(page.locator("#trouble")).to_be_empty()
    page.get_by_label("Name of the template").fill("Milk")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The template was made")).to_be_visible()
    assert field(page, "code")["size"] == 6
    assert wrong == []
