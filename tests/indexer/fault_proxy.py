"""A real HTTP server in front of a node that answers as bad nodes do; each fault is a field that a test sets while it runs."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

Log = dict[str, Any]


@dataclass
class Faults:
    """What is wrong with the node now. `every`: one in that many requests fails with `status`, or is cut short."""

    logs: Callable[[list[Log]], list[Log]] | None = None  # what eth_getLogs says instead of the truth
    status: int = 0
    every: int = 0
    retry_after: str | None = None
    cut_body: int = 0  # one in that many answers ends before its announced length
    cut_json: int = 0  # one in that many answers is a complete HTTP answer of half the JSON
    max_range: int = 0  # blocks in one eth_getLogs
    max_results: int = 0
    silent_first: int = 0  # so many requests get no answer in time
    delay: float = 0.0  # seconds before every answer
    requests: int = 0
    failed: int = 0


class Proxy:
    """The server; `stop` closes its port as a dead node does, `start` opens the same port again."""

    def __init__(self, target: str) -> None:
        self.target, self.faults, self.port = urlsplit(target), Faults(), 0
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), self._handler())
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                proxy.answer(self, body)
                self.close_connection = True  # so that a stopped proxy has no open connections

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler

    def answer(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        faults = self.faults
        faults.requests += 1
        number = faults.requests
        time.sleep(faults.delay)
        if number <= faults.silent_first:
            faults.failed += 1
            time.sleep(0.6)
            return
        if faults.every and number % faults.every == 0:
            faults.failed += 1
            extra = {"Retry-After": faults.retry_after} if faults.retry_after is not None else {}
            _reply(handler, faults.status, b"not now", extra)
            return
        asked = json.loads(body)
        raw = self._ask_node(body) if isinstance(asked, list) or asked["method"] != "eth_getLogs" else self._logs(asked, body)
        if faults.cut_body and number % faults.cut_body == 0:
            faults.failed += 1
            _reply(handler, 200, raw[: len(raw) // 2], announced=len(raw))
        elif faults.cut_json and number % faults.cut_json == 0:
            faults.failed += 1
            _reply(handler, 200, raw[: len(raw) // 2])
        else:
            _reply(handler, 200, raw)

    def _logs(self, asked: dict[str, Any], body: bytes) -> bytes:
        wanted = asked["params"][0]
        width = int(wanted["toBlock"], 16) - int(wanted["fromBlock"], 16) + 1
        if self.faults.max_range and width > self.faults.max_range:
            return self._refuse(asked, -32602, f"query exceeds max block range {self.faults.max_range}")
        answer = json.loads(self._ask_node(body))
        if self.faults.max_results and len(answer["result"]) > self.faults.max_results:
            return self._refuse(asked, -32005, f"query returned more than {self.faults.max_results} results")
        if self.faults.logs is not None and wanted["topics"]:  # the ledger's logs, not the members'
            told = self.faults.logs(answer["result"])
            self.faults.failed += told != answer["result"]
            answer["result"] = told
        return json.dumps(answer).encode()

    def _refuse(self, asked: dict[str, Any], code: int, message: str) -> bytes:
        self.faults.failed += 1
        return json.dumps({"jsonrpc": "2.0", "id": asked["id"], "error": {"code": code, "message": message}}).encode()

    def _ask_node(self, body: bytes) -> bytes:
        connection = http.client.HTTPConnection(str(self.target.hostname), self.target.port, timeout=30)
        try:
            connection.request("POST", "/", body, {"Content-Type": "application/json"})
            return connection.getresponse().read()
        finally:
            connection.close()


@contextmanager
def proxy_for(url: str) -> Iterator[Proxy]:
    proxy = Proxy(url)
    yield proxy
    proxy.stop()


def _reply(handler: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str] | None = None, announced: int = 0) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(announced or len(body)))
    for name, value in (headers or {}).items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)
