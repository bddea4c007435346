"""How a value of an event and a value of a query are compared: both become the same text, moment or number first.

Identifiers are item codes in canonical form (spec 1), so that every spelling of one is the same; words of the CBV are web URIs; prefixed
names are written out by the prefixes in force. What has no such form is compared letter by letter.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import NamedTuple

from ledger_client.codes import canonical
from ledger_client.epcis.hash_values import namespaces, plain_number
from ledger_client.epcis.json_value import Json
from ledger_client.epcis.prefixes import STANDARD
from ledger_client.errors import InvalidCode

Prefixes = Mapping[str, str]
_PLAIN = namespaces(())
_CBV = re.compile(r"https?://(?:ns|ref)\.gs1\.org/cbv/(?=\w)")
_VOC = re.compile(r"https?://(?:www\.|ref\.)?gs1\.org/voc/(?=\w)")
_MOMENT = re.compile(r"-?\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:\d\d)?)?")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_ENDS = "/#:"


class Name(NamedTuple):
    """A field of an extension. `space` is its namespace without the sign at its end; None: the prefix is not declared, `local` has it."""

    space: str | None
    local: str


def written_out(text: str, prefixes: Prefixes) -> str:
    """A prefixed name as URI, if its prefix is declared; any other text as it is."""
    prefix, colon, local = text.partition(":")
    if not colon or local.startswith("//"):
        return text
    space = STANDARD.get(prefix) or prefixes.get(prefix)
    return space + local if space else text


def name(text: str, prefixes: Prefixes) -> Name:
    """The name of an extension's field, written with a prefix or as URI. A bare name has the empty namespace."""
    prefix, colon, local = text.partition(":")
    if not colon:
        return Name("", text.removeprefix("#"))
    space = STANDARD.get(prefix) or prefixes.get(prefix)
    if space is not None:
        return Name(_known_space(space), local.lstrip(_ENDS))
    if local.startswith("//") or prefix.lower() == "urn":
        at = max(text.rfind(sign) for sign in _ENDS) + 1
        return Name(_known_space(text[:at]), text[at:])
    return Name(None, text)


def _known_space(space: str) -> str:
    return _VOC.sub(STANDARD["gs1"], space + "x")[:-1].rstrip(_ENDS)


def local_name(key: str) -> str:
    """What is left of a field's name without its namespace, whether or not the prefix is known: all spellings of a name share it."""
    return key[max(key.rfind(sign) for sign in _ENDS) + 1 :]


def identifier(text: str, prefixes: Prefixes) -> str:
    """An identifier of a thing, a place, a party, a document: canonical where it is an item code, else as it is written."""
    given = text.strip()
    short = written_out(given, prefixes)
    return _code(short) if ":" in short else short


@lru_cache(maxsize=65536)
def _code(text: str) -> str:
    try:
        return canonical(text)
    except InvalidCode:
        return text


def word(text: str, vocabulary: str, prefixes: Prefixes) -> str:
    """A word of a vocabulary of the CBV (BizStep, Disp, BTT, SDT, ER, Comp, or voc for measurement types) as web URI, in any spelling."""
    found = _word(written_out(text.strip(), prefixes), vocabulary)
    return found if found.startswith("https://ref.gs1.org/") else identifier(found, prefixes)


@lru_cache(maxsize=4096)
def _word(text: str, vocabulary: str) -> str:
    if (":" not in text and vocabulary == "voc") or text.startswith("gs1:"):
        return STANDARD["gs1"] + text.removeprefix("gs1:")
    return _VOC.sub(STANDARD["gs1"], _CBV.sub(STANDARD["cbv"], _PLAIN.value(text, vocabulary)))


def number(value: Json) -> Decimal | None:
    """A number, or a text that is one in full (XML knows nothing else); None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        value = value.strip()
        if len(value) > 64 or not _NUMBER.fullmatch(value):
            return None
    elif not isinstance(value, (int, float, Decimal)):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def moment(value: Json) -> datetime | None:
    """A date-time in UTC; a date, or a time without zone, is taken as UTC. None for anything else."""
    return _moment(value.strip()) if isinstance(value, str) and 10 <= len(value) <= 48 else None


@lru_cache(maxsize=16384)
def _moment(text: str) -> datetime | None:
    if not _MOMENT.fullmatch(text):
        return None
    try:
        found = datetime.fromisoformat(text.replace("z", "Z"))
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def texts(value: Json, prefixes: Prefixes) -> tuple[str, ...]:
    """The text by which a field of no known type is compared. A number is `=` and itself, so that the text 0012 is not the number 12."""
    if isinstance(value, bool):
        return ("true" if value else "false",)
    if isinstance(value, str):
        when = moment(value)
        return (f"@{when.isoformat()}",) if when else (identifier(value, prefixes),)
    return ("=" + plain_number(str(value)),) if isinstance(value, (int, float, Decimal)) else ()


def asked_texts(value: Json, prefixes: Prefixes) -> tuple[str, ...]:
    """The texts that a query's value may be compared with: `12` is the text and the number, as an address cannot say which."""
    found = texts(value, prefixes)
    if isinstance(value, str) and number(value) is not None:
        return (*found, "=" + plain_number(value.strip()))
    if found and found[0].startswith("="):
        return (*found, found[0][1:])
    return found


# Bits that rise with the value, for an index of ranges: see `terms`.
RANKS = 1 << 20
_HOUR = timedelta(hours=1)
_FIRST_HOUR = datetime(1930, 1, 1, tzinfo=UTC)
_DOUBLE = struct.Struct(">d")


def rank(value: Decimal | datetime) -> int:
    """A number below RANKS that never falls when the value rises: of moments the hour, of numbers sign, exponent and eight bits."""
    if isinstance(value, datetime):
        return min(max((value - _FIRST_HOUR) // _HOUR, 0), RANKS - 1)
    return _rank(float(value))


def _rank(value: float) -> int:
    bits = int.from_bytes(_DOUBLE.pack(value + 0.0)) >> 44  # -0.0 is 0.0
    return RANKS - 1 - bits if bits >> 19 else bits | RANKS >> 1
