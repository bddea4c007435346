"""Capture by hand over HTTP: the six forms, what is refused and how, and that a form is one record however often it is sent."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy import select

from accounts.models import AuditEntry
from accounts.roles import Role
from api.console.capture.lines import lines_of
from api.console.capture.places import Place, place_of
from api.console.capture.steps import STEPS
from api.console.capture.values import Wrong
from ledger_client.codes.own_scheme import OwnScheme, OwnSegment
from records import contents
from records.models import Record
from tests.api.served import Server, document
from tests.conftest import address_of
from tests.console.markup import faults

As = Callable[..., httpx.Client]
GTIN, PLACE = "06901234567892", "https://id.gs1.org/414/6901234000047"
LOT, SERIAL, PALLET = f"(01){GTIN}(10)L1", f"(01){GTIN}(21)A1", "(00)369012340000000017"
LOT_URI, SERIAL_URI = f"https://id.gs1.org/01/{GTIN}/10/L1", f"https://id.gs1.org/01/{GTIN}/21/A1"
FILLED = {
    "receive": {"items": f"{LOT}\n{SERIAL}", f"quantity.items.{LOT_URI}": "4.5", f"unit.items.{LOT_URI}": "KGM", "delivery": "DN 1/2"},
    "transform": {"inputs": LOT, "outputs": f"(01){GTIN}(10)L2", "machine": "line 1"},
    "inspect": {"items": LOT, "result": "fail", "reason": "warm", "temperature": "9.1"},
    "pack": {"parent": PALLET, "children": SERIAL},
    "ship": {"items": PALLET, "delivery": "(253)6901234000115DN1"},
    "shop": {"items": PALLET, "note": "two cartons dented"},
}
COMMON = {"place": "6901234000047", "people": "王芳", "zone": "Asia/Shanghai", "time": ""}


@pytest.fixture
def worker(server: Server, as_role: As) -> httpx.Client:
    client = as_role(Role.PARTNER, signer=address_of(server.installation.ledger.signers[0]))
    client.headers["Accept-Language"] = "en"
    return client


def filled(step: str, **changes: str) -> dict[str, str]:
    return {"form": str(uuid.uuid4()), **COMMON, **FILLED[step], **changes}


def events(server: Server) -> list[dict[str, Any]]:
    with server.installation.sessions() as session:
        held = contents.opened(session, session.scalars(select(Record).order_by(Record.id)))
        return [one.event() or {} for one in held.values()]


def test_each_form_becomes_one_event_that_is_anchored_and_verifies(server: Server, worker: httpx.Client):
    for step in STEPS:
        answer = worker.post(f"/console/capture/{step}", data=filled(step))
        assert answer.status_code == 303, (step, re.findall(r"invalid-feedback[^>]*>([^<]*)", answer.text))
        page = worker.get(answer.headers["location"])
        assert page.status_code == 200
        assert faults(page.text) == []
        assert "Pending" in page.text
        assert worker.get(unescape(re.findall(r'id="next" href="([^"]*)"', page.text)[0])).text.count('value="王芳"') == 1
    told = {event["bizStep"] + ":" + event.get("disposition", ""): event for event in events(server)}
    assert list(told) == [
        "receiving:in_progress", "creating_class_instance:active", "inspecting:non_conformant", "packing:in_progress",
        "shipping:in_transit", "receiving:sellable_not_accessible",
    ]  # fmt: skip
    received, made, failed, packed, shipped, _ = told.values()
    assert received["epcList"] == [SERIAL_URI]
    assert received["quantityList"] == [{"epcClass": LOT_URI, "quantity": 4.5, "uom": "KGM"}]
    assert received["bizTransactionList"][0]["bizTransaction"] == "https://id.traceledger.org/document/DN%201%2F2"
    assert received["eventTimeZoneOffset"] == "+08:00"
    assert (received["readPoint"], received["bizLocation"]) == ({"id": PLACE}, {"id": PLACE})
    assert "bizLocation" not in shipped
    assert [one["epcClass"] for one in made["inputQuantityList"] + made["outputQuantityList"]] == [LOT_URI, LOT_URI[:-1] + "2"]
    assert failed["tl:inspection"] == {"tl:result": "fail", "tl:reason": "warm"}
    assert failed["sensorElementList"][0]["sensorReport"] == [{"type": "Temperature", "value": 9.1, "uom": "CEL"}]
    assert (packed["parentID"], packed["childEPCs"]) == ("https://id.gs1.org/00/369012340000000017", [SERIAL_URI])
    server.installation.work()
    assert "Final" in page.text or "Final" in worker.get(str(page.url)).text
    for code in (LOT, SERIAL, PALLET):
        assert server.http.get("/verify", params={"code": code}).json()["verdict"] == "verified"


def test_what_is_wrong_is_told_beside_its_field_and_every_value_is_kept(server: Server, worker: httpx.Client):
    ahead = f"{datetime.now(UTC) + timedelta(hours=9):%Y-%m-%dT%H:%M}"
    given = filled(
        "inspect",
        items=f"{LOT}\n06901234567893",
        result="fail",
        reason="",
        temperature="warm",
        place="nowhere",
        time=ahead,
        note="two\nlines",
    )
    answer = worker.post("/console/capture/inspect", data=given)
    assert answer.status_code == 400
    assert faults(answer.text) == []
    told = dict(re.findall(r'<p class="invalid-feedback" id="d-(\w+)">([^<]*)', answer.text))
    assert told == {
        "items": "One line was not understood, see below",
        "reason": "Say why it failed",
        "temperature": "Write a number, such as 4.3",
        "place": unescape(told["place"]),
        "time": "That time is still to come",
    }
    assert told["place"].startswith("No known name, GLN or URI")
    page = unescape(answer.text)
    assert "the right one is 2: 06901234567892" in page
    for name, value in given.items():
        assert f'value="{value}"' in page or f">\n{value}</textarea>" in page, name
    assert events(server) == []


REFUSED = [
    ("pack", {"children": PALLET}, "stands in both fields"),
    ("pack", {"parent": LOT}, "One line was not understood"),
    ("pack", {"parent": f"{PALLET}\n{SERIAL}"}, "Only one code belongs here"),
    ("receive", {"items": " \r\n\r\n"}, "Scan or type a code"),
    ("receive", {f"quantity.items.{LOT_URI}": "-1"}, "A quantity is more than zero"),
    ("receive", {f"quantity.items.{LOT_URI}": "1e400"}, "A quantity was not understood"),
    ("receive", {"items": "\n".join(f"(01){GTIN}(21){number}" for number in range(301))}, "At most 300 lines"),
    ("receive", {"zone": "Mars/Olympus"}, "time zone is not known"),
    ("receive", {"time": "1999-12-31T12:00"}, "before the year 2000"),
    ("receive", {"time": "yesterday"}, "not understood"),
    ("receive", {"note": "a\x01b"}, "control characters"),
    ("receive", {"people": "x" * 201}, "At most 200"),
    ("receive", {"temperature": "-300"}, "No such temperature"),
    ("inspect", {"result": ""}, "Choose passed or failed"),
    ("ship", {"delivery": "(253)1"}, "not understood"),
]


def test_a_value_that_cannot_be_taken_is_refused(server: Server, worker: httpx.Client):
    for step, changes, problem in REFUSED:
        answer = worker.post(f"/console/capture/{step}", data=filled(step, **changes))
        assert (answer.status_code, problem in answer.text) == (400, True), (step, changes)
    assert events(server) == []


def test_a_form_that_is_sent_again_is_the_same_record(server: Server, worker: httpx.Client):
    form = filled("receive")
    first, second = (worker.post("/console/capture/receive", data=form) for _ in range(2))
    assert second.headers["location"] == first.headers["location"] + "&again=1"
    assert "nothing was recorded twice" in worker.get(second.headers["location"]).text
    assert len(events(server)) == 1
    worker.post("/console/capture/receive", data={**form, "form": str(uuid.uuid4())})
    assert len(events(server)) == 2


def test_a_form_that_arrives_many_times_at_once_is_one_record(server: Server, worker: httpx.Client):
    form = filled("receive")
    with ThreadPoolExecutor(6) as several:
        answers = list(several.map(lambda _: worker.post("/console/capture/receive", data=form), range(6)))
    assert [answer.status_code for answer in answers] == [303] * 6
    assert sum(answer.headers["location"].endswith("again=1") for answer in answers) == 5
    assert len(events(server)) == 1


def test_a_saved_form_that_was_changed_is_not_taken_for_the_same(server: Server, worker: httpx.Client):
    form = filled("receive")
    worker.post("/console/capture/receive", data=form)
    answer = worker.post("/console/capture/receive", data={**form, "note": "added later"})
    assert answer.status_code == 409
    assert f"/console/capture/saved/{form['form']}" in answer.text
    fresh = re.findall(r'name="form" value="([^"]*)"', answer.text)[0]
    assert fresh != form["form"]
    assert ">\nadded later</textarea>" in answer.text
    assert len(events(server)) == 1
    assert worker.post("/console/capture/receive", data={**form, "note": "added later", "form": fresh}).status_code == 303
    assert len(events(server)) == 2


def test_a_time_is_taken_in_the_zone_of_the_form(server: Server, worker: httpx.Client):
    worker.post("/console/capture/receive", data=filled("receive", time="2026-07-01T06:10", zone="Europe/Berlin"))
    worker.post("/console/capture/receive", data=filled("receive", time="2026-01-01T06:10", zone="Europe/Berlin"))
    assert [event["eventTime"] for event in events(server)] == ["2026-07-01T06:10:00+02:00", "2026-01-01T06:10:00+01:00"]


def test_judging_lines_records_nothing_and_saving_is_in_the_audit_log(server: Server, worker: httpx.Client):
    page = worker.post("/console/capture/receive", data=filled("receive", judge="items"))
    assert page.status_code == 200
    assert "<html" not in page.text
    assert "Batch L1" in page.text
    assert worker.post("/console/capture/receive", data=filled("receive", judge="nothing")).status_code == 404
    form = filled("receive")
    worker.post("/console/capture/receive", data=form)
    with server.installation.sessions() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "save_form")).all()
        assert [entry.subject for entry in entries] == ["urn:uuid:" + form["form"]]


def test_only_who_may_write_and_has_a_key_records_and_sees_what_was_recorded(server: Server, as_role: As, worker: httpx.Client):
    form = filled("receive")
    saved = worker.post("/console/capture/receive", data=form).headers["location"]
    for role in (Role.AUDITOR, Role.OPERATOR):
        assert as_role(role).get("/console/capture/receive").status_code == 403
        assert as_role(role).post("/console/capture/receive", data=form).status_code == 403
    assert as_role(Role.MACHINE).get("/console/capture/receive").status_code == 403  # no signing key
    other = as_role(Role.QUALITY, signer=address_of(server.installation.ledger.signers[1]))
    assert other.get(saved).status_code == 404
    assert other.post("/console/capture/receive", data=form).status_code == 303  # another member's form of that id is another record
    assert worker.get("/console/capture/nothing").status_code == 404
    assert worker.post("/console/capture/receive", data={**form, "form": "1"}).status_code == 400


def test_places_are_offered_by_name_and_the_last_one_is_remembered(server: Server, worker: httpx.Client):
    element = {"id": PLACE, "attributes": [{"id": "cbvmda:name", "attribute": "收奶间"}, {"id": "tl:nameEn", "attribute": "Intake"}]}
    kind = {"type": "urn:epcglobal:epcis:vtype:BusinessLocation", "vocabularyElementList": [element]}
    header = {"epcisMasterData": {"vocabularyList": [kind]}}
    server.http.post("/capture", content=orjson.dumps(document(header=header)), headers=server.as_writer())
    server.installation.work()
    assert f'<option value="Intake">{PLACE}</option>' in worker.get("/console/capture/receive").text
    answer = worker.post("/console/capture/receive", data=filled("receive", place="Intake"))
    assert events(server)[0]["readPoint"]["id"] == PLACE
    assert "Intake" in worker.get(answer.headers["location"]).text
    assert 'name="place" value="Intake"' in worker.get("/console/capture/ship").text


def test_the_camera_is_allowed_where_codes_are_scanned_and_nowhere_else(worker: httpx.Client):
    assert worker.get("/console/scan").headers["permissions-policy"].startswith("camera=(self)")
    assert worker.get("/console/capture/receive").headers["permissions-policy"].startswith("camera=(self)")
    assert worker.get("/console").headers["permissions-policy"].startswith("camera=()")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (f"]d201{GTIN}21A1", SERIAL_URI),
        (f"\x1d01{GTIN}21A1", SERIAL_URI),
        (f"01{GTIN}21A1", SERIAL_URI),  # a scanner that sends neither
        (f"01{GTIN}21A1\x1d10L1", SERIAL_URI),
        (f"01{GTIN}", f"https://id.gs1.org/01/{GTIN}"),
        ("00369012340000000017", "https://id.gs1.org/00/369012340000000017"),
        ("6901234567892", f"https://id.gs1.org/01/{GTIN}"),
        (f"https://shop.example/01/{GTIN}/21/A1?x=1", SERIAL_URI),
        ("81234567890123456789", "https://id.traceledger.org/drug20/81234567890123456789"),
        (f"01{GTIN}10L1{{GS}}21A1", SERIAL_URI),  # one that cannot send FNC1
        (f"]C101{GTIN}10L1~d02921A1", SERIAL_URI),
        ("3035A537C837754000000001", f"https://id.gs1.org/01/{GTIN}/21/1"),  # an RFID reader
        ("30 35 A5 37 C8 37 75 40 00 00 00 01", f"https://id.gs1.org/01/{GTIN}/21/1"),
        ("urn:epc:tag:sgtin-96:1.6901234.056789.1", f"https://id.gs1.org/01/{GTIN}/21/1"),
        ("]E06901234567892", f"https://id.gs1.org/01/{GTIN}"),
        ("Ecode 10064123456789", "https://id.traceledger.org/ecode/10064123456789"),
    ],
)
def test_a_line_is_read_in_every_spelling_that_scanners_send(typed: str, code: str):
    (line,) = lines_of(f"  {typed}\r\n", STEPS["receive"].codes[0])
    assert line.code is not None
    assert line.code.uri == code


def test_a_line_may_be_a_code_of_the_companys_own():
    rule = OwnScheme("crates", "https://code.example.com/crate/", (OwnSegment("", text="MK"), OwnSegment("counter", width=5)))
    known, unknown = lines_of("MK00017\nMK0001A", STEPS["receive"].codes[0], [rule])
    assert known.code is not None
    assert known.code.uri == "https://code.example.com/crate/MK00017"
    assert (unknown.code, unknown.problem) == (None, "unknown")
    assert "holds 'A'" in str(unknown.error)


def test_a_code_that_is_scanned_twice_counts_once():
    lines = lines_of(f"{SERIAL}\n\n{SERIAL_URI}\n{LOT}", STEPS["receive"].codes[0])
    assert [(line.number, line.again, line.lot) for line in lines] == [(1, False, False), (3, True, False), (4, False, True)]


def test_a_place_is_a_name_a_gln_or_a_uri():
    known = (Place(PLACE, "Intake"), Place("https://a.example/1", "Gate"), Place("https://a.example/2", "Gate"))
    assert {
        place_of(text, known)
        for text in ("Intake", " 6901234000047 ", "(414)6901234000047", "urn:epc:id:sgln:690123400004..0", "3235A537C800080000000000")
    } == {PLACE}
    for text, key in (("Gate", "ambiguous"), (SERIAL, "other"), ("gate", "unknown"), ("6901234000048", "unknown")):
        with pytest.raises(Wrong) as wrong:
            place_of(text, known)
        assert wrong.value.key == f"capture.place.{key}"
