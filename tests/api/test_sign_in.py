"""Signing in by name and password, over real HTTP: who is let in, who is not and why, and that no browser is used against its owner."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Annotated, Any

import httpx
import pytest
from argon2 import PasswordHasher
from fastapi import Depends
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import passwords, people, throttle
from accounts.models import Account, Attempts, AuditEntry, SignIn
from accounts.roles import Right, Role
from api.callers import Caller, allowed
from tests.api.served import Installation, Server, event, serving

pytestmark = pytest.mark.usefixtures("ying")
PASSWORD = "correct horse battery"
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def ying(installation: Installation) -> int:
    with installation.sessions.begin() as session:
        account = people.create(session, "ying", Role.QUALITY, display_name="张莹")
        account.password_hash = kept()
        return account.id


@cache
def kept() -> str:
    """The password as it is kept, for all tests of this file: making that takes long on purpose."""
    return passwords.hashed(PASSWORD, "ying")


def sign_in(
    http: httpx.Client, name: str = "ying", password: str = PASSWORD, headers: dict[str, str] = OURS, **more: str
) -> httpx.Response:
    return http.post("/sign-in", data={"name": name, "password": password, **more}, headers=headers)


def log(installation: Installation, *actions: str) -> list[tuple[str, str, dict[str, Any]]]:
    with installation.sessions() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.action.in_(actions)).order_by(AuditEntry.id))
        return [(row.action, row.actor, row.details) for row in rows]


def test_name_and_password_open_a_session_that_a_right_is_needed_for(server: Server):
    assert server.http.get("/records", params={"limit": 1}).json()["events"] == []
    answer = sign_in(server.http, next="/docs?lang=en")
    assert (answer.status_code, answer.headers["location"], answer.headers["cache-control"]) == (303, "/docs?lang=en", "no-store")
    session, device = answer.headers.get_list("set-cookie")
    assert session.startswith("traceledger_session=")
    assert session.endswith("; HttpOnly; Path=/; SameSite=lax")
    assert device.startswith("traceledger_device=")
    assert "Max-Age=15552000" in device
    assert "张莹" in server.http.get("/sign-in").text
    assert [one[:2] for one in log(server.installation, "sign_in")] == [("sign_in", "ying")]


def test_a_name_is_taken_in_any_spelling(server: Server):
    assert sign_in(server.http, name=" ＹＩＮＧ ").status_code == 303


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("ying", "wrong horse battery"),
        ("ying", ""),
        ("ying", PASSWORD.upper()),
        ("nobody", PASSWORD),
        ("", ""),
        ("y" * 50_000, PASSWORD),
        ("ying", "x" * 50_000),
        ("' OR 1=1 --", PASSWORD),
        ("<script>alert(1)</script>", "x"),
    ],
)
def test_whoever_is_not_known_is_told_so_without_saying_which_of_the_two_is_wrong(server: Server, name: str, password: str):
    answer = sign_in(server.http, name, password)
    assert answer.status_code == 401
    assert "账号或密码不对" in answer.text
    assert "<script>alert" not in answer.text
    assert "set-cookie" not in answer.headers
    assert [one[0] for one in log(server.installation, "sign_in_failed", "sign_in")] == ["sign_in_failed"]


def test_a_password_typed_as_a_name_is_not_kept_in_the_log(server: Server):
    sign_in(server.http, name="mysecretpassword")
    sign_in(server.http, password="wrong horse battery")
    kept = log(server.installation, "sign_in_failed")
    assert [one[1] for one in kept] == ["", "ying"]
    assert "secret" not in str(kept)
    assert "horse" not in str(kept)


def test_a_disabled_account_is_kept_out(server: Server, ying: int):
    assert sign_in(server.http).status_code == 303
    with server.installation.sessions.begin() as session:
        people.disable(session, people.account(session, ying))
    assert "张莹" not in server.http.get("/sign-in").text
    assert sign_in(server.http).status_code == 401


def test_ten_megabytes_are_refused_while_they_arrive(server: Server):
    answer = sign_in(server.http, name="y" * 10_000_000)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (413, "body")


@pytest.mark.parametrize(
    ("body", "status"), [(b"name=%ff&password=x", 400), (b"name=a&name=b", 400), (b"&&&", 400), (b"name=a&" * 200, 400), (b"\xff\xfe", 400)]
)
def test_a_garbled_form_is_named(server: Server, body: bytes, status: int):
    answer = server.http.post("/sign-in", content=body, headers={**OURS, "Content-Type": "application/x-www-form-urlencoded"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (status, "body")
    assert server.http.post("/sign-in", json={"name": "ying"}, headers=OURS).status_code == 415


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "SELF"},
    ],
)
def test_nobody_is_signed_in_by_another_site(server: Server, headers: dict[str, str]):
    answer = sign_in(server.http, headers={name: server.url if value == "SELF" else value for name, value in headers.items()})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_on_a_plain_network_the_origin_is_enough(server: Server):
    """Chromium sends no Fetch Metadata to http://192.168.…, only the Origin."""
    assert sign_in(server.http, headers={"Origin": server.url}).status_code == 303


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "/\t/evil.example",
        "http:evil.example", "evil.example", "/%0d%0aSet-Cookie:x=y\r\nx", "/a\\b", "", "/" + "a" * 5000, "/\u202eevil",
    ],
)  # fmt: skip
def test_the_way_on_never_leads_to_another_site(server: Server, elsewhere: str):
    assert sign_in(server.http, next=elsewhere).headers["location"] == "/console"


def test_each_sign_in_is_a_new_session_and_ends_the_one_before(server: Server):
    server.http.cookies.set("traceledger_session", "chosen-by-an-attacker")
    server.http.cookies.set("traceledger_device", "chosen-too")
    first = sign_in(server.http)
    one = first.headers.get_list("set-cookie")[0].split(";")[0].removeprefix("traceledger_session=")
    assert one != "chosen-by-an-attacker"
    second = httpx.post(
        f"{server.url}/sign-in", data={"name": "ying", "password": PASSWORD}, headers=OURS | {"Cookie": f"traceledger_session={one}"}
    )
    assert second.status_code == 303
    assert "张莹" not in httpx.get(f"{server.url}/sign-in", headers={"Cookie": f"traceledger_session={one}"}).text


@pytest.mark.parametrize("forged", ["", "x", "0" * 43, "é", "a" * 8000, "../../etc/passwd", "' OR 1=1 --", "%00"])
def test_a_forged_cookie_is_nobody(server: Server, forged: str):
    answer = server.http.get("/sign-in", headers={"Cookie": f"traceledger_session={forged}".encode()})
    assert (answer.status_code, "退出" in answer.text) == (200, False)


def test_signing_out_ends_the_session_and_not_only_the_cookie(server: Server):
    cookie = sign_in(server.http).headers.get_list("set-cookie")[0].split(";")[0]
    assert server.http.post("/sign-out").status_code == 403
    answer = server.http.post("/sign-out", headers=OURS)
    assert answer.status_code == 303
    assert 'traceledger_session=""' in answer.headers["set-cookie"]
    assert "张莹" not in httpx.get(f"{server.url}/sign-in", headers={"Cookie": cookie}).text
    assert [one[0] for one in log(server.installation, "sign_out")] == ["sign_out"]
    assert server.http.post("/sign-out", headers=OURS).status_code == 303


def test_a_guesser_is_slowed_down_and_the_owner_is_not(server: Server):
    with httpx.Client(base_url=server.url) as owner:
        assert sign_in(owner).status_code == 303
        statuses = [sign_in(server.http, password=f"wrong horse {number}").status_code for number in range(5)]
        assert statuses == [401] * 5
        with server.installation.sessions.begin() as session:
            for row in session.scalars(select(Attempts)):
                row.free_at += timedelta(seconds=30)  # as after more failures than a test has time for
        held = sign_in(server.http)
        assert (held.status_code, 25 < int(held.headers["retry-after"]) <= 31) == (429, True)
        assert "已在这台设备上登录过的人不受影响" in held.text
        assert sign_in(owner).status_code == 303
    assert len(log(server.installation, "sign_in_failed")) == 5  # attempts that were not looked at fill no log


def test_a_one_time_password_opens_nothing_but_the_choice_of_another(server: Server, installation: Installation, ying: int):
    with installation.sessions.begin() as session:
        drawn = people.draw_password(session, people.account(session, ying))
    answer = sign_in(server.http, password=drawn)
    assert (answer.status_code, "set-cookie" in answer.headers) == (200, False)
    ticket = answer.text.split('name="ticket" value="')[1].split('"')[0]
    chosen = {"ticket": ticket, "password": "my own long password", "again": "my own long password", "next": "/docs"}
    assert server.http.post("/sign-in/password", data=chosen).status_code == 403
    done = server.http.post("/sign-in/password", data=chosen, headers=OURS)
    assert (done.status_code, done.headers["location"]) == (303, "/docs")
    assert server.http.post("/sign-in/password", data=chosen, headers=OURS).status_code == 401
    with httpx.Client(base_url=server.url) as other:
        assert sign_in(other, password=drawn).status_code == 401
        assert sign_in(other, password="my own long password").status_code == 303
    assert [one[0] for one in log(installation, "password_chosen")] == ["password_chosen"]


@pytest.mark.parametrize(
    ("password", "again", "why"),
    [
        ("short", "short", "has 5 characters"),
        ("my own long password", "my own long passwort", "is not the same"),
        ("DRAWN", "DRAWN", "is the old one"),
    ],
)
def test_an_unfit_choice_says_why_and_the_one_time_password_still_holds(
    server: Server, installation: Installation, ying: int, password: str, again: str, why: str
):
    with installation.sessions.begin() as session:
        drawn = people.draw_password(session, people.account(session, ying))
    ticket = sign_in(server.http, password=drawn).text.split('name="ticket" value="')[1].split('"')[0]
    fields = {"ticket": ticket, "password": password.replace("DRAWN", drawn), "again": again.replace("DRAWN", drawn), "name": "ying"}
    answer = server.http.post("/sign-in/password", data=fields, headers=OURS)
    assert answer.status_code == 400
    assert why in answer.text
    assert 'name="ticket"' in sign_in(server.http, password=drawn).text


def test_weaker_hashes_of_old_are_made_anew_at_the_sign_in(server: Server, installation: Installation, ying: int):
    with installation.sessions.begin() as session:
        session.get_one(Account, ying).password_hash = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    assert sign_in(server.http).status_code == 303
    with installation.sessions() as session:
        assert "m=65536,t=3,p=4" in str(session.get_one(Account, ying).password_hash)


def test_over_https_the_cookies_are_secure_and_bound_to_this_host(installation: Installation):
    with serving(installation, public_url="https://trace.example") as server:
        cookies = sign_in(server.http, headers={"Origin": "https://trace.example"}).headers.get_list("set-cookie")
    assert [one.split("=")[0] for one in cookies] == ["__Host-traceledger_session", "__Host-traceledger_device"]
    assert all("; Secure" in one and "Domain" not in one for one in cookies)


def guarded(server: Server) -> None:
    """Two more routes, each with its right."""
    for path, right in (("/inside", Right.READ), ("/operators", Right.OPERATE)):

        def told(caller: Annotated[Caller, Depends(allowed(right), scope="function")]) -> str:
            return caller.name

        server.app.add_api_route(path, told)


def test_a_page_that_needs_a_right_sends_a_browser_to_the_sign_in_and_back(server: Server):
    guarded(server)
    page = {"Accept": "text/html"}
    assert server.http.get("/inside").status_code == 401
    sent = server.http.get("/inside?a=1&lang=en", headers=page)
    assert (sent.status_code, sent.headers["location"]) == (303, "/sign-in?next=%2Finside%3Fa%3D1%26lang%3Den&lang=en")
    shown = server.http.get(sent.headers["location"], headers=page)
    assert 'name="next" value="/inside?a=1&amp;lang=en"' in shown.text
    assert "Sign in first" in shown.text
    assert sign_in(server.http, next="/inside?a=1").headers["location"] == "/inside?a=1"
    assert server.http.get("/inside", headers=page).json() == "ying"


def test_who_is_signed_in_and_lacks_the_right_gets_a_page_or_a_problem(server: Server):
    guarded(server)
    sign_in(server.http)
    page = server.http.get("/operators", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["content-type"], "您没有这项权限" in page.text) == (403, "text/html; charset=utf-8", True)
    problem = server.http.get("/operators")
    assert (problem.status_code, problem.json()["type"]) == (403, "https://id.traceledger.org/problems/lacks-right")
    assert "lacks the right operate" in problem.json()["detail"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Origin": "SELF"}, 201),
    ],
)
def test_a_session_writes_from_our_own_pages_only(
    server: Server, installation: Installation, ying: int, headers: dict[str, str], status: int
):
    with installation.sessions.begin() as session:
        session.get_one(Account, ying).signer = bytes.fromhex(installation.ledger.signers[0].address[2:])
    sign_in(server.http)
    told = {name: server.url if value == "SELF" else value for name, value in headers.items()}
    assert server.http.post("/events", json=event(), headers=told).status_code == status


def test_what_takes_something_away_ends_the_sessions_at_once(server: Server, installation: Installation, ying: int):
    changes: list[Callable[[Session, Account], None]] = [
        lambda session, account: people.set_role(session, account, Role.PARTNER),
        lambda session, account: people.set_password(session, account, PASSWORD),
        lambda session, account: people.set_wallet(session, account, bytes(20)),
        people.disable,
    ]
    for change in changes:
        assert sign_in(server.http).status_code == 303
        assert "张莹" in server.http.get("/sign-in").text
        with installation.sessions.begin() as session:
            change(session, people.account(session, ying))
        assert "张莹" not in server.http.get("/sign-in").text
    with installation.sessions() as session:
        assert session.scalars(select(SignIn).where(SignIn.ended_at.is_(None))).all() == []


def test_a_session_ends_by_idleness_and_by_age(server: Server, installation: Installation):
    for column, back in (("seen_at", timedelta(hours=2, minutes=1)), ("expires_at", timedelta(hours=12, minutes=1))):
        sign_in(server.http)
        with installation.sessions.begin() as session:
            row = session.scalars(select(SignIn).where(SignIn.ended_at.is_(None))).one()
            setattr(row, column, getattr(row, column) - back)
        assert "张莹" not in server.http.get("/sign-in").text


def test_the_limits_are_those_that_the_docs_name():
    assert (throttle.ACCOUNT.free, throttle.ADDRESS.free, throttle.DEVICE.free) == (5, 50, 10)
