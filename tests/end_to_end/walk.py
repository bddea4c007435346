"""A manager who never saw the console wants to know which shops got milk from tank 7: `python -m tests.end_to_end.walk SERVER PASSWORD`.

A process of its own: a browser's event loop would run to the end of the tests' process. Prints the shops, what the page complained of, and
the seconds that it took, as JSON.
"""

from __future__ import annotations

import json
import sys
import time

from playwright.sync_api import Page, sync_playwright

from tests.pages.browser import FLAGS

DESKTOP = {"locale": "zh-CN", "viewport": {"width": 1280, "height": 900}, "timezone_id": "Asia/Shanghai"}


def walk(page: Page, server: str, password: str) -> dict[str, list[str]]:
    """By what is read on the screen alone."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{server}/console")
    page.get_by_label("账号").fill("lin")
    page.get_by_label("密码").fill(password)
    page.keyboard.press("Enter")
    page.get_by_role("navigation", name="菜单").get_by_role("link", name="追溯").click()
    page.get_by_label("扫描或输入编码").fill("7 号贮奶罐")
    page.get_by_role("button", name="追溯").click()
    page.get_by_role("link", name="贮存生牛乳(混合)").last.click()
    rows = page.locator("#summary tbody tr").filter(has_text="最后在此")
    shops = rows.locator("th a").all_inner_texts()
    amounts = rows.locator(".happened li:first-child").all_inner_texts()
    rows.first.locator("th a").click()
    page.locator("#details").wait_for()
    return {"shops": shops, "amounts": amounts, "chosen": [page.locator("#details-head").inner_text()], "complaints": complaints}


def main(server: str, password: str) -> None:
    with sync_playwright() as started:
        page = started.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS).new_context(**DESKTOP).new_page()
        begun = time.monotonic()
        found = walk(page, server, password)
        sys.stdout.write(json.dumps(found | {"seconds": time.monotonic() - begun}))


if __name__ == "__main__":
    main(*sys.argv[1:])
