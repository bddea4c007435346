"""A real browser for the page tests: Chromium, told to talk to nobody but the served page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]


@dataclass
class Visit:
    """An opened page, with everything it asked for and complained about."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    weight: int = 0  # bytes of all bodies as they crossed the wire

    def settled(self) -> str:
        """What the browser's own check came to, once it is done."""
        self.page.wait_for_selector('#checked[data-state]:not([data-state="server"]):not([data-state="running"])')
        return str(self.page.get_attribute("#checked", "data-state"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Any]:
    """`visit(url, tamper=…, **context)` opens a page; `tamper` may change the proof bundle's text on its way."""
    contexts = []

    def opened(url: str, tamper: Any = None, **options: Any) -> Visit:
        context = browser.new_context(**{"viewport": {"width": 390, "height": 844}, "locale": "zh-CN", **options})
        contexts.append(context)
        visit = Visit(context.new_page())
        page = visit.page
        page.on("request", lambda request: visit.requests.append(request.url))
        page.on("console", lambda message: visit.complaints.append(message.text) if message.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        page.on("requestfinished", lambda request: _weigh(visit, request))
        if tamper:
            page.route("**/bundle*", lambda route: _tampered(route, tamper))
        page.goto(url, wait_until="load")
        return visit

    yield opened
    for context in contexts:
        context.close()


def _weigh(visit: Visit, request: Any) -> None:
    visit.weight += request.sizes()["responseBodySize"]


def _tampered(route: Route, tamper: Any) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, body=tamper(answer.text()))
