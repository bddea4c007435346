"""Reading foreign JSON strictly: each value taken by its path, of exactly the expected kind, or InvalidBundle with that path.

Used by `bundle` (spec 6.1: lower-case hex with 0x, unknown fields refused).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NoReturn, TypeVar

import msgspec
import orjson

from ledger_client import canonical
from ledger_client.errors import InvalidBundle

T = TypeVar("T")

DEEPEST = 64  # levels, as in `epcis.document`
MAX_INTEGER = 2**53 - 1  # what every JSON reader holds exactly, JavaScript's too
_HEX = re.compile(r"0x(?:[0-9a-f]{2})*")
_SURROGATE = re.compile("[\ud800-\udfff]")


def parse(data: bytes | str) -> object:
    """JSON text, with no name given twice in one object; fractions come as exact Decimals. InvalidBundle otherwise."""
    quick = _quick(data)
    if quick is not None:
        return quick
    try:
        orjson.loads(data)  # stops at 1024 levels; the standard decoder can be driven into the end of the stack
        found: object = _DECODER.decode(data if isinstance(data, str) else data.decode("utf-8"))
    except RecursionError:
        raise _too_deep() from None
    except ValueError as problem:
        raise InvalidBundle("$", f"is not JSON: {problem}") from None
    if _deeper(found):
        raise _too_deep()
    return found


def fields(value: object, path: str, names: Sequence[str]) -> dict[str, object]:
    """An object with exactly these names."""
    if not isinstance(value, dict):
        raise InvalidBundle(path, f"is {kind(value)}, needs an object")
    if missing := [name for name in names if name not in value]:
        raise InvalidBundle(f"{path}.{missing[0]}", "is missing")
    if unknown := [name for name in value if name not in names]:
        raise InvalidBundle(f"{path}.{unknown[0]}", "is not a field of this format", f"the fields are {', '.join(names)}")
    return value


def listed(value: object, path: str, read: Callable[[object, str], T]) -> tuple[T, ...]:
    """A list, each of its entries read by `read(entry, path)`."""
    if not isinstance(value, list):
        raise InvalidBundle(path, f"is {kind(value)}, needs a list")
    return tuple(read(entry, f"{path}[{place}]") for place, entry in enumerate(value))


def octets(value: object, path: str, size: int | None = None) -> bytes:
    """Bytes in lower-case hex with 0x; exactly `size` of them if given."""
    found = text(value, path)
    if not _HEX.fullmatch(found):
        raise InvalidBundle(path, f"is {found[:20]!r}, needs bytes in lower-case hex with 0x")
    if size is not None and len(found) != 2 + 2 * size:
        raise InvalidBundle(path, f"has {(len(found) - 2) // 2} bytes, needs {size}")
    return bytes.fromhex(found[2:])


def integer(value: object, path: str, least: int = 0, most: int = MAX_INTEGER) -> int:
    """A whole number from `least` to `most`."""
    if type(value) is not int:
        raise InvalidBundle(path, f"is {kind(value)}, needs a whole number")
    if not least <= value <= most:
        raise InvalidBundle(path, f"is {value}, needs {least} to {most}")
    return value


def text(value: object, path: str) -> str:
    """A text of whole Unicode characters."""
    if not isinstance(value, str):
        raise InvalidBundle(path, f"is {kind(value)}, needs a text")
    if _SURROGATE.search(value):
        raise InvalidBundle(path, "holds half a character (a lone surrogate)")
    return value


def one_of(value: object, path: str, allowed: Sequence[T]) -> T:
    """One of a few texts."""
    for option in allowed:
        if option == value:
            return option
    raise InvalidBundle(path, f"is {str(value)[:40]!r}", f"must be one of {', '.join(map(str, allowed))}")


def distinct(keys: Sequence[object], path: str, what: str) -> None:
    """No key twice."""
    if len(set(keys)) != len(keys):
        twice = next(place for place, key in enumerate(keys) if key in keys[:place])
        raise InvalidBundle(f"{path}[{twice}].{what}", "stands here a second time")


def kind(value: object) -> str:
    """What a JSON value is, in words."""
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _quick(data: bytes | str) -> object:
    """What a canonical text says, as nearly all are that are read; None for any other text, which has to be read the slow way.

    A text that is what its reading would be written as lost nothing by it: no name stands in it twice, no number was rounded.
    """
    raw = data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")
    try:
        if raw.count(b"[") + raw.count(b"{") > DEEPEST and _deeper(orjson.loads(raw)):  # orjson stops at 1024 levels, others drive on
            return None
        found: object = _QUICK.decode(raw)
    except (msgspec.DecodeError, ValueError, ArithmeticError, RecursionError):
        return None
    return found if canonical.exact_or_none(found) == raw else None


def _deeper(content: object) -> bool:
    """Whether objects and lists nest deeper than DEEPEST; a fixed number, so that the same file gets the same answer everywhere."""
    level = [content] if isinstance(content, (dict, list)) else []
    for _ in range(DEEPEST):
        inner = [entry for parent in level for entry in (parent.values() if isinstance(parent, dict) else parent)]
        level = [entry for entry in inner if isinstance(entry, (dict, list))]
        if not level:
            return False
    return bool(level)


def _too_deep() -> InvalidBundle:
    return InvalidBundle("$", f"nests deeper than {DEEPEST} levels")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the name {next(n for n in names if names.count(n) > 1)!r} stands twice in one object")
    return found


def _fraction(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError:
        raise ValueError(f"the exponent of {text[:40]} is out of all bounds") from None


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a number of JSON")


_QUICK = msgspec.json.Decoder(float_hook=Decimal)
_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_fraction, parse_constant=_no_constant)
