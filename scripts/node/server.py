"""The public socket: HTTP/1.1 on the loopback, one JSON-RPC request or array a POST.

aiohttp's low-level server was the fastest of those measured on plain asyncio (docs/embedded-chain.md).
"""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import Any

from aiohttp import web

from scripts.node.rpc import Rpc

_BODY_LIMIT = 256 << 20  # bytes
_NAMES = {"127.0.0.1", "localhost", "[::1]"}


def bind(port: int) -> socket.socket:
    """Take the port on the loopback, 0 for any free one; the port is ours before anything else is done."""
    return socket.create_server(("127.0.0.1", port), backlog=256)


async def serve(listener: socket.socket, rpc: Rpc) -> web.ServerRunner:
    """Answer on `listener` until the runner is cleaned up."""

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        if request.host.rpartition(":")[0] not in _NAMES and request.host not in _NAMES:
            return web.Response(status=403, text="this chain answers to its loopback names only\n")  # a web page's rebound DNS name
        if request.method != "POST":
            return web.Response(status=405, text="JSON-RPC by POST\n", headers={"Allow": "POST"})
        return web.Response(body=await rpc.answer(await request.read()), content_type="application/json")

    def large(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:  # noqa: ANN401  aiohttp's own types
        return web.BaseRequest(message, payload, protocol, writer, task, asyncio.get_running_loop(), client_max_size=_BODY_LIMIT)

    server = web.Server(handle, request_factory=large, access_log=None, logger=logging.getLogger("node"))
    runner = web.ServerRunner(server, shutdown_timeout=2.0)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    return runner
