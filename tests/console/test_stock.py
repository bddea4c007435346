"""The console's pages of stock, from values alone."""

from __future__ import annotations

from api.console.render import render
from tests.console.sampled import samples, visit_for


def page(name: str, language: str = "en") -> str:
    return render(samples()[f"stock.{name}"](visit_for(language)))


def test_a_place_says_what_is_expired_and_what_will_be():
    html = page("places")
    assert "1 lot past its last day" in html
    assert "2 lots expire within 3 days" in html
    assert "120 records were not looked at, 4 lots" in html
    assert "3 lots are left out" in html
    assert "1 个批次过期" in page("places", "zh")


def test_advice_says_what_to_take_what_lacks_and_what_was_left_out():
    html = page("picked")
    assert "take from 2 lots" in html
    assert "Lacking: 58.5 pcs" in html
    assert "1 lot is past its last day and left out" in html
    assert "Lot HELD is on hold and left out" in html
    assert "Left out of lot ALWAYS: 5 pcs, because 069012340000000018 is on hold" in html
    assert "There is no lot here that may be taken" in page("expired")


def test_a_violation_names_both_lots_with_their_last_days():
    html = page("violations")
    assert html.count("an amount nobody stated") == 2
    assert ">NEW</a>" in html
    assert ">OLD</a>" in html
    assert "None" not in html


def test_the_overview_warns_and_leads_to_the_list():
    html = render(samples()["overview.expiring"](visit_for("en")))
    assert "12 lots in stock expire within 3 days" in html
    assert "/console/stock/expiring?days=3" in html
