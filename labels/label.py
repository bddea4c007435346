"""A label: its size in millimetres and the fields that stand on it. JSON in, JSON out; what could never be printed is refused here.

What depends on the code (does the text fit, how large is a module) is for `layout`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations
from typing import Any

from labels.content import EXTRAS, check_template
from labels.symbols import CARRIERS, Kind
from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence

TEXT = "text"
KINDS = (TEXT, *Kind)
ALIGNS = ("left", "center", "right")
MOST_FIELDS = 40
SMALLEST, LARGEST = 5.0, 500.0  # millimetres of a label's side
LEAST_BAR = 5.0  # millimetres: bars of Code 128 that a hand still hits (ISO/IEC 15417: 5 mm or 15 % of the length)
LONGEST_TEXT = 300
FONT_SIZES = (4.0, 72.0)  # points
_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")
_SLACK = 1e-6  # of binary fractions


class Use(StrEnum):
    """For what scanners a label is made, which decides how small a module may be."""

    PACKAGE = "package"  # hand scanners and phones
    RETAIL = "retail"  # a till
    LOGISTICS = "logistics"  # a conveyor, or a hand scanner from afar
    MARKING = "marking"  # marked onto the part itself (DPM), read by a scanner made for it


# Smallest modules in mm for 2D and linear symbols: GS1 General Specifications 5.12.3, symbol specification tables 6 (healthcare, not
# at a till), 1, 2 and 7. Of these only table 1's 0.396 was seen quoted (by GS1 UK); for hand scanners 0.25 is our own, above table 6.
LEAST_MODULE = {Use.PACKAGE: (0.254, 0.25), Use.RETAIL: (0.396, 0.264), Use.LOGISTICS: (0.743, 0.495), Use.MARKING: (0.1, 0.17)}


@dataclass(frozen=True, slots=True)
class Field:
    """One thing on a label, in a box measured from the label's left upper corner. A symbol's box holds its quiet zone too."""

    name: str
    kind: str  # text, or a Kind
    x: float
    y: float
    width: float
    height: float
    text: str = ""  # of a text: with {placeholders}
    size: float = 8.0  # of a text: points
    bold: bool = False
    align: str = "left"
    module: float | None = None  # of a symbol: millimetres; None: as large as the box allows
    extras: tuple[str, ...] = ()  # of DataMatrix and Code 128: application identifiers beside the key

    @property
    def symbol(self) -> Kind | None:
        """Which symbol it is; None: a text."""
        return None if self.kind == TEXT else Kind(self.kind)

    def as_json(self) -> dict[str, Any]:
        """As it is stored and sent."""
        place = {"name": self.name, "kind": self.kind, "x": self.x, "y": self.y, "width": self.width, "height": self.height}
        if self.symbol:
            return place | {"module": self.module, "with": list(self.extras)}
        return place | {"text": self.text, "size": self.size, "bold": self.bold, "align": self.align}


@dataclass(frozen=True, slots=True)
class Label:
    """A label of one size with its fields."""

    width: float
    height: float
    fields: tuple[Field, ...]
    use: Use = Use.PACKAGE

    def least_module(self, kind: Kind) -> float:
        """How small a module may be, in millimetres."""
        return LEAST_MODULE[self.use][CARRIERS[kind].linear]

    def as_json(self) -> dict[str, Any]:
        """As it is stored and sent."""
        return {"width": self.width, "height": self.height, "use": str(self.use), "fields": [one.as_json() for one in self.fields]}


def label(given: Mapping[str, Any]) -> Label:
    """A label from its JSON; InvalidInput names the field and the fix."""
    _known("label", given, ("width", "height", "use", "fields"))
    width, height = (_number(name, given.get(name), SMALLEST, LARGEST) for name in ("width", "height"))
    use = given.get("use", Use.PACKAGE)
    if use not in list(Use):
        raise InvalidInput("use", sentence("{given!r} is not known", given=use), sentence("use {known}", known=", ".join(Use)))
    fields = given.get("fields")
    if not isinstance(fields, list) or not 1 <= len(fields) <= MOST_FIELDS:
        raise InvalidInput("fields", "is no list of fields", sentence("give 1 to {most:,}", most=MOST_FIELDS))
    made = Label(width, height, tuple(_field(one, place) for place, one in enumerate(fields)), Use(use))
    _check(made)
    return made


def _check(made: Label) -> None:
    """What concerns several fields, or a field and the sheet."""
    names = [one.name for one in made.fields]
    for name in names:
        if names.count(name) > 1:
            raise InvalidInput(sentence("field {name}", name=name), "stands there twice", "give each field a name of its own")
    for one in made.fields:
        for start, length, whole, side in (
            (one.x, one.width, made.width, sentence("right")),
            (one.y, one.height, made.height, sentence("lower")),
        ):
            if start + length > whole + _SLACK:
                fix = sentence("move it by {start}, or make it smaller", start=_mm(start + length - whole))
                raise InvalidInput(
                    sentence("field {name}", name=one.name),
                    sentence("goes {start} beyond the {side} edge of the label", start=_mm(start + length - whole), side=side),
                    fix,
                )
    for first, second in combinations(made.fields, 2):
        for one, other in ((first, second), (second, first)):
            if one.symbol and _overlap(one, other):
                kind = CARRIERS[one.symbol].name
                free = "move one of them: a symbol's box holds its quiet zone, in which nothing may stand"
                raise InvalidInput(
                    sentence("field {name}", name=other.name),
                    sentence("stands in the box of the {kind} {name}", kind=kind, name=one.name),
                    free,
                )


def _overlap(one: Field, other: Field) -> bool:
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return across > _SLACK and down > _SLACK


def _field(given: object, place: int) -> Field:
    where = f"fields[{place}]"
    if not isinstance(given, Mapping):
        raise InvalidInput(where, "is no object", 'a field is written {"name": …, "kind": …, "x": …}')
    name, kind = given.get("name"), given.get("kind")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise InvalidInput(f"{where}.name", sentence("{name!r} is no name", name=name), "1 to 40 letters, digits, _ and -")
    where = sentence("field {name}", name=name)
    if kind not in KINDS:
        raise InvalidInput(
            sentence("{where}, {of}", where=where, of="kind"),
            sentence("{given!r} is not known", given=kind),
            sentence("use {known}", known=", ".join(KINDS)),
        )
    x, y = (_number(sentence("{where}, {of}", where=where, of=side), given.get(side), 0, LARGEST) for side in ("x", "y"))
    width, height = (
        _number(sentence("{where}, {of}", where=where, of=side), given.get(side), 0.5, LARGEST) for side in ("width", "height")
    )
    box = Field(name, str(kind), x, y, width, height)
    return _text(where, given, box) if kind == TEXT else _symbol(where, given, box)


_PLACE = ("name", "kind", "x", "y", "width", "height")


def _text(where: str, given: Mapping[str, Any], box: Field) -> Field:
    _known(where, given, (*_PLACE, "text", "size", "bold", "align"))
    text, bold, align = given.get("text"), given.get("bold", False), given.get("align", "left")
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_TEXT:
        raise InvalidInput(
            sentence("{where}, {of}", where=where, of="text"),
            "is no text",
            sentence("1 to {longest_text} characters, with placeholders such as {{lot}}", longest_text=LONGEST_TEXT),
        )
    if any(not letter.isprintable() and letter != "\n" for letter in text):
        raise InvalidInput(sentence("{where}, {of}", where=where, of="text"), "holds a control character", "write plain text")
    check_template(sentence("{where}, {of}", where=where, of="text"), text)
    if not isinstance(bold, bool):
        raise InvalidInput(
            sentence("{where}, {of}", where=where, of="bold"), sentence("{given!r} is neither true nor false", given=bold), ""
        )
    if align not in ALIGNS:
        raise InvalidInput(
            sentence("{where}, {of}", where=where, of="align"),
            sentence("{given!r} is not known", given=align),
            sentence("use {known}", known=", ".join(ALIGNS)),
        )
    size = _number(sentence("{where}, {of}", where=where, of="size"), given.get("size", 8.0), *FONT_SIZES, unit="pt")
    return replace(box, text=text, size=size, bold=bold, align=str(align))


def _symbol(where: str, given: Mapping[str, Any], box: Field) -> Field:
    _known(where, given, (*_PLACE, "module", "with"))
    module, extras = given.get("module"), given.get("with", [])
    if module is not None:
        module = _number(sentence("{where}, {of}", where=where, of="module"), module, 0.05, 5.0)
    if not isinstance(extras, list) or any(one not in tuple(EXTRAS) for one in extras):
        raise InvalidInput(
            sentence("{where}, {of}", where=where, of="with"),
            "is no list of application identifiers",
            sentence("use {known}", known=", ".join(EXTRAS)),
        )
    if extras and box.kind not in (Kind.DATAMATRIX, Kind.CODE128):
        raise InvalidInput(
            sentence("{where}, {of}", where=where, of="with"),
            sentence("does not go into a {name}", name=CARRIERS[Kind(box.kind)].name),
            "it holds a Digital Link: leave it out",
        )
    if CARRIERS[Kind(box.kind)].linear and box.height < LEAST_BAR:
        raise InvalidInput(
            sentence("{where}, {of}", where=where, of="height"),
            sentence("gives bars of {height}", height=_mm(box.height)),
            sentence("make it at least {least_bar}", least_bar=_mm(LEAST_BAR)),
        )
    return replace(box, module=module, extras=tuple(extras))


def _known(where: str, given: Mapping[str, Any], names: tuple[str, ...]) -> None:
    unknown = next((name for name in given if name not in names), None)
    if unknown is not None:
        raise InvalidInput(
            sentence("{where}, {of}", where=where, of=unknown), "is not known", sentence("it has {known}", known=", ".join(names))
        )


def _number(where: str, given: object, least: float, most: float, unit: str = "mm") -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not least <= given <= most:
        raise InvalidInput(
            where, sentence("is {given!r}", given=given), sentence("give {least:g} to {most:g} {unit}", least=least, most=most, unit=unit)
        )
    return round(float(given), 3)


def _mm(length: float) -> str:
    return f"{length:.3f}".rstrip("0").rstrip(".") + " mm"
