"""Capture by hand in a real browser: a worker's phone with a keyboard scanner, the camera, and a connection that breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import qrcode
from PIL import Image
from playwright.sync_api import Browser, Page, Route
from sqlalchemy import func, select

from accounts.roles import Role
from api.callers import COOKIE
from records.models import Record
from tests.api.served import Server
from tests.conftest import address_of
from tests.console.signed_in import cookie_for
from tests.pages.browser import FLAGS

GTIN, PALLET = "06901234567892", "369012340000000017"
ITEM = f"https://id.gs1.org/01/{GTIN}/21/"
PLACE = "6901234000047"
PHONE = {"viewport": {"width": 390, "height": 844}, "locale": "zh-CN", "timezone_id": "Asia/Shanghai", "has_touch": True}


@pytest.fixture
def signed_in(server: Server) -> Callable[..., Page]:
    """`signed_in(browser, path, address=…)`: a phone of a worker of the first member on that page."""
    cookie = cookie_for(server.installation, Role.PARTNER, signer=address_of(server.installation.ledger.signers[0]))

    def opened(browser: Browser, path: str, address: str = "", **options: Any) -> Page:
        context = browser.new_context(**{**PHONE, **options})
        context.set_default_timeout(20_000)
        context.add_cookies([{"name": COOKIE, "value": cookie, "url": address or server.url}])
        page = context.new_page()
        page.goto((address or server.url) + path)
        return page

    return opened


def scan(page: Page, *codes: str) -> None:
    """What a keyboard scanner does: the characters, FNC1 as Ctrl+], Enter at the end."""
    for code in codes:
        for part, text in enumerate(code.split("\x1d")):
            if part:
                page.keyboard.press("Control+BracketRight")
            page.keyboard.type(text)
        page.keyboard.press("Enter")


def stored(server: Server) -> int:
    with server.installation.sessions() as session:
        return session.scalar(select(func.count()).select_from(Record)) or 0


def test_a_worker_receives_packs_and_ships_with_a_phone_and_a_scanner(server: Server, browser: Browser, signed_in: Any):
    page = signed_in(browser, "/console/capture")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None)
    page.click(".tile >> nth=0")
    page.wait_for_function("() => document.activeElement.id === 'f-items'")
    assert page.locator("#f-items").evaluate("one => one.form.dataset.zone") == "Asia/Shanghai"
    scan(page, f"01{GTIN}21A1\x1d10L1", f"]d201{GTIN}21A2", f"01{GTIN}21A1")
    assert page.url.endswith("/console/capture/receive")  # Enter added lines and sent nothing
    assert page.input_value("#f-items").split("\n") == [f"01{GTIN}21A1\x1d10L1", f"]d201{GTIN}21A2", f"01{GTIN}21A1", ""]
    page.wait_for_selector(".scanned li.tone-warn")
    assert page.locator(".scanned li.tone-good").count() == 2
    page.click("[data-drop][data-line='3']")
    page.wait_for_selector(".scanned li.tone-warn", state="detached")
    page.focus("#f-delivery")
    scan(page, "DN1")
    assert page.evaluate("document.activeElement.id") == "f-temperature"
    page.focus("#f-place")
    scan(page, PLACE)
    page.click("#save")
    page.wait_for_selector("#next")
    page.click("#next")
    assert page.input_value("#f-place") == f"https://id.gs1.org/414/{PLACE}"
    assert page.input_value("#f-items") == ""

    page.goto(server.url + "/console/capture/pack")
    scan(page, f"00{PALLET}")
    assert page.evaluate("document.activeElement.id") == "f-children"
    scan(page, ITEM + "A1", ITEM + "A2")
    assert page.input_value("#f-place") == PLACE  # remembered
    page.click("#save")
    page.wait_for_selector("#next")

    page.goto(server.url + "/console/capture/ship")
    scan(page, f"(00){PALLET}")
    page.click("#save")
    page.wait_for_selector("#next")
    assert "待上链" in page.inner_text("#state")
    server.installation.work()
    page.wait_for_function("() => document.getElementById('state').innerText.includes('已确定')")
    assert stored(server) == 3
    for code in (ITEM + "A1", ITEM + "A2", f"(00){PALLET}"):
        told = server.http.get("/verify", params={"code": code}).json()
        assert (told["verdict"], len(told["items"][0]["records"])) == ("verified", 2), code
    assert complaints == []
    page.context.close()


def test_a_lost_answer_and_a_double_tap_leave_one_record_and_nothing_typed_is_lost(server: Server, browser: Browser, signed_in: Any):
    page = signed_in(browser, "/console/capture/receive")

    def lost(route: Route) -> None:
        route.fetch()
        route.abort()

    scan(page, ITEM + "A1")
    page.wait_for_selector(".scanned li")
    page.fill("#f-place", PLACE)
    page.fill("#f-note", "by hand")
    page.route("**/console/capture/receive", lost)
    page.click("#save")
    page.wait_for_selector("#unsent:not([hidden])")
    assert stored(server) == 1
    assert page.input_value("#f-note") == "by hand"
    page.unroute("**/console/capture/receive")
    page.dblclick("#save")
    page.wait_for_selector("#next")
    assert "没有重复" in page.inner_text("[role=status].tone-warn")
    assert stored(server) == 1
    page.context.close()


def test_whoever_is_signed_out_meanwhile_keeps_what_was_typed(browser: Browser, signed_in: Any):
    page = signed_in(browser, "/console/capture/receive")
    scan(page, ITEM + "A1")
    page.fill("#f-place", PLACE)
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.click("#save")
    page.wait_for_selector("#unsent:not([hidden])")
    assert "在另一个标签页登录" in page.inner_text("#unsent")
    page.context.add_cookies(cookies)
    page.click("#save")
    page.wait_for_selector("#next")
    page.context.close()


def test_a_mistake_brings_the_form_back_with_the_cursor_on_it(browser: Browser, signed_in: Any):
    page = signed_in(browser, "/console/capture/receive")
    scan(page, ITEM + "A1")
    page.fill("#f-place", "nowhere")
    page.fill("#f-note", "keep me")
    page.click("#save")
    page.wait_for_selector("#f-place[aria-invalid=true]")
    assert page.evaluate("document.activeElement.id") == "f-place"
    assert page.input_value("#f-note") == "keep me"
    page.fill("#f-place", PLACE)
    page.click("#save")
    page.wait_for_selector("#next")
    page.context.close()


def test_the_form_works_without_javascript(server: Server, browser: Browser, signed_in: Any):
    page = signed_in(browser, "/console/capture/pack", java_script_enabled=False)
    page.fill("#f-parent", f"(00){PALLET}")
    page.fill("#f-children", ITEM + "A1\n" + ITEM + "A2")
    page.fill("#f-place", PLACE)
    page.click("#save")
    page.wait_for_selector("#next")
    assert stored(server) == 1
    page.context.close()


@pytest.fixture
def filming(browser: Browser, tmp_path: Path) -> Iterator[Browser]:
    """A browser whose camera sees a QR code of ours; `plant.example` is this machine, by plain http."""
    film = tmp_path / "film.y4m"
    film.write_bytes(_film(ITEM + "CAM1"))
    flags = [
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
        "--host-resolver-rules=MAP plant.example 127.0.0.1",
    ]
    launched = browser.browser_type.launch(executable_path="/usr/bin/chromium", args=[*FLAGS, *flags])
    yield launched
    launched.close()


def _film(text: str) -> bytes:
    """A video of two equal pictures of the QR code: YUV4MPEG2, 640 × 480."""
    code = qrcode.QRCode(border=4, box_size=8)
    code.add_data(text)
    picture = code.make_image().get_image().convert("L")
    width, height = 640, 480
    ground = Image.new("L", (width, height), 200)
    ground.paste(picture, ((width - picture.width) // 2, (height - picture.height) // 2))
    frame = b"FRAME\n" + ground.tobytes() + b"\x80" * (width * height // 2)
    return f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420\n".encode() + 2 * frame


def test_the_camera_reads_a_code_with_the_vendored_decoder(filming: Browser, signed_in: Any):
    page = signed_in(filming, "/console/capture/receive", permissions=["camera"])
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("delete window.BarcodeDetector")
    page.click("[data-camera]")
    page.wait_for_function("() => document.getElementById('f-items').value !== ''")
    assert page.input_value("#f-items") == ITEM + "CAM1\n"
    assert any("zxing" in url for url in asked)
    page.wait_for_function("() => document.getElementById('camera-said').innerText === '这个已经在列表里'")
    page.click("[data-close]")
    page.wait_for_selector(".scanned li.tone-good")
    assert page.evaluate("document.getElementById('video').srcObject.getTracks().every(one => one.readyState === 'ended')")


def test_the_browsers_own_decoder_is_used_where_there_is_one(filming: Browser, signed_in: Any):
    page = signed_in(filming, "/console/capture/pack", permissions=["camera"])
    page.evaluate(
        """() => { window.BarcodeDetector = class {
            static async getSupportedFormats() { return ["qr_code", "data_matrix"]; }
            async detect() { return [{ rawValue: "(00)369012340000000017" }]; } }; }"""
    )
    page.click("[data-camera=parent]")
    page.wait_for_function("() => !document.getElementById('camera').open")
    assert page.input_value("#f-parent") == "(00)369012340000000017"
    assert page.evaluate("typeof window.ZXing") == "undefined"


def test_a_keyboard_scanner_is_understood_in_every_field(server: Server, browser: Browser, signed_in: Any):
    page = signed_in(browser, "/console/scan", viewport={"width": 1280, "height": 800})
    assert page.evaluate("document.activeElement.id") == "f-text"
    for text in (f"01{GTIN}10L1\x1d21S1", f"]d201{GTIN}10L1{{GS}}21S1", f"https://shop.example/01/{GTIN}/21/S1"):
        scan(page, text)
        page.wait_for_function("told => document.querySelector('.digest code')?.innerText === told", arg=ITEM + "S1")
        assert page.evaluate("document.getSelection().toString()") == page.input_value("#f-text"), "the next scan takes its place"
        page.evaluate("document.querySelector('.digest code').remove()")
    assert "这里没有记录" in page.inner_text("main")
    scan(page, "6901234567893")
    page.wait_for_selector("#scan-problem")
    assert "6901234567892" in page.inner_text("#scan-problem")

    page.focus("#find")
    scan(page, f"01{GTIN}10L1\x1d21S1")
    page.wait_for_url("**/console/search?q=*")
    page.click("text=这是什么编码？")
    page.wait_for_url("**/console/scan?text=*")
    assert page.inner_text(".digest code") == ITEM + "S1"

    page.goto(server.url)
    page.focus("#code")
    scan(page, f"01{GTIN}10L1\x1d21S1")
    page.wait_for_url(f"**/01/{GTIN}/21/S1")
    page.context.close()


def test_the_camera_says_what_a_code_is(filming: Browser, signed_in: Any):
    page = signed_in(filming, "/console/scan", permissions=["camera"])
    page.click("[data-camera=text]")
    page.wait_for_url("**/console/scan?text=*")
    assert page.inner_text(".digest code") == ITEM + "CAM1"
    page.context.close()


def test_why_the_camera_cannot_be_used_is_said(server: Server, browser: Browser, filming: Browser, signed_in: Any):
    plain = server.url.replace("127.0.0.1", "plant.example")
    for page, told in (
        (signed_in(filming, "/console/capture/receive", plain), "只有 https 页面"),
        (signed_in(filming, "/console/capture/receive"), "没有摄像头权限"),
        (signed_in(browser, "/console/capture/receive", permissions=["camera"]), "没有摄像头。"),
    ):
        page.click("[data-camera]")
        page.wait_for_function("told => document.getElementById('camera-said').innerText.includes(told)", arg=told)
        page.context.close()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_sticks_out_sideways_and_targets_are_large_enough(browser: Browser, signed_in: Any, width: int):
    page = signed_in(browser, f"/console/capture/receive?items=(01){GTIN}(10)L1%0A{'x' * 200}", viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == width
    sizes = page.eval_on_selector_all(
        "#capture button:not([hidden]), #capture input:not([type=hidden])", "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert min(sizes) >= 44
    page.context.close()
