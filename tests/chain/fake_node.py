"""A node that misbehaves on purpose: a real HTTP server on the loopback, whose next answers a test writes down."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class FakeNode:
    """`answers` are given in turn, the last one for ever. A request's parsed body is kept in `asked`."""

    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    asked: list[object] = field(default_factory=list)
    connections: int = 0

    def answer(self, *answers: Answer) -> None:
        self.answers, self.asked = list(answers), []


@dataclass(frozen=True)
class Answer:
    """What to send back; `{id}` in a text body becomes the request's id. `cut`: announce more bytes than are sent."""

    body: bytes | str = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    cut: bool = False
    chunked: bool = False
    wait: float = 0  # seconds before the answer
    drip: float = 0  # seconds between its bytes
    hang_up: bool = False


def result(value: object) -> Answer:
    """A well-formed answer to one call."""
    return Answer('{"jsonrpc":"2.0","id":{id},"result":' + json.dumps(value) + "}")


def error(code: int, message: str, data: object = None, status: int = 200) -> Answer:
    """A JSON-RPC error to one call."""
    return Answer('{"jsonrpc":"2.0","id":{id},"error":' + json.dumps({"code": code, "message": message, "data": data}) + "}", status)


@contextmanager
def fake_node() -> Iterator[FakeNode]:
    """A running FakeNode."""
    node = FakeNode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            node.connections += 1
            super().setup()

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            node.asked.append(asked)
            self.give(node.answers.pop(0) if len(node.answers) > 1 else node.answers[0], asked)

        def give(self, answer: Answer, asked: object) -> None:
            time.sleep(answer.wait)
            if answer.hang_up:
                self.close_connection = True
                self.connection.close()
                return
            number = str(asked["id"]) if isinstance(asked, dict) else "0"
            body = answer.body if isinstance(answer.body, bytes) else answer.body.replace("{id}", number).encode()
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            if answer.chunked:
                self.send_header("Transfer-Encoding", "chunked")
                body = b"%x\r\n%s\r\n" % (len(body), body) + (b"" if answer.cut else b"0\r\n\r\n")
            else:
                self.send_header("Content-Length", str(len(body) + (100 if answer.cut else 0)))
            self.end_headers()
            self.close_connection = answer.cut
            self.send_body(body, answer.drip)

        def send_body(self, body: bytes, drip: float) -> None:
            try:
                if not drip:
                    self.wfile.write(body)
                for byte in body if drip else b"":
                    self.wfile.write(bytes([byte]))
                    time.sleep(drip)
            except OSError:  # the client has given up
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    node.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield node
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
