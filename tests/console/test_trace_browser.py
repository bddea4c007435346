"""The picture of a trace in a real browser: by mouse and by keys, under our policy, in both themes."""

from __future__ import annotations

import json
import re
from html import escape

from playwright.sync_api import Browser, Page, Route, expect

from accounts.roles import Role
from api.callers import COOKIE
from tests.api.served import Server
from tests.console.signed_in import cookie_for
from tests.console.test_trace import TANK, traced

__all__ = ["traced"]
FADED = "() => tracePicture.nodes('.faded').length"


def opened(server: Server, browser: Browser, complaints: list[str], theme: str = "light") -> Page:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.set_default_timeout(20_000)
    context.add_cookies([{"name": COOKIE, "value": cookie_for(server.installation, Role.QUALITY), "url": server.url}])
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{server.url}/console/trace?text={TANK}&theme={theme}")
    return page


def test_a_box_is_chosen_by_keys_what_does_not_belong_to_it_fades_and_its_details_stand_beside_it(server: Server, browser: Browser):
    complaints: list[str] = []
    page = opened(server, browser, complaints)
    canvas, head = page.locator("#canvas"), page.locator("#details-head")
    expect(canvas).to_be_visible()
    canvas.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#details")).to_contain_text("TANK-7")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#details")).to_contain_text("L7")
    page.keyboard.press("ArrowRight")
    expect(head).to_have_text("414/9506000134352")
    page.keyboard.press("ArrowRight")
    expect(head).to_have_text("414/9506000134376")
    assert page.evaluate(FADED) == 0  # it all led there
    page.keyboard.press("Escape")
    expect(page.locator("#details")).to_be_hidden()
    zoom = page.evaluate("() => tracePicture.zoom()")
    page.keyboard.press("+")
    page.get_by_role("button", name="Zoom in").click()
    assert page.evaluate("() => tracePicture.zoom()") > zoom * 1.5
    page.get_by_role("button", name="Fit").click()
    page.evaluate("() => tracePicture.edges('[label *= \"100 kg\"]').emit('tap')")
    expect(page.locator("#details")).to_contain_text("100 kg → 90 pcs")
    assert page.evaluate(FADED) > 0
    page.locator("#details-links a").first.click()
    page.wait_for_url("**/console/events/**")
    assert complaints == []


def test_a_place_of_the_list_is_shown_in_the_picture_in_the_colours_of_the_theme(server: Server, browser: Browser):
    complaints: list[str] = []
    page = opened(server, browser, complaints, "dark")
    ink = page.evaluate("() => getComputedStyle(document.documentElement).getPropertyValue('--ink').trim()")
    page.locator("#summary th a").first.click()
    expect(page.locator("#details-head")).to_have_text("414/9506000134376")
    drawn = page.evaluate("() => tracePicture.nodes().first().numericStyle('color').slice(0, 3)")
    assert "#" + "".join(f"{int(part):02x}" for part in drawn) == ink
    assert complaints == []


CROSSING = """() => tracePicture.edges().toArray().flatMap((edge) => {
  const line = [edge.sourceEndpoint(), ...(edge.segmentPoints() ?? []), edge.targetEndpoint()];
  const on = (box) => line.slice(1).some((to, at) => [...Array(100).keys()].some((part) => {
    const [x, y] = ["x", "y"].map((axis) => line[at][axis] + ((to[axis] - line[at][axis]) * part) / 100);
    return x > box.x1 && x < box.x2 && y > box.y1 && y < box.y2;
  }));
  const others = tracePicture.nodes().not(edge.connectedNodes());
  return others.filter((node) => on(node.boundingBox({ includeLabels: false }))).map((node) => node.id());
})"""


def test_long_arrows_go_around_the_boxes_that_lie_between(server: Server, browser: Browser):
    complaints: list[str] = []
    page = opened(server, browser, complaints)
    boxes = [{"id": f"b{number}", "label": f"Box {number}", "sort": "thing", "tone": "good"} for number in range(16)]
    pairs = [(0, column) for column in range(1, 6)] + [(place, place + 5) for place in range(1, 11)] + [(0, 13), (1, 13), (2, 15), (4, 11)]
    graph = {
        "boxes": boxes,
        "arrows": [{"source": f"b{one}", "target": f"b{other}", "label": "", "tone": "good", "things": []} for one, other in pairs],
    }

    def drawn(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=re.sub(r'data-graph="[^"]*"', f'data-graph="{escape(json.dumps(graph))}"', answer.text()))

    page.route(re.compile("/console/trace"), drawn)
    page.reload()
    assert page.evaluate("() => tracePicture.edges('[?bends]').length") >= 3
    assert page.evaluate(CROSSING) == []
    assert complaints == []
