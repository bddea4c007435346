"""Element strings: what a barcode holds and what is printed under it (spec 1.3; GS1 General Specifications 7.8).

`(01)06901234567892(21)A1` as printed, or `]d2010690123456789221A1` with FNC1 as ASCII 29 between the parts.
"""

from __future__ import annotations

import re

from ledger_client.codes import application_identifiers
from ledger_client.codes.gs1_keys import KEYS, QUALIFIERS, item_code, require_qualifier
from ledger_client.codes.item_code import ItemCode
from ledger_client.errors import InvalidCode
from ledger_client.sentences import sentence

FNC1 = "\x1d"
SYMBOLOGIES = ("]d2", "]C1", "]Q3", "]e0")  # GS1 DataMatrix, GS1-128, GS1 QR, GS1 DataBar
_BRACKETED = re.compile(r"\(([^()\\]*)\)((?:\\\(|[^(])*)", re.DOTALL)
_GOODS = ("00", "01", "8006", "8003", "8004", "8010", "253", "255", "8017", "8018")
_SHIPMENTS = ("402", "401")
_PLACES = ("414", "417")

Elements = list[tuple[str, str]]


def parse(text: str) -> ItemCode:
    """The item that an element string names; raises InvalidCode."""
    return item_of(values_of(text))


def values_of(text: str) -> dict[str, str]:
    """Everything that an element string says, by application identifier; raises InvalidCode."""
    values: dict[str, str] = {}
    for ai, value in split_bracketed(text) if text.startswith("(") else split_scanned(text):
        if values.setdefault(ai, value) != value:
            raise InvalidCode(
                f"({ai})", sentence("is given twice, as {values} and {value}", values=values[ai], value=value), "give it once"
            )
    return values


def item_of(values: dict[str, str]) -> ItemCode:
    """The item among them; raises InvalidCode."""
    key = _key_among(values)
    refinements = KEYS[key].finest + KEYS[key].ignored
    return item_code(key, values[key], {ai: value for ai, value in values.items() if ai in QUALIFIERS and ai in refinements})


def split_bracketed(text: str) -> Elements:
    r"""Identifiers and values of `(AI)value(AI)value`; a bracket inside a value is written `\(`. Raises InvalidCode."""
    elements: Elements = []
    at = 0
    while at < len(text):
        match = _BRACKETED.match(text, at)
        if match is None:
            raise InvalidCode(
                sentence("element string {text}", text=text),
                sentence("has no (AI) at character {at}", at=at + 1),
                r"write (AI)value(AI)value, a bracket in a value as \(",
            )
        elements.append((match[1], match[2].replace("\\(", "(").strip()))
        at = match.end()
    return [_checked(ai, _gtin_padded(ai, value)) for ai, value in elements]


def split_scanned(text: str) -> Elements:
    """Identifiers and values of a scanned text: symbology identifier or FNC1 first, FNC1 after values without fixed length."""
    data = text[3:] if text.startswith(SYMBOLOGIES) else text
    if data.startswith("]"):
        raise InvalidCode(f"symbology identifier {data[:3]}", "is not one that carries GS1 data", "expected " + ", ".join(SYMBOLOGIES))
    data = data.removeprefix(FNC1)
    elements: Elements = []
    while data:
        identifier = application_identifiers.find(data)
        if identifier is None:
            raise InvalidCode(f"application identifier {data[:4]}…", "is not known", "see the GS1 application identifiers")
        data = data[len(identifier.ai) :]
        end = data.find(FNC1) if FNC1 in data else len(data)
        end = end if identifier.fixed is None else min(end, identifier.fixed)
        elements.append(_checked(identifier.ai, data[:end]))
        data = data[end:].removeprefix(FNC1)
    if not elements:
        raise InvalidCode("element string", "is empty", "scan again")
    return elements


def _checked(ai: str, value: str) -> tuple[str, str]:
    identifier = application_identifiers.get(ai)
    if identifier is None:
        raise InvalidCode(sentence("application identifier {ai}", ai=ai), "is not known", "see the GS1 application identifiers")
    if ai == "01" and len(value) != 14:
        raise InvalidCode(f"GTIN (01) {value}", sentence("has {count} digits", count=len(value)), "behind (01) it has 14")
    if ai in KEYS:
        return ai, item_code(ai, value, {}).parts[ai]  # says more precisely what is wrong
    if ai in QUALIFIERS:
        require_qualifier(ai, value)  # the same
    identifier.require(value)
    return ai, value


def _gtin_padded(ai: str, value: str) -> str:
    """People print a GTIN-13 behind (01); in brackets that is no riddle."""
    return value.zfill(14) if ai == "01" and len(value) in (8, 12, 13) else value


def _key_among(values: dict[str, str]) -> str:
    """What the string is about: goods before shipments before places, which may stand beside them as attributes."""
    for group in (_GOODS, _SHIPMENTS, _PLACES):
        keys = [ai for ai in group if ai in values]
        if len(keys) > 1:
            raise InvalidCode(
                "element string", sentence("names several things: {known}", known=", ".join(f"({ai})" for ai in keys)), "give one of them"
            )
        if keys:
            return keys[0]
    raise InvalidCode(
        "element string",
        sentence("names no item: {known}", known=", ".join(f"({ai})" for ai in values)),
        sentence("it needs one of {known}", known=", ".join(KEYS)),
    )
