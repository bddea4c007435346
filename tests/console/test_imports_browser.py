"""An import in a real browser, on a phone: the file is chosen once and stays chosen through trial and import."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from accounts.roles import Role
from api.callers import COOKIE
from tests.api.served import Server
from tests.conftest import address_of
from tests.console.signed_in import cookie_for
from tests.exchange.imports.tables import csv, line

SHOTS = os.environ.get("IMPORT_SHOTS", "")


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


@pytest.mark.parametrize("look", ["390-zh", "1280-en"])
def test_a_file_is_mapped_tried_and_imported(server: Server, browser: Browser, tmp_path: Path, look: str):
    server.installation.mirror()
    width, language = look.split("-")
    cookie = cookie_for(server.installation, Role.PARTNER, signer=address_of(server.installation.ledger.signers[0]))
    context = browser.new_context(viewport={"width": int(width), "height": 844}, locale="zh-CN", timezone_id="Asia/Shanghai")
    context.set_default_timeout(20_000)
    context.add_cookies([{"name": COOKIE, "value": cookie, "url": server.url}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda told: complaints.append(told.text) if told.type in {"error", "warning"} else None)
    page.goto(f"{server.url}/console/imports?lang={language}")
    shot(page, f"{look}-0-list")
    page.goto(f"{server.url}/console/imports/new?theme={'dark' if width == '1280' else 'light'}")
    file = tmp_path / "八月收货.csv"
    file.write_bytes(csv([line(1), line(2, 箱码="(01)06901234567893(10)L2"), line(3, 日期="2026-02-30"), *map(line, range(4, 20))]))
    page.set_input_files("#f-file", file)
    page.click("button[value=show]")
    page.wait_for_selector("#map-head")
    page.select_option("[name='c.step']", "=")
    page.fill("[name='v.step']", "receiving")
    page.fill("[name='x.name.0']", "moisture")
    page.select_option("[name='x.column.0']", "c:水分")
    shot(page, f"{look}-1-mapped")
    page.click("button[value=try]")
    page.wait_for_selector("#trial-head")
    shot(page, f"{look}-2-tried")
    assert page.locator("#step table.cards tbody tr").count() == 19
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.click("button[value=import]")
    page.wait_for_url("**/console/imports/*-*")
    server.installation.work()
    page.wait_for_selector("#list .badge.tone-good")
    shot(page, f"{look}-3-done")
    assert page.locator("#list .badge.tone-bad").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert SHOTS or complaints == []  # to take a picture, the driver writes a style of its own
    page.goto(f"{server.url}/console/imports")
    shot(page, f"{look}-4-list")
    context.close()
