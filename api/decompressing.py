"""A compressed GS1 Digital Link in a request's address is answered as its long form is, which the header `Link` names as `owl:sameAs`.

GS1-Conformant Resolver: not by a redirect to the long form on the same server. Installed by `app`, inside of all other middleware.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ledger_client.codes import digital_link
from ledger_client.codes.gs1_keys import DOMAIN

_SHORT = 64  # bytes
_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_MAY_BE = re.compile(rb"/(?:[A-Za-z0-9_-]{6,}|\d{2,4}/\d[A-Za-z0-9%._~-]*/[A-Za-z0-9_-]{3,})/?")  # alone, or behind a key and its value


class Decompressing:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI call."""
        long = _long_form(scope) if scope["type"] == "http" and scope["method"] in _METHODS else None
        if long is None:
            await self.app(scope, receive, send)
            return
        server = scope["app"].state.settings.public_url or str(Request(scope).base_url).rstrip("/")
        path, _, told = long.partition("?")
        query = b"&".join(part for part in (told.encode(), scope["query_string"]) if part)
        scope.update(path=unquote(path), raw_path=path.encode(), query_string=query)

        async def with_link(message: Message) -> None:
            if message["type"] == "http.response.start":
                link = (b"link", f'<{server}{long}>; rel="owl:sameAs"'.encode())
                message["headers"] = [*message.get("headers", []), link]
            await send(message)

        await self.app(scope, receive, with_link)


def _long_form(scope: Scope) -> str | None:
    path: bytes = scope.get("raw_path", b"").partition(b"?")[0]
    if not _MAY_BE.fullmatch(path):
        return None
    return _decompressed(path) if len(path) <= _SHORT else _decompressed.__wrapped__(path)


@lru_cache(maxsize=1024)  # the paths of pages look as if they might be one
def _decompressed(path: bytes) -> str | None:
    long = digital_link.decompressed(DOMAIN + path.decode())
    return long.removeprefix(DOMAIN) if long else None
