"""Accounts in the console over HTTP: an operator makes, changes and ends them; everybody minds their own."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import httpx
import pytest
from sqlalchemy import select

from accounts import api_keys, people, sessions, sign_in
from accounts.models import Account, AuditEntry
from accounts.roles import Role
from tests.api.served import Server, event
from tests.conftest import address_of
from tests.console.markup import faults
from tests.console.signed_in import BROWSER

As = Callable[..., httpx.Client]
HOME, OWN = "/console/accounts", "/console/account"
PASSWORD = "correct horse battery"


def made(operator: httpx.Client, **typed: str) -> tuple[str, str]:
    """A new account's page and its one-time password."""
    answer = operator.post(f"{HOME}/new", data={"name": "lin", "role": "quality", **typed})
    assert answer.status_code == 200, answer.text
    assert faults(answer.text) == []
    password = re.search(r"<code>([a-z2-9]{4}(?:-[a-z2-9]{4}){3})</code>", answer.text)
    url = re.search(r'href="(/console/accounts/\d+)"', answer.text)
    assert password
    assert url
    return url[1], password[1]


def secret_of(answer: httpx.Response) -> str:
    found = re.search(r"<code>(tlk_[\w-]{43})</code>", answer.text)
    assert found, answer.text
    return found[1]


def own(server: Server, name: str = "lin") -> httpx.Client:
    """A browser of that account, signed in."""
    with server.installation.sessions.begin() as session:
        cookie = sessions.start(session, people.named(session, name), "password", "10.0.0.1", "Mozilla/5.0 (X11; Linux) Firefox/140.0")
    return httpx.Client(base_url=server.url, headers=BROWSER, cookies={"traceledger_session": cookie}, timeout=30)


def log(server: Server) -> list[tuple[str, str, str]]:
    with server.installation.sessions() as session:
        return [(row.action, row.actor, row.subject) for row in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]


def test_an_operator_makes_an_account_and_finds_it(server: Server, as_role: As):
    operator = as_role(Role.OPERATOR)
    url, password = made(operator, display_name="林质量")
    with server.installation.sessions.begin() as session:
        account = sign_in.by_password(session, "lin", password)
        assert account is not None
        assert account.password_one_time
    listed = operator.get(f"{HOME}?begins=LI").text
    assert f'href="{url}"' in listed
    assert "林质量" in listed
    assert "operator.one" not in listed
    page = operator.get(url).text
    assert faults(page) == []
    assert password not in page
    assert log(server) == [("make_account", "operator.one", "lin")]


def test_what_was_typed_stays_beside_what_is_wrong(server: Server, as_role: As):
    operator = as_role(Role.OPERATOR)
    answer = operator.post(f"{HOME}/new", data={"name": "<script>alert(1)</script>", "role": "quality", "display_name": "Lin <b>"})
    assert answer.status_code == 400
    assert faults(answer.text) == []
    assert 'value="&lt;script&gt;alert(1)&lt;/script&gt;"' in answer.text
    assert "这个名字不能用" in answer.text
    made(operator)
    assert operator.post(f"{HOME}/new", data={"name": "LIN", "role": "quality"}).status_code == 409
    assert operator.post(f"{HOME}/new", data={"name": "b", "role": "god"}).status_code == 400
    assert operator.post(f"{HOME}/new", data={"name": "b", "role": "quality", "signer": "0x" + "22" * 20}).status_code == 400
    assert [one for one in log(server) if one[0] == "make_account"] == [("make_account", "operator.one", "lin")]


def test_markup_in_a_name_is_shown_as_text_everywhere(server: Server, as_role: As):
    operator = as_role(Role.OPERATOR)
    url, _ = made(operator, display_name="<img src=x onerror=alert(1)>")
    with own(server) as lin:
        pages = [operator.get(url), operator.get(HOME), lin.get(OWN), lin.get("/console"), lin.get("/sign-in")]
    assert all("<img src=x" not in page.text and "&lt;img src=x onerror" in page.text for page in pages)


def test_a_machines_key_is_shown_once_writes_and_is_revoked(server: Server, as_role: As):
    operator, signer = as_role(Role.OPERATOR), "0x" + address_of(server.installation.ledger.signers[0]).hex()
    answer = operator.post(f"{HOME}/new", data={"name": "erp", "role": "machine", "signer": signer})
    assert answer.status_code == 303
    url = answer.headers["location"].partition("?")[0]
    made_key = operator.post(f"{url}/keys", data={"key_name": "ERP", "scope.write": "1", "lasts": "90"})
    assert made_key.headers["cache-control"] == "no-store"
    key = {"Authorization": f"Bearer {secret_of(made_key)}"}
    assert server.http.post("/events", json=event(), headers=key).status_code == 201
    page = operator.get(url)
    assert key["Authorization"][7:] not in page.text
    assert faults(page.text) == []
    name = re.search(r'name="id" value="([0-9a-f]{64})"', page.text)
    assert name
    assert operator.post(f"{HOME}/keys/revoke", data={"id": name[1], "on": "account"}).headers["location"].startswith(url)
    assert server.http.post("/events", json=event(day=2), headers=key).status_code == 401
    assert "已吊销" in operator.get(f"{HOME}/keys").text
    assert operator.post(f"{HOME}/keys/revoke", data={"id": "00" * 32}).status_code == 404
    assert operator.post(f"{HOME}/keys/revoke", data={"id": "../x"}).status_code == 400


def test_a_key_without_a_right_or_beyond_the_role_is_refused(server: Server, as_role: As):
    operator = as_role(Role.OPERATOR)
    url, _ = made(operator)
    for typed in ({}, {"scope.accounts": "1"}, {"scope.read": "1", "lasts": "1000"}, {"scope.read": "1", "key_name": "\u202e"}):
        answer = operator.post(f"{url}/keys", data={"key_name": "Excel", "lasts": "30", **typed})
        assert (answer.status_code, faults(answer.text)) == (400, [])
    with server.installation.sessions() as session:
        assert api_keys.listed(session, int(url.rpartition("/")[2])).rows == []


def test_changes_are_saved_and_only_those_are_logged(server: Server, as_role: As):
    operator = as_role(Role.OPERATOR)
    url, _ = made(operator)
    wallet = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
    unchanged = {"display_name": "lin", "role": "quality", "signer": "", "wallet": ""}
    with own(server) as lin:
        assert operator.post(url, data=unchanged).status_code == 303
        assert lin.get(OWN).status_code == 200
        operator.post(url, data=unchanged | {"role": "auditor", "wallet": wallet})
        assert lin.get(OWN).status_code == 303  # to the sign-in
    assert wallet in operator.get(url).text
    assert operator.post(url, data=unchanged | {"wallet": wallet.replace("A", "a", 1)}).status_code == 400
    with server.installation.sessions() as session:
        details = [row.details for row in session.scalars(select(AuditEntry).where(AuditEntry.action == "save_account"))]
    assert details == [{}, {"role": "auditor", "wallet": wallet.lower()}]


def test_disabling_and_the_last_operator(server: Server, as_role: As):
    operator = as_role(Role.OPERATOR)
    url, _ = made(operator)
    with own(server) as lin:
        assert operator.post(f"{url}/disable").status_code == 303
        assert lin.get(OWN).status_code == 303
    assert "已停用" in operator.get(url).text
    assert operator.post(f"{url}/enable").status_code == 303
    with server.installation.sessions() as session:
        mine = f"{HOME}/{people.named(session, 'operator.one').id}"
    for answer in (operator.post(f"{mine}/disable"), operator.post(mine, data={"role": "auditor"})):
        assert (answer.status_code, "最后一个运维人员" in answer.text, faults(answer.text)) == (409, True, [])
    assert operator.get(HOME).status_code == 200


def test_lists_go_on_page_by_page(server: Server, as_role: As):
    operator = as_role(Role.OPERATOR)
    with server.installation.sessions.begin() as session:
        for number in range(120):
            account = people.create(session, f"clerk-{number:03}", Role.PARTNER)
            api_keys.issue(session, account, f"key {number:03}")
            sessions.start(session, account, "password")
    for path, kind, begins in ((f"{HOME}?begins=clerk", r">(clerk-\d{3})</a>", "after"), (f"{HOME}/keys", r">(key \d{3})<", "older")):
        found, page = [], operator.get(path).text
        while True:
            assert faults(page) == []
            found += re.findall(kind, page)
            following = [unescape(link) for link in re.findall(r'href="([^"]*)" hx-boost', page) if f"{begins}=" in link]
            if not following:
                break
            page = operator.get(following[0]).text
        assert (len(found), len(set(found))) == (120, 120)
    assert "older=" in operator.get(f"{HOME}/sessions").text


def test_my_password_is_changed_by_me_and_ends_my_other_sessions(server: Server):
    with server.installation.sessions.begin() as session:
        people.set_password(session, people.create(session, "lin", Role.PARTNER), PASSWORD)
    typed = {"current": PASSWORD, "password": "another long password", "again": "another long password"}
    with own(server) as here, own(server) as elsewhere:
        for wrong, status in (
            ({"current": "wrong password"}, 400),
            ({"again": "another"}, 400),
            ({"password": "short", "again": "short"}, 400),
        ):
            answer = here.post(f"{OWN}/password", data=typed | wrong)
            assert (answer.status_code, faults(answer.text)) == (status, [])
            assert not any(value in answer.text for value in typed.values())
        assert here.post(f"{OWN}/password", data=typed).status_code == 303
        assert (here.get(OWN).status_code, elsewhere.get(OWN).status_code) == (200, 303)
    with server.installation.sessions.begin() as session:
        assert sign_in.by_password(session, "lin", typed["password"]) is not None


def test_a_stolen_session_cannot_guess_the_password(server: Server):
    with server.installation.sessions.begin() as session:
        people.set_password(session, people.create(session, "lin", Role.PARTNER), PASSWORD)
    with own(server) as thief:
        guess = {"password": "another long password", "again": "another long password"}
        statuses = [thief.post(f"{OWN}/password", data=guess | {"current": f"guess {number}"}).status_code for number in range(8)]
        assert statuses[:5] == [400] * 5
        assert 429 in statuses[5:]
        held = thief.post(f"{OWN}/password", data=guess | {"current": PASSWORD})
        assert held.status_code == 303 or int(held.headers["retry-after"]) >= 1


def test_my_sessions_are_mine_to_end_and_nobody_elses(server: Server, as_role: As):
    other = as_role(Role.AUDITOR)
    with server.installation.sessions.begin() as session:
        people.create(session, "lin", Role.PARTNER)
    with own(server) as here, own(server) as there:
        page = here.get(OWN).text
        assert "Firefox 140 · Linux" in page
        ids = re.findall(r'name="id" value="([0-9a-f]{64})"', page)
        assert len(ids) == 1  # not its own
        assert other.post(f"{OWN}/sessions/end", data={"id": ids[0]}).status_code == 404
        assert there.get(OWN).status_code == 200
        assert here.post(f"{OWN}/sessions/end", data={"id": ids[0]}).status_code == 303
        assert there.get(OWN).status_code == 303
        with own(server) as third:
            assert here.post(f"{OWN}/sessions/end-others").status_code == 303
            assert third.get(OWN).status_code == 303
        assert here.get(OWN).status_code == 200


@pytest.mark.parametrize(("role", "may"), [(Role.QUALITY, True), (Role.AUDITOR, True), (Role.OPERATOR, True), (Role.PARTNER, False)])
def test_my_keys_are_made_by_those_who_may(server: Server, as_role: As, role: Role, may: bool):
    me, other = as_role(role), as_role(Role.QUALITY if role != Role.QUALITY else Role.AUDITOR)
    assert ("我的接口密钥" in me.get(OWN).text) == may
    answer = me.post(f"{OWN}/keys", data={"key_name": "Excel", "scope.read": "1", "lasts": "30"})
    assert answer.status_code == (200 if may else 403)
    if not may:
        return
    key = {"Authorization": f"Bearer {secret_of(answer)}"}
    assert server.http.get("/events", headers=key).status_code == 200
    name = re.search(r'name="id" value="([0-9a-f]{64})"', me.get(OWN).text.partition('id="keys-head"')[2])
    assert name
    assert other.post(f"{OWN}/keys/revoke", data={"id": name[1]}).status_code == 404
    assert me.post(f"{OWN}/keys/revoke", data={"id": name[1]}).status_code == 303
    assert server.http.get("/events", headers=key).status_code == 401


def test_a_key_cannot_make_another_key_or_end_sessions(server: Server):
    """Else a narrow key that leaks would be as good as its owner."""
    with server.installation.sessions.begin() as session:
        account = people.create(session, "lin", Role.QUALITY)
        key = {"Authorization": f"Bearer {api_keys.issue(session, account, 'Excel')}"}
        account_id = account.id
    for path in (OWN, f"{OWN}/keys", f"{OWN}/password", f"{OWN}/sessions/end-others"):
        answer = server.http.request("GET" if path == OWN else "POST", path, headers=key)
        assert (answer.status_code, "not for a key" in answer.json()["detail"]) == (403, True)
    with server.installation.sessions() as session:
        assert session.get_one(Account, account_id).disabled_at is None
        assert len(api_keys.listed(session, account_id).rows) == 1
