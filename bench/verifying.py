"""Verify an item of 20 events through the API, against the chain calls alone that such a verification makes.

A recorder stands between the API and the node and keeps what the API asks during one verification; the same bytes are then sent to the
node as fast as it answers. Both sides are measured by the same client on one connection that is kept open, in turn, so that what else
the machine does hits both. The ratio is that of the medians.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from bench.figure import Figure
from bench.publishing import plain, plan
from ledger_client.partner import Partner
from scripts.up import start

EVENTS = 20
ITEM = "https://id.gs1.org/01/06901234567892/21/TWENTY"
ROUNDS, WARM = 200, 10


def figures() -> Iterator[Figure]:
    """One ratio: seconds of GET /verify over seconds of its chain calls."""
    with tempfile.TemporaryDirectory() as folder:
        installation = plan(Path(folder))
        children = start(installation)
        try:
            fill(installation.public_url, installation.home.api_key_file.read_text())
            calls = chain_calls(Settings(installation.database_url, installation.rpc_url, installation.home.deployment()))
            api, node = Client(installation.public_url), Client(installation.rpc_url)
            pairs = [(verified(api), replayed(node, calls)) for _ in range(WARM + ROUNDS)][WARM:]
        finally:
            for child in reversed(children):
                child.stop()
    ours, alone = (statistics.median(times) for times in zip(*pairs, strict=True))
    measured, peer = f"GET /verify, item of {EVENTS} events: {ours * 1000:.1f} ms", f"its {len(calls)} chain calls: {alone * 1000:.1f} ms"
    yield Figure("verify an item", ours / alone, 3, higher=False, ours=measured, peer=peer)


def fill(url: str, key: str) -> None:
    """Anchor the item's events and wait until the mirror has them."""
    document = plain(EVENTS)
    for event in document["epcisBody"]["eventList"]:
        event["epcList"] = [ITEM]
    partner = Partner(url, key)
    partner.wait(partner.capture(json.dumps(document).encode()))
    while partner.verify(ITEM)["verdict"] != "verified":
        time.sleep(0.2)


def verified(api: Client) -> float:
    """Seconds of one verification."""
    begun = time.perf_counter()
    answer = api.ask("GET", f"/verify?code={quote(ITEM, safe='')}")
    seconds = time.perf_counter() - begun
    if json.loads(answer)["verdict"] != "verified":
        raise RuntimeError(f"the item does not verify: {answer.decode()}")
    return seconds


def chain_calls(settings: Settings) -> list[bytes]:
    """The request bodies of one verification, once everything is warm."""
    recorder = Recorder(settings.rpc_url)
    try:
        watched = Settings(settings.database_url, recorder.url, settings.deployment)
        with TestClient(create_app(watched)) as api:
            for _ in range(2):
                recorder.bodies.clear()
                api.get("/verify", params={"code": ITEM}).raise_for_status()
        return list(recorder.bodies)
    finally:
        recorder.close()


def replayed(node: Client, calls: list[bytes]) -> float:
    """Seconds for the node to answer the same calls."""
    begun = time.perf_counter()
    answers = [node.ask("POST", "/", body) for body in calls]
    seconds = time.perf_counter() - begun
    if any(b'"error"' in answer for answer in answers):
        raise RuntimeError(f"the node does not answer the same calls again: {answers}")
    return seconds


class Client:
    """One connection that is kept open."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self._connection = HTTPConnection(address.hostname or "127.0.0.1", address.port)

    def ask(self, method: str, target: str, body: bytes | None = None) -> bytes:
        """The body of the answer."""
        self._connection.request(method, target, body, {"Content-Type": "application/json"} if body else {})
        return self._connection.getresponse().read()


class Recorder:
    """A proxy that keeps request bodies."""

    def __init__(self, target: str) -> None:
        self.bodies: list[bytes] = []
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                recorder.bodies.append(body)
                answer = httpx.post(target, content=body, headers={"Content-Type": "application/json"}).content
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self.server.shutdown()
        self.server.server_close()
