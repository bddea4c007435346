"""Every request has an id that follows what it does: in the answer's header, in problems, in the audit log, in each log line.

A caller may bring its own in `X-Request-ID` (up to 64 letters, digits and . _ -), so that its log and ours tell of the same thing; else
one is drawn. Here requests are also counted and timed, by the template of their route and never by their path.
"""

from __future__ import annotations

import re
import time
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from telemetry import metrics
from telemetry.logs import bound, log

HEADER = "X-Request-ID"
SLOW_SECONDS = 1.0
_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{1,64}")
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
_QUIET = frozenset({"GET", "HEAD", "OPTIONS"})


class RequestIds:
    """ASGI middleware, outside of all others."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI call."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id, began, status = _id_of(scope), time.perf_counter(), 500
        scope.setdefault("state", {})["request_id"] = request_id

        async def with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        with bound(request_id=request_id):
            try:
                await self.app(scope, receive, with_id)
            finally:
                _tell(scope, status, time.perf_counter() - began)


def _id_of(scope: Scope) -> str:
    given = Headers(scope=scope).get(HEADER, "")
    return given if _WELL_FORMED.fullmatch(given) else uuid.uuid4().hex


def _tell(scope: Scope, status: int, seconds: float) -> None:
    """Count every request; a line for each that may write, that failed, or that took long."""
    method, route = scope["method"] if scope["method"] in _METHODS else "other", _route(scope)
    metrics.REQUESTS.labels(method, route, status).inc()
    metrics.REQUEST_SECONDS.labels(route).observe(seconds)
    if method not in _QUIET or status >= 500 or seconds > SLOW_SECONDS:
        log.info("request", method=method, route=route, status=status, seconds=seconds)


def _route(scope: Scope) -> str:
    """The template, such as `/events/{event_id:path}`; `static` for files, `none` for a path that leads nowhere."""
    route = scope.get("route")
    return route.path if route is not None else "static" if "endpoint" in scope else "none"
