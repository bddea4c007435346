"""GET and POST /verify, bundles by download: verdicts against the live chain, also after somebody edited a row behind our back."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from eth_account import Account
from sqlalchemy import text

from accounts import api_keys, people
from accounts.roles import Right, Role
from api.schemas import ItemVerdictOut, VerifyOut
from ledger_client.anchoring import MAX_BATCH
from ledger_client.bundle import MEDIA_TYPE, Bundle
from ledger_client.onchain import item_id
from records.keyring import SETTING
from tests.api.served import Server, event, serving
from tests.records.tampering import reseal

CODE = "https://id.gs1.org/01/06901234567892/21/A1"
BUNDLE = f"/items/{quote(CODE, safe='')}/bundle"


@pytest.fixture
def told(server: Server) -> Server:
    """A server with two events of one item on the chain."""
    server.record(event("commissioning", 1, action="ADD"), event("shipping", 2))
    return server


def verdict(server: Server, **params: str) -> dict[str, Any]:
    answer = server.http.get("/verify", params=params or {"code": CODE})
    assert answer.status_code == 200, answer.text
    return answer.json()


def edit(server: Server, statement: str, **values: Any) -> None:
    with server.installation.engine.begin() as connection:
        assert connection.execute(text(statement), values).rowcount > 0


def failed(told: dict[str, Any]) -> set[str]:
    item = told["items"][0]
    steps = [*item["steps"], *(step for record in item["records"] for step in record["steps"])]
    return {f"{step['step']} {step['part']}" for step in steps if step["outcome"] == "failed"}


def test_an_untouched_item_is_verified_with_every_step_passed(told: Server):
    found = verdict(told)
    assert (found["verdict"], found["subject"], found["truncated"]) == ("verified", {"code": CODE}, False)
    item = found["items"][0]
    assert (item["complete"], item["live"], item["count"], item["newerAnchors"]) == (True, True, 2, 0)
    outcomes = {step["outcome"] for record in item["records"] for step in record["steps"]} | {step["outcome"] for step in item["steps"]}
    assert outcomes == {"passed"}
    assert [one["anchors"][0]["memberName"] for one in item["records"]] == ["青山牧场", "青山牧场"]


def test_answers_are_of_the_documented_form(told: Server):
    told.post(event("receiving", 3))
    found = verdict(told)
    assert VerifyOut.model_validate(found).model_dump(by_alias=True) == found
    brought = told.http.post("/verify", content=told.http.get(BUNDLE).content, headers={"Content-Type": MEDIA_TYPE}).json()
    assert ItemVerdictOut.model_validate(brought).model_dump(by_alias=True) == brought


@pytest.mark.parametrize(
    ("change", "step"),
    [
        ({"old": "shipping", "new": "selling"}, "3 commitment"),
        ({"new": "not json"}, "1 form"),
        ({"secret": bytes(32)}, "3 commitment"),
    ],
)
def test_a_record_that_somebody_with_the_keys_sealed_anew_is_altered_and_says_which_step(told: Server, change: dict[str, Any], step: str):
    with told.installation.sessions.begin() as session:
        reseal(session, 2, **change)
    found = verdict(told)
    assert found["verdict"] == "altered"
    assert step in failed(found)


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE records SET sealed = zeroblob(200) WHERE id = 2", "records.sealed was changed"),
        ("UPDATE records SET sealed = (SELECT sealed FROM records WHERE id = 1) WHERE id = 2", "records.sealed was changed"),
        ("UPDATE records SET sealed = NULL WHERE id = 2", "records.sealed was taken away"),
        ("UPDATE records SET commitment = zeroblob(32) WHERE id = 2", "records.commitment was changed"),
        ("UPDATE records SET signer = zeroblob(20) WHERE id = 2", "records.signer was changed"),
        ("UPDATE records SET captured_at = '2026-09-01 00:00:00.000000' WHERE id = 2", "records.captured_at was changed"),
        ("UPDATE record_keys SET wrapped = zeroblob(60) WHERE record_id = 2", "record_keys.wrapped or record_keys.kek_version was changed"),
        ("UPDATE record_keys SET wrapped = x'00' WHERE record_id = 2", "record_keys.wrapped or record_keys.kek_version was changed"),
        ("DELETE FROM record_keys WHERE record_id = 2", "its row of record_keys was taken away"),
    ],
)
def test_a_row_edited_behind_our_back_is_altered_and_named_wherever_it_is_read(told: Server, statement: str, reason: str):
    edit(told, statement)
    found = verdict(told)
    assert found["verdict"] == "altered"
    steps = [step for record in found["items"][0]["records"] for step in record["steps"] if step["outcome"] == "failed"]
    assert [reason in step["found"] for step in steps if step["step"] == 1] == [True]
    bundle = told.http.get(BUNDLE)
    assert told.http.post("/verify", content=bundle.content, headers={"Content-Type": MEDIA_TYPE}).json()["verdict"] == "altered"
    assert told.http.get("/records").status_code == 200
    page = told.http.get("/01/06901234567892/21/A1", headers={"accept": "text/html", "accept-language": "en"})
    assert "Something does not match!" in page.text


@pytest.fixture
def own_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A keyring of the test's own; named before the server."""
    monkeypatch.setenv(SETTING, str(tmp_path / "keyring"))
    return tmp_path / "keyring"


def test_a_missing_master_key_is_waited_out_and_its_file_is_named(own_keyring: Path, told: Server):
    (own_keyring / "kek-1.key").rename(own_keyring / "away")
    with serving(told.installation) as started_without_it:
        answer = started_without_it.http.get("/verify", params={"code": CODE})
        assert (answer.status_code, "retry-after" in answer.headers) == (503, True)
        assert "keyring/kek-1.key" in answer.json()["detail"]
        refused = started_without_it.post(event("receiving", 3))
        assert (refused.status_code, "keyring/kek-1.key" in refused.json()["detail"]) == (503, True)
        (own_keyring / "away").rename(own_keyring / "kek-1.key")
        assert verdict(started_without_it)["verdict"] == "verified"
        assert started_without_it.post(event("receiving", 3)).status_code == 201


def test_a_record_deleted_behind_our_back_is_missing(told: Server):
    edit(told, "DELETE FROM record_items WHERE record_id = 2")
    edit(told, "DELETE FROM record_keys WHERE record_id = 2")
    edit(told, "DELETE FROM participations WHERE record_id = 2")
    edit(told, "DELETE FROM records WHERE id = 2")
    found = verdict(told)
    assert found["verdict"] == "incomplete"
    assert [one["verdict"] for one in found["items"][0]["records"]] == ["verified", "missing"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE anchors SET commitment = zeroblob(32) WHERE position = 1",
        "UPDATE anchors SET time = time - 60",
        "UPDATE anchors SET signer = zeroblob(20)",
        "UPDATE anchors SET member_id = 2",
        "DELETE FROM anchors WHERE position = 1",
        "DELETE FROM anchors",
    ],
)
def test_an_edited_mirror_cannot_change_a_verdict(told: Server, statement: str):
    edit(told, statement)
    assert verdict(told)["verdict"] == "verified"


def test_an_event_and_a_hash_are_verified_in_their_items(told: Server):
    recorded = told.http.get("/records").json()["events"][0]
    by_event = verdict(told, event=recorded["eventID"])
    by_hash = verdict(told, hash=recorded["commitment"])
    assert (by_event["verdict"], by_hash["verdict"]) == ("verified", "verified")
    assert [one["commitment"] for one in by_hash["items"][0]["records"]] == [recorded["commitment"]]
    assert told.http.get("/verify", params={"hash": "0x" + "ab" * 32}).status_code == 404
    assert told.http.get("/verify", params={"event": "ni:///nothing"}).status_code == 404


@pytest.mark.parametrize("params", [{}, {"code": CODE, "hash": "0x" + "ab" * 32}, {"hash": "xyz"}, {"hash": "0xab"}, {"code": "12345"}])
def test_a_question_that_is_none_is_400_with_a_fix(server: Server, params: dict[str, str]):
    answer = server.http.get("/verify", params=params)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["fix"]


def test_an_item_that_nobody_knows_is_unknown_and_that_is_an_answer(server: Server):
    found = verdict(server)
    assert (found["verdict"], found["items"][0]["count"]) == ("unknown", 0)


def test_what_is_stored_and_not_anchored_yet_is_pending(told: Server):
    told.post(event("receiving", 3))
    found = verdict(told)
    assert found["verdict"] == "pending"
    assert [one["verdict"] for one in found["items"][0]["records"]] == ["verified", "verified", "unanchored"]


def test_what_another_server_anchored_is_withheld_and_not_missing(told: Server):
    edit(told, "UPDATE accounts SET signer = NULL WHERE signer NOT IN (SELECT signer FROM records)")
    edit(told, "DELETE FROM lanes WHERE signer NOT IN (SELECT signer FROM records)")
    ledger = told.installation.ledger
    ledger.anchor([(item_id(CODE), b"\x07" * 32)], ledger.signers[1])
    found = verdict(told)
    assert (found["verdict"], found["items"][0]["count"]) == ("verified", 3)
    assert found["items"][0]["records"][2]["verdict"] == "withheld"


def test_a_bundle_is_downloaded_under_a_proper_name_and_verifies_when_uploaded(told: Server):
    answer = told.http.get(BUNDLE)
    assert answer.headers["content-type"] == "application/vnd.traceledger.bundle+json"
    assert answer.headers["content-disposition"] == 'attachment; filename="01_06901234567892_21_A1.public.bundle.json"'
    assert Bundle.of_bytes(answer.content).item == CODE
    judged = told.http.post("/verify", content=answer.content, headers={"Content-Type": "application/vnd.traceledger.bundle+json"})
    assert (judged.status_code, judged.json()["verdict"], judged.json()["live"]) == (200, "verified", True)


def test_an_uploaded_bundle_that_was_changed_is_altered_and_one_that_is_none_is_400(told: Server):
    content = told.http.get(BUNDLE).content
    headers = {"Content-Type": "application/json"}
    changed = told.http.post("/verify", content=content.replace(b'\\"shipping\\"', b'\\"stealing\\"'), headers=headers)
    assert (changed.status_code, changed.json()["verdict"]) == (200, "altered")
    malformed = told.http.post("/verify", content=content.replace(b'"seq":1', b'"seq":7'), headers=headers)
    assert (malformed.status_code, malformed.json()["errors"][0]["field"]) == (400, "$.anchors[0].seq")
    assert told.http.post("/verify", content=b"[]", headers={"Content-Type": "text/plain"}).status_code == 415


def test_a_bundle_can_be_uploaded_as_a_form_s_file(told: Server):
    content = told.http.get(BUNDLE).content
    judged = told.http.post("/verify", files={"bundle": ("a.bundle.json", content, "application/json")})
    assert (judged.status_code, judged.json()["verdict"]) == (200, "verified")
    assert told.http.post("/verify", files={"bundle": ("a", b"x" * 21 * 1024 * 1024)}).status_code == 413
    assert told.http.post("/verify", data={"bundle": "not a file"}, files={}).status_code == 415


def test_other_views_than_the_public_one_need_a_key_that_may_have_them(told: Server):
    assert told.http.get(BUNDLE, params={"audience": "partners"}).status_code == 401
    assert told.http.get(BUNDLE, params={"audience": "partners"}, headers=told.as_writer(1)).json()["audience"] == "partners"
    assert told.http.get(BUNDLE, params={"audience": "regulator"}, headers=told.as_writer(1)).status_code == 403
    with told.installation.sessions.begin() as session:
        auditor = people.create(session, "auditor", Role.AUDITOR)
        key = api_keys.issue(session, auditor, "audit tool", [Right.READ, Right.READ_ALL])
    headers = {"Authorization": f"Bearer {key}"}
    assert told.http.get(BUNDLE, params={"audience": "regulator"}, headers=headers).json()["audience"] == "regulator"


def test_there_is_no_bundle_of_nothing(server: Server):
    assert server.http.get(BUNDLE).status_code == 404


def test_with_the_node_down_verification_is_503_and_says_so(told: Server):
    with serving(told.installation, rpc_url="http://127.0.0.1:9", node_seconds=0.5) as cut_off:
        answer = cut_off.http.get("/verify", params={"code": CODE})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert answer.headers["content-type"] == "application/problem+json"
        assert cut_off.http.get(BUNDLE).status_code == 503
        assert len(cut_off.http.get("/records").json()["events"]) == 2  # what is stored is still shown
        status = cut_off.http.get("/status").json()
        assert (status["chain"]["reachable"], status["mirror"]["anchors"]) == (False, 2)
        assert status["chain"]["awaySince"]
        assert cut_off.http.get("/health").status_code == 200


def test_a_node_of_another_chain_is_502_and_never_a_verdict(told: Server, new_anvil: Any):
    with serving(told.installation, rpc_url=new_anvil(chain_id="4711")) as misled:
        answer = misled.http.get("/verify", params={"code": CODE})
        assert answer.status_code == 502
        assert "4711" in answer.json()["detail"]
        judged = misled.http.post("/verify", content=told.http.get(BUNDLE).content, headers={"Content-Type": "application/json"})
        assert judged.json()["verdict"] == "altered"


def test_an_item_of_more_anchors_than_a_batch_is_verified(told: Server):
    ledger, code = told.installation.ledger, "https://id.gs1.org/01/06901234567892/10/MANY"
    ledger.anchor([(item_id(code), Account.create().key) for _ in range(MAX_BATCH)], ledger.signers[1])
    ledger.anchor([(item_id(code), Account.create().key) for _ in range(9)], ledger.signers[1])
    found = verdict(told, code=code)
    assert (found["items"][0]["count"], found["verdict"]) == (509, "incomplete")
