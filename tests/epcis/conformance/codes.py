"""The one spelling of a code: an EPC URN or a GS1 Digital Link of any domain as `https://id.gs1.org/…`; what is neither stays as it is.

From EPC TDS 2.0 (URNs, section 6 and 7) and the GS1 Digital Link standard (URI syntax); nothing here is the tested server's.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

HOME = "https://id.gs1.org"
# URN scheme -> key, how many digits prefix and reference have together (0: as many as there are), whether a check digit follows, qualifier
SCHEMES = {
    "sgtin": ("01", 13, True, "21"),
    "lgtin": ("01", 13, True, "10"),
    "sscc": ("00", 17, True, ""),
    "sgln": ("414", 12, True, "254"),
    "pgln": ("417", 12, True, ""),
    "gsrn": ("8018", 17, True, ""),
    "gsrnp": ("8017", 17, True, ""),
    "grai": ("8003", 12, True, "serial"),
    "gdti": ("253", 12, True, "serial"),
    "giai": ("8004", 0, False, ""),
}
NAMES = {
    "gtin": "01",
    "sscc": "00",
    "gln": "414",
    "partyGln": "417",
    "grai": "8003",
    "gdti": "253",
    "giai": "8004",
    "ser": "21",
    "lot": "10",
}
QUALIFIERS = {"01": ("21", "10"), "414": ("254",)}
KEYS = ("01", "00", "414", "417", "8018", "8017", "8003", "253", "8004")


def check_digit(digits: str) -> str:
    """Of GS1 General Specifications 7.9: weights 3 and 1 from the right."""
    return str(-sum(int(digit) * (3 if at % 2 == 0 else 1) for at, digit in enumerate(reversed(digits))) % 10)


def code(text: str) -> str:
    """A code in its one spelling."""
    return _of_urn(text) or _of_link(text) or text


def parts(text: str) -> tuple[str, str, str]:
    """Key, value and qualifier (with its value, or empty) of a canonical Digital Link; three empty texts for anything else."""
    found = re.fullmatch(rf"{HOME}/(\d+)/([^/]+)(?:/(.+))?", code(text))
    return (found[1], unquote(found[2]), found[3] or "") if found else ("", "", "")


def _of_urn(text: str) -> str | None:
    found = re.fullmatch(r"urn:epc:(?:id|class|idpat):(\w+):(.+)", text)
    if not found or found[1] not in SCHEMES:
        return None
    key, length, checked, qualifier = SCHEMES[found[1]]
    prefix, reference, rest = [*found[2].split(".", 2), "", ""][:3]
    if "*" in prefix + reference or (rest == "*" and qualifier != "21"):
        return None
    number = reference[:1] + prefix + reference[1:] if key in ("01", "00") else prefix + reference
    number = number[:length] if length else unquote(number)
    number = ("0" if key == "8003" else "") + number + (check_digit(number) if checked else "")
    rest = unquote(rest)
    if qualifier == "serial":
        return f"{HOME}/{key}/{number}{_spelt(rest)}"
    kept = qualifier and rest not in ("", "*") and not (key == "414" and rest == "0")
    return f"{HOME}/{key}/{_spelt(number)}" + (f"/{qualifier}/{_spelt(rest)}" if kept else "")


def _of_link(text: str) -> str | None:
    found = re.match(r"https?://[^/?#]+(/[^?#]*)", text)
    steps = found[1].strip("/").split("/") if found else []
    for at in range(len(steps) - 1):
        key = NAMES.get(steps[at], steps[at])
        if key in KEYS and unquote(steps[at + 1])[:6].isdigit():
            further = dict(zip((NAMES.get(step, step) for step in steps[at + 2 :: 2]), steps[at + 3 :: 2], strict=False))
            qualifier = next((one for one in QUALIFIERS.get(key, ()) if one in further), None)
            number = steps[at + 1].zfill(14) if key == "01" else _spelt(unquote(steps[at + 1]))
            return f"{HOME}/{key}/{number}" + (f"/{qualifier}/{_spelt(unquote(further[qualifier]))}" if qualifier else "")
    return None


def _spelt(text: str) -> str:
    return quote(text, safe="!()*+,:-._~")
