"""Lets a sender hear that its body is too large.

Closing a connection while the other side still sends resets it, and the reset may overtake the answer. So the refusal is sent at once,
and a little of what still arrives is thrown away before the connection is closed: no more than DRAIN_BYTES, no longer than DRAIN_SECONDS.
"""

from __future__ import annotations

import asyncio
import contextlib

from starlette.types import ASGIApp, Message, Receive, Scope, Send

DRAIN_BYTES = 8 * 1024 * 1024
DRAIN_SECONDS = 2.0


class HeardRefusal:
    """ASGI middleware for answers with status 413."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI call."""
        refused = False

        async def heard(message: Message) -> None:
            nonlocal refused
            refused = refused or message.get("status") == 413
            if refused and message["type"] == "http.response.body" and not message.get("more_body"):
                await send({**message, "more_body": True})
                await _drain(receive)
                message = {"type": "http.response.body", "body": b""}
            await send(message)

        await self.app(scope, receive, heard if scope["type"] == "http" else send)


async def _drain(receive: Receive) -> None:
    left = DRAIN_BYTES
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS):
            while left > 0:
                message = await receive()
                if not message.get("more_body"):  # the body's end, or the sender has left
                    return
                left -= len(message.get("body", b""))
