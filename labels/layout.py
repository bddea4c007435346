"""A label and the content of one code -> a drawing in millimetres; what does not fit is refused with its field and the fix."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from labels.content import Content, Payload
from labels.label import Field, Label
from labels.lettering import ASCENT, LINE, POINT, face, wrapped
from labels.symbols import CARRIERS, Kind, Symbol, symbol
from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence

INCH = 25.4  # millimetres
LEAST_DOTS = 2  # a module of a single printed dot is lost with one tired heating element
_SLACK = 1e-6
_DOT_SLACK = 0.04  # of a dot: a printer of 203 dpi has 8 dots to the millimetre, and 0.25 mm are two of them
Said = TypeVar("Said")


@dataclass(frozen=True, slots=True)
class Modules:
    """A symbol where it stands: its left upper dark corner, without quiet zone."""

    symbol: Symbol
    x: float
    y: float
    module: float
    row: float  # height of a row: a module, or the bars of a linear symbol


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text from its left end on the baseline."""

    text: str
    x: float
    baseline: float
    size: float  # points
    bold: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that is black on a label."""

    width: float
    height: float
    symbols: tuple[Modules, ...]
    lines: tuple[Line, ...]


def drawing(made: Label, content: Content, dpi: int | None = None) -> Drawing:
    """The label of one code. `dpi`: of the printer, so that each module is a whole number of its dots; None: of any fineness.

    InvalidInput names the field that does not fit and says what to do.
    """
    symbols, lines = list[Modules](), list[Line]()
    for one in made.fields:
        if one.symbol:
            symbols.append(_placed(made, one, one.symbol, content, dpi))
        else:
            lines += _lettered(one, content)
    return Drawing(made.width, made.height, tuple(symbols), tuple(lines))


def _said(one: Field, say: Callable[[], Said]) -> Said:
    """What `say` gives; its complaint names the field too."""
    try:
        return say()
    except InvalidInput as error:
        raise InvalidInput(sentence("field {name}, {of}", name=one.name, of=error.field), error.problem, error.fix) from None


def _payload(one: Field, kind: Kind, content: Content) -> Payload:
    return content.link_payload if kind in (Kind.QR, Kind.HANXIN) else content.elements(one.extras)


def _placed(made: Label, one: Field, kind: Kind, content: Content, dpi: int | None) -> Modules:
    drawn, carrier = _said(one, lambda: symbol(kind, _payload(one, kind, content))), CARRIERS[kind]
    across = drawn.width + 2 * carrier.quiet
    down = drawn.height + 2 * carrier.quiet
    most = one.width / across if carrier.linear else min(one.width / across, one.height / down)
    module = _module(made, one, kind, across, most, dpi)
    row = one.height if carrier.linear else module
    x = one.x + (one.width - drawn.width * module) / 2
    y = one.y if carrier.linear else one.y + (one.height - drawn.height * module) / 2
    return Modules(drawn, x, y, module, row)


def _module(made: Label, one: Field, kind: Kind, across: int, most: float, dpi: int | None) -> float:
    """The module in millimetres: as asked for, or as large as the box allows; in whole dots of the printer."""
    least, wanted = made.least_module(kind), one.module or most
    if dpi:
        dot = INCH / dpi
        least = max(math.ceil(least / dot - _DOT_SLACK), LEAST_DOTS) * dot
        dots = round(wanted / dot) if one.module else math.floor(wanted / dot + _SLACK)
        wanted = dots * dot
    name, told = CARRIERS[kind].name, sentence(" of whole dots at {dpi} dpi", dpi=dpi) if dpi else ""
    holds = sentence("the {name} has {across} modules across with its quiet zones", name=name, across=across)
    if one.module and wanted > most + _SLACK:
        fix = sentence(
            "make it at least {across} mm wide{high}, or the module at most {most:g} mm",
            across=_up(across * wanted),
            high=_high(kind),
            most=math.floor(most * 1000) / 1000,
        )
        raise InvalidInput(
            sentence("field {name}", name=one.name),
            sentence("is too small for modules of {wanted:.3f} mm: {holds}", wanted=wanted, holds=holds),
            fix,
        )
    if wanted < least - _SLACK:
        fix = sentence("make the box at least {across} mm wide{high}", across=_up(across * least), high=_high(kind))
        fix = sentence("give modules of at least {least} mm", least=_up(least)) if one.module else fix
        raise InvalidInput(
            sentence("field {name}", name=one.name),
            sentence(
                "gives modules{told} of {wanted:.3f} mm, and {use} needs {least:.3f} mm: {holds}",
                told=told,
                wanted=wanted,
                use=made.use,
                least=least,
                holds=holds,
            ),
            fix,
        )
    return wanted


def _high(kind: Kind) -> str:
    return "" if CARRIERS[kind].linear else sentence(" and high")


def _up(length: float) -> str:
    return f"{math.ceil(length * 100 - _SLACK) / 100:g}"


def _lettered(one: Field, content: Content) -> list[Line]:
    cut, name = face(bold=one.bold), sentence("field {name}", name=one.name)
    text = _said(one, lambda: content.text(one.text))
    cut.require(name, text)
    lines = wrapped(cut, text, one.size, one.width)
    step = LINE * one.size * POINT
    if lines is None:
        raise InvalidInput(
            name, sentence("is {width:g} mm wide, narrower than a letter of {size:g} pt", width=one.width, size=one.size), "make it wider"
        )
    if len(lines) * step > one.height + _SLACK:
        count = f"{len(lines)} lines of {one.size:g} pt" if len(lines) > 1 else f"a line of {one.size:g} pt"
        fix = sentence("make it {count} mm high, or wider, or the letters smaller", count=_up(len(lines) * step))
        raise InvalidInput(
            name, sentence("is {height:g} mm high, and {text!r} needs {count}", height=one.height, text=text, count=count), fix
        )
    return [
        Line(line, _start(one, cut.width(line, one.size)), one.y + ASCENT * one.size * POINT + place * step, one.size, one.bold)
        for place, line in enumerate(lines)
        if line
    ]


def _start(one: Field, width: float) -> float:
    free = one.width - width
    return one.x + {"left": 0.0, "center": free / 2, "right": free}[one.align]
