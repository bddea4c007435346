"""Bad input by HTTP that no other test is about: texts of ten megabytes, codes that only look right, a bundle of another ledger."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import orjson
import pytest

from accounts.roles import Role
from api.pages.words import LONGEST_STATED
from records.prepare import LARGEST
from tests.api.served import CONTEXT, Server, document, event
from tests.conftest import deploy_ledger
from tests.console.signed_in import BROWSER, cookie_for

PATH = "/01/06901234567892/21/A1"
BIG = "奶" * (10 * 1024 * 1024 // 3)  # 10 MB of UTF-8
JSON = {"Content-Type": "application/json"}
HUGE: dict[str, dict[str, Any]] = {
    "a product's name": {"action": "ADD", "ilmd": {"cbvmda:descriptionShort": BIG}},
    "an extension": {"@context": [CONTEXT, {"acme": "https://acme.example/"}], "acme:note": BIG},
    "the name of an extension": {"@context": [CONTEXT, {"acme": "https://acme.example/"}], "acme:" + "x" * 10_000_000: 1},
    "an item code": {"epcList": ["https://id.gs1.org/01/06901234567892/21/" + "9" * 10_000_000]},
    "a step": {"bizStep": "https://acme.example/" + "x" * 10_000_000},
    "an event id": {"eventID": "urn:x:" + "9" * 10_000_000},
    "a time": {"eventTime": "2026-09-01T06:10:00." + "0" * 10_000_000 + "+08:00"},
}


@pytest.mark.parametrize("what", HUGE)
def test_ten_megabytes_in_one_field_are_refused_in_few_words(server: Server, what: str):
    answer = server.post({**event("commissioning"), **HUGE[what]})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert len(answer.content) < 10_000
    assert server.http.get("/records").json()["events"] == []


def test_a_document_tells_which_of_its_events_is_too_large(server: Server):
    told = document(event("commissioning", action="ADD"), event("shipping", 2, action="ADD", ilmd={"cbvmda:descriptionShort": BIG}))
    headers = {**server.as_writer(), "GS1-Capture-Error-Behaviour": "proceed"}
    job = server.http.post("/capture", content=orjson.dumps(told), headers=headers).headers["location"]
    server.installation.work()
    results = server.http.get(job).json()["results"]
    assert [one["outcome"] for one in results] == ["stored", "invalid"]
    assert f"at most {LARGEST:,}" in results[1]["problem"]["problem"]


def test_a_long_name_from_master_data_is_shown_cut(server: Server):
    product = {"id": "https://id.gs1.org/01/06901234567892", "attributes": [{"id": "cbvmda:descriptionShort", "attribute": BIG}]}
    kind = {"type": "urn:epcglobal:epcis:vtype:EPCClass", "vocabularyElementList": [product]}
    told = document(event("commissioning", action="ADD"), header={"epcisMasterData": {"vocabularyList": [kind]}})
    assert server.http.post("/capture", content=orjson.dumps(told), headers=server.as_writer()).status_code == 202
    server.installation.work()
    page = server.http.get(PATH)
    assert page.status_code == 200
    assert "奶" * LONGEST_STATED + "…" in page.text
    assert len(page.content) < 100_000


@pytest.mark.parametrize("path", ["/console/capture/receive", "/console/audiences", "/sign-in/password"])
def test_a_form_of_ten_megabytes_is_refused_while_it_arrives(server: Server, path: str):
    headers = {**BROWSER, "Accept": "application/json", "Cookie": f"traceledger_session={cookie_for(server.installation, Role.QUALITY)}"}
    answer = server.http.post(path, data={"note": "x" * 10_000_000}, headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (413, "body")


GTIN = "06901234567892"
LOOKALIKES = {
    "full-width digits": ("６９０１２３４５６７８９２", "U+FF16 (fullwidth digit six)"),
    "a Cyrillic letter in a serial": (f"(01){GTIN}(21)\u04101", "U+0410 (cyrillic capital letter a)"),
    "a zero-width space": (f"https://id.gs1.org/01/{GTIN}/21/A\u200b1", "U+200B (zero width space)"),
    "a text that runs backwards": (f"https://id.gs1.org/01/{GTIN}/21/\u202e1A", "U+202E (right-to-left override)"),
    "Arabic digits": ("(01)٠٦٩٠١٢٣٤٥٦٧٨٩٢", "U+0660 (arabic-indic digit zero)"),
    "a Cyrillic letter in a scheme": ("httр://id.gs1.org/01/06901234567892", "U+0440 (cyrillic small letter er)"),
    "an escaped letter that is not ASCII": (f"https://id.gs1.org/01/{GTIN}/21/%D0%90", "not ASCII"),
    "an escaped half of a character": (f"https://id.gs1.org/01/{GTIN}/21/%D0", "not ASCII"),
    "a combining mark": (f"(01){GTIN}(21)e\u0301", "U+0301 (combining acute accent)"),
    "a URI with an invisible mark": ("urn:acme:7\ufeff", "U+FEFF (zero width no-break space)"),
    "an escaped line break": (f"https://id.gs1.org/01/{GTIN}/21/A%0A1", "U+000A (control character)"),
}


@pytest.mark.parametrize("trick", LOOKALIKES)
def test_a_code_that_only_looks_right_is_refused_and_the_character_is_named(server: Server, trick: str):
    code, said = LOOKALIKES[trick]
    for answer in (
        server.post(event(code=code)),
        server.http.get("/verify", params={"code": code}),
        server.http.get(f"/items/{quote(code, safe='')}/events"),
    ):
        assert answer.status_code == 400, answer.text
        assert said in answer.json()["detail"], answer.text
    assert server.http.get("/records").json()["events"] == []


def test_a_bundle_of_another_ledger_is_altered_and_says_which_step(server: Server):
    server.record(event("commissioning", action="ADD"))
    bundle = server.http.get(f"/items/{quote('https://id.gs1.org' + PATH, safe='')}/bundle").json()
    other = deploy_ledger(server.installation.ledger.url)
    bundle["deployment"] = other.deployment.to_json()
    answer = server.http.post("/verify", content=orjson.dumps(bundle), headers=JSON)
    other.chain.close()
    assert (answer.status_code, answer.json()["verdict"]) == (200, "altered")
    failed = {step["part"]: step["why"] for step in answer.json()["steps"] if step["outcome"] == "failed"}
    assert failed["deployment"] == "the bundle is about another ledger"
