"""Signing in through a company's directory, against a small real provider over HTTP that can also be made to lie."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlalchemy import select

from accounts import people, sessions
from accounts.directory import Directory
from accounts.models import Account, AuditEntry, Challenge
from accounts.roles import Role
from api.settings import from_environment
from ledger_client.errors import InvalidInput
from tests.api.served import Installation, Server, listening, serving

OWN = "/console/account"
ID, SECRET = "traceledger", "s3cret of the client"
LIN = {"sub": "0042", "preferred_username": "Lin", "name": "林质量", "groups": ["staff", "quality-team"]}


@dataclass
class Company:
    """A provider of OpenID Connect with a key of its own. What is set on it changes what it answers."""

    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}))
    url: str = ""
    person: dict[str, Any] = field(default_factory=lambda: dict(LIN))
    lies: dict[str, Any] = field(default_factory=dict)  # claims that differ from the truth; None: left out
    signs: RSAKey | None = None  # another key than the published one
    header: dict[str, Any] = field(default_factory=dict)
    configuration: dict[str, Any] = field(default_factory=dict)
    down: bool = False
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def app(self) -> FastAPI:
        app = FastAPI()
        app.add_api_route("/.well-known/openid-configuration", self.told)
        app.add_api_route("/authorize", self.authorize, response_model=None)
        app.add_api_route("/token", self.token, methods=["POST"], response_model=None)
        app.add_api_route("/keys", lambda: {"keys": [self.key.as_dict(private=False)]})
        return app

    def told(self) -> Any:
        self.asked.append("configuration")
        if self.down:
            return JSONResponse({}, 503)
        told = {"issuer": self.url, "authorization_endpoint": f"{self.url}/authorize", "token_endpoint": f"{self.url}/token"}
        return told | {"jwks_uri": f"{self.url}/keys"} | self.configuration

    def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert asked["response_type"] == "code"
        assert asked["client_id"] == ID
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?code={code}&state={asked['state']}", 303)

    async def token(self, request: Request) -> Response:
        self.asked.append("token")
        if self.down:
            return Response(status_code=503)
        sent = dict(parse_qsl((await request.body()).decode()))
        asked = self.codes.pop(sent.get("code", ""), None)
        known = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode() == f"{ID}:{SECRET}"
        shown = base64.urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        if asked is None or not known or shown != asked["code_challenge"] or sent["redirect_uri"] != asked["redirect_uri"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse({"access_token": "opaque", "token_type": "Bearer", "id_token": self.id_token(asked["nonce"])})

    def id_token(self, nonce: str) -> str:
        moment = int(time.time())
        claims = {"iss": self.url, "aud": ID, "exp": moment + 300, "iat": moment, "nonce": nonce} | self.person | self.lies
        header = {"alg": "RS256", "kid": "one"} | self.header
        return jwt.encode(header, {name: value for name, value in claims.items() if value is not None}, self.signs or self.key)


@pytest.fixture
def company() -> Iterator[Company]:
    made = Company()
    with listening(made.app()) as url:
        made.url = url
        yield made


@pytest.fixture
def directory(company: Company) -> Directory:
    return Directory(company.url, ID, SECRET, name="青山公司", groups={"it": Role.OPERATOR, "quality-team": Role.QUALITY})


@pytest.fixture
def server(installation: Installation, directory: Directory) -> Iterator[Server]:
    with serving(installation, directory=directory) as served:
        served.http.headers["Accept-Language"] = "en"
        yield served


def through(http: httpx.Client, start: str = "/sign-in/directory?next=/console") -> str:
    """From our page to the directory, which sends the browser back: the address it is sent to."""
    sent = http.get(start)
    assert sent.status_code == 303, sent.text
    back = httpx.get(sent.headers["location"])
    assert back.status_code == 303, back.text
    return str(back.headers["location"])


def log(installation: Installation) -> list[tuple[str, str, Any]]:
    with installation.sessions() as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        return [(row.action, row.actor, row.details.get("reason") or row.details.get("role")) for row in rows]


def accounts(installation: Installation) -> list[tuple[str, str, str | None]]:
    with installation.sessions() as session:
        return [(row.name, row.role, row.oidc_subject) for row in session.scalars(select(Account).where(Account.role != Role.MACHINE))]


def test_somebody_of_a_known_group_comes_for_the_first_time_and_again(server: Server, company: Company):
    assert "青山公司" in server.http.get("/sign-in").text
    answer = server.http.get(through(server.http))
    assert (answer.status_code, answer.headers["location"]) == (303, "/console")
    assert server.http.get("/console", headers={"Accept": "text/html"}).status_code == 200
    company.person |= {"preferred_username": "renamed", "groups": []}
    with httpx.Client(base_url=server.url) as again:
        assert again.get(through(again)).status_code == 303
    assert accounts(server.installation) == [("lin", "quality", "0042")]
    assert [one[:2] for one in log(server.installation)] == [("account_created", "lin"), ("sign_in", "lin"), ("sign_in", "lin")]
    assert company.asked == ["configuration", "token", "token"]  # what the directory is like is asked once
    with server.installation.sessions() as session:
        assert SECRET not in str([row.facts for row in session.scalars(select(Challenge))])


LIES: list[tuple[dict[str, Any], str]] = [
    ({"aud": "another-client"}, "aud"),
    ({"aud": [ID, "another-client"]}, "azp"),
    ({"aud": None}, "aud"),
    ({"iss": "https://evil.example"}, "iss"),
    ({"nonce": "of-another-sign-in"}, "nonce"),
    ({"nonce": None}, "nonce"),
    ({"exp": 1_700_000_000}, "expired"),
    ({"exp": None}, "exp"),
    ({"sub": None}, "sub"),
    ({"sub": 42}, "sub"),
    ({"sub": ""}, "sub"),
    ({"sub": "x" * 5000}, "names nobody"),
    ({"nbf": 4_000_000_000}, "not valid"),
]


def test_a_token_that_was_not_made_for_this_sign_in_is_refused(server: Server, company: Company):
    for lies, why in LIES:
        company.lies = lies
        answer = server.http.get(through(server.http))
        assert (answer.status_code, "does not show who you are" in answer.text) == (401, True), lies
        assert "traceledger_session" not in answer.headers.get("set-cookie", "")
        action, _, reason = log(server.installation)[-1]
        assert (action, why in reason) == ("sign_in_failed", True), (lies, reason)
    assert accounts(server.installation) == []


def test_a_forged_token_is_refused(server: Server, company: Company, monkeypatch: pytest.MonkeyPatch):
    def refused() -> None:
        answer = server.http.get(through(server.http))
        assert (answer.status_code, accounts(server.installation)) == (401, [])

    company.signs = RSAKey.generate_key(2048, {"kid": "one"})
    refused()
    company.signs, company.header = None, {"kid": "unknown"}
    refused()
    company.header = {}

    def unsigned(header: dict[str, Any]) -> None:
        told = company.id_token("x").split(".")
        head = base64.urlsafe_b64encode(str(header).replace("'", '"').encode()).rstrip(b"=").decode()
        monkeypatch.setattr(company, "id_token", lambda _: f"{head}.{told[1]}." + (told[2] if header["alg"] == "HS256" else ""))

    unsigned({"alg": "none"})
    refused()
    unsigned({"alg": "HS256", "kid": "one"})
    refused()
    for garbage in ("", "a.b.c", "x" * 10_000, None, 7):
        monkeypatch.setattr(company, "id_token", lambda _, text=garbage: text)
        refused()
    monkeypatch.undo()
    assert server.http.get(through(server.http)).status_code == 303


def test_new_keys_of_the_directory_are_fetched(server: Server, company: Company):
    assert server.http.get(through(server.http)).status_code == 303
    company.key = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"})
    company.header = {"kid": "two"}
    assert server.http.get(through(server.http)).status_code == 303


def test_a_state_is_used_once_and_by_the_browser_it_was_given_to(server: Server):
    back = through(server.http)
    with httpx.Client(base_url=server.url) as other:
        assert other.get(back).status_code == 400  # login CSRF: the attacker's answer in the victim's browser
        through(other)
        assert other.get(back).status_code == 400
    assert server.http.get(back).status_code == 400  # and now it is spent
    back = through(server.http)
    assert server.http.get(back).status_code == 303
    assert server.http.get(back).status_code == 400
    for state in ("", "x", "0" * 32, "%00", "x" * 60_000):
        assert server.http.get(f"/sign-in/directory/callback?code=x&state={state}").status_code in (400, 429)


def test_a_code_of_another_sign_in_is_not_taken(server: Server):
    """PKCE: a code that somebody else was given is worth nothing with one's own verifier."""
    with httpx.Client(base_url=server.url) as victim:
        stolen = parse_qs(urlsplit(through(victim)).query)["code"][0]
    own = parse_qs(urlsplit(through(server.http)).query)["state"][0]
    answer = server.http.get("/sign-in/directory/callback", params={"code": stolen, "state": own})
    assert (answer.status_code, "invalid_grant" in log(server.installation)[-1][2]) == (401, True)


def test_a_directory_that_is_away_says_so_and_other_ways_remain(installation: Installation, company: Company, directory: Directory):
    company.down = True
    with serving(installation, directory=directory) as server:
        answer = server.http.get("/sign-in/directory")
        assert (answer.status_code, answer.headers["retry-after"], "公司目录没有响应" in answer.text) == (503, "5", True)
        company.down = False
        back = through(server.http)
        company.down = True
        assert server.http.get(back).status_code == 503
        company.down = False
        assert server.http.get(through(server.http)).status_code == 303
    with serving(installation, directory=replace(directory, issuer="http://127.0.0.1:9")) as server:
        assert server.http.get("/sign-in/directory").status_code == 503


@pytest.mark.parametrize(
    "configuration",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": None},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
    ids=str,
)
def test_a_configuration_that_cannot_be_is_not_used(server: Server, company: Company, configuration: dict[str, Any]):
    company.configuration = configuration
    assert server.http.get("/sign-in/directory").status_code == 503


def test_whoever_the_directory_refuses_stays_out(server: Server):
    state = parse_qs(urlsplit(through(server.http)).query)["state"][0]
    answer = server.http.get("/sign-in/directory/callback", params={"error": "access_denied<script>", "state": state})
    assert (answer.status_code, "<script>" in answer.text.partition("<main")[2]) == (401, False)


def test_somebody_of_no_known_group_needs_an_account_first(server: Server, company: Company):
    company.person["groups"] = "staff"
    answer = server.http.get(through(server.http))
    assert (answer.status_code, "no account here yet" in answer.text) == (401, True)
    assert accounts(server.installation) == []


def test_a_name_that_is_taken_is_not_taken_over(server: Server, company: Company):
    with server.installation.sessions.begin() as session:
        people.create(session, "lin", Role.OPERATOR)
    assert server.http.get(through(server.http)).status_code == 303
    company.person |= {"sub": "43", "preferred_username": "<script>", "name": "a\u202eb"}
    with httpx.Client(base_url=server.url) as other:
        assert other.get(through(other)).status_code == 303
    found = accounts(server.installation)
    assert found[:2] == [("lin", "operator", None), ("lin-2", "quality", "0042")]
    assert found[2][0].startswith("person-")


def test_a_disabled_account_stays_out(server: Server):
    assert server.http.get(through(server.http)).status_code == 303
    with server.installation.sessions.begin() as session:
        people.disable(session, people.named(session, "lin"))
    answer = server.http.get(through(server.http))
    assert (answer.status_code, "disabled" in answer.text) == (401, True)


def test_i_link_my_entry_and_unlink_it(server: Server):
    with server.installation.sessions.begin() as session:
        account = people.create(session, "ying", Role.PARTNER)
        people.set_password(session, account, "correct horse battery")
        cookie = sessions.start(session, account, "password")
        other = sessions.start(session, people.create(session, "other", Role.PARTNER), "password")
    with httpx.Client(base_url=server.url, cookies={"traceledger_session": cookie}) as me:
        back = through(me, f"{OWN}/directory")
        assert me.get(back).headers["location"].startswith(OWN)
        assert ("ying", "partner", "0042") in accounts(server.installation)
    assert server.http.get(through(server.http)).status_code == 303  # and it signs in to that account
    assert "ying" in server.http.get(OWN).text
    with httpx.Client(base_url=server.url, cookies={"traceledger_session": other}) as them:
        answer = them.get(through(them, f"{OWN}/directory"))
        assert (answer.status_code, "another account" in answer.text) == (409, True) or "另一个账号" in answer.text
    assert server.http.post(f"{OWN}/directory/remove", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303
    assert ("ying", "partner", None) in accounts(server.installation)


def test_linking_needs_the_session_that_asked_for_it(server: Server):
    with server.installation.sessions.begin() as session:
        cookie = sessions.start(session, people.create(session, "ying", Role.PARTNER), "password")
    with httpx.Client(base_url=server.url, cookies={"traceledger_session": cookie}) as me:
        back = through(me, f"{OWN}/directory")
        me.cookies.delete("traceledger_session")
        assert me.get(back).status_code == 401
    assert ("ying", "partner", None) in accounts(server.installation)


def test_without_a_directory_there_is_none(installation: Installation):
    with serving(installation) as server:
        assert server.http.get("/sign-in/directory").status_code == 404
        assert "/sign-in/directory" not in server.http.get("/sign-in").text


def test_the_settings_say_who_gets_which_role(tmp_path: Any, installation: Installation):
    file = tmp_path / "deployment.json"
    file.write_text(json.dumps(installation.ledger.deployment.to_json()))
    told = {
        "TRACELEDGER_DATABASE": "sqlite://",
        "TRACELEDGER_RPC": "http://127.0.0.1:9",
        "TRACELEDGER_DEPLOYMENT": str(file),
        "TRACELEDGER_OIDC_ISSUER": "https://login.example/tenant/",
        "TRACELEDGER_OIDC_CLIENT_ID": ID,
        "TRACELEDGER_OIDC_CLIENT_SECRET": SECRET,
        "TRACELEDGER_OIDC_GROUPS": "CN=it,OU=x=operator",
    }
    with pytest.raises(InvalidInput, match="GROUPS"):
        from_environment(told)
    found = from_environment(
        told | {"TRACELEDGER_OIDC_GROUPS": "cn=it = operator, quality=quality", "TRACELEDGER_OIDC_ROLE": "partner"}
    ).directory
    assert found is not None
    assert (found.groups, found.role, found.issuer) == (
        {"cn=it": Role.OPERATOR, "quality": Role.QUALITY},
        Role.PARTNER,
        "https://login.example/tenant/",
    )
    assert SECRET not in repr(found)
    for wrong in ({"TRACELEDGER_OIDC_ROLE": "god"}, {"TRACELEDGER_OIDC_CLIENT_SECRET": ""}):
        with pytest.raises(InvalidInput, match="TRACELEDGER_OIDC"):
            from_environment(told | {"TRACELEDGER_OIDC_GROUPS": ""} | wrong)
