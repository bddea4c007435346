"""RFC 8785: the one text of a JSON value. ValueError for a value that has none."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any


def text(value: Any) -> str:
    """The canonical text; numbers are int or Decimal, as `strict.parse` gives them."""
    if value is None or isinstance(value, bool | str):
        if isinstance(value, str):
            value.encode()  # half a character has no UTF-8
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int | Decimal):
        return _number(value)
    if isinstance(value, list):
        return "[" + ",".join(map(text, value)) + "]"
    names = sorted(value, key=lambda name: name.encode("utf-16-be"))
    return "{" + ",".join(f"{text(name)}:{text(value[name])}" for name in names) + "}"


def _number(value: int | Decimal) -> str:
    """As ECMAScript writes the double; ValueError for a number that is no double."""
    double = float(value)
    if double in (float("inf"), float("-inf")) or Decimal(repr(double)) != Decimal(value):
        raise ValueError(f"{value} is not what a double is written as")
    if not double:
        return "0"
    sign, digits, exponent = Decimal(repr(double)).normalize().as_tuple()
    shown, point = "".join(map(str, digits)), len(digits) + int(exponent)
    if len(shown) <= point <= 21:
        written = shown + "0" * (point - len(shown))
    elif 0 < point <= 21:
        written = f"{shown[:point]}.{shown[point:]}"
    elif -6 < point <= 0:
        written = "0." + "0" * -point + shown
    else:
        mantissa = shown[0] + ("." + shown[1:] if len(shown) > 1 else "")
        written = f"{mantissa}e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return ("-" if sign else "") + written
