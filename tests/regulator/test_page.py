"""The regulator's page: whatever is brought along gets a verdict step by step, or a clear word why not."""

from __future__ import annotations

import re

import pytest

from ledger_client.bundle import Bundle
from tests.api.served import event
from tests.conftest import deploy_ledger
from tests.regulator.conftest import CODE, Office

ENGLISH = {"lang": "en"}


def page(office: Office, status: int = 200, *, by_auditor: bool = False, **params: str) -> str:
    answer = office.server.http.get("/regulator", params=ENGLISH | params, headers=office.headers if by_auditor else {})
    assert answer.status_code == status, answer.text
    return answer.text


def brought(office: Office, name: str, data: bytes, kind: str, status: int = 200) -> str:
    answer = office.server.http.post("/regulator", params=ENGLISH, files={"file": (name, data, kind)})
    assert answer.status_code == status, answer.text
    return answer.text


def bundle_of(office: Office) -> bytes:
    return office.server.http.get(f"/items/{CODE.replace('/', '%2F').replace(':', '%3A')}/bundle").content


def verdicts(html: str) -> list[str]:
    return re.findall(r'data-verdict="(\w+)"', html)


def test_the_empty_page_asks(office: Office):
    html = page(office)
    assert (verdicts(html), "What to verify" in html) == ([], True)


@pytest.mark.parametrize("spelling", [CODE, "(01)06901234567892(21)A1", "urn:epc:id:sgtin:690123456789.02.A1"])
def test_a_code_in_any_spelling_is_examined(office: Office, spelling):
    if spelling.startswith("urn"):
        spelling = "urn:epc:id:sgtin:6901234.056789.A1"
    html = page(office, q=spelling)
    assert verdicts(html) == ["verified"]
    assert html.count("tag-failed") == 0


def test_an_event_id_and_a_hash_lead_an_auditor_to_their_items(office: Office):
    bundle = Bundle.of_bytes(bundle_of(office))
    event_id = next(item.value.strip('"') for item in bundle.records[0].disclosure.properties if item.name == "eventID")
    assert verdicts(page(office, q=event_id, by_auditor=True)) == ["verified"]
    assert verdicts(page(office, q="0x" + bundle.anchors[0].commitment.hex(), by_auditor=True)) == ["verified"]


def test_the_public_is_not_told_which_item_an_event_is_about(office: Office):
    bundle = Bundle.of_bytes(bundle_of(office))
    event_id = next(item.value.strip('"') for item in bundle.records[0].disclosure.properties if item.name == "eventID")
    for asked in (event_id, "0x" + bundle.anchors[0].commitment.hex()):
        html = page(office, 403, q=asked)
        assert "does not show you which item it is about" in html
        assert "没有向您所在的范围公开" in page(office, 403, q=asked, lang="zh")
        assert CODE.removeprefix("https://id.gs1.org") not in html


def test_the_public_is_told_what_is_withheld_and_an_auditor_is_shown_it(office: Office):
    public, auditor = page(office, q=CODE), page(office, q=CODE, by_auditor=True)
    assert "urn:x:po:77" not in public
    assert "Only what that audience may see is shown" in public
    assert "urn:x:po:77" in auditor
    assert ("makeReport" in auditor, 'action="/reports' in auditor, 'action="/reports' in public) == (False, True, False)


def test_a_bundle_and_a_report_are_judged_as_they_are_brought(office: Office):
    assert verdicts(brought(office, "a.bundle.json", bundle_of(office), "application/json")) == ["verified"]
    assert verdicts(brought(office, "a.report.pdf", office.report(), "application/pdf")) == ["verified"]


def test_an_altered_bundle_shows_what_failed_with_both_sides(office: Office):
    html = brought(office, "a.json", bundle_of(office).replace(b'\\"shipping\\"', b'\\"stealing\\"'), "application/json")
    assert verdicts(html) == ["altered"]
    assert "tag-failed" in html
    assert "Expected" in html


def test_a_bundle_of_another_chain_is_altered_and_says_why(office: Office, new_anvil):
    """Not a word of it is wrong in itself: only the ledger is not the one that this server knows."""
    from dataclasses import replace

    other = deploy_ledger(new_anvil("--chain-id", "4711"))
    genuine = Bundle.of_bytes(bundle_of(office))
    html = brought(office, "a.json", replace(genuine, deployment=other.deployment).to_bytes(), "application/json")
    assert verdicts(html) == ["altered"]
    assert "The ledger is the one that the consortium published" in html
    other.chain.close()


def test_a_bundle_is_judged_while_the_node_is_down(office: Office):
    data = bundle_of(office)
    office.server.app.state.chain.rpc.url = "http://127.0.0.1:1"
    from tests.api.served import serving

    with serving(office.server.installation, rpc_url="http://127.0.0.1:1") as alone:
        answer = alone.http.post("/regulator", params=ENGLISH, files={"file": ("a.json", data, "application/json")})
    assert (answer.status_code, verdicts(answer.text)) == (200, ["verified"])
    assert "no node was asked" in answer.text


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ("(01)06901234567893(21)A1", 400, "check digit"),
        ("(01)06901234567892(21)NOBODY", 404, "Nothing was found"),
        ("0x" + "ab" * 32, 404, "Nothing was found"),
        ("ni:///sha-256;" + "00" * 32 + "?ver=CBV2.0", 404, "Nothing was found"),
        ("<script>alert(1)</script>", 400, "&lt;script&gt;"),
        ("x" * 5000, 400, "cannot be verified"),
        ("\u202e(01)06901234567892", 400, "cannot be verified"),
    ],
)
def test_what_cannot_be_examined_is_answered_in_words(office: Office, asked, status, said):
    html = page(office, status, q=asked)
    assert said in html
    assert "<script>alert" not in html


@pytest.mark.parametrize(
    ("name", "data", "kind", "status"),
    [
        ("a.json", b"[]", "application/json", 400),
        ("a.json", b"{" * 100_000, "application/json", 400),
        ("a.pdf", b"%PDF-1.7 nonsense", "application/pdf", 400),
        ("a.txt", b"hello", "text/plain", 400),
        ("a.json", b"x" * 21 * 1024 * 1024, "application/json", 413),
    ],
)
def test_a_file_that_is_no_proof_is_refused_in_words(office: Office, name, data, kind, status):
    html = brought(office, name, data, kind, status)
    assert "Traceback" not in html


def test_the_page_works_in_a_browser_on_a_phone_and_makes_no_complaint(office: Office, visit, tmp_path):
    file = tmp_path / "milk.bundle.json"
    file.write_bytes(bundle_of(office))
    seen = visit(office.server.url + "/regulator")
    seen.page.set_input_files("#file", str(file))
    seen.page.click("form[enctype] button")
    seen.page.wait_for_selector('[data-verdict="verified"]')
    assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert seen.page.is_visible("[data-print]")
    assert seen.complaints == []
    office.server.record(event("receiving", 3))
