"""Patterns of EPCs: `urn:epc:idpat:sgtin:6901234.*.*` is every trade item of a company (EPCIS 2.0 8.2.7.1.1, TDS 1.9 section 8).

A component that is `*` matches anything, also the `*` of a class, and so do all that follow it; the others have to be equal. Codes are
compared in canonical form, in which nothing says where the company prefix ends: a prefix matches every code that begins with its digits.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

from ledger_client.codes import urn
from ledger_client.codes.gs1_keys import DOMAIN, KEYS
from ledger_client.errors import InvalidCode
from ledger_client.sentences import sentence

_PATTERN = re.compile(r"(?i:urn:epc:idpat:([a-z]+)):(.+)", re.DOTALL)
_ONE_BEFORE = ("00", "01", "8003", "8006")  # in these keys one digit stands before the company prefix
SHORTEST = 6  # digits of a company prefix


class Pattern(NamedTuple):
    """What a canonical code has to be. `begin`: of the key's value, from its character number `offset` on; `whole`: all of it."""

    ai: str
    qualifier: str  # that the code may have, and no other
    begin: str
    offset: int = 0
    whole: bool = False

    def matches(self, code: str) -> bool:
        """Whether a canonical item code is one of them."""
        found = taken_apart(code)
        if found is None:
            return False
        ai, value, qualifier = found
        if ai != self.ai or qualifier not in ("", self.qualifier):
            return False
        part = value[self.offset :]
        return part == self.begin if self.whole else part.startswith(self.begin)


def taken_apart(code: str) -> tuple[str, str, str] | None:
    """Key, its value and the kind of what refines it, of a canonical code; None for a code without a GS1 key."""
    if not code.startswith(DOMAIN + "/"):
        return None
    ai, _, rest = code[len(DOMAIN) + 1 :].partition("/")
    value, _, refined = rest.partition("/")
    return ai, unquote(value), refined.partition("/")[0]


def prefix_at(ai: str) -> int:
    """Where in a key's value the company prefix begins."""
    return 1 if ai in _ONE_BEFORE else 0


def is_pattern(text: str) -> bool:
    """Whether a text claims to be a pattern."""
    return text[:14].lower() == "urn:epc:idpat:"


def parse(text: str) -> Pattern:
    """A pattern out of its URN; InvalidCode for another form."""
    match = _PATTERN.fullmatch(text)
    scheme = urn.SCHEMES.get(match[1].lower()) if match else None
    if match is None or scheme is None:
        raise InvalidCode(f"pattern {text}", "is of no known scheme", "write it like urn:epc:idpat:sgtin:6901234.056789.*")
    fields = match[2].split(".", 1 + scheme.parts)
    fixed = fields[: fields.index("*")] if "*" in fields else fields
    if len(fields) != 2 + scheme.parts or len(fixed) == len(fields) or any(field != "*" for field in fields[len(fixed) :]):
        raise InvalidCode(
            f"pattern {text}",
            "has no * at its end, or one before a value",
            sentence("it has {count} parts, and after the first * only *", count=2 + scheme.parts),
        )
    return _of(text, scheme, fixed)


def _of(text: str, scheme: urn.Scheme, fixed: list[str]) -> Pattern:
    if not fixed:
        return Pattern(scheme.ai, scheme.qualifier, "")
    if len(fixed) == 1:
        if not (fixed[0].isascii() and fixed[0].isdigit() and SHORTEST <= len(fixed[0]) <= 12):
            raise InvalidCode(f"pattern {text}", sentence("has the company prefix {prefix!r}", prefix=fixed[0]), "it needs 6 to 12 digits")
        return Pattern(scheme.ai, scheme.qualifier, fixed[0], prefix_at(scheme.ai))
    # what is left open at the end is read as a class: the key, with its check digit
    texts = [*fixed[2:], *["00"] * (scheme.parts - len(fixed[2:]) - 1), "*"][: scheme.parts] if scheme.parts else []
    reading = urn.read(".".join([f"urn:epc:idpat:{text.split(':')[3]}:{fixed[0]}", fixed[1], *texts]))
    if reading is None:
        raise InvalidCode(f"pattern {text}", "is of no known scheme", "write it like urn:epc:idpat:sgtin:6901234.056789.*")
    value = reading.digits + unquote(reading.tail)
    if scheme.ai == "8006" and len(fixed) < 4:
        value = value[: 14 + 2 * (len(fixed) - 2)]
    return Pattern(scheme.ai, scheme.qualifier, value, whole=not KEYS[scheme.ai].digits)
