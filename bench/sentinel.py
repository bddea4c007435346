"""The sentinel's whole round at full pace against the pure re-hash of the same records, in one process on the same database.

Pure: the stored contents of every record are opened and parsed, and event id and commitment computed, from memory and on one core: no SQL,
no chain, no comparison.
The sentinel does all of it, as one that is told to walk fast: it reads the rows, has every core re-hash a share of them, compares every
column, the queue, the transactions, every mirrored anchor with the live chain's logs and every item with its head on the chain. A node
beside it answers; the figure is by the clock.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from bench.figure import Figure
from bench.publishing import items, milk, plain, plan
from ledger_client import strict_json
from ledger_client.canonical import properties_exact
from ledger_client.chain import Chain
from ledger_client.commitment import commit_values
from ledger_client.epcis.event_hash import event_id
from ledger_client.partner import Partner
from records.contents import content
from records.database import open_engine, open_sessions
from records.key_models import RecordKey
from records.keyring import keyring_of
from records.models import Record
from records.pool import open_pool
from scripts import tables  # noqa: F401 (the sentinel looks them up by name)
from scripts.up import Plan, start
from sentinel.rounds import Memory, running, step
from sentinel.status import status

RECORDS = 20_000
AT_ONCE = 10_000
ROUNDS = 5


def figures() -> Iterator[Figure]:
    """Two ratios: records a second of a whole round over those of the pure re-hash."""
    yield figure("sentinel, whole round", milk(RECORDS))
    yield figure("sentinel, whole round, one item an event", plain(RECORDS))


def figure(name: str, document: dict[str, Any]) -> Figure:
    """Measure one set of records."""
    with tempfile.TemporaryDirectory() as folder:
        installation = plan(Path(folder))
        children = start(installation)
        next(child for child in children if child.name == "sentinel").stop()  # ours alone walks
        try:
            fill(installation, document)
            engine = open_engine(installation.database_url, installation.home.keyring)
            sessions, chain = open_sessions(engine), Chain(installation.rpc_url, installation.home.deployment())
            with open_pool(os.cpu_count() or 1, "sentinel") as pool:
                walked(sessions, chain, pool)  # what the other left of its round
                pairs = [(pure(sessions), walked(sessions, chain, pool)) for _ in range(ROUNDS)]
            count = len(stored_contents(sessions))
            engine.dispose()
        finally:
            for child in reversed(children):
                child.stop()
    alone, ours = (min(times) for times in zip(*pairs, strict=True))
    measured = f"{count:,} records in {ours:.2f} s ({count / ours:,.0f} a second)"
    return Figure(name, alone / ours, 0.6, higher=True, ours=measured, peer=f"pure re-hash: {alone:.2f} s ({count / alone:,.0f} a second)")


def fill(installation: Plan, document: dict[str, Any]) -> None:
    """Capture, anchor and mirror all of it."""
    events = document["epcisBody"]["eventList"]
    with Partner(installation.public_url, installation.home.api_key_file.read_text()) as partner:
        for begin in range(0, len(events), AT_ONCE):
            part = document | {"epcisBody": {"eventList": events[begin : begin + AT_ONCE]}}
            partner.wait(partner.capture(json.dumps(part).encode(), proceed=True))
        wanted = items(installation)
        while partner.status()["mirror"]["confirmed"] < wanted:
            time.sleep(0.2)


def stored_contents(sessions: sessionmaker[Session]) -> list[tuple[Any, ...]]:
    """What is stored of every record, as it is stored."""
    columns = select(Record.commitment, Record.signer, Record.captured_at, Record.sealed, RecordKey.kek_version, RecordKey.wrapped)
    with sessions() as session:
        return [tuple(row) for row in session.execute(columns.join(RecordKey, RecordKey.record_id == Record.id).order_by(Record.id))]


def pure(sessions: sessionmaker[Session]) -> float:
    """Seconds for opening, parsing, event ids and commitments alone."""
    stored = stored_contents(sessions)
    with sessions() as session:
        ring = keyring_of(session)
    begun = time.perf_counter()
    for row in stored:
        held = content(ring, *row)
        event = strict_json.parse(held.payload)
        event_id(event)
        commit_values(properties_exact(event), held.secret)
    return time.perf_counter() - begun


def walked(sessions: sessionmaker[Session], chain: Chain, pool: Executor) -> float:
    """Seconds for a whole round, which finds nothing."""
    memory, begun, over = Memory(pool=pool), time.perf_counter(), False
    while not over:
        with sessions.begin() as session:
            if not step(session, chain, memory):
                raise RuntimeError(f"the round waits: {getattr(running(session), 'waits', None)}")
            over = running(session) is None
    seconds = time.perf_counter() - begun
    with sessions() as session:
        if sum(status(session).unresolved.values()):
            raise RuntimeError("the round found something")
    return seconds
