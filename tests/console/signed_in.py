"""HTTP clients that are signed in, as a browser is: `as_role(role)` gives one, with what a browser sends along."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from accounts import people, sessions
from accounts.roles import Role
from api.callers import COOKIE
from tests.api.served import Installation, Server

BROWSER = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": "zh-CN,zh;q=0.9", "Sec-Fetch-Site": "same-origin"}


def cookie_for(installation: Installation, role: Role, called: str = "one", **more: object) -> str:
    """The cookie of a new session of an account of that role, which is made if it is not there; `called`: which of them."""
    with installation.sessions.begin() as session:
        account = people.by_name(session, f"{role}.{called}") or people.create(
            session, f"{role}.{called}", role, display_name=f"{role} {called.title()}", **more
        )  # type: ignore[arg-type]
        return sessions.start(session, account, "password", "127.0.0.1", "a test")


@pytest.fixture
def as_role(server: Server) -> Iterator[Callable[..., httpx.Client]]:
    """`as_role(Role.OPERATOR)`: a client with a session of an account of that role."""
    opened: list[httpx.Client] = []

    def client(role: Role, **more: Any) -> httpx.Client:
        made = httpx.Client(
            base_url=server.url, timeout=30, headers=BROWSER, cookies={COOKIE: cookie_for(server.installation, role, **more)}
        )
        opened.append(made)
        return made

    yield client
    for one in opened:
        one.close()
