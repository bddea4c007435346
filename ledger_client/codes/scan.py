"""Whatever a scanner or a person gives, and what it is: one resolver for every spelling (docs/scan.md).

`parsing.parse` reads the spellings of an item code (spec 1.3, 1.6 to 1.8). `scan` reads these and beside them what scanners make of
them, what RFID readers tell, and companies' own codes; it gives the same canonical code, and all else that the text says. It never
guesses between two items: a text with two readings is refused with both of them named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ledger_client.codes import application_identifiers, digital_link, element_string, epc_binary, upc_e
from ledger_client.codes.epc_binary import Tag
from ledger_client.codes.gs1_keys import KEYS
from ledger_client.codes.item_code import ItemCode
from ledger_client.codes.own_scheme import OwnScheme, recognise
from ledger_client.codes.parsing import parse, trimmed
from ledger_client.codes.scanner_text import unwrap
from ledger_client.errors import InvalidCode
from ledger_client.sentences import sentence

SPELLINGS = {
    "digital-link": "GS1 Digital Link",
    "element-string": "GS1 element string",
    "element-string-printed": "GS1 element string with brackets",
    "gtin": "GTIN in digits",
    "upc-e": "UPC-E in digits",
    "sscc": "SSCC in digits",
    "epc-urn": "EPC URN",
    "epc-tag-uri": "EPC tag URI",
    "epc-raw-uri": "EPC raw URI",
    "epc-hex": "content of an RFID tag",
    "drug20": "drug trace code (药品追溯码)",
    "ecode": "Ecode",
    "own": "a company's own code",
    "uri": "URI",
}
_TITLES = {
    "drug20": "drug trace code",
    "product": "product",
    "serial": "serial",
    "ecode": "Ecode",
    "version": "version",
    "nsi": "number system id",
    "master": "master code",
}
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_APART = re.compile(r"[ \u00a0:-]")  # what people and readers put between digits
# Under an EAN or a UPC, an ISBN, an SSCC or drug trace code
_PRINTED = re.compile(r"\d \d{6} \d{6}|\d \d{5} \d{5} \d|97[89](?:[ -]?\d){10}|\d(?: ?\d){17,19}", re.ASCII)
_HEX = re.compile(r"(?:0[xX])?([0-9A-Fa-f]{24,})")


@dataclass(frozen=True, slots=True)
class Scan:
    """What a text is."""

    spelling: str  # a name of SPELLINGS
    item: ItemCode
    parts: dict[str, str]  # all that the text says, by application identifier or by name, attributes too
    tag: Tag | None = None  # of a text from an RFID tag
    rule: str = ""  # name of the company's rule that recognised it
    carrier: str = ""  # the symbol, if the scanner told it: "GS1 DataMatrix"
    notes: tuple[str, ...] = ()  # what was assumed or left out

    @property
    def scheme(self) -> str:
        """Whose code it is: gs1, drug20, ecode, own, uri."""
        return "own" if self.rule else self.item.scheme

    @property
    def titles(self) -> dict[str, str]:
        """The name of each part; GS1's data title for an application identifier."""
        return {name: title_of(name) for name in self.parts}

    def as_json(self) -> dict[str, object]:
        """For machines: the same on the command line and over HTTP."""
        return {
            "scheme": self.scheme,
            "code": self.item.uri,
            "key": self.item.key,
            "parts": self.parts,
            "titles": self.titles,
            "spelling": self.spelling,
            "carrier": self.carrier,
            "rule": self.rule,
            "epc": self.tag.as_json() if self.tag else None,
            "itemId": "0x" + self.item.item_id.hex(),
            "notes": list(self.notes),
        }


def title_of(part: str) -> str:
    """What a part is called."""
    identifier = application_identifiers.get(part)
    return identifier.title if identifier else _TITLES.get(part, part)


def scan(text: str, own: Sequence[OwnScheme] = ()) -> Scan:
    """What `text` is; `own` are the companies' rules that are known here. Raises InvalidCode with what is wrong and the fix."""
    given = unwrap(trimmed(text))
    if not given.text:
        raise InvalidCode(sentence("code {text}", text=text), "holds nothing but a symbology identifier or separator", "scan again")
    retail = given.carrier == "EAN/UPC"  # holds a GTIN, whatever a company's rule says of as many digits
    found = _element_string(given.text) if given.gs1 or given.text[0] == "(" else _other(given.text, () if retail else own)
    return replace(found, carrier=given.carrier, notes=(*given.notes, *found.notes, *_wrong_dates(found.parts)))


def _wrong_dates(parts: Mapping[str, str]) -> list[str]:
    """A misprinted date names the same item, so it is told and not refused."""
    known = [(application_identifiers.get(name), value) for name, value in parts.items()]
    return [sentence("({ai}) {value} is no date", ai=one.ai, value=value) for one, value in known if one and one.is_no_date(value)]


def _element_string(text: str) -> Scan:
    printed = text[0] == "("
    values = element_string.values_of(text if printed else element_string.FNC1 + text)
    return Scan("element-string-printed" if printed else "element-string", element_string.item_of(values), values)


def _other(text: str, own: Sequence[OwnScheme]) -> Scan:
    tag = epc_binary.read(text) if _URI.match(text) else None
    if tag:
        return _tag(tag, "epc-raw-uri" if text[8:11].lower() == "raw" else "epc-tag-uri")
    try:
        known = _by_spec(text)
    except InvalidCode as error:
        mine, wrong = _by_rules(text, own)
        if not mine and not wrong and (found := _compressed(text, claimed=True)):
            return found
        if mine or wrong or _URI.match(text):
            return _only(text, mine, wrong or error)
        return _as_scanners_write(text, error)
    if known.scheme != "uri":
        return _only(text, [*_by_rules(text, own)[0], known])
    mine, wrong = _by_rules(known.item.uri, own)  # any URI is a code; one of a company's rule is that
    return _only(text, mine, wrong) if mine or wrong else _compressed(text, claimed=False) or known


def _compressed(text: str, *, claimed: bool) -> Scan | None:
    """A compressed Digital Link. One that does not claim to be GS1's has to be one to its last bit, with a check digit that is right."""
    long = digital_link.decompressed(text)
    try:
        item = digital_link.parse(long) if long else None
    except InvalidCode:
        return None
    if long is None or item is None or not (claimed or KEYS[item.key].checked):
        return None
    values, wrong = digital_link.values_of(long)
    return Scan("digital-link", item, values, notes=(sentence("decompressed, the address is {long}", long=long), *wrong))


def _by_rules(text: str, own: Sequence[OwnScheme]) -> tuple[list[Scan], InvalidCode | None]:
    """The readings by companies' rules, and what is wrong with a text that looks like one of them."""
    readings: list[Scan] = []
    wrong = None
    for rule in own:
        try:
            found = recognise(text, rule)
        except InvalidCode as error:
            wrong = error
        else:
            readings += [Scan("own", found[0], found[1], rule=rule.name)] if found else []
    return readings, wrong


def _only(text: str, readings: list[Scan], otherwise: InvalidCode | None = None) -> Scan:
    """The one item that all readings name; `otherwise` is raised if there is none."""
    if not readings and otherwise:
        raise otherwise
    different = {one.item.uri: one for one in readings}
    if len(different) > 1:
        told = " or ".join(f"{one.rule or SPELLINGS[one.spelling]} {one.item.uri}" for one in different.values())
        raise InvalidCode(
            sentence("code {text}", text=text),
            sentence("can be read in {count} ways: {told}", count=len(different), told=told),
            "give the code that is meant, as it stands here",
        )
    return readings[0]


def _by_spec(text: str) -> Scan:
    """A spelling of an item code."""
    item = parse(text)
    if epc_binary.is_epc_hex(text):
        return _tag(epc_binary.decode(text), "epc-hex")
    if item.scheme != "gs1":
        return Scan(item.scheme, item, item.parts)
    if text[:4].lower() == "urn:":
        return Scan("epc-urn", item, item.parts)
    if _URI.match(text):
        values, wrong = digital_link.values_of(text)
        return Scan("digital-link", item, values, notes=tuple(wrong))
    other = upc_e.expanded(text)
    notes = (sentence("as a UPC-E it would be the GTIN {other}", other=other),) if other else ()
    return Scan("sscc" if item.key == "00" else "gtin", item, item.parts, notes=notes)


def _tag(tag: Tag, spelling: str) -> Scan:
    return Scan(spelling, tag.item, tag.item.parts, tag)


def _as_scanners_write(text: str, error: InvalidCode) -> Scan:
    """What is no item code as it stands, but is beyond doubt one of these; else the error that helps most."""
    joined = _APART.sub("", text)
    hexed = _HEX.fullmatch(joined)
    if hexed and (epc_binary.is_epc_hex(hexed[1]) or hexed[1][0] in "EFef"):  # no element string begins so
        return _tag(epc_binary.decode(hexed[1]), "epc-hex")
    if joined != text and _PRINTED.fullmatch(text.replace("\u00a0", " ")):
        return replace(_by_spec(joined), notes=("blanks and hyphens were left out",))
    if expanded := upc_e.expanded(text):
        return Scan("upc-e", parse(expanded), parse(expanded).parts)
    return _without_fnc1(text, error)


def _without_fnc1(text: str, error: InvalidCode) -> Scan:
    """An element string of a scanner that sends neither symbology identifier nor FNC1: only behind a key whose check digit is right."""
    if len(text) < 16 or not (text[:2].isascii() and text[:2].isdigit()):
        raise error
    try:
        found = _element_string(text)
    except InvalidCode as wrong:
        raise (wrong if text[:2] in ("00", "01") else error) from None
    if not KEYS[found.item.key].checked or (text.isdigit() and len(text) == 18):
        raise error
    last = list(found.parts)[-1]
    identifier = application_identifiers.get(last)
    told = sentence("no separator FNC1 was sent: all that follows ({last}) was taken as its value", last=last)
    return replace(found, notes=(told,) if identifier and identifier.fixed is None else ())
