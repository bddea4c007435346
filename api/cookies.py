"""The three cookies: the session, the device that is known (`accounts.throttle`), and the state of a sign-in under way elsewhere.

HttpOnly, SameSite=Lax, Path=/. Over https they are also Secure and named `__Host-…`, so that neither a neighbour's server nor an
unencrypted one can set them. A plant may serve its own network by http: then the names are plain, and whoever can read that network
can take over a session; docs/operating.md says so.
"""

from __future__ import annotations

from datetime import timedelta

from fastapi import Request, Response
from starlette.requests import HTTPConnection

SESSION = "traceledger_session"
DEVICE = "traceledger_device"
STATE = "traceledger_state"
_SECURE = "__Host-"


def secure(request: HTTPConnection) -> bool:
    """Whether people reach this server by https: as its public address says, else as this request did."""
    return (request.app.state.settings.public_url or str(request.url)).startswith(("https://", "wss://"))


def read(request: HTTPConnection, cookie: str) -> str | None:
    """A cookie's value, if the browser sent it."""
    return request.cookies.get(_name(request, cookie)) or None


def put(request: Request, response: Response, cookie: str, value: str, lasts: timedelta | None = None) -> None:
    """Set a cookie; without `lasts` it is gone when the browser is closed."""
    age = int(lasts.total_seconds()) if lasts else None
    response.set_cookie(_name(request, cookie), value, max_age=age, path="/", secure=secure(request), httponly=True, samesite="lax")


def drop(request: Request, response: Response, cookie: str) -> None:
    """Take a cookie away."""
    response.delete_cookie(_name(request, cookie), path="/", secure=secure(request), httponly=True, samesite="lax")


def _name(request: HTTPConnection, cookie: str) -> str:
    return _SECURE + cookie if secure(request) else cookie
