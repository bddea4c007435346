"""The console's page of custody, from values alone."""

from __future__ import annotations

from api.console.render import render
from tests.console.markup import Page
from tests.console.sampled import HOSTILE, samples, visit_for
from tests.console.samples.custody import LINES, NONE, shown


def test_each_line_says_what_is_wrong_and_both_amounts():
    text = " ".join(element.text for element in Page(render(shown(visit_for("en"), LINES))).all("tr"))
    for said in ("Not received", "Less was received than sent", "sent 288 pcs, received 276 pcs", "and 27 more", "sent at 2.1 – 3.4 °C"):
        assert said in text


def test_a_place_that_is_not_offered_is_still_shown_as_what_was_asked_for():
    html = render(samples()["custody.elsewhere"](visit_for("en")))
    chosen = [element.text.strip() for element in Page(html).all("option") if "selected" in element.attributes]
    assert chosen[0] == HOSTILE


def test_an_empty_list_says_how_much_was_looked_at():
    assert "412 handovers of the last 30 days were looked at" in render(shown(visit_for("en"), [], filters=NONE))
