"""The hash of a case's list of units that its events bear (docs/recall.md, rule 6). Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

Line = tuple[str, float | None, str, str]  # code, quantity, unit, state


def line(code: str, quantity: float | None, uom: str, state: str) -> str:
    """`https://id.gs1.org/01/…/10/L7<TAB>60<TAB>KGM<TAB>here`; an amount that nobody said is empty."""
    return "\t".join((code, "" if quantity is None else amount(quantity), uom, state))


def amount(quantity: float) -> str:
    """At most six decimals, without zeros at the end and without an exponent: 60, 0.979."""
    return f"{quantity:.6f}".rstrip("0").rstrip(".")


def digest(lines: Iterable[Line]) -> str:
    """SHA-256, hex, of the lines in the order of their bytes, each ended by a line feed, UTF-8."""
    return hashlib.sha256(b"".join(sorted(line(*one).encode() + b"\n" for one in lines))).hexdigest()
