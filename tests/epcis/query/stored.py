"""The events of the vectors as they are stored, with a time of recording."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import orjson

from ledger_client.epcis.document import read
from ledger_client.epcis.judge import judge_all
from tests.epcis.vectors import VECTORS

Event = dict[str, Any]


@cache
def events() -> list[Event]:
    """The events of the vectors as they are stored, with a time of recording."""
    found: dict[bytes, Event] = {}
    for path in sorted((VECTORS / "documents").iterdir()):
        for one in judge_all(read(path.read_bytes())):
            if not one.problems:
                plain = orjson.loads(json.dumps(one.event, default=float))
                found.setdefault(orjson.dumps(plain), plain)
    start = datetime(2026, 9, 1, tzinfo=UTC)
    return [event | {"recordTime": (start + timedelta(minutes=at)).isoformat()} for at, event in enumerate(found.values())]
