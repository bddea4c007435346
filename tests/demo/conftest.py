"""One history for all tests of the demo, and its events as the ledger will read them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from ledger_client.epcis.document import read
from ledger_client.epcis.items import items
from ledger_client.epcis.normalise import normalise
from scripts.demo import Entry, Showcase, history, showcase

START = datetime(2026, 9, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Told:
    """One event of the history: who captured it when, normalised, with the canonical codes it names."""

    member: str
    captured_at: datetime
    event: dict[str, Any]
    codes: tuple[str, ...]

    @property
    def happened(self) -> datetime:
        return datetime.fromisoformat(self.event["eventTime"])

    @property
    def step(self) -> str:
        return self.event["bizStep"]


@pytest.fixture(scope="session")
def start() -> datetime:
    return START


@pytest.fixture(scope="session")
def entries() -> list[Entry]:
    return list(history(START))


@pytest.fixture(scope="session")
def shown() -> Showcase:
    return showcase(START)


@pytest.fixture(scope="session")
def told(entries: list[Entry]) -> list[Told]:
    """Every event, in the order of capture, repeated and mistaken ones included."""
    return [told for entry in entries for told in _read(entry)]


@pytest.fixture(scope="session")
def true(told: list[Told]) -> list[Told]:
    """What really happened, in the order in which it happened: without repeats, error declarations and what they declare wrong."""
    wrong = {one.event["eventID"] for one in told if "errorDeclaration" in one.event}
    once = {one.event["eventID"]: one for one in told if one.event["eventID"] not in wrong}
    return sorted(once.values(), key=lambda one: one.happened)


def _read(entry: Entry) -> list[Told]:
    document = read(json.dumps(entry.document, ensure_ascii=False).encode())
    events = [normalise(event, document) for event in document.events]
    return [Told(entry.member, entry.captured_at, event, tuple(items(event))) for event in events]
