"""EPC URNs: urn:epc:id:, urn:epc:class:, urn:epc:idpat: (spec 1.3; GS1 EPC Tag Data Standard 6.3 and 8).

A URN has no check digit and splits the key at the company prefix; reading one puts both right. `read` keeps the escapes as they are,
because the event hash wants them so; `parse` decodes and checks them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ledger_client.codes import characters
from ledger_client.codes.check_digit import check_digit
from ledger_client.codes.gs1_keys import KEYS, QUALIFIERS, item_code
from ledger_client.codes.item_code import ItemCode
from ledger_client.errors import InvalidCode
from ledger_client.sentences import sentence

_URN = re.compile(r"(?i:urn:epc:(id|class|idpat):([a-z]+)):(.*)", re.DOTALL)
_TEXT = re.compile(r"(?:%[0-9A-Fa-f]{2}|[!')(*+,.0-9:;=A-Za-z_-])+")
_PREFIX = range(6, 13)  # digits of a company prefix in a URN


class Scheme(NamedTuple):
    """How one EPC scheme maps to a GS1 key."""

    ai: str
    digits: int  # digits of prefix and reference together; 0: the reference is text
    parts: int  # texts after prefix and reference that a pattern may leave open
    qualifier: str = ""  # application identifier of the last part; empty: it is the tail of the key
    indicator: bool = False  # the reference's first digit stands before the prefix in the key


SCHEMES = {
    "sgtin": Scheme("01", 13, 1, "21", indicator=True),
    "lgtin": Scheme("01", 13, 1, "10", indicator=True),
    "upui": Scheme("01", 13, 1, "235", indicator=True),
    "itip": Scheme("8006", 13, 3, "21", indicator=True),
    "sscc": Scheme("00", 17, 0, indicator=True),
    "sgln": Scheme("414", 12, 1, "254"),
    "pgln": Scheme("417", 12, 0),
    "grai": Scheme("8003", 12, 1),
    "gdti": Scheme("253", 12, 1),
    "sgcn": Scheme("255", 12, 1),
    "gsrn": Scheme("8018", 17, 0),
    "gsrnp": Scheme("8017", 17, 0),
    "gsin": Scheme("402", 16, 0),
    "giai": Scheme("8004", 0, 0),
    "ginc": Scheme("401", 0, 0),
    "cpi": Scheme("8010", 0, 1, "8011"),
}


class Reading(NamedTuple):
    """A URN taken apart; texts still escaped."""

    ai: str
    digits: str  # with check digit
    tail: str
    qualifier: str  # application identifier, or empty
    refined: str


def parse(urn: str) -> ItemCode | None:
    """The item that an EPC URN names; None for a scheme without a GS1 key. Raises InvalidCode."""
    reading = read(urn)
    if reading is None:
        return None
    key = KEYS[reading.ai]
    value = reading.digits + characters.decode(key.name, reading.tail)
    if not reading.qualifier:
        return item_code(reading.ai, value, {})
    return item_code(reading.ai, value, {reading.qualifier: characters.decode(QUALIFIERS[reading.qualifier].name, reading.refined)})


def read(urn: str) -> Reading | None:
    """Key, check digit and texts of an EPC URN; None for a scheme without a GS1 key. Raises InvalidCode for a wrong form."""
    match = _URN.fullmatch(urn)
    if match is None:
        raise _other_form(urn)
    kind, name = match[1].lower(), match[2].lower()
    scheme = SCHEMES.get(name)
    if scheme is None or (kind == "class") != (name == "lgtin"):
        if kind == "id" and scheme is None:
            return None
        raise InvalidCode(
            f"URN {urn}",
            sentence("has no scheme {name} under urn:epc:{kind}", name=name, kind=kind),
            "lots are urn:epc:class:lgtin, the rest urn:epc:id",
        )
    return _read_scheme(urn, scheme, match[3], pattern=kind == "idpat")


def _read_scheme(urn: str, scheme: Scheme, body: str, *, pattern: bool) -> Reading:
    prefix, reference, parts = _split(urn, scheme, body)
    _require_digits(urn, scheme, prefix, reference)
    if pattern != (bool(parts) and parts[-1] == "*"):
        raise InvalidCode(f"URN {urn}", "mixes a pattern and an identifier", "urn:epc:idpat: ends in .* and urn:epc:id: does not")
    digits, tail = _key(scheme, prefix, reference)
    if scheme.ai == "8006":
        tail = _pieces(urn, parts)
    last = "" if pattern or not parts else _text(urn, parts[-1])
    if scheme.qualifier:
        none = pattern or (scheme.ai == "414" and last == "0")  # SGLN extension 0 means none
        return Reading(scheme.ai, digits, tail, "" if none else scheme.qualifier, "" if none else last)
    return Reading(scheme.ai, digits, tail + last, "", "")


def _split(urn: str, scheme: Scheme, body: str) -> tuple[str, str, list[str]]:
    fields = body.split(".", 1 + scheme.parts)
    if len(fields) != 2 + scheme.parts:
        raise InvalidCode(
            f"URN {urn}",
            sentence("has {count} parts", count=len(fields)),
            sentence("it needs {count}, separated by dots", count=2 + scheme.parts),
        )
    return fields[0], fields[1], fields[2:]


def _require_digits(urn: str, scheme: Scheme, prefix: str, reference: str) -> None:
    if not (_is_digits(prefix) and len(prefix) in _PREFIX):
        raise InvalidCode(f"URN {urn}", sentence("has the company prefix {prefix!r}", prefix=prefix), "it needs 6 to 12 digits")
    if not scheme.digits:
        _text(urn, reference)
    elif len(prefix) + len(reference) != scheme.digits or (reference and not _is_digits(reference)):
        allowed = scheme.digits - len(prefix)
        raise InvalidCode(
            f"URN {urn}",
            sentence("has the reference {reference!r}", reference=reference),
            sentence("after a prefix of {count} digits it needs {allowed} digits", count=len(prefix), allowed=allowed),
        )


def _key(scheme: Scheme, prefix: str, reference: str) -> tuple[str, str]:
    """Digits with their check digit, and the tail so far."""
    if not scheme.digits:
        return prefix, reference
    body = reference[0] + prefix + reference[1:] if scheme.indicator else prefix + reference
    if scheme.ai == "8003":
        body = "0" + body
    return body + check_digit(body), ""


def _pieces(urn: str, parts: list[str]) -> str:
    piece, total = parts[0], parts[1]
    if not (len(piece) == len(total) == 2 and _is_digits(piece + total)):
        raise InvalidCode(f"URN {urn}", sentence("has piece {piece!r} of {total!r}", piece=piece, total=total), "both need two digits")
    return piece + total


def _text(urn: str, text: str) -> str:
    good = _TEXT.match(text)
    if good is None or good.end() != len(text):
        at = text[good.end() if good else 0 :][:1]
        if not at:
            raise InvalidCode(f"URN {urn}", "has an empty part", "give a value")
        fix = sentence("write it as %{code:02X}", code=ord(at)) if at.isascii() else "GS1 values hold ASCII only"
        raise InvalidCode(f"URN {urn}", sentence("holds {character} unescaped", character=characters.named(at)), fix)
    return text


def escaped(text: str) -> str:
    """A value as a URN writes it; one that is a lone * must not pass for a pattern."""
    return "%2A" if text == "*" else characters.encode(text)


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _other_form(urn: str) -> InvalidCode:
    """Tag and raw URNs spell the same things once more; as plain URIs they would be other items."""
    kind = urn.split(":")[2].lower() if urn.count(":") > 1 else ""
    if kind not in ("id", "class", "idpat"):
        return InvalidCode(
            f"URN {urn}", sentence("is a urn:epc:{kind} form, not an identifier", kind=kind), "use the pure identity, urn:epc:id:…"
        )
    return InvalidCode(f"URN {urn}", "names no scheme", "urn:epc:id:sgtin:6901234.056789.1001 is an example")
