"""The million events of `bench.tracing.story` at places, with last days, and most of what shops received still on the shelf."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bench.tracing.story import Event, gtin, shop, story

SHOPS, DEPOTS = 33, 20  # no multiple of four, so that each shop sells some batches before older ones
KEEPS = timedelta(days=30)
MILK = gtin(8)  # of the ordinary batches


def stocked(events: int) -> Iterator[Event]:
    """Every fourth batch is sold; the others are put on the shelf."""
    batch = 0
    for event in story(events):
        step = event["bizStep"]
        place = {"readPoint": {"id": shop(batch % SHOPS if step in ("receiving", "retail_selling") else 10_000 + batch % DEPOTS)}}
        if step in ("commissioning", "creating_class_instance"):
            last = datetime.fromisoformat(event["eventTime"]) + KEEPS
            place["ilmd"] = event.get("ilmd", {}) | {"cbvmda:itemExpirationDate": f"{last:%Y-%m-%d}"}
        if step == "retail_selling":
            batch += 1
            place |= {"bizStep": "stocking"} if batch % 4 else {}
        yield event | place
