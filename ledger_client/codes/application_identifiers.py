"""Every GS1 application identifier with the form of its value: needed to cut a scanned text into its parts.

Read once from `gs1-syntax-dictionary.txt` (GS1 Syntax Dictionary, Apache-2.0; see `data/SOURCES.md`). Of its linters only those that
concern identification are applied here: lengths, character sets, check digits.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ledger_client.codes import characters
from ledger_client.codes.check_digit import require_check_digit
from ledger_client.codes.check_pair import require_check_pair
from ledger_client.errors import InvalidCode
from ledger_client.sentences import sentence

_COMPONENT = re.compile(r"(?P<open>\[?)(?P<set>[NXYZ])(?P<upto>\.\.)?(?P<size>\d+)\]?(?P<linters>(?:,\w+)*)")
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_CLASSES = {"N": "[0-9]", "X": None, "Y": "[#A-Z0-9/-]", "Z": "[A-Za-z0-9_=-]"}
_SET_82_CLASS = "[" + re.escape("".join(sorted(characters.SET_82))) + "]"


class Component(NamedTuple):
    """A part of a value: digits or text, exactly so many characters, or fewer too."""

    numeric: bool
    most: int
    fewer: bool


class Identifier(NamedTuple):
    """One application identifier."""

    ai: str
    title: str  # GS1's data title, "BATCH/LOT"
    fixed: int | None  # predefined length of the value; None: it ends with FNC1
    pattern: re.Pattern[str]
    checked: int  # the check digit is the last of so many digits, 0: none
    paired: bool  # ends in a check character pair
    dated: bool  # begins with a date, YYMMDD
    components: tuple[Component, ...]  # neighbours of one kind as one

    def require(self, value: str) -> None:
        """Raise InvalidCode if the value does not have the identifier's form."""
        if self.pattern.fullmatch(value) is None:
            raise InvalidCode(
                f"({self.ai}) {value}", sentence("is no {title}", title=self.title.lower()), "check its length and characters"
            )
        if self.checked:
            require_check_digit(f"({self.ai})", value[: self.checked])
        if self.paired:
            require_check_pair(f"({self.ai})", value)

    def is_no_date(self, value: str) -> bool:
        """Whether the value should begin with a date, and no calendar has that day; day 00 means the end of the month."""
        return self.dated and not (1 <= (month := int(value[2:4])) <= 12 and int(value[4:6]) <= _DAYS[month - 1])


def find(text: str) -> Identifier | None:
    """The identifier that `text` begins with; identifiers have 2 to 4 digits and none is the beginning of another."""
    table = _table()
    return next((table[text[:size]] for size in (2, 3, 4) if text[:size] in table), None)


def get(ai: str) -> Identifier | None:
    """The identifier of exactly that number."""
    return _table().get(ai)


@cache
def _table() -> dict[str, Identifier]:
    lines = (Path(__file__).parent / "data" / "gs1-syntax-dictionary.txt").read_text(encoding="utf-8").splitlines()
    return {entry.ai: entry for line in lines if line[:1].isdigit() for entry in _entries(line)}


def _entries(line: str) -> list[Identifier]:
    definition, _, title = line.partition("#")
    numbers, *words = definition.split()
    components = [match for word in words if (match := _COMPONENT.fullmatch(word))]
    pattern = re.compile("".join(_component_pattern(match) for match in components), re.DOTALL)
    lengths = sum(int(match["size"]) for match in components)
    fixed = lengths if any("*" in word for word in words[:1]) else None
    checked = next((_digits_to(components, place) for place, match in enumerate(components) if "csum" in match["linters"].split(",")), 0)
    paired = any("csumalpha" in match["linters"] for match in components)
    dated = components[0]["linters"].split(",")[-1] in ("yymmdd", "yymmd0")
    parts = _joined(components)
    return [Identifier(ai, title.strip() or "value", fixed, pattern, checked, paired, dated, parts) for ai in _range(numbers)]


def _joined(components: list[re.Match[str]]) -> tuple[Component, ...]:
    parts: list[Component] = []
    for match in components:
        part = Component(match["set"] == "N", int(match["size"]), bool(match["upto"] or match["open"]))
        last = parts[-1] if parts else None
        if last and last.numeric == part.numeric and (last.fewer == part.fewer or not part.numeric):
            parts[-1] = Component(part.numeric, last.most + part.most, last.fewer or part.fewer)
        else:
            parts.append(part)
    return tuple(parts)


def _component_pattern(match: re.Match[str]) -> str:
    one = _CLASSES[match["set"]] or _SET_82_CLASS
    body = f"{one}{{{'1,' if match['upto'] else ''}{match['size']}}}"
    return f"(?:{body})?" if match["open"] else body


def _digits_to(components: list[re.Match[str]], place: int) -> int:
    return sum(int(match["size"]) for match in components[: place + 1])


def _range(numbers: str) -> list[str]:
    first, _, last = numbers.partition("-")
    return [str(number).zfill(len(first)) for number in range(int(first), int(last or first) + 1)]
