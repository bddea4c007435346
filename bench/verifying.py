"""Verify items of 20 events through the API, for the first time and again, against the chain calls alone that such a verification makes.

A recorder stands between the API and the node and keeps what the API asks during one verification; the same bytes are then sent to the
node as fast as it answers. Both sides are measured by the same client on one connection that is kept open, in turn, so that what else
the machine does hits both. The ratio is that of the medians.
"""

from __future__ import annotations

import json
import os
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
ITEMS = [f"https://id.gs1.org/01/06901234567892/21/TWENTY{number}" for number in range(60)]
LAST = "https://id.gs1.org/01/06901234567892/21/LAST"
ROUNDS, WARM = 4, 5


def figures() -> Iterator[Figure]:
    """Two ratios: seconds of GET /verify over seconds of its chain calls, for items never asked for before, and for the same again."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TRACELEDGER_RATE_ADDRESS"] = "0"  # for the server: one address asks more here than it may
        installation = plan(Path(folder))
        children = start(installation)
        try:
            fill(installation.public_url, installation.home.api_key_file.read_text())
            calls = chain_calls(Settings(installation.database_url, installation.rpc_url, installation.home.deployment()))
            api, node = Client(installation.public_url), Client(installation.rpc_url)
            first, *again = [[(verified(api, item), replayed(node, calls)) for item in ITEMS] for _ in range(1 + ROUNDS)]
        finally:
            for child in reversed(children):
                child.stop()
    yield figure("verify an item again", [pair for pairs in again for pair in pairs], len(calls))
    yield figure("verify an item for the first time", first[WARM:], len(calls))


def figure(name: str, pairs: list[tuple[float, float]], calls: int) -> Figure:
    """The ratio of the medians."""
    ours, alone = (statistics.median(times) for times in zip(*pairs, strict=True))
    measured, peer = f"GET /verify, item of {EVENTS} events: {ours * 1000:.1f} ms", f"its {calls} chain calls: {alone * 1000:.1f} ms"
    return Figure(name, ours / alone, 3, higher=False, ours=measured, peer=peer)


def fill(url: str, key: str) -> None:
    """Anchor the items' events and wait until the mirror has them; the last item is asked for here, and not measured."""
    document = plain(EVENTS * (len(ITEMS) + 1))
    for number, event in enumerate(document["epcisBody"]["eventList"]):
        event["epcList"] = [[*ITEMS, LAST][number // EVENTS]]
    with Partner(url, key) as partner:
        partner.wait(partner.capture(json.dumps(document).encode()))
        while partner.verify(LAST)["verdict"] != "verified":
            time.sleep(0.2)


def verified(api: Client, item: str) -> float:
    """Seconds of one verification."""
    begun = time.perf_counter()
    answer = api.ask("GET", f"/verify?code={quote(item, safe='')}")
    seconds = time.perf_counter() - begun
    if json.loads(answer)["verdict"] != "verified":
        raise RuntimeError(f"the item does not verify: {answer.decode()}")
    return seconds


def chain_calls(settings: Settings) -> list[bytes]:
    """The request bodies of one verification, once everything is warm and no block came in between."""
    recorder = Recorder(settings.rpc_url)
    try:
        watched = Settings(settings.database_url, recorder.url, settings.deployment)
        with TestClient(create_app(watched)) as api:
            asked = [asked_once(api, recorder) for _ in range(4)]
        return min(asked[1:], key=len)
    finally:
        recorder.close()


def asked_once(api: TestClient, recorder: Recorder) -> list[bytes]:
    """What one verification asks."""
    recorder.bodies.clear()
    api.get("/verify", params={"code": LAST}).raise_for_status()
    return list(recorder.bodies)


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
