"""Traces made by hand: `Story` writes one down, `milk` is a tank of milk that becomes two lots, a pallet and what three shops got."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tracing.answer import Direction, End, Finding, Link, Party, Step, Thing, Trace, Why

GTIN = "https://id.gs1.org/01/09506000134352"
RAW = "https://id.gs1.org/01/09506000134369"
START = datetime(2026, 9, 1, tzinfo=UTC)
PLANT, DOCK, CENTRE = "urn:plant", "urn:dock", "urn:centre"
SHOPS = ("urn:shop1", "urn:shop2", "urn:shop3")
Part = tuple[int, str] | tuple[int, str, float] | tuple[int, str, float, str]  # thing, role, quantity, unit


@dataclass
class Story:
    """Things, steps and links as they come; the first thing is what was asked for."""

    direction: Direction = "forward"
    things: list[Thing] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    ends: list[End] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def thing(self, code: str, level: Any = "lot", how: Any = "made", depth: int = 1) -> int:
        number = len(self.things) + 1
        product = code[: len(GTIN)] if code.startswith("https://id.gs1.org/01/") else ""
        self.things.append(Thing(number, code, level, product, depth if self.things else 0, how if self.things else "start"))
        return number

    def step(self, kind: Any, biz_step: str, hour: float, place: str, *parts: Part, to: str = "", **more: Any) -> int:
        record, at = len(self.steps) + 1, START + timedelta(hours=hour)
        words = {"signer": b"\x11" * 20, "verdict": "verified", "declared": False, "place": place, "destination": Party("", to)} | more
        self.steps.append(Step(record, f"urn:x:{record}", at, kind, "x", biz_step, **words))
        for thing, role, *amount in parts:
            self.links.append(Link(thing, record, role, "", *amount))
        return record

    def end(self, why: Why, thing: int | None = None, step: int | None = None) -> None:
        self.ends.append(End(why, thing, step))

    def told(self) -> Trace:
        steps = tuple(sorted(self.steps, key=lambda step: (step.at, step.record)))
        return Trace(1, self.direction, tuple(self.things), steps, tuple(self.links), tuple(self.ends), len(steps), tuple(self.findings))


def milk(verdict: str = "verified") -> Story:
    """Tank 7's milk is filled into two lots. Lot A goes to shops 1 and 2 by way of the centre, on a pallet; of lot B, part goes to shop 3,
    which has not received it, and the rest to somebody unnamed."""
    story = Story()
    tank = story.thing(f"{RAW}/10/S7", how="start")
    lots = [story.thing(f"{GTIN}/10/{name}") for name in "AB"]
    pallet = story.thing("https://id.gs1.org/00/095060001343524966", "pallet", "carrier", 2)
    truck = story.thing("https://id.gs1.org/8004/9506000134352T1", "asset", "carrier", 3)
    for hour, lot in zip((1, 2), lots, strict=True):
        story.step("transformed", "creating_class_instance", hour, PLANT, (tank, "input", 100.0, "KGM"), (lot, "output", 90.0))
    story.step("observed", "inspecting", 3, PLANT, *((lot, "object", 1.0) for lot in lots))
    story.step("packed", "packing", 4, PLANT, (lots[0], "child", 90.0), (pallet, "parent"))
    story.step("packed", "loading", 5, DOCK, (pallet, "child"), (truck, "parent"))
    story.step("moved", "shipping", 6, DOCK, (pallet, "object"), to=CENTRE)
    story.step("unpacked", "unloading", 7, CENTRE, (pallet, "child"), (truck, "parent"))
    story.step("moved", "receiving", 8, CENTRE, (pallet, "object"), verdict=verdict)
    story.step("unpacked", "unpacking", 9, CENTRE, (lots[0], "child", 90.0), (pallet, "parent"))
    for hour, shop, amount in ((10, SHOPS[0], 60.0), (11, SHOPS[1], 30.0)):
        story.step("moved", "shipping", hour, CENTRE, (lots[0], "object", amount), to=shop)
        story.step("moved", "receiving", hour + 2, shop, (lots[0], "object", amount))
    story.step("observed", "retail_selling", 20, SHOPS[0], (lots[0], "object", 58.0))
    story.step("ended", "destroying", 30, SHOPS[0], (lots[0], "object", 2.0))
    story.step("moved", "shipping", 12, DOCK, (lots[1], "object", 40.0), to=SHOPS[2])
    story.step("moved", "shipping", 13, DOCK, (lots[1], "object", 50.0))
    return story
