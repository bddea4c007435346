"""Every route × every role × every way to ask: what is refused, and what is not, is what `accounts.roles.RIGHTS` says.

Routes are found in the application itself. One that names no right must stand in PUBLIC, so that a new route cannot be forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.routing import iter_route_contexts
from sqlalchemy.orm import Session

from accounts import api_keys, people, sessions
from accounts.models import Account, ApiKey
from accounts.roles import RIGHTS, Right, Role
from api.app import create_app
from api.callers import COOKIE, SAFE, action_of
from api.console.audit.log import action_name
from api.console.words import ConsoleWords
from api.routes.abilities import PATHS
from api.routes.pages import KEYS
from api.routes.resources import RESOURCES
from api.settings import Settings
from ledger_client.deployment import Deployment
from records.columns import now
from records.database import migrate, open_engine
from tests.api.served import listening

PUBLIC = {
    *(f"{method} /{key}/{{rest:path}}" for key in KEYS for method in ("GET", "OPTIONS")),
    "OPTIONS /item/{code:path}",
    "POST /certificates/verify",
    "GET /.well-known/gs1resolver",
    "GET /",
    "GET /docs",
    "GET /find",
    "GET /item/{code:path}",
    "GET /openapi.json",
    "GET /capture/{capture_id}",
    "GET /events",
    "GET /events/{event_id:path}",
    "GET /records",
    "GET /trace",
    "DELETE /nextPageToken/{token}",
    *(f"GET /{one.path}{rest}" for one in RESOURCES for rest in ("", "/{value:path}", "/{value:path}/events")),
    *(f"OPTIONS {path}" for path in PATHS),
    "GET /health",
    "GET /items/{code:path}/bundle",
    "GET /items/{code:path}/events",
    "GET /members",
    "GET /regulator",
    "GET /scan",
    "POST /regulator",
    "GET /sign-in",
    "POST /sign-in",
    "POST /sign-in/password",
    "GET /sign-in/directory",
    "GET /sign-in/directory/callback",
    "GET /sign-in/key",
    "POST /sign-in/key",
    "POST /sign-in/key/message",
    "POST /sign-out",
    "GET /status",
    "GET /verify",
    "POST /verify",
}
OURS = {"Sec-Fetch-Site": "same-origin"}
LACKS = "https://id.traceledger.org/problems/lacks-right"
SAID = (" lacks the right ", " without the scope ", "this is for somebody who is signed in")  # EPCIS has one name for all that is 403


@dataclass(frozen=True)
class Place:
    """One method of one route; `right` is None for what everybody may ask."""

    method: str
    path: str
    rights: frozenset[Right]
    in_person: bool  # for sessions only, not for keys

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def right(self) -> Right:
        return next(iter(self.rights))

    def ask(self, client: httpx.Client, **headers: str) -> httpx.Response:
        """Ask it as far as the right is judged: with no body that any route takes, about something that is not there."""
        url = re.sub(r"\{[^}]*\}", "0", self.path)
        return client.request(self.method, url, headers=headers, content=None if self.method in SAFE else b"-")


@dataclass
class Tried:
    """An application with an account of each role."""

    app: FastAPI
    client: httpx.Client
    accounts: dict[Role, int]

    def places(self) -> list[Place]:
        return [place for route in iter_route_contexts(self.app.routes) for place in places_of(route)]

    def guarded(self) -> list[Place]:
        return [place for place in self.places() if place.rights]

    def with_cookie(self, role: Role) -> dict[str, str]:
        return {"Cookie": f"{COOKIE}={self._made(role, lambda session, account: sessions.start(session, account, 'password'))}"}

    def with_key(self, role: Role, scope: frozenset[Right]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._made(role, lambda session, account: api_keys.issue(session, account, 'a key', scope))}"}

    def _made(self, role: Role, make: Callable[[Session, Account], str]) -> str:
        with self.app.state.sessions.begin() as session:
            return make(session, people.account(session, self.accounts[role]))


def places_of(route: Any) -> Iterator[Place]:
    calls = list(called(route.dependant)) if getattr(route, "dependant", None) else []
    rights = frozenset(call.right for call in calls if hasattr(call, "right"))
    for method in (route.methods or set()) - {"HEAD"}:
        yield Place(method, route.path, rights, any(getattr(call, "in_person", False) for call in calls))


def called(dependant: Any) -> Iterator[Any]:
    yield dependant.call
    for one in dependant.dependencies:
        yield from called(one)


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tried]:
    database = f"sqlite:///{tmp_path_factory.mktemp('rights') / 'ledger.db'}"
    engine = open_engine(database)
    migrate(engine)
    engine.dispose()
    app = create_app(Settings(database, "http://127.0.0.1:9", Deployment(1, bytes(32), bytes(20), bytes(20), bytes(20), 0)))
    with listening(app) as url, httpx.Client(base_url=url, timeout=30) as client:
        with app.state.sessions.begin() as session:
            accounts = {role: people.create(session, role, role).id for role in Role}
        yield Tried(app, client, accounts)


def verdict(answer: httpx.Response) -> str:
    """What an answer says of the right to ask; everything that comes after that is allowed."""
    if answer.status_code == 401:
        return "nobody"
    if answer.status_code != 403:
        return "allowed"
    told = answer.json()
    lacks = told["type"] == LACKS or (told["type"] == "epcisException:SecurityException" and any(one in told["detail"] for one in SAID))
    return "refused" if lacks else "allowed"


def test_every_route_names_the_one_right_it_needs_or_is_known_to_be_public(tried: Tried):
    places = tried.places()
    assert len(places) > 40
    assert {place.name for place in places if not place.rights} == PUBLIC
    assert [place.name for place in places if len(place.rights) > 1] == []


def test_every_act_that_the_log_tells_of_has_a_name(tried: Tried):
    writing = [
        route for route in iter_route_contexts(tried.app.routes) if any(one.rights and one.method not in SAFE for one in places_of(route))
    ]
    acts = {action_of(Request({"type": "http", "route": route})) for route in writing}
    assert acts
    assert {act for act in acts if action_name(act, ConsoleWords("en")) == act} == set()


def test_without_session_and_key_nothing_is_allowed(tried: Tried):
    assert {place.name: said for place in tried.guarded() if (said := verdict(place.ask(tried.client, **OURS))) != "nobody"} == {}


def test_a_public_route_turns_nobody_away(tried: Tried):
    free = [place for place in tried.places() if not place.rights]
    assert {place.name for place in free if verdict(place.ask(tried.client, **OURS)) != "allowed"} == set()


@pytest.mark.parametrize("role", Role)
def test_a_session_may_what_its_role_may(tried: Tried, role: Role):
    wrong = {}
    cookie = tried.with_cookie(role)  # one session outlives them all: what ends sessions ends others
    for place in tried.guarded():
        said = verdict(place.ask(tried.client, **OURS, **cookie))
        if said != ("allowed" if place.right in RIGHTS[role] else "refused"):
            wrong[place.name] = said
    assert wrong == {}


@pytest.mark.parametrize("role", Role)
def test_a_key_may_what_its_role_and_its_scope_may(tried: Tried, role: Role):
    """Once with the whole role, once with only the right that is needed, once with all but that."""
    wrong, may, keys = {}, RIGHTS[role], dict[frozenset[Right], dict[str, str]]()
    for place in tried.guarded():
        for scope in {may, may & place.rights, may - place.rights} - {frozenset()}:
            if scope not in keys:
                keys[scope] = tried.with_key(role, scope)
            said = verdict(place.ask(tried.client, **keys[scope]))
            if said != ("allowed" if place.right in scope and not place.in_person else "refused"):
                wrong[place.name, tuple(sorted(scope))] = said
    assert wrong == {}


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_no_route_that_writes_takes_a_session_from_another_site(tried: Tried, headers: dict[str, str]):
    role_for = {right: next(role for role in Role if right in RIGHTS[role]) for right in Right}
    writing = [place for place in tried.guarded() if place.method not in SAFE]
    assert len(writing) > 2
    cookies = {right: tried.with_cookie(role) for right, role in role_for.items()}
    statuses = {place.name: place.ask(tried.client, **headers, **cookies[place.right]).status_code for place in writing}
    assert {name for name, status in statuses.items() if status != 403} == set()


def test_whoever_is_disabled_and_whatever_is_expired_or_revoked_may_nothing(tried: Tried):
    operators = [place for place in tried.guarded() if place.right in RIGHTS[Role.AUDITOR] and place.method in SAFE]
    keys = {fault: tried.with_key(Role.AUDITOR, RIGHTS[Role.AUDITOR]) for fault in ("expired", "revoked", "disabled")}
    cookie = tried.with_cookie(Role.AUDITOR)
    with tried.app.state.sessions.begin() as session:
        row = {fault: session.get_one(ApiKey, api_keys.digest(key["Authorization"].removeprefix("Bearer "))) for fault, key in keys.items()}
        row["expired"].expires_at = now() - timedelta(seconds=1)
        api_keys.revoke_one(session, row["revoked"].digest)
    try:
        for fault in ("expired", "revoked"):
            answers = [place.ask(tried.client, **keys[fault]) for place in operators]
            assert {answer.status_code for answer in answers} == {401}
            assert all(fault in answer.json()["detail"] for answer in answers)
        with tried.app.state.sessions.begin() as session:
            people.disable(session, people.account(session, tried.accounts[Role.AUDITOR]))
        for headers in (keys["disabled"], cookie):
            assert {place.ask(tried.client, **headers).status_code for place in operators} == {401}
    finally:
        with tried.app.state.sessions.begin() as session:
            people.enable(session, people.account(session, tried.accounts[Role.AUDITOR]))


@pytest.mark.parametrize("key", ["x", "tlk_", "tlk_" + "A" * 43, "tlk_" + "A" * 60_000, "' OR 1=1 --", "tlk_\u00e9", "Bearer x", "null"])
def test_a_forged_key_is_nobody_and_says_so_without_repeating_it(tried: Tried, key: str):
    answer = tried.client.get("/metrics", headers={"Authorization": f"Bearer {key}".encode()})
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="traceledger"')
    assert len(key) < 5 or key not in answer.text
