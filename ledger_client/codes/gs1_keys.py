"""The GS1 keys that can name an item, as one table, and the checks that all spellings share (spec 1.2, 1.4).

Facts: GS1 General Specifications 3, GS1 Digital Link 1.2 (qualifiers, short names), as in the GS1 Syntax Dictionary of 2026-07.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger_client.codes import characters
from ledger_client.codes.check_digit import require_check_digit
from ledger_client.codes.item_code import ItemCode
from ledger_client.errors import InvalidCode
from ledger_client.sentences import sentence

DOMAIN = "https://id.gs1.org"
_GTIN_LENGTHS = (8, 12, 13, 14)
_PREFIX_DIGITS = 4  # the shortest GS1 company prefix


@dataclass(frozen=True, slots=True)
class Key:
    """One GS1 key: leading digits, the check digit among them, then a free tail; and what may refine it."""

    ai: str
    name: str
    short: str  # short name in a Digital Link
    digits: int = 0  # exactly so many digits first; 0: the value begins with a company prefix instead
    checked: int = 0  # the check digit is the last of so many digits
    tail: int = 0  # at most so many characters after the digits
    charset: frozenset[str] = characters.SET_82  # of the tail
    finest: tuple[str, ...] = ()  # qualifiers that refine the code, the finest first
    ignored: tuple[str, ...] = ()  # qualifiers that are allowed and dropped


@dataclass(frozen=True, slots=True)
class Qualifier:
    """What refines a key: a serial, a lot, an extension."""

    ai: str
    name: str
    short: str
    most: int  # characters
    charset: frozenset[str] = characters.SET_82


KEYS = {
    key.ai: key
    for key in (
        Key("00", "SSCC", "sscc", digits=18, checked=18),
        Key("01", "GTIN", "gtin", digits=14, checked=14, finest=("21", "235", "10"), ignored=("22",)),
        Key("253", "GDTI", "gdti", digits=13, checked=13, tail=17),
        Key("255", "GCN", "gcn", digits=13, checked=13, tail=12, charset=characters.DIGITS),
        Key("401", "GINC", "ginc", tail=30),
        Key("402", "GSIN", "gsin", digits=17, checked=17),
        Key("414", "GLN", "gln", digits=13, checked=13, finest=("254",)),
        Key("417", "party GLN", "party", digits=13, checked=13),
        Key("8003", "GRAI", "grai", digits=14, checked=14, tail=16),
        Key("8004", "GIAI", "giai", tail=30),
        Key("8006", "ITIP", "itip", digits=18, checked=14, finest=("21", "10"), ignored=("22",)),
        Key("8010", "CPID", "cpid", tail=30, charset=characters.SET_39, finest=("8011",)),
        Key("8017", "provider GSRN", "gsrnp", digits=18, checked=18),
        Key("8018", "recipient GSRN", "gsrn", digits=18, checked=18),
    )
}
QUALIFIERS = {
    qualifier.ai: qualifier
    for qualifier in (
        Qualifier("10", "lot", "lot", 20),
        Qualifier("21", "serial", "ser", 20),
        Qualifier("22", "consumer product variant", "cpv", 20),
        Qualifier("235", "third-party serial", "tpx", 28),
        Qualifier("254", "GLN extension", "glnx", 20),
        Qualifier("8011", "CPID serial", "cpsn", 12, characters.DIGITS),
    )
}
KEY_NAMES = {name: key for key in KEYS.values() for name in (key.ai, key.short)}
QUALIFIER_NAMES = {name: qualifier for qualifier in QUALIFIERS.values() for name in (qualifier.ai, qualifier.short)}


def item_code(ai: str, value: str, qualifiers: dict[str, str]) -> ItemCode:
    """The item that a key with its qualifiers names; all values decoded. Raises InvalidCode."""
    key = KEYS[ai]
    value = _checked_value(key, value)
    for qualifier, text in qualifiers.items():
        _check_qualifier(key, qualifier, text)
    if "21" in qualifiers and "235" in qualifiers:
        raise InvalidCode("serial", "(21) and third-party serial (235) are both given", "an item has only one of them")
    refined = next((name for name in key.finest if name in qualifiers), None)
    if refined is None or (refined == "254" and qualifiers[refined] == "0"):  # extension 0 means none (spec 1.2)
        return ItemCode(f"{DOMAIN}/{ai}/{characters.encode(value)}", "gs1", ai, {ai: value})
    fine = qualifiers[refined]
    uri = f"{DOMAIN}/{ai}/{characters.encode(value)}/{refined}/{characters.encode(fine)}"
    return ItemCode(uri, "gs1", ai, {ai: value, refined: fine})


def gtin14(digits: str) -> str:
    """A GTIN of 8, 12, 13 or 14 digits as 14; raises InvalidCode for another length or a wrong check digit."""
    characters.require("GTIN", digits, characters.DIGITS)
    if len(digits) not in _GTIN_LENGTHS:
        raise InvalidCode(f"GTIN {digits}", sentence("has {count} digits", count=len(digits)), "a GTIN has 8, 12, 13 or 14")
    require_check_digit("GTIN", digits)
    return digits.zfill(14)


def require_qualifier(ai: str, value: str) -> None:
    """Raise InvalidCode if a serial, lot … has the wrong length or characters."""
    qualifier = QUALIFIERS[ai]
    name = f"{qualifier.name} ({ai})"
    if not 1 <= len(value) <= qualifier.most:
        problem = sentence("has {count} characters", count=len(value)) if value else "is empty"
        raise InvalidCode(f"{name} {value}".strip(), problem, sentence("it needs 1 to {most}", most=qualifier.most))
    characters.require(name, value, qualifier.charset)
    if ai == "8011" and len(value) > 1 and value[0] == "0":
        raise InvalidCode(f"{name} {value}", "begins with 0", "leave out leading zeros")


def _checked_value(key: Key, value: str) -> str:
    if key.ai == "01":
        return gtin14(value)
    name = f"{key.name} ({key.ai})"
    _check_length(key, name, value)
    characters.require(name, value[: key.digits or _PREFIX_DIGITS], characters.DIGITS)
    characters.require(name, value[key.digits :], key.charset)
    if key.ai == "8003" and value[0] != "0":
        raise InvalidCode(f"{name} {value}", "does not begin with 0", "a GRAI is 0, 13 digits, then the serial")
    if key.checked:
        require_check_digit(name, value[: key.checked])
    if key.ai == "8006" and not 0 < int(value[14:16]) <= int(value[16:18]):
        raise InvalidCode(
            f"{name} {value}",
            sentence("is piece {value} of {value2}", value=value[14:16], value2=value[16:18]),
            "pieces count from 01 to the total",
        )
    return value


def _check_length(key: Key, name: str, value: str) -> None:
    least, most = (key.digits, key.digits + key.tail) if key.digits else (_PREFIX_DIGITS, key.tail)
    if not least <= len(value) <= most:
        allowed = sentence("exactly {least}", least=least) if least == most else sentence("{least} to {most}", least=least, most=most)
        raise InvalidCode(
            f"{name} {value}", sentence("has {count} characters", count=len(value)), sentence("it needs {allowed}", allowed=allowed)
        )


def _check_qualifier(key: Key, ai: str, value: str) -> None:
    if ai not in key.finest + key.ignored:
        allowed = " or ".join(f"({name}) {QUALIFIERS[name].name}" for name in key.ignored + key.finest) or "nothing"
        raise InvalidCode(
            f"application identifier {ai}",
            sentence("does not refine a {name} ({ai})", name=key.name, ai=key.ai),
            sentence("{allowed} may follow it", allowed=allowed),
        )
    require_qualifier(ai, value)
