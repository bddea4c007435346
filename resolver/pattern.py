"""What a link is set for: one code (product, lot, serial item, pallet …), or everything under a GS1 company prefix.

A pattern is text: a canonical item code, or `prefix:` and the digits.
"""

from __future__ import annotations

from collections.abc import Mapping

from ledger_client.codes import ItemCode
from ledger_client.codes.gs1_keys import DOMAIN, KEYS, item_code
from ledger_client.codes.scan import scan
from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence

PREFIX = "prefix:"
SHORTEST, LONGEST = 6, 12  # digits of a company prefix (GS1 EPC Tag Data Standard, section 14: partition tables)
LONGEST_CODE = 300  # with the longest target it still fits into PostgreSQL's index
_BEFORE = {"00": 1, "01": 1, "8003": 1, "8006": 1}  # digits before the company prefix: extension, indicator, a leading zero


def of_code(text: str) -> str:
    """The pattern for one code in any spelling; InvalidCode for none."""
    code = scan(text).item.uri
    if len(code) > LONGEST_CODE:
        raise InvalidInput(
            "code",
            sentence("has {count} characters", count=len(code)),
            sentence("a link is for a code of at most {most}", most=LONGEST_CODE),
        )
    return code


def of_prefix(digits: str) -> str:
    """The pattern for a company prefix."""
    if not (digits.isascii() and digits.isdigit() and SHORTEST <= len(digits) <= LONGEST):
        raise InvalidInput(
            "companyPrefix",
            "is no GS1 company prefix",
            sentence("give its {least} to {most} digits", least=SHORTEST, most=LONGEST),
        )
    return PREFIX + digits


def prefix_of(pattern: str) -> str:
    """The digits of a pattern for a company prefix; empty for one code."""
    return pattern.removeprefix(PREFIX) if pattern.startswith(PREFIX) else ""


def levels(item: ItemCode, parts: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    """The codes whose links hold for an item, the most specific first (serial, lot, product), each with the patterns of its links.

    GS1-Conformant Resolver 1.2, section 2.5.9. `parts`: all that the item's text said (a lot beside a serial). What is set for a company
    prefix belongs to the key's own code, behind what is set for that code; a longer prefix stands before a shorter one.
    """
    key = KEYS.get(item.key) if item.scheme == "gs1" else None
    if key is None:
        return [(item.uri, [item.uri])]
    value = item.parts[key.ai]
    told = {ai: said for ai, said in parts.items() if ai in key.finest} | {ai: item.parts[ai] for ai in key.finest if ai in item.parts}
    refined = [item_code(key.ai, value, {ai: told[ai]}).uri for ai in key.finest if ai in told]
    base = item_code(key.ai, value, {}).uri
    codes = dict.fromkeys([item.uri, *refined, base])
    return [(code, [code, *(_prefixes(key.ai, value) if code == base else ())]) for code in codes]


def beginnings(pattern: str) -> list[str]:
    """How every code begins whose owner may set links for this pattern: its product's; under a prefix, one for each kind of key."""
    digits = prefix_of(pattern)
    if not digits:
        return [_key(pattern)]
    return [f"{DOMAIN}/{ai}/{before}{digits}" for ai in KEYS for before in (map(str, range(10)) if _BEFORE.get(ai) else ("",))]


def _prefixes(ai: str, value: str) -> list[str]:
    digits = value[_BEFORE.get(ai, 0) :][:LONGEST]
    lengths = range(min(LONGEST, len(digits)), SHORTEST - 1, -1)
    return [PREFIX + digits[:length] for length in lengths if digits[:length].isdigit()]


def _key(code: str) -> str:
    """The code without what refines it."""
    parts = code.split("/")
    return "/".join(parts[:5]) if code.startswith(DOMAIN + "/") else code
