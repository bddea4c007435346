"""Accounts, keys and sessions over JSON, by an operator's key: what is made, changed and ended, and what is refused and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from accounts import api_keys, people, sessions
from accounts.models import Account, ApiKey, AuditEntry
from accounts.roles import RIGHTS, Role
from ledger_client.addresses import checksummed
from tests.api.served import Installation, Server, event

WALLET = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"  # of EIP-55


@pytest.fixture
def operator(server: Server) -> Iterator[httpx.Client]:
    """A client with a key of an operator."""
    with server.installation.sessions.begin() as session:
        account = people.create(session, "chief", Role.OPERATOR)
        key = api_keys.issue(session, account, "chief", RIGHTS[Role.OPERATOR])
    with httpx.Client(base_url=server.url, timeout=30, headers={"Authorization": f"Bearer {key}"}) as client:
        yield client


def made(operator: httpx.Client, **told: Any) -> Any:
    answer = operator.post("/accounts", json={"name": "lin", "role": "quality", **told})
    assert answer.status_code == 201, answer.text
    return answer.json()


def sign_in(server: Server, name: str, password: str) -> httpx.Response:
    return server.http.post("/sign-in", data={"name": name, "password": password}, headers={"Sec-Fetch-Site": "same-origin"})


def wrong(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["field"]


def log(installation: Installation) -> list[tuple[str, str, str]]:
    with installation.sessions() as session:
        return [(row.action, row.actor, row.subject) for row in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]


def test_a_new_person_signs_in_with_a_password_that_is_shown_once(server: Server, operator: httpx.Client):
    lin = made(operator, displayName="林质量")
    assert (lin["name"], lin["displayName"], lin["role"], lin["signsInBy"]) == ("lin", "林质量", "quality", ["one_time_password"])
    assert "设置您自己的密码" in sign_in(server, "lin", lin["oneTimePassword"]).text
    shown = operator.get(f"/accounts/{lin['id']}").json()
    assert shown == {name: value for name, value in lin.items() if name != "oneTimePassword"}
    assert log(server.installation) == [("create_account", "chief", "lin")]


def test_a_machine_gets_no_password_and_acts_by_a_key_that_is_shown_once(server: Server, operator: httpx.Client):
    signer = server.installation.ledger.signers[0].address
    erp = made(operator, name="erp", role="machine", signer=signer)
    assert erp["oneTimePassword"] is None
    assert operator.post(f"/accounts/{erp['id']}/password").status_code == 409
    key = operator.post("/keys", json={"account": erp["id"], "name": "ERP", "scope": ["write"], "expiresAt": None}).json()
    assert key["key"].startswith("tlk_")
    posted = server.http.post("/events", json=event(), headers={"Authorization": f"Bearer {key['key']}"})
    assert posted.status_code == 201
    outside = server.http.get("/keys", headers={"Authorization": f"Bearer {key['key']}"})
    assert "erp (machine) lacks the right" in outside.json()["detail"]
    unread = server.http.get("/metrics", headers={"Authorization": f"Bearer {key['key']}"})
    assert (unread.status_code, "made without the scope operate" in unread.json()["detail"]) == (403, True)
    listed = operator.get("/keys", params={"account": erp["id"]}).json()["keys"]
    assert [(one["name"], one["scope"], one["usedAt"] is None) for one in listed] == [("ERP", ["write"], False)]
    assert key["key"] not in operator.get("/keys").text
    assert operator.delete(f"/keys/{key['id']}").json()["revokedAt"]
    refused = server.http.post("/events", json=event(day=2), headers={"Authorization": f"Bearer {key['key']}"})
    assert (refused.status_code, "was revoked" in refused.json()["detail"]) == (401, True)
    with server.installation.sessions() as session:
        assert key["key"] not in str([entry.details for entry in session.scalars(select(AuditEntry))])


def test_an_expired_key_says_when_it_expired(server: Server, operator: httpx.Client):
    lin, soon = made(operator), datetime.now(UTC) + timedelta(hours=1)
    told = {"account": lin["id"], "name": "Excel", "scope": ["read"], "expiresAt": soon.isoformat()}
    key = operator.post("/keys", json=told).json()
    with server.installation.sessions.begin() as session:
        session.get_one(ApiKey, bytes.fromhex(key["id"])).expires_at = datetime(2026, 1, 2, tzinfo=UTC)
    answer = server.http.get("/events", headers={"Authorization": f"Bearer {key['key']}"})
    assert (answer.status_code, "expired on 2026-01-02" in answer.json()["detail"]) == (401, True)


NO_KEYS: list[tuple[dict[str, Any], str]] = [
    ({"scope": []}, "scope"),
    ({"scope": ["accounts"]}, "scope"),
    ({"scope": ["everything"]}, "scope/0"),
    ({"scope": "read"}, "scope"),
    ({"expiresAt": "2020-01-01T00:00:00Z"}, "expiresAt"),
    ({"expiresAt": "2099-01-01T00:00:00"}, "expiresAt"),
    ({"expiresAt": "soon"}, "expiresAt"),
    ({"expiresAt": "9999-12-31T23:59:59-12:00"}, "expiresAt"),
    ({"expiresAt": "0001-01-01T00:00:00+12:00"}, "expiresAt"),
    ({"name": " "}, "name"),
    ({"name": "a\u202eb"}, "name"),
    ({"name": "x" * 101}, "name"),
    ({"account": "lin"}, "account"),
    ({"account": 10**30}, "account"),
    ({"extra": 1}, "extra"),
]
NO_ACCOUNTS: list[tuple[dict[str, Any], str]] = [
    ({"name": ""}, "name"),
    ({"name": "a b"}, "name"),
    ({"name": "аdmin"}, "name"),  # Cyrillic а
    ({"name": "роре"}, "name"),  # all Cyrillic, and looks like pope
    ({"name": "νου"}, "name"),  # all Greek, and looks like vou
    ({"name": "lin\u200b"}, "name"),
    ({"name": "lin\u202e"}, "name"),
    ({"name": "lin\u3164"}, "name"),  # Hangul filler: a letter that nobody sees
    ({"name": "q\u0301"}, "name"),
    ({"name": "lin\x00"}, "name"),
    ({"name": "<script>alert(1)</script>"}, "name"),
    ({"name": "x" * 65}, "name"),
    ({"displayName": "x" * 101}, "displayName"),
    ({"displayName": "Lin \u202egnihton"}, "displayName"),
    ({"displayName": "\u3164"}, "displayName"),
    ({"role": "god"}, "role"),
    ({"signer": "0x1234"}, "signer"),
    ({"signer": "0x" + "11" * 20}, "signer"),
    ({"signer": WALLET.lower().replace("5aaeb", "5aAeb")}, "signer"),
    ({"password": "mine"}, "password"),
]


def test_a_key_that_may_not_be_is_refused_with_the_field(operator: httpx.Client):
    whole = {"account": made(operator)["id"], "name": "Excel", "scope": ["read"], "expiresAt": None}
    answers = [(operator.post("/keys", json=whole | told), told, field) for told, field in NO_KEYS]
    assert [(told, answer.text) for answer, told, field in answers if wrong(answer) != (400, field)] == []
    assert [one["name"] for one in operator.get("/keys").json()["keys"] if one["account"] == whole["account"]] == []


def test_an_account_that_may_not_be_is_refused_with_the_field(operator: httpx.Client):
    whole = {"name": "lin", "role": "quality"}
    answers = [(operator.post("/accounts", json=whole | told), told, field) for told, field in NO_ACCOUNTS]
    assert [(told, answer.text) for answer, told, field in answers if wrong(answer) != (400, field)] == []
    assert [one["name"] for one in operator.get("/accounts").json()["accounts"]] == ["chief", "member-1", "member-2"]


def test_two_spellings_of_one_name_are_one_account(operator: httpx.Client):
    made(operator)
    for name in ("ＬＩＮ", "LIN", "ｌｉｎ", "ℓin", "𝐥𝐢𝐧", " lin "):
        answer = operator.post("/accounts", json={"name": name, "role": "quality"})
        assert (answer.status_code, "there is one of that name" in answer.json()["detail"]) == (409, True)


def test_names_of_every_script_are_taken(operator: httpx.Client):
    for name in ("林质量", "анна-иванова", "γιάννα", "たなか", "o.brien@acme", "김철수"):
        assert made(operator, name=name)["name"] == name


def test_ten_megabytes_are_refused_while_they_arrive(operator: httpx.Client):
    for field in ("name", "displayName"):
        answer = operator.post("/accounts", json={"name": "lin", "role": "quality", field: "x" * 10_000_000})
        assert wrong(answer) == (413, "body")
        assert len(answer.text) < 1000
    assert operator.post("/accounts", content=b"{", headers={"Content-Type": "application/json"}).status_code == 400
    assert operator.post("/accounts", content=b"{}", headers={"Content-Type": "text/plain"}).status_code == 415


def test_only_what_is_named_is_changed(server: Server, operator: httpx.Client):
    signer = server.installation.ledger.signers[0].address
    lin = made(operator, displayName="林质量", signer=signer)
    there = f"/accounts/{lin['id']}"
    assert operator.patch(there, json={}).json() == operator.get(there).json()
    changed = operator.patch(there, json={"wallet": WALLET}).json()
    assert (changed["wallet"], changed["signer"], changed["displayName"]) == (WALLET, signer.lower(), "林质量")
    changed = operator.patch(there, json={"signer": None, "role": "auditor", "displayName": ""}).json()
    assert (changed["wallet"], changed["signer"], changed["displayName"], changed["role"]) == (WALLET, None, "lin", "auditor")
    assert wrong(operator.patch(there, json={"wallet": WALLET.swapcase().replace("0X", "0x")})) == (400, "wallet")
    other = made(operator, name="ying")
    taken = operator.patch(f"/accounts/{other['id']}", json={"wallet": WALLET})
    assert (taken.status_code, "belongs to the account lin" in taken.json()["detail"]) == (409, True)
    assert operator.patch("/accounts/999", json={}).status_code == 404


def test_disabling_ends_sessions_and_keys_at_once_and_they_stay_ended(server: Server, operator: httpx.Client):
    lin = made(operator)
    key = operator.post("/keys", json={"account": lin["id"], "name": "Excel", "scope": ["read"], "expiresAt": None}).json()["key"]
    with server.installation.sessions.begin() as session:
        cookie = sessions.start(session, session.get_one(Account, lin["id"]), "password", "10.0.0.1", "Firefox")
    shown = operator.get("/sessions").json()["sessions"]
    assert [(one["accountName"], one["address"], one["agent"]) for one in shown] == [("lin", "10.0.0.1", "Firefox")]
    assert cookie not in str(shown)

    def alive() -> tuple[int, int]:
        by_key = server.http.get("/events", headers={"Authorization": f"Bearer {key}"})
        by_cookie = httpx.get(f"{server.url}/console", headers={"Cookie": f"traceledger_session={cookie}"})
        return by_key.status_code, by_cookie.status_code

    assert alive() == (200, 200)
    operator.patch(f"/accounts/{lin['id']}", json={"disabled": True})
    assert alive() == (401, 401)
    assert operator.get("/sessions").json()["sessions"] == []
    operator.patch(f"/accounts/{lin['id']}", json={"disabled": False})
    assert alive() == (401, 401)


def test_a_session_is_ended_by_its_name(server: Server, operator: httpx.Client):
    lin = made(operator)
    with server.installation.sessions.begin() as session:
        cookie = sessions.start(session, session.get_one(Account, lin["id"]), "password")
    name = operator.get("/sessions", params={"account": lin["id"]}).json()["sessions"][0]["id"]
    assert operator.delete(f"/sessions/{name}").status_code == 204
    assert httpx.get(f"{server.url}/console", headers={"Cookie": f"traceledger_session={cookie}"}).status_code == 401
    assert operator.delete(f"/sessions/{name}").status_code == 404
    assert wrong(operator.delete("/sessions/%00")) == (400, "address")
    assert log(server.installation)[-1] == ("end_session", "chief", "lin")


def test_the_last_operator_stays_one(operator: httpx.Client):
    chief = next(one for one in operator.get("/accounts").json()["accounts"] if one["name"] == "chief")
    for change in ({"disabled": True}, {"role": "auditor"}):
        answer = operator.patch(f"/accounts/{chief['id']}", json=change)
        assert (answer.status_code, "last operator" in answer.json()["detail"]) == (409, True)
    made(operator, name="second", role="operator")
    assert operator.patch(f"/accounts/{chief['id']}", json={"disabled": True}).status_code == 200
    assert operator.get("/accounts").status_code == 401


def test_a_new_one_time_password_replaces_the_old_one(server: Server, operator: httpx.Client):
    lin = made(operator)
    new = operator.post(f"/accounts/{lin['id']}/password").json()["oneTimePassword"]
    assert sign_in(server, "lin", lin["oneTimePassword"]).status_code == 401
    assert sign_in(server, "lin", new).status_code == 200


def test_lists_go_on_from_a_key_and_skip_and_repeat_nothing(server: Server, operator: httpx.Client):
    with server.installation.sessions.begin() as session:
        for number in range(25):
            account = people.create(session, f"clerk-{number:02}", Role.PARTNER)
            api_keys.issue(session, account, f"key-{number:02}")
            sessions.start(session, account, "password")

    def walked(path: str, field: str, **asked: Any) -> list[str]:
        found: list[Any] = []
        page = operator.get(path, params={"limit": 4, **asked}).json()
        while True:
            found += page[field]
            if page["next"] is None:
                return [one.get("accountName", one.get("name", "")) for one in found]
            with server.installation.sessions.begin() as session:  # somebody comes meanwhile
                api_keys.issue(session, people.named(session, "clerk-00"), "late")
            page = operator.get(path, params={"limit": 4, "after": page["next"], **asked}).json()

    clerks = [f"clerk-{number:02}" for number in range(25)]
    assert walked("/accounts", "accounts", begins="ＣＬＥＲＫ") == clerks
    assert walked("/sessions", "sessions") == clerks[::-1]
    assert walked("/keys", "keys")[-28:] == [*clerks[::-1], "chief", "member-2", "member-1"]
    for path in ("/keys", "/sessions"):
        assert wrong(operator.get(path, params={"after": "1 OR 1=1"})) == (400, "after")


def test_an_address_reads_back_from_its_checksum():
    for text in (WALLET, "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359", "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB"):
        assert checksummed(bytes.fromhex(text[2:])) == text
