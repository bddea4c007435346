"""A drawing as SVG in millimetres, letters as outlines: the same on every screen and marking machine, whatever fonts it has."""

from __future__ import annotations

import re

from labels.layout import Drawing, Line, Modules
from labels.lettering import POINT, face

_DARK = re.compile("1+")


def svg(drawn: Drawing) -> str:
    """One document, black on nothing. Each symbol is one path, so that no seam shows between its modules."""
    size = f'width="{_n(drawn.width)}mm" height="{_n(drawn.height)}mm" viewBox="0 0 {_n(drawn.width)} {_n(drawn.height)}"'
    parts = [*map(_symbol, drawn.symbols), *map(_line, drawn.lines)]
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} fill="#000">' + "".join(parts) + "</svg>\n"


def _symbol(one: Modules) -> str:
    runs = (
        f"M{_n(one.x + match.start() * one.module)} {_n(one.y + place * one.row)}h{_n(len(match[0]) * one.module)}v{_n(one.row)}H"
        f"{_n(one.x + match.start() * one.module)}z"
        for place, row in enumerate(one.symbol.rows)
        for match in _DARK.finditer(row)
    )
    return f'<path shape-rendering="crispEdges" d="{"".join(runs)}"/>'


def _line(one: Line) -> str:
    cut, at, letters = face(bold=one.bold), 0.0, list[str]()
    for letter in one.text:
        if outline := cut.outline(letter):
            letters.append(f'<path transform="translate({_n(at)} 0)" d="{outline}"/>')
        at += cut.advance(letter) * cut.unit
    scale = one.size * POINT / cut.unit
    return f'<g transform="translate({_n(one.x)} {_n(one.baseline)}) scale({scale:.7f} {-scale:.7f})">{"".join(letters)}</g>'


def _n(length: float) -> str:
    return f"{length:.4f}".rstrip("0").rstrip(".")
