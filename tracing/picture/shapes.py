"""What is drawn of a trace: boxes and arrows, without words; `collapse` makes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

By = Literal["alike", "lot", "level"]
Sort = Literal["things", "step", "place"]
FINEST: tuple[By, ...] = ("alike", "lot", "level")
WORST = ("verified", "not checked", "pending", "erased", "altered")  # a later one outweighs the ones before


@dataclass(frozen=True, slots=True)
class Amount:
    """How much of what: `quantity` in `uom` (UN/ECE Recommendation 20; "" = pieces) of a product; "" for things without one."""

    product: str
    level: str
    quantity: Decimal
    uom: str


@dataclass(frozen=True, slots=True)
class Box:
    """Things that are drawn as one, a step, or a place. `sort` says which of the fields below `last` hold."""

    key: str
    sort: Sort
    things: tuple[int, ...]  # in it; of a step or a place: that passed through
    steps: tuple[int, ...]  # record numbers, by time
    verdict: str  # the worst of its steps
    first: datetime | None
    last: datetime | None
    level: str = ""
    product: str = ""
    kind: str = ""  # of a step
    biz_step: str = ""
    place: str = ""  # of a place or a step; "": nobody named it
    starts: bool = False
    declared: bool = False  # all its steps were declared wrong: drawn, and leads nowhere
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Arrow:
    """From box to box, in the direction of time. Different products, levels and units are never summed."""

    source: str
    target: str
    amounts: tuple[Amount, ...]
    inside: tuple[Amount, ...]  # what was in the carriers among them
    things: tuple[str, ...]  # boxes of the things that went this way
    steps: tuple[int, ...]  # record numbers
    verdict: str
    declared: bool
    used: tuple[Amount, ...] = ()  # of a step that is no box (`fold`): how much went in, `amounts` is what came out
    kind: str = ""  # of that step
    biz_step: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """All of it; `by`: how much was collapsed; `left_out`: trucks, documents and other things that are not drawn."""

    by: By
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    left_out: int


def worst(verdicts: Iterable[str]) -> str:
    """The verdict that outweighs the others; an unknown word outweighs all."""
    return max(verdicts, key=lambda one: WORST.index(one) if one in WORST else len(WORST), default="not checked")
