"""What a link is set for: one code (product, lot, serial item, pallet …), or everything under a GS1 company prefix.

A pattern is text: a canonical item code, or `prefix:` and the digits. A code's candidates are all patterns that match it, the most
specific first: serial, lot, product, then company prefixes from the longest on.
"""

from __future__ import annotations

from collections.abc import Mapping

from ledger_client.codes import ItemCode
from ledger_client.codes.gs1_keys import DOMAIN, KEYS, item_code
from ledger_client.codes.scan import scan
from ledger_client.errors import InvalidInput

PREFIX = "prefix:"
SHORTEST, LONGEST = 6, 12  # digits of a company prefix (GS1 EPC Tag Data Standard, section 14: partition tables)
LONGEST_CODE = 300  # with the longest target it still fits into PostgreSQL's index
_BEFORE = {"00": 1, "01": 1, "8003": 1, "8006": 1}  # digits before the company prefix: extension, indicator, a leading zero


def of_code(text: str) -> str:
    """The pattern for one code in any spelling; InvalidCode for none."""
    code = scan(text).item.uri
    if len(code) > LONGEST_CODE:
        raise InvalidInput("code", f"has {len(code)} characters", f"a link is for a code of at most {LONGEST_CODE}")
    return code


def of_prefix(digits: str) -> str:
    """The pattern for a company prefix."""
    if not (digits.isascii() and digits.isdigit() and SHORTEST <= len(digits) <= LONGEST):
        raise InvalidInput("companyPrefix", "is no GS1 company prefix", f"give its {SHORTEST} to {LONGEST} digits")
    return PREFIX + digits


def prefix_of(pattern: str) -> str:
    """The digits of a pattern for a company prefix; empty for one code."""
    return pattern.removeprefix(PREFIX) if pattern.startswith(PREFIX) else ""


def candidates(item: ItemCode, parts: Mapping[str, str]) -> list[str]:
    """All patterns that match an item, the most specific first; `parts`: all that its text said (a lot beside a serial)."""
    key = KEYS.get(item.key) if item.scheme == "gs1" else None
    if key is None:
        return [item.uri]
    value = item.parts[key.ai]
    told = {ai: said for ai, said in parts.items() if ai in key.finest} | {ai: item.parts[ai] for ai in key.finest if ai in item.parts}
    refined = [item_code(key.ai, value, {ai: told[ai]}).uri for ai in key.finest if ai in told]
    digits = value[_BEFORE.get(key.ai, 0) :][:LONGEST]
    prefixes = [
        PREFIX + digits[:length] for length in range(LONGEST, SHORTEST - 1, -1) if digits[:length].isdigit() and len(digits) >= length
    ]
    return list(dict.fromkeys([item.uri, *refined, item_code(key.ai, value, {}).uri, *prefixes]))


def beginnings(pattern: str) -> list[str]:
    """How every code begins whose owner may set links for this pattern: its product's; under a prefix, one for each kind of key."""
    digits = prefix_of(pattern)
    if not digits:
        return [_key(pattern)]
    return [f"{DOMAIN}/{ai}/{before}{digits}" for ai in KEYS for before in (map(str, range(10)) if _BEFORE.get(ai) else ("",))]


def _key(code: str) -> str:
    """The code without what refines it."""
    parts = code.split("/")
    return "/".join(parts[:5]) if code.startswith(DOMAIN + "/") else code
