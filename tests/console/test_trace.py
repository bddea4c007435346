"""The page of a trace on a served installation, and its files: what somebody may see of it, and whether it is all."""

from __future__ import annotations

import csv
import io

import networkx
import pypdf
import pypdfium2
import pytest
from PIL import ImageStat

from accounts.roles import Role
from tests.api.served import CONTEXT
from tests.console.markup import faults

GTIN = "https://id.gs1.org/01/09506000134352"
TANK, LOT, SHOP = f"{GTIN}/10/TANK-7", f"{GTIN}/10/L7", "https://id.gs1.org/414/9506000134376"


def event(kind, step, hour, **more):
    """An event at that hour."""
    return {
        "@context": [CONTEXT],
        "type": kind, "eventTime": f"2026-09-01T{hour:02d}:00:00.000+08:00", "eventTimeZoneOffset": "+08:00", "bizStep": step,
        "readPoint": {"id": SHOP if step == "receiving" else "https://id.gs1.org/414/9506000134352"}, **more,
    }  # fmt: skip


def amount(code, quantity, uom=""):
    """An amount of a class."""
    return [{"epcClass": code, "quantity": quantity} | ({"uom": uom} if uom else {})]


@pytest.fixture(autouse=True)
def traced(server):
    """A tank's milk that became a lot, which a shop received."""
    made = {"inputQuantityList": amount(TANK, 100, "KGM"), "outputQuantityList": amount(LOT, 90)}
    sent = {"destinationList": [{"type": "location", "destination": SHOP}]}
    server.record(
        event("TransformationEvent", "creating_class_instance", 1, **made),
        event("ObjectEvent", "shipping", 2, action="OBSERVE", quantityList=amount(LOT, 90), **sent),
        event("ObjectEvent", "receiving", 3, action="OBSERVE", quantityList=amount(LOT, 90)),
    )
    return server


def test_the_shops_that_got_it_stand_in_the_page_without_a_script(as_role):
    page = as_role(Role.QUALITY).get("/console/trace", params={"text": "(01)09506000134352(10)TANK-7", "direction": "forward"}).text
    assert faults(page) == []
    assert "完整：没有已知的缺口" in page
    summary = page[page.index('id="summary"') : page.index('id="picture"')]
    assert ("414/9506000134376" in summary, "收货 <b>90 件</b>" in summary, "最后在此" in summary) == (True, True, True)
    assert page[page.index('id="steps"') :].count("<tr>") == 4
    assert '<svg class="flow-diagram"' in page


def test_backwards_a_lot_tells_what_it_was_made_from_and_that_nothing_tells_more(as_role):
    page = as_role(Role.QUALITY).get("/console/trace", params={"text": LOT, "direction": "backward"}).text
    assert "追到源头为止" in page
    assert ("TANK-7" in page, "100 kg" in page) == (True, True)


def test_what_is_no_code_and_what_nobody_recorded_is_told_as_such(as_role):
    staff = as_role(Role.PARTNER)
    assert "校验位" in staff.get("/console/trace", params={"text": "09506000134353"}).text
    assert "这里没有它的记录" in staff.get("/console/trace", params={"text": "(01)09506000134352(10)NONE"}).text
    assert "还没有追溯任何东西" in staff.get("/console/trace").text
    assert (
        LOT.removeprefix("https://id.gs1.org/")
        in staff.get("/console/trace", params={"text": LOT.removeprefix("https://id.gs1.org/")}).text
    )


def test_who_has_no_code_chooses_among_what_the_text_may_mean(as_role):
    page = as_role(Role.PARTNER).get("/console/trace", params={"text": "TANK", "direction": "forward"}).text
    assert "您指的是哪一个" in page
    assert "/console/trace?text=https%3A%2F%2Fid.gs1.org%2F01%2F09506000134352%2F10%2FTANK-7&amp;direction=forward" in page


def test_amounts_that_contradict_each_other_are_told_above_all_lists(traced, as_role):
    traced.record(event("ObjectEvent", "destroying", 5, action="DELETE", quantityList=amount(LOT, 95)))
    page = as_role(Role.QUALITY).get("/console/trace", params={"text": TANK, "lang": "en"}).text
    told = page[page.index('id="told-head"') : page.index('id="summary"')]
    assert "The records contradict each other" in told
    assert "90 pcs there, 95 pcs taken" in told


def test_an_altered_record_makes_the_trace_truncated_in_the_page_and_in_the_names_of_its_files(traced, as_role):
    with traced.installation.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE participations SET quantity = 80 WHERE quantity = 90 AND role = 1")
    staff = as_role(Role.QUALITY)
    page = staff.get("/console/trace", params={"text": TANK, "lang": "en"}).text
    assert "Truncated: the trace ends early" in page
    assert "it was altered" in page
    named = staff.get("/console/trace/file", params={"text": TANK, "form": "csv"}).headers["Content-Disposition"]
    assert named == 'attachment; filename="01_09506000134352_10_TANK-7.forward.truncated.csv"'


def test_the_files_hold_what_the_page_shows(as_role):
    staff, asked = as_role(Role.AUDITOR), {"text": TANK}
    answers = {form: staff.get("/console/trace/file", params={**asked, "form": form}) for form in ("csv", "graphml", "pdf")}
    assert [answer.status_code for answer in answers.values()] == [200, 200, 200]
    rows = list(csv.DictReader(io.StringIO(answers["csv"].text.removeprefix("\ufeff"))))
    assert [row["business_step"] for row in rows if row["row"] == "link"] == ["creating_class_instance"] * 2 + ["shipping", "receiving"]
    graph = networkx.parse_graphml(answers["graphml"].content)
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (5, 4)
    sheets = pypdf.PdfReader(io.BytesIO(answers["pdf"].content))
    text = "".join(sheet.extract_text() for sheet in sheets.pages).replace("\n", "")
    drawn = pypdfium2.PdfDocument(answers["pdf"].content)
    assert all(ImageStat.Stat(drawn[number].render().to_pil().convert("L")).mean[0] > 235 for number in range(len(drawn)))  # black on white
    assert all(one in text for one in ("完整：没有已知的缺口", "TANK-7", "414/9506000134376", "收货", "90 件", "已核验"))


def test_a_part_of_the_trace_is_told_as_a_part(as_role):
    staff, asked = as_role(Role.QUALITY), {"text": TANK, "step": "receiving", "lang": "en"}
    assert "Below, 1 of 3 steps are shown." in staff.get("/console/trace", params=asked).text
    assert ".narrowed.csv" in staff.get("/console/trace/file", params={**asked, "form": "csv"}).headers["Content-Disposition"]


def test_a_part_that_hides_goods_without_an_arrival_does_not_hide_that_there_are_some(traced, as_role):
    traced.record(event("ObjectEvent", "shipping", 4, action="OBSERVE", quantityList=amount(LOT, 5)))
    staff = as_role(Role.QUALITY)
    for asked in ({}, {"step": "receiving"}):
        page = staff.get("/console/trace", params={"text": TANK, "lang": "en", **asked}).text
        assert "Truncated: the trace ends early" in page
        assert "It was sent, and nobody recorded that it arrived" in page


def test_the_page_of_an_item_leads_to_its_trace(as_role):
    page = as_role(Role.QUALITY).get(f"/console/items/{LOT}").text
    assert "/console/trace?text=https%3A%2F%2Fid.gs1.org%2F01%2F09506000134352%2F10%2FL7" in page
