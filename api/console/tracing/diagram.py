"""The flow diagram in words: what templates/console/trace/_diagram.html draws as SVG, without a script. Lengths in pixels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from api.console.tracing.graph import amounts_of, title_of
from api.console.tracing.lines import fitting
from api.console.tracing.named import MARKS, TONES, Names
from tracing.answer import Thing, Trace
from tracing.picture.overview import BOX_WIDTH, Overview, Placed

_ROOM = 13  # full-width characters that a label has


@dataclass(frozen=True, slots=True)
class Bar:
    """A box, with two lines of text above it."""

    x: float
    y: float
    height: float
    tone: str
    sort: str
    starts: bool
    name: str  # as much of it as fits
    whole: str  # all of it, told when pointed at
    below: str


@dataclass(frozen=True, slots=True)
class Stream:
    """A band as a path."""

    points: tuple[tuple[float, float], ...]  # of a cubic Bézier curve
    path: str
    width: float
    tone: str
    whole: str


@dataclass(frozen=True, slots=True)
class Diagram:
    """The drawing; `bar` is how wide a box is."""

    width: float
    height: float
    bar: float
    bars: tuple[Bar, ...]
    streams: tuple[Stream, ...]
    alt: str


def diagram(found: Overview, trace: Trace, names: Names) -> Diagram:
    """The diagram of a trace."""
    things = {thing.number: thing for thing in trace.things}
    titles = {one.box.key: " ".join(part for part in title_of(one.box, things, names) if part) for one in found.boxes}
    return Diagram(
        found.width,
        found.height,
        BOX_WIDTH,
        tuple(_bar(one, things, names) for one in found.boxes),
        tuple(
            Stream(
                points=_curve(band.x0, band.y0, band.x1, band.y1),
                path=_path(_curve(band.x0, band.y0, band.x1, band.y1)),
                width=round(band.width, 1),
                tone=_tone(band.arrow.verdict, declared=band.arrow.declared),
                whole=f"{titles[band.arrow.source]} → {titles[band.arrow.target]}: {amounts_of(band.arrow, names)}".replace("\n", " "),
            )
            for band in found.bands
        ),
        names.words.say("trace.diagram.alt", boxes=len(found.boxes), bands=len(found.bands)),
    )


def _bar(placed: Placed, things: Mapping[int, Thing], names: Names) -> Bar:
    box = placed.box
    title, below = title_of(box, things, names)
    known = box.verdict if box.verdict in MARKS else "not checked"
    return Bar(
        x=round(placed.x, 1), y=round(placed.y, 1), height=round(placed.height, 1), tone=_tone(box.verdict, declared=box.declared),
        sort=box.sort, starts=box.starts, name=fitting(title, _ROOM), whole=f"{MARKS[known]} {title} {below}".strip(),
        below=fitting(below, _ROOM),
    )  # fmt: skip


def _tone(verdict: str, *, declared: bool) -> str:
    return "struck" if declared else TONES.get(verdict, "warn")


def _curve(x0: float, y0: float, x1: float, y1: float) -> tuple[tuple[float, float], ...]:
    middle = (x0 + x1) / 2
    return (x0, y0), (middle, y0), (middle, y1), (x1, y1)


def _path(points: tuple[tuple[float, float], ...]) -> str:
    start, *others = (f"{x:.1f} {y:.1f}" for x, y in points)
    return f"M{start}C{' '.join(others)}"
