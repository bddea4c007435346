"""The consumer's page on a real chain in a real browser: it checks itself, notices tampering, and talks to nobody else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Route

from tests.api.served import Server, event, installed, serving
from tests.conftest import deploy_ledger

CODE = "https://id.gs1.org/01/06901234567892/21/A1"
PATH = "/01/06901234567892/21/A1"
PLACE = {"readPoint": {"id": "https://id.gs1.org/414/6901234000047"}}
WARM = [{"sensorReport": [{"type": "Temperature", "value": value, "uom": "CEL"} for value in (2.1, 4.3)]}]
ILMD = {"cbvmda:descriptionShort": "清源鲜牛奶", "cbvmda:bestBeforeDate": "2026-09-08"}
JOURNEY = [
    event(
        "commissioning",
        1,
        action="ADD",
        disposition="active",
        ilmd=ILMD,
        **PLACE,
    ),
    event("inspecting", 2, disposition="conformant", sensorElementList=WARM, **PLACE),
    event("shipping", 3, disposition="in_transit", **PLACE),
]


@pytest.fixture(scope="module")
def told(anvil: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with three events of one item on the chain; no test changes it."""
    ledger = deploy_ledger(anvil)
    with installed(ledger, f"sqlite:///{tmp_path_factory.mktemp('told') / 'ledger.db'}") as made, serving(made) as server:
        server.record(*JOURNEY)
        yield server
    ledger.chain.close()


def test_the_browser_checks_the_page_itself_and_says_so(told: Server, visit: Any):
    page = visit(told.url + PATH)
    assert page.settled() == "browser"
    assert "浏览器" in page.page.inner_text("#checked")
    assert page.page.inner_text("h1") == "清源鲜牛奶"
    assert page.page.locator(".entry").count() == 3
    outcomes = page.page.eval_on_selector_all(".steps li", "all => all.map(one => one.dataset.step + one.dataset.outcome)")
    assert sorted(set(outcomes)) == ["1passed", "2not_checked", "3passed", "4passed", "5passed", "6passed"]
    assert page.complaints == []


def test_a_scanner_reads_the_pages_own_address_from_its_qr_code(told: Server, visit: Any):
    page = visit(told.url + PATH)
    with Image.open(BytesIO(page.page.screenshot(full_page=True))) as shot:
        assert [code.text for code in zxingcpp.read_barcodes(shot)] == [told.url + PATH]


def flip(pattern: str) -> Any:
    """Change the first hex digit that a pattern's group ends with."""
    return lambda text: re.sub(pattern, lambda m: m[1] + ("0" if m[2] != "0" else "1"), text, count=1)


@pytest.mark.parametrize(
    ("what", "tamper"),
    [
        ("a value", lambda text: text.replace('\\"inspecting\\"', '\\"accepting\\"')),
        ("a salt", flip(r'("salt":"0x)(.)')),
        ("a path", flip(r'("path":\["0x)(.)')),
        ("an anchor's time", flip(r'("time":)(\d)(?=\d+,"block":\d+\})')),
        ("a signer", flip(r'("signer":"0x)(.)')),
        ("the header", flip(r'("header":"0x.{80})(.)')),
        ("a storage node", flip(r'("slot":\["0x.{20})(.)')),
        ("a member's name", lambda text: text.replace("青山牧场", "青山牧埸")),
        ("a record left out", lambda text: json.dumps({**json.loads(text), "records": json.loads(text)["records"][1:]})),
        ("another item", lambda text: text.replace("/21/A1", "/21/A2")),
        ("the contract", flip(r'("ledger":"0x)(.)')),
        ("no JSON at all", lambda text: text[:-9]),
    ],
)
def test_the_browser_notices_a_changed_proof(told: Server, visit: Any, what: str, tamper: Any):
    page = visit(told.url + PATH, tamper)
    assert page.settled() == "differs", what
    assert page.page.get_attribute("body", "data-tone") == "bad"
    assert "不一致" in page.page.inner_text("#verdict-why")


@pytest.mark.parametrize(
    ("was", "is_now"),
    [
        ('<dd tabindex="0">&#34;inspecting&#34;', '<dd tabindex="0">&#34;accepting&#34;'),
        ('datetime="2026-09-02T06', 'datetime="2026-09-02T05'),
    ],
)
def test_the_browser_notices_a_page_that_shows_something_else_than_the_proof(told: Server, visit: Any, was: str, is_now: str):
    def altered(route: Route) -> None:
        answer = route.fetch()
        assert was in answer.text()
        route.fulfill(response=answer, body=answer.text().replace(was, is_now))

    page = visit(told.url + "/health")
    page.page.route("**" + PATH, altered)
    page.page.goto(told.url + PATH)
    assert page.settled() == "differs"


def test_without_javascript_the_server_s_verdict_stands_and_is_called_so(told: Server, visit: Any):
    page = visit(told.url + PATH, java_script_enabled=False).page
    assert page.inner_text("#checked") == "服务器核对的结果"
    assert "没有运行脚本" in page.inner_text(".noscript")
    assert page.inner_text("#verdict-head") == "履历完整，未被改动"
    assert page.get_attribute(".steps li", "data-outcome") == "passed"


def test_when_the_proof_cannot_be_fetched_the_page_says_who_checked(told: Server, visit: Any):
    page = visit(told.url + "/health").page
    page.route("**/bundle*", lambda route: route.abort())
    page.goto(told.url + PATH)
    page.wait_for_selector('#checked[data-state="unavailable"]')
    assert "服务器的结论" in page.inner_text("#checked")


def test_a_page_of_twenty_events_weighs_less_than_100_kb_and_asks_nobody_else(server: Server, visit: Any):
    server.record(*[event("inspecting", day, disposition="conformant", sensorElementList=WARM, **PLACE) for day in range(1, 21)])
    page = visit(server.url + PATH)
    assert page.settled() == "browser"
    assert page.page.locator(".entry").count() == 20
    assert [url for url in page.requests if not url.startswith((server.url, "data:"))] == []
    assert 10_000 < page.weight < 100_000
    assert page.complaints == []


def test_the_policy_stops_scripts_and_styles_that_are_not_ours(told: Server, visit: Any):
    page = visit(told.url + PATH)
    page.settled()
    ran = page.page.evaluate(
        """() => {
            const one = document.createElement("script");
            one.textContent = "window.injected = 1";
            document.body.append(one);
            document.body.setAttribute("style", "display:none");
            return [window.injected || 0, getComputedStyle(document.body).display];
        }"""
    )
    assert ran == [0, "block"]
    assert len([one for one in page.complaints if "Content Security Policy" in one]) == 2


@pytest.mark.parametrize(("locale", "heading", "language"), [("zh-CN", "产品历程", "zh-Hans"), ("en-GB", "The journey", "en")])
def test_the_page_follows_the_browser_s_language_and_the_link_switches_it(
    told: Server, visit: Any, locale: str, heading: str, language: str
):
    page = visit(told.url + PATH, locale=locale).page
    assert (page.inner_text("#journey-head"), page.get_attribute("html", "lang")) == (heading, language)
    page.click(".language")
    assert page.get_attribute("html", "lang") == {"en": "zh-Hans", "zh-Hans": "en"}[language]


def test_light_and_dark_follow_the_device(told: Server, visit: Any):
    colours = [
        visit(told.url + PATH, color_scheme=scheme).page.evaluate("() => getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    ]
    assert colours == ["rgb(245, 244, 239)", "rgb(15, 21, 19)"]


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_sticks_out_sideways(told: Server, visit: Any, width: int):
    page = visit(told.url + PATH, viewport={"width": width, "height": 800}).page
    page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true; })")
    assert page.evaluate("() => document.documentElement.scrollWidth") == width


def test_every_control_is_reached_by_the_keyboard(told: Server, visit: Any):
    page = visit(told.url + PATH).page
    seen = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("() => document.activeElement.className || document.activeElement.tagName"))
    assert {"skip", "brand", "language", "SUMMARY", "button"} <= seen
