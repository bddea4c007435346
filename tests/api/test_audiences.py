"""Policies over HTTP: every answer, page and bundle obeys them, each audience's bundle verifies, and what is hidden stands nowhere."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from accounts import api_keys, people
from accounts.roles import Right, Role
from indexer import models as mirror
from ledger_client.bundle import Bundle
from ledger_client.contracts import ledger_code_hash, members_code_hash
from ledger_client.disclosure import AUDIENCES, DEFAULT, NARROWEST, Kind, Policy, Rule
from ledger_client.onchain import item_id
from ledger_client.verify import verify
from records import audiences
from records.audiences import Policies
from tests.api.served import CONTEXT, Server, event, serving
from tests.js.node import ask, hexed
from tests.second_verifier.verifier import verify as second_verify

PATH = "/01/06901234567892/21/A1"
CODE = "https://id.gs1.org" + PATH
OTHER = "https://id.gs1.org/01/06901234567892/21/NEIGHBOUR"
ITEM = "/items/" + quote(CODE, safe="")
RICH: dict[str, Any] = {
    "action": "ADD",
    "@context": [CONTEXT, {"acme": "https://acme.example/terms/"}],
    "epcList": [CODE, OTHER],
    "readPoint": {"id": "https://id.gs1.org/414/6901234000047"},
    "bizLocation": {"id": "https://id.gs1.org/414/6901234000054"},
    "ilmd": {"acme:recipe": "hidden-recipe"},
    "certificationInfo": "https://hidden-certificate.example/",
    "sensorElementList": [{"sensorReport": [{"type": "Temperature", "value": 3.14159, "uom": "CEL"}]}],
    "sourceList": [{"type": "owning_party", "source": "https://id.gs1.org/417/6901234000001"}],
    "bizTransactionList": [{"type": "po", "bizTransaction": "urn:hidden:order"}],
    "quantityList": [{"epcClass": "https://id.gs1.org/01/06901234567892/10/HIDDENLOT", "quantity": 271828}],
    "acme:oven": "hidden-oven",
}
# property -> what of it may be searched for
MARKS = {
    "epcList": "NEIGHBOUR", "readPoint": "6901234000047", "bizLocation": "6901234000054", "ilmd": "hidden-recipe",
    "certificationInfo": "hidden-certificate", "sensorElementList": "3.14159", "sourceList": "6901234000001",
    "bizTransactionList": "urn:hidden:order", "quantityList": "HIDDENLOT", "acme:oven": "hidden-oven", "@context": "acme.example",
}  # fmt: skip
POLICIES = {
    "default": DEFAULT,
    "narrowest": NARROWEST,
    "by kind": Policy(
        (Rule("readPoint", "regulator", Kind("ObjectEvent", "shipping")), Rule("ilmd", "partners"), Rule("acme:*", "regulator"))
    ),
    "open": Policy(tuple(Rule(name, "public") for name in MARKS)),
}


@pytest.fixture
def told(server: Server) -> Server:
    server.record(event("receiving", 1, **RICH), event("shipping", 2, **RICH))
    return server


def rule(server: Server, policy: Policy, member: int = 1) -> None:
    if policy != DEFAULT:
        with server.installation.sessions.begin() as session:
            audiences.change(session, member, policy, 0, "li", "a test")


def key(server: Server, role: Role, *scope: Right) -> dict[str, str]:
    with server.installation.sessions.begin() as session:
        made = api_keys.issue(session, people.create(session, f"a-{role}", role), "test", scope or (Right.READ,))
    return {"Authorization": f"Bearer {made}"}


def readers(server: Server) -> dict[str, dict[str, str]]:
    return {"public": {}, "partners": key(server, Role.PARTNER), "regulator": key(server, Role.AUDITOR, Right.READ, Right.READ_ALL)}


@pytest.mark.parametrize("name", POLICIES)
def test_every_answer_obeys_and_every_bundle_verifies(told: Server, name: str):
    policy = POLICIES[name]
    rule(told, policy)
    for audience, headers in readers(told).items():
        answers = {
            "bundle": told.http.get(f"{ITEM}/bundle", params={"audience": audience}, headers=headers),
            "events": told.http.get("/records", headers=headers),
            "item's events": told.http.get(f"{ITEM}/events", headers=headers),
        }
        if audience == "public":
            answers |= {
                "page": told.http.get(PATH),
                "english page": told.http.get(PATH + "?lang=en"),
                "verdict": told.http.get("/verify", params={"code": CODE}),
            }
        assert {answer.status_code for answer in answers.values()} == {200}
        bundle = Bundle.of_bytes(answers["bundle"].content)
        assert verify(bundle, told.installation.ledger.chain).verdict == "verified"
        deployment = told.installation.ledger.deployment
        assert second_verify(answers["bundle"].content, deployment.to_json()).verdict == "verified"
        codes = {"ledgerCode": hexed(ledger_code_hash(deployment.members)), "membersCode": hexed(members_code_hash(deployment.council))}
        assert ask(("check", answers["bundle"].json(), deployment.to_json() | codes))[0]["verdict"] == "verified"
        for step in ("receiving", "shipping"):
            hidden = {one for one in MARKS if AUDIENCES.index(policy.lowest(Kind("ObjectEvent", step), one)) > AUDIENCES.index(audience)}
            shown = {
                p.name
                for record in bundle.records
                for p in record.disclosure.properties
                if any(q.value == f'"{step}"' for q in record.disclosure.properties)
            }  # type: ignore[union-attr]
            assert (MARKS.keys() - hidden <= shown, hidden & shown) == (True, set())
        everywhere = [
            mark
            for one, mark in MARKS.items()
            if all(
                AUDIENCES.index(policy.lowest(Kind("ObjectEvent", step), one)) > AUDIENCES.index(audience)
                for step in ("receiving", "shipping")
            )
        ]
        assert [(where, mark) for where, answer in answers.items() for mark in everywhere if mark in answer.text] == []


def test_by_default_an_answer_names_the_item_that_was_asked_for_and_no_other(told: Server):
    public: Any = told.http.get(f"{ITEM}/events").json()["events"][0]
    assert (public["items"], public["itemsTotal"]) == ([CODE], 1)
    assert told.http.get("/records").json()["events"][0]["items"] == []
    partner = told.http.get("/records", headers=told.as_writer()).json()["events"][0]
    assert (len(partner["items"]), partner["itemsTotal"]) == (3, 3)


def test_the_stored_history_without_a_node_obeys_too(told: Server):
    rule(told, NARROWEST)
    with serving(told.installation, rpc_url="http://127.0.0.1:9", node_seconds=0.5) as cut_off:
        html = cut_off.http.get(PATH + "?lang=en").text
    assert "Cannot be checked right now" in html
    assert [mark for mark in MARKS.values() if mark in html] == []


def test_a_record_that_waits_for_the_chain_obeys_too(server: Server):
    rule(server, NARROWEST)
    server.post(event("receiving", 1, **RICH))
    server.installation.mirror()
    html = server.http.get(PATH + "?lang=en").text
    assert 'data-verdict="pending"' in html
    assert [mark for mark in MARKS.values() if mark in html] == []


def test_each_member_has_its_own_policy(told: Server):
    rule(told, NARROWEST, member=2)
    told.record(event("storing", 3, **RICH), member=1)
    by_step = {one["event"]["bizStep"]: one["event"] for one in told.http.get("/records").json()["events"]}
    assert "readPoint" in by_step["receiving"]
    assert by_step["storing"].keys() == {"type", "eventID", "eventTime", "bizStep"}


def test_a_change_holds_for_old_records_at_once(told: Server):
    before = told.http.get("/records").json()["events"][0]
    rule(told, Policy((Rule("readPoint", "partners"),)))
    after = told.http.get("/records").json()["events"][0]
    assert before["event"].keys() - after["event"].keys() == {"readPoint"}
    assert after["withheld"] == before["withheld"] + 1


def test_while_the_mirror_does_not_know_whose_key_it_is_everything_is_hidden(told: Server):
    rule(told, Policy((Rule("readPoint", "public"),)))
    mirror.empty(told.installation.engine)
    assert told.http.get("/records").json()["events"][0]["event"].keys() == {"type", "eventID", "eventTime", "bizStep"}
    assert Policies({1: DEFAULT}, {b"k" * 20: 1}).of(b"x" * 20) == NARROWEST


def test_a_correction_shows_under_the_narrowest_policy(server: Server):
    rule(server, NARROWEST)
    first = server.record(event("receiving", 1, **RICH))[0]
    declared = {"declarationTime": "2026-09-03T08:00:00+08:00", "reason": "incorrect_data"}
    server.record(event("receiving", 1, **RICH) | {"eventID": first["eventID"], "errorDeclaration": declared})
    server.record(event("holding", 3, disposition="recalled"))
    html = server.http.get(PATH, headers={"accept-language": "en"}).text
    assert "<del>Received</del>" in html
    assert "This product has been recalled" in html


def test_an_event_or_a_hash_is_verified_without_naming_items_that_are_hidden(told: Server):
    recorded = told.http.get("/records", headers=told.as_writer()).json()["events"][0]
    for asked in ({"event": recorded["eventID"]}, {"hash": recorded["commitment"]}):
        public, partner = (told.http.get("/verify", params=asked, headers=headers).json() for headers in ({}, told.as_writer()))
        assert public["verdict"] == partner["verdict"] == "verified"
        assert [one["item"] for one in partner["items"]] == recorded["items"]
        assert [one["item"] for one in public["items"]] == ["0x" + item_id(code).hex() for code in recorded["items"]]
        assert [mark for mark in MARKS.values() if mark in str(public)] == []


def test_a_policy_that_shows_the_items_lets_them_be_named(told: Server):
    rule(told, POLICIES["open"])
    public: Any = told.http.get("/records").json()["events"][0]
    assert set(public["items"]) >= {CODE, OTHER}
    assert {one["item"] for one in told.http.get("/verify", params={"event": public["eventID"]}).json()["items"]} >= {CODE, OTHER}
