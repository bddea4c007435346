"""Scanned lines: what each was understood as, or why it was not (docs/scan.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.console.capture.steps import Codes
from api.console.scan import kind_of
from ledger_client.codes import ItemCode
from ledger_client.codes.own_scheme import OwnScheme
from ledger_client.codes.scan import scan
from ledger_client.codes.serial import serial
from ledger_client.errors import InvalidCode

MOST = 300  # lines of a field
_NO_GOODS = {"401", "402", "414", "417"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it was typed or scanned."""

    number: int  # 1, 2, …; empty lines count
    typed: str
    code: ItemCode | None
    problem: str = ""  # capture.line.<problem>
    error: InvalidCode | str = ""  # what the rules of the code say
    again: bool = False  # the code stands in a line above: it counts once

    @property
    def lot(self) -> bool:
        """Whether it names a lot or a product, so that a quantity says how much of it."""
        return self.code is not None and not serial(self.code)


def lines_of(text: str, field: Codes, own: Sequence[OwnScheme] = ()) -> tuple[Line, ...]:
    """The lines of a field that are not empty, each judged for itself; `own` are the rules of the company's own codes."""
    seen: set[str] = set()
    found = []
    for number, typed in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if typed.strip():
            line = _line(number, typed.strip(" \t"), field, seen, own)
            found.append(line)
            seen |= {line.code.uri} if line.code else set()
    return tuple(found)


def codes_in(lines: Sequence[Line]) -> list[ItemCode]:
    """The codes of the lines, each once."""
    return [line.code for line in lines if line.code and not line.again]


def _line(number: int, typed: str, field: Codes, seen: set[str], own: Sequence[OwnScheme]) -> Line:
    try:
        code = scan(typed, own).item
    except InvalidCode as error:
        return Line(number, typed, None, kind_of(error), error)
    if code.key in _NO_GOODS:
        return Line(number, typed, None, "no_goods")
    if not field.lots and not serial(code):
        return Line(number, typed, None, "needs_serial")
    return Line(number, typed, code, again=code.uri in seen)
