"""Verify an item of 20 events through the API, against the chain calls alone that such a verification makes.

A recorder stands between the API and the node and keeps what the API asks during one verification; the same bytes are then sent to the node
as fast as it answers, by one client on one connection.
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
from urllib.parse import urlsplit

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
ROUNDS = 100


def figures() -> Iterator[Figure]:
    """One ratio: seconds of GET /verify over seconds of its chain calls."""
    with tempfile.TemporaryDirectory() as folder:
        installation = plan(Path(folder))
        children = start(installation)
        try:
            fill(installation.public_url, installation.home.api_key_file.read_text())
            calls = chain_calls(Settings(installation.database_url, installation.rpc_url, installation.home.deployment()))
            pairs = [(verified(installation.public_url), replayed(installation.rpc_url, calls)) for _ in range(ROUNDS)]
        finally:
            for child in reversed(children):
                child.stop()
    ours, alone = (statistics.median(times) for times in zip(*pairs, strict=True))
    measured, peer = f"GET /verify, item of {EVENTS} events: {ours * 1000:.1f} ms", f"its {len(calls)} chain calls: {alone * 1000:.1f} ms"
    yield Figure("verify an item", statistics.median(a / b for a, b in pairs), 3, higher=False, ours=measured, peer=peer)


def fill(url: str, key: str) -> None:
    """Anchor the item's events and wait until the mirror has them."""
    document = plain(EVENTS)
    for event in document["epcisBody"]["eventList"]:
        event["epcList"] = [ITEM]
    partner = Partner(url, key)
    partner.wait(partner.capture(json.dumps(document).encode()))
    while partner.verify(ITEM)["verdict"] != "verified":
        time.sleep(0.2)


def verified(url: str) -> float:
    """Seconds of one verification over a connection that is kept open."""
    begun = time.perf_counter()
    answer = _client(url).get(f"{url}/verify", params={"code": ITEM})
    seconds = time.perf_counter() - begun
    if answer.json()["verdict"] != "verified":
        raise RuntimeError(f"the item does not verify: {answer.text}")
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


def replayed(rpc_url: str, calls: list[bytes]) -> float:
    """Seconds for the node to answer the same calls."""
    address = urlsplit(rpc_url)
    connection = HTTPConnection(address.hostname or "127.0.0.1", address.port)
    connection.connect()
    begun = time.perf_counter()
    for body in calls:
        connection.request("POST", "/", body, {"Content-Type": "application/json"})
        connection.getresponse().read()
    seconds = time.perf_counter() - begun
    connection.close()
    return seconds


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


_clients: dict[str, httpx.Client] = {}


def _client(url: str) -> httpx.Client:
    return _clients.setdefault(url, httpx.Client(timeout=30))
