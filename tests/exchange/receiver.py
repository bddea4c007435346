"""A real HTTP receiver on loopback that answers as it is told, and remembers what it was sent."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ledger_client.webhook.destination import networks
from ledger_client.webhook.signature import genuine

LOOPBACK = networks("127.0.0.0/8")


@dataclass
class Taken:
    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> Any:
        return json.loads(self.body)

    @property
    def key(self) -> str:
        return self.headers["TraceLedger-Delivery"]

    def signed_with(self, secret: str) -> bool:
        return genuine(secret, self.headers["GS1-Signature"], self.body, time.time())


@dataclass
class Receiver:
    url: str = ""
    answer: Callable[[BaseHTTPRequestHandler], None] = field(default=lambda handler: answered(handler, 204))
    taken: list[Taken] = field(default_factory=list)


def answered(handler: BaseHTTPRequestHandler, status: int, **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", "0")
    handler.end_headers()


@contextmanager
def receiver() -> Iterator[Receiver]:
    made = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            made.taken.append(Taken(dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            made.answer(self)

        def log_message(self, *_: object) -> None:
            return

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            return  # the sender went away

    server = Quiet(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made.url = f"http://127.0.0.1:{server.server_port}/hook?tenant=7"
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
