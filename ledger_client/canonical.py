"""The one spelling of a JSON value: RFC 8785 (JCS), so that equal values have equal bytes.

Takes values as `epcis.document` reads them (numbers are int or Decimal); gives the bytes that payload hashes and
commitments are made of (spec 3.4, 4.2). `encode` is the rule, spelled out; `encode_exact` has orjson write the same
bytes for the values of which it is known that orjson does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from json.encoder import encode_basestring
from math import isinf, isnan

import orjson

from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence

_SAFE_INTEGER = 2**53  # every smaller integer is a double of its own
_MOST_DIGITS = 400  # a longer number is no double; stops here instead of computing with it
_SORTED = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER
_ASTRAL = bytes(range(0xF0, 0xF8))  # first byte of a character above U+FFFF in UTF-8


def encode(value: object) -> bytes:
    """RFC 8785 canonical JSON of str, bool, None, int, Decimal, float, dict and list, in UTF-8.

    Raises InvalidInput for a number that a double cannot hold, a text that is not Unicode, a key that is not a text.
    """
    try:
        return text(value).encode()
    except UnicodeEncodeError as error:
        broken = error.object[error.start : error.end].encode("unicode_escape").decode()
        raise InvalidInput("text", sentence("holds half a character ({broken})", broken=broken), "send whole Unicode characters") from None


def encode_exact(value: object) -> bytes:
    """The same bytes as `encode`, some ten times faster, for a value that `document.read` made.

    Its types are exactly those that `encode` takes, without float: orjson prints doubles in a way of its own and would
    pass types that JSON does not have. What orjson refuses or might sort otherwise (by UTF-8, which differs from
    UTF-16 only above U+FFFF) goes the plain way.
    """
    encoded = exact_or_none(value)
    return encode(value) if encoded is None or _astral(encoded) else encoded


def properties_exact(value: Mapping[str, object]) -> dict[str, bytes]:
    """`encode_exact` of each property."""
    try:
        found = {name: orjson.dumps(content, default=_fragment, option=_SORTED) for name, content in value.items()}
    except orjson.JSONEncodeError:
        found = None
    return properties(value) if found is None or _astral(b"".join(found.values())) else found


def properties(value: Mapping[str, object]) -> dict[str, bytes]:
    """`encode` of each property."""
    return {name: encode(content) for name, content in value.items()}


def exact_or_none(value: object) -> bytes | None:
    """JSON of a value that `document.read` made, perhaps with keys in another order; None where `encode` may have to refuse it."""
    try:
        return orjson.dumps(value, default=_fragment, option=_SORTED)
    except orjson.JSONEncodeError:
        return None


def _astral(encoded: bytes) -> bool:
    """Whether characters above U+FFFF occur, the only ones that UTF-8 and UTF-16 sort differently."""
    return not encoded.isascii() and len(encoded.translate(None, _ASTRAL)) != len(encoded)


@lru_cache(maxsize=4096, typed=True)  # typed as in `_double`; what cannot be remembered, orjson refuses
def _fragment(value: object) -> orjson.Fragment:
    return orjson.Fragment(text(value).encode())


def text(value: object) -> str:
    """The same as `encode` as a str; may still hold a lone surrogate, which `encode` refuses."""
    write = _WRITERS.get(type(value))
    if write is None:
        raise InvalidInput(repr(value)[:60], sentence("is a {name}, which JSON does not have", name=type(value).__name__))
    return write(value)


def number(value: int | float | Decimal) -> str:
    """A number as ECMAScript prints the double; raises InvalidInput if the double has another decimal value."""
    if type(value) is int and -_SAFE_INTEGER <= value <= _SAFE_INTEGER:
        return str(value)
    return _double(Decimal(value) if isinstance(value, int) else value)


@lru_cache(maxsize=4096, typed=True)  # a float and the Decimal equal to it are judged apart
def _double(value: float | Decimal) -> str:
    if isinstance(value, Decimal) and len(value.as_tuple().digits) > _MOST_DIGITS:
        raise _not_exact(f"{value:.20e}…")
    try:
        double = float(value)
    except OverflowError:
        raise _not_exact(str(value)) from None
    if isnan(double) or isinf(double):
        raise _not_exact(str(value))
    shortest = repr(double)
    if isinstance(value, Decimal) and Decimal(shortest) != value:
        raise _not_exact(str(value))
    return _as_ecmascript(shortest)


def _as_ecmascript(shortest: str) -> str:
    """Python's shortest digits of a double in the notation of ECMA-262 Number::toString."""
    sign, digits, point = _decimal_parts(shortest)
    if not digits:
        return "0"
    if 0 < point <= 21:
        whole, rest = digits[:point].ljust(point, "0"), digits[point:]
        return sign + whole + ("." + rest if rest else "")
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    exponent = point - 1
    rest = "." + digits[1:] if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{rest}e{'+' if exponent > 0 else '-'}{abs(exponent)}"


def _decimal_parts(shortest: str) -> tuple[str, str, int]:
    """Sign, significant digits and the place of the point: value = 0.digits x 10^point."""
    sign = "-" if shortest.startswith("-") else ""
    mantissa, _, exponent = shortest.removeprefix("-").partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    return sign, digits.rstrip("0"), point


def _not_exact(value: str) -> InvalidInput:
    return InvalidInput(
        "number", sentence("{value} is not exactly a number that JSON systems can hold (IEEE double)", value=value), "send it as a string"
    )


def _object(value: dict[str, object]) -> str:
    try:
        names = sorted(value) if all(map(str.isascii, value)) else sorted(value, key=_utf16)
    except TypeError:
        raise InvalidInput("key", "is not a text", "JSON keys are strings") from None
    return "{" + ",".join([encode_basestring(name) + ":" + text(value[name]) for name in names]) + "}"


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-be", "surrogatepass")


def _array(value: list[object]) -> str:
    return "[" + ",".join([text(element) for element in value]) + "]"


_WRITERS: dict[type, Callable[..., str]] = {
    str: encode_basestring,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _: "null",
    int: number,
    Decimal: number,
    float: number,
    dict: _object,
    list: _array,
}
