"""How the event hash writes a single value and a single name (docs/event-hash.md rules 7 and 8)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Final

from ledger_client.codes import event_identifier
from ledger_client.epcis.prefixes import STANDARD
from ledger_client.epcis.vocabulary import web_uri

_NUMBER = re.compile(r"([+-]?)(?:([0-9]+)\.?([0-9]*)|\.([0-9]+))(?:[eE]([+-]?[0-9]{1,9}))?")
_MOST_NAMES = 10_000  # remembered per set of prefixes
_LONGEST_REMEMBERED = 256  # characters; longer values are rare and not worth the memory
_LONGEST_NUMBER = 4096  # digits; what would be longer written out stays as it is
_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}):([0-9]{2})(?:\.([0-9]+))?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))")
_CBV_URNS: Final = {
    "urn:epcglobal:cbv:bizstep:": "https://ref.gs1.org/cbv/BizStep-",
    "urn:epcglobal:cbv:disp:": "https://ref.gs1.org/cbv/Disp-",
    "urn:epcglobal:cbv:btt:": "https://ref.gs1.org/cbv/BTT-",
    "urn:epcglobal:cbv:sdt:": "https://ref.gs1.org/cbv/SDT-",
    "urn:epcglobal:cbv:er:": "https://ref.gs1.org/cbv/ER-",
}
_GS1_HOSTS = ("https://ref.gs1.org", "https://gs1.org")


class Namespaces:
    """The prefixes in force for one event, as names and as values use them."""

    __slots__ = ("_names", "_of_names", "_of_values")

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        fixed = {prefix: uri for prefix, uri in STANDARD.items() if prefix != "cbvmda"}  # cbvmda is as the document has it
        meant = {**STANDARD, **prefixes, **fixed}
        self._of_names = meant
        self._of_values = {prefix: uri for prefix, uri in meant.items() if uri.startswith(_GS1_HOSTS)}
        self._names: dict[str, str] = {}

    def name(self, name: str) -> str:
        """`{namespace}local` for a prefixed name; any other name as it is."""
        known = self._names.get(name)
        if known is None:
            prefix, colon, local = name.partition(":")
            known = f"{{{self._of_names[prefix]}}}{local}" if colon and prefix in self._of_names else name
            if len(self._names) < _MOST_NAMES:
                self._names[name] = known
        return known

    def value(self, content: object, words: str = "") -> str:
        """A leaf's value in its canonical form; `words` is the vocabulary of bare words in this field."""
        if isinstance(content, str):
            return _text(self, content, words) if len(content) <= _LONGEST_REMEMBERED else _text.__wrapped__(self, content, words)
        if type(content) is int:
            return str(content)
        if isinstance(content, bool):
            return "true" if content else "false"
        return plain_number(str(content)) if isinstance(content, (int, Decimal, float)) else ""

    def leaf(self, name: str, content: object, words: str) -> str:
        """`name=value`; empty if the value is."""
        if type(content) is str and len(content) <= _LONGEST_REMEMBERED:
            return _leaf(self, name, content, words)
        text = self.value(content, words)
        return f"{name}={text}" if text else ""

    def written_out(self, text: str) -> str:
        """A CURIE of GS1 as web URI; any other text as it is."""
        prefix, colon, local = text.partition(":")
        return self._of_values[prefix] + local if colon and prefix in self._of_values else text


@lru_cache(maxsize=256)
def namespaces(prefixes: tuple[tuple[str, str], ...]) -> Namespaces:
    """Namespaces of these prefixes; documents use the same ones for all their events."""
    return Namespaces(dict(prefixes))


@lru_cache(maxsize=65536)  # places, words and items come again; keyed by the namespaces themselves, which `namespaces` gives out once
def _text(names: Namespaces, content: str, words: str) -> str:
    text = names.written_out(content.strip())
    if ":" not in text:
        number = plain_number(text)
        return web_uri(text, words) if words and text and number == text else number
    for urn, web in _CBV_URNS.items():
        if text.startswith(urn):
            return web + text[len(urn) :]
    return event_identifier.normalise(text) or text


@lru_cache(maxsize=65536)
def _leaf(names: Namespaces, name: str, content: str, words: str) -> str:
    text = names.value(content, words)
    return f"{name}={text}" if text else ""


def plain_number(text: str) -> str:
    """A decimal number without exponent, plus sign, leading or trailing zeros, exactly; other text as it is."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return text
    sign, whole, fraction, bare_fraction, exponent = match.groups(default="")
    digits = whole + fraction + bare_fraction
    point = len(whole) + int(exponent or 0)
    if abs(point) + len(digits) > _LONGEST_NUMBER:
        return text
    left = (digits[:point].ljust(point, "0") if point > 0 else "").lstrip("0")
    right = (digits[point:] if point > 0 else "0" * -point + digits).rstrip("0")
    number = (left or "0") + ("." + right if right else "")
    return "-" + number if sign == "-" and number != "0" else number


@lru_cache(maxsize=4096)
def time_value(text: str) -> str:
    """A date-time in UTC with milliseconds, half up; other text as it is."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return text.strip()
    day, minute, second, fraction, sign, hours, minutes = match.groups(default="")
    try:
        local = datetime.fromisoformat(f"{day}T{minute}:00") + timedelta(0, int(second), 1000 * _milliseconds(fraction) if fraction else 0)
        utc = local - _ahead(sign, hours, minutes)
    except (ValueError, OverflowError):
        return text.strip()
    return utc.isoformat(timespec="milliseconds") + "Z"


def _milliseconds(fraction: str) -> int:
    """Of a second, rounded half up."""
    digits = fraction[:4].ljust(4, "0")
    return int(digits[:3]) + (digits[3] >= "5")


@lru_cache(maxsize=256)
def _ahead(sign: str, hours: str, minutes: str) -> timedelta:
    """How far a zone is ahead of UTC."""
    ahead = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    return -ahead if sign == "-" else ahead
