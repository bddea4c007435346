"""Capture to anchored: 10,000 events through a whole running installation, against its node alone with the same signed transactions.

An installation is founded and copied. The first copy captures the events of one document over HTTP and anchors them; the second copy's
node, in the same state, is handed the very bytes that the first one signed, as fast as it takes them.
"""

from __future__ import annotations

import json
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import create_engine, text

from bench.figure import Figure
from ledger_client.chain import Chain
from ledger_client.partner import Partner
from scripts.demo import history
from scripts.found import Company
from scripts.home import Home
from scripts.up import Plan, prepare, start, start_node

EVENTS = 10_000
# Transactions in one JSON-RPC call, as many as the publisher hands over together, so that they share a block. Ten at a time the first went
# into a block and the others sometimes waited a second for the next one: 0.13 s or 1.2 s for the same bytes.
SENT_AT_ONCE = 64
LIGHT_SCRYPT = 1 << 12


def figures() -> Iterator[Figure]:
    """Two ratios: the node's time for the transactions alone over our time from the first byte posted to the last anchor."""
    yield figure("capture to anchored", milk(EVENTS))
    yield figure("capture to anchored, one item an event", plain(EVENTS))


def figure(name: str, document: dict[str, Any]) -> Figure:
    """Measure one document."""
    with tempfile.TemporaryDirectory() as folder:
        first, second = plan(Path(folder) / "whole"), plan(Path(folder) / "node")
        node = start_node(first)
        prepare(first)
        node.stop()
        shutil.copytree(first.home.path, second.home.path, dirs_exist_ok=True)
        ours, anchors = captured_and_anchored(first, document)
        raw = signed(first)
        alone = anchored_alone(second, raw, anchors)
    measured = f"{EVENTS:,} events, {anchors:,} anchors in {ours:.2f} s ({EVENTS / ours:,.0f} events/s), {len(raw)} transactions"
    return Figure(name, alone / ours, 0.5, higher=True, ours=measured, peer=f"node alone, pre-signed: {alone:.2f} s")


def plan(folder: Path) -> Plan:
    """An installation of one company on free ports, with the defaults of `up`."""
    return Plan(
        Home.at(folder),
        "127.0.0.1",
        free_port(),
        f"http://127.0.0.1:{free_port()}",
        True,
        None,
        False,
        [Company("own", "Bench")],
        LIGHT_SCRYPT,
    )


def captured_and_anchored(plan: Plan, document: dict[str, Any]) -> tuple[float, int]:
    """Seconds from the post to the last anchor, once everything is warm; and how many anchors, the warming ones among them."""
    children = start(plan)
    try:
        body, chain = json.dumps(document).encode(), Chain(plan.rpc_url, plan.home.deployment())
        partner = Partner(plan.public_url, plan.home.api_key_file.read_text())
        partner.wait(partner.capture(json.dumps(plain(2)).encode()))
        while chain.total() < items(plan):
            time.sleep(0.02)
        begun = time.perf_counter()
        job = partner.capture(body, proceed=True)
        done = partner.wait(job)
        anchors = items(plan)
        while chain.total() < anchors:
            time.sleep(0.02)
        seconds = time.perf_counter() - begun
        if done["counts"].get("stored", 0) < EVENTS * 0.99:
            raise RuntimeError(f"not every event was stored: {done['counts']}")
    finally:
        for child in reversed(children):
            child.stop()
    return seconds, anchors


def anchored_alone(plan: Plan, raw: list[bytes], anchors: int) -> float:
    """Seconds for the node to take and mine the same transactions."""
    node = start_node(plan)
    try:
        chain = Chain(plan.rpc_url, plan.home.deployment())
        wait_for(chain)
        begun = time.perf_counter()
        with httpx.Client(timeout=60) as http:
            for start_at in range(0, len(raw), SENT_AT_ONCE):
                calls = [
                    {"jsonrpc": "2.0", "id": number, "method": "eth_sendRawTransaction", "params": ["0x" + bytes(data).hex()]}
                    for number, data in enumerate(raw[start_at : start_at + SENT_AT_ONCE])
                ]
                http.post(plan.rpc_url, json=calls).raise_for_status()
        while chain.total() < anchors:
            time.sleep(0.02)
        return time.perf_counter() - begun
    finally:
        node.stop()


def items(plan: Plan) -> int:
    """How many anchors the stored records need."""
    with create_engine(plan.database_url).connect() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM record_items")))


def signed(plan: Plan) -> list[bytes]:
    """The transactions that the installation stored, in order of their nonces."""
    with create_engine(plan.database_url).connect() as connection:
        return list(connection.scalars(text("SELECT raw FROM transactions ORDER BY nonce")))


def milk(count: int) -> dict[str, Any]:
    """A document of `count` events of the demo's milk chain: every event type, two to three items an event."""
    days = (event for entry in history(datetime(2026, 1, 1, tzinfo=UTC), 200) for event in entry.document["epcisBody"]["eventList"])
    entry = next(history(datetime(2026, 1, 1, tzinfo=UTC), 1))
    return entry.document | {"epcisBody": {"eventList": list(islice(days, count))}}


def plain(count: int) -> dict[str, Any]:
    """A document of `count` inspections, each of a carton of its own."""
    events = [
        {
            "type": "ObjectEvent",
            "action": "OBSERVE",
            "bizStep": "inspecting",
            "disposition": "conformant",
            "eventTime": f"2026-09-01T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}+08:00",
            "eventTimeZoneOffset": "+08:00",
            "epcList": [f"https://id.gs1.org/01/06901234567892/21/B{number}"],
            "readPoint": {"id": "urn:epc:id:sgln:6901234.00004.0"},
            "sensorElementList": [{"sensorReport": [{"type": "Temperature", "value": 4.2, "uom": "CEL"}]}],
        }
        for number in range(count)
    ]
    context = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"]
    envelope = {"@context": context, "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-09-01T08:00:00+08:00"}
    return envelope | {"epcisBody": {"eventList": events}}


def wait_for(chain: Chain) -> None:
    """Until the node answers."""
    while True:
        try:
            chain.total()
        except Exception:  # noqa: BLE001 (whatever it says while it starts)
            time.sleep(0.1)
        else:
            return


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
