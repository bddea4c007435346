"""How labels stand on paper: a roll of one label a page, or sheets with a grid of them. JSON in, JSON out; lengths in millimetres."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from labels.label import Label
from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence

_SLACK = 1e-6


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet, A4 by default, with its labels from the left upper one on, row by row."""

    columns: int
    rows: int
    left: float = 0.0  # margins up to the first label
    top: float = 0.0
    across: float = 0.0  # gaps between labels
    down: float = 0.0
    width: float = 210.0
    height: float = 297.0

    @property
    def count(self) -> int:
        """Labels on a sheet."""
        return self.columns * self.rows

    def place(self, number: int, made: tuple[float, float]) -> tuple[float, float]:
        """Left upper corner of the label of that number on its sheet, from 0, for labels of that width and height."""
        row, column = divmod(number, self.columns)
        return self.left + column * (made[0] + self.across), self.top + row * (made[1] + self.down)

    def as_json(self) -> dict[str, Any]:
        """As it is stored and sent."""
        return asdict(self)


def sheet(given: Mapping[str, Any], made: Label) -> Sheet:
    """A sheet from its JSON, on which the label's grid fits; InvalidInput names the field and the fix."""
    known = tuple(Sheet.__dataclass_fields__)
    unknown = next((name for name in given if name not in known), None)
    if unknown is not None:
        raise InvalidInput(sentence("sheet, {of}", of=unknown), "is not known", sentence("it has {known}", known=", ".join(known)))
    counts = {name: _number(name, given.get(name), 1, 50) for name in ("columns", "rows")}
    lengths = {name: _number(name, given[name], 0, 1000) for name in known[2:] if name in given}
    found = Sheet(int(counts["columns"]), int(counts["rows"]), **lengths)
    _fits("columns", found.columns, made.width, found.left, found.across, found.width)
    _fits("rows", found.rows, made.height, found.top, found.down, found.height)
    return found


def filled(made: Label, margin: float = 10.0, gap: float = 2.0) -> Sheet:
    """As many labels as an A4 sheet holds; InvalidInput for a label that is larger than that."""
    width, height = 210.0, 297.0
    columns, rows = int((width - 2 * margin + gap) // (made.width + gap)), int((height - 2 * margin + gap) // (made.height + gap))
    if not columns or not rows:
        raise InvalidInput(
            "sheet",
            sentence("a label of {width:g} × {height:g} mm does not fit on A4", width=made.width, height=made.height),
            "print it as a roll",
        )
    left = (width - columns * made.width - (columns - 1) * gap) / 2
    return Sheet(columns, rows, left=round(left, 3), top=margin, across=gap, down=gap)


def _fits(name: str, count: int, size: float, margin: float, gap: float, whole: float) -> None:
    need = margin + count * size + (count - 1) * gap
    if need > whole + _SLACK:
        room = max(int((whole - margin + gap + _SLACK) // (size + gap)), 0)
        fix = sentence("{room} fit: give fewer {name}, or smaller margins and gaps", room=room, name=name) if room else "print it as a roll"
        raise InvalidInput(
            sentence("sheet, {of}", of=name),
            sentence("{count} of {size:g} mm need {need:g} mm of the sheet's {whole:g} mm", count=count, size=size, need=need, whole=whole),
            fix,
        )


def _number(name: str, given: object, least: float, most: float) -> float:
    whole = isinstance(given, int) or least == 0
    if isinstance(given, bool) or not isinstance(given, int | float) or not whole or not least <= given <= most:
        raise InvalidInput(
            sentence("sheet, {of}", of=name),
            sentence("is {given!r}", given=given),
            sentence("give {least:g} to {most:g} {unit}", least=least, most=most, unit="mm" if least == 0 else ""),
        )
    return given
