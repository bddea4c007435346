"""A picture -> columns of boxes and the bands between them, laid out for a drawing without a script: a flow diagram (Sankey).

Time goes from left to right: a box stands one column behind the farthest box that leads to it. A band is as wide as its amount is of the
largest of the same product, level and unit; different units are never compared. Lengths are in pixels. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tracing.picture.shapes import Amount, Arrow, Box, Picture

WIDEST, THINNEST = 36.0, 2.0  # a band
GAP, TOP, COLUMN, BOX_WIDTH = 34.0, 26.0, 172.0, 14.0
SWEEPS = 6


@dataclass(frozen=True, slots=True)
class Placed:
    """A box and where it stands."""

    box: Box
    column: int
    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Band:
    """An arrow from (x0, y0) to (x1, y1), the middles of its ends, and how wide it is."""

    arrow: Arrow
    x0: float
    y0: float
    x1: float
    y1: float
    width: float


@dataclass(frozen=True, slots=True)
class Overview:
    """The drawing."""

    width: float
    height: float
    boxes: tuple[Placed, ...]
    bands: tuple[Band, ...]


def overview(picture: Picture) -> Overview:
    """Lay the picture out. What no arrow touches is left out, but for the thing that was asked for; so is what leads to itself."""
    flows = [arrow for arrow in picture.arrows if arrow.source != arrow.target]
    touched = {end for arrow in flows for end in (arrow.source, arrow.target)}
    boxes = {box.key: box for box in picture.boxes if box.key in touched or box.starts}
    widths = _widths(flows)
    load: dict[str, list[float]] = {key: [0.0, 0.0] for key in boxes}
    for arrow, width in zip(flows, widths, strict=True):
        load[arrow.source][0] += width
        load[arrow.target][1] += width
    rows = _rows(boxes, flows, _columns(boxes, flows))
    placed: dict[str, Placed] = {}
    for column, keys in enumerate(rows):
        y = TOP
        for key in keys:
            height = max(*load[key], THINNEST * 4)
            placed[key] = Placed(boxes[key], column, column * COLUMN, y, height)
            y += height + GAP
    tallest = max((one.y + one.height + GAP for one in placed.values()), default=TOP)
    centred = _centred(placed, tallest)
    return Overview(len(rows) * COLUMN, tallest, tuple(centred.values()), tuple(_bands(flows, widths, centred)))


def _columns(boxes: Mapping[str, Box], flows: Sequence[Arrow]) -> dict[str, int]:
    """Box -> column: the length of the longest way to it; an arrow that closes a circle counts for nothing."""
    before: dict[str, list[str]] = defaultdict(list)
    for arrow in flows:
        before[arrow.target].append(arrow.source)
    found: dict[str, int] = {}
    for start in boxes:
        _column(start, before, found)
    return found


def _column(start: str, before: Mapping[str, Sequence[str]], found: dict[str, int]) -> None:
    """Depth first, without recursion: a chain may be thousands long."""
    opened, stack = set[str](), [start]
    while stack:
        key = stack[-1]
        todo = [] if key in opened else [one for one in before.get(key, ()) if one not in found and one not in opened]
        opened.add(key)
        if todo:
            stack += todo
            continue
        stack.pop()
        if key not in found:
            found[key] = max((found[one] + 1 for one in before.get(key, ()) if one in found), default=0)


def _widths(flows: Sequence[Arrow]) -> list[float]:
    """How wide each arrow's band is."""
    largest: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for arrow in flows:
        for amount in arrow.amounts:
            largest[_kind(amount)] = max(largest[_kind(amount)], abs(amount.quantity))
    shares = [[float(abs(one.quantity) / largest[_kind(one)]) for one in arrow.amounts if one.quantity] for arrow in flows]
    return [max(WIDEST * max(some, default=0.0), THINNEST) for some in shares]


def _kind(amount: Amount) -> tuple[str, str, str]:
    return amount.product, amount.level, amount.uom


def _rows(boxes: Mapping[str, Box], flows: Sequence[Arrow], columns: Mapping[str, int]) -> list[list[str]]:
    """The boxes of each column in an order in which few bands cross: each near the middle of what it is tied to."""
    rows: list[list[str]] = [[] for _ in range(max(columns.values(), default=-1) + 1)]
    for key in boxes:
        rows[columns[key]].append(key)
    tied: dict[str, list[str]] = defaultdict(list)
    for arrow in flows:
        tied[arrow.source].append(arrow.target)
        tied[arrow.target].append(arrow.source)
    for sweep in range(SWEEPS):
        at = {key: (place + 0.5) / len(row) for row in rows for place, key in enumerate(row)}
        for keys in rows if sweep % 2 == 0 else reversed(rows):
            keys.sort(key=lambda key: sum(at[one] for one in tied[key]) / len(tied[key]) if tied[key] else 0.5)
            at |= {key: (place + 0.5) / len(keys) for place, key in enumerate(keys)}
    return rows


def _centred(placed: Mapping[str, Placed], tallest: float) -> dict[str, Placed]:
    """Each column in the middle."""
    foot: dict[int, float] = defaultdict(float)
    for one in placed.values():
        foot[one.column] = max(foot[one.column], one.y + one.height + GAP)
    return {key: replace(one, y=one.y + (tallest - foot[one.column]) / 2) for key, one in placed.items()}


def _bands(flows: Sequence[Arrow], widths: Sequence[float], placed: Mapping[str, Placed]) -> Iterable[Band]:
    """Bands leave and arrive in the order of the boxes at their other ends."""
    starts, ends = [0.0] * len(flows), [0.0] * len(flows)
    used: dict[tuple[str, str], float] = defaultdict(float)
    for number in sorted(range(len(flows)), key=lambda number: placed[flows[number].target].y):
        source = flows[number].source
        starts[number] = placed[source].y + used["out", source] + widths[number] / 2
        used["out", source] += widths[number]
    for number in sorted(range(len(flows)), key=lambda number: placed[flows[number].source].y):
        target = flows[number].target
        ends[number] = placed[target].y + used["into", target] + widths[number] / 2
        used["into", target] += widths[number]
    for arrow, width, y0, y1 in zip(flows, widths, starts, ends, strict=True):
        yield Band(arrow, placed[arrow.source].x + BOX_WIDTH, y0, placed[arrow.target].x, y1, width)
