"""GS1 identifiers in one spelling, for the event hash (rule 8e): EPC URNs and Digital Links to those at id.gs1.org. Nothing is checked."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

ROOT = "https://id.gs1.org"
# Key -> the form of its value, and its qualifiers in the order of the path; the last one that stands there is kept, 22 never.
KEYS = {
    "00": (r"\d{18}", ()), "01": (r"\d{8}|\d{12,14}", ("22", "10", "21", "235")), "253": (r"\d{13}.{0,17}", ()), "255": (r"\d{13,25}", ()),
    "401": (r".{1,30}", ()), "402": (r"\d{17}", ()), "414": (r"\d{13}", ("254",)), "417": (r"\d{13}", ()), "8003": (r"\d{14}.{0,16}", ()),
    "8004": (r".{1,30}", ()), "8006": (r"\d{18}", ("22", "10", "21")), "8010": (r".{1,30}", ("8011",)), "8017": (r"\d{18}", ()),
    "8018": (r"\d{18}", ()),
}  # fmt: skip
NAMES = {
    "sscc": "00", "gtin": "01", "cpv": "22", "lot": "10", "ser": "21", "tpx": "235", "gdti": "253", "gcn": "255", "ginc": "401",
    "gsin": "402", "gln": "414", "glnx": "254", "party": "417", "partyGLN": "417", "grai": "8003", "giai": "8004", "itip": "8006",
    "cpid": "8010", "cpsn": "8011", "gsrnp": "8017", "gsrn": "8018",
}  # fmt: skip


def normalise(text: str) -> str | None:
    """The canonical Digital Link; None for what is no identifier of GS1."""
    if text.startswith("urn:epc:"):
        return _urn(text)
    return _link(text) if text.startswith(("http://", "https://")) else None


def _urn(text: str) -> str | None:
    match = re.fullmatch(r"urn:epc:(id|class|idpat):(\w+):(.+)", text)
    if not match:
        return None
    parts = [_escaped(part) for part in match[3].split(".")]
    if match[1] == "idpat" and parts[-1] == "%2A":
        parts[-1] = ""
    try:
        return ROOT + _path(match[2], parts)
    except (KeyError, IndexError, ValueError):
        return None


def _path(scheme: str, parts: list[str]) -> str:  # noqa: PLR0911 (one line a scheme)
    company, reference, last = parts[0], parts[1] if len(parts) > 1 else "", parts[-1]
    match scheme:
        case "sgtin" | "lgtin" | "upui":
            qualifier = {"sgtin": "21", "lgtin": "10", "upui": "235"}[scheme]
            return f"/01/{_gtin(company, reference)}" + _qualified(qualifier, last)
        case "itip":
            return f"/8006/{_gtin(company, reference)}{parts[2]}{parts[3]}" + _qualified("21", last)
        case "sscc":
            return "/00/" + _checked(reference[0] + company + reference[1:])
        case "sgln":
            return f"/414/{_checked(company + reference)}" + _qualified("254", "" if last == "0" else last)
        case "pgln":
            return "/417/" + _checked(company + reference)
        case "grai":
            return f"/8003/{_checked('0' + company + reference)}{last}"
        case "giai":
            return f"/8004/{company}{reference}"
        case "gsrn" | "gsrnp":
            return f"/{'8018' if scheme == 'gsrn' else '8017'}/" + _checked(company + reference)
        case "gdti" | "sgcn":
            return f"/{'253' if scheme == 'gdti' else '255'}/{_checked(company + reference)}{last}"
        case "cpi":
            return f"/8010/{company}{reference}" + _qualified("8011", last)
        case "ginc":
            return f"/401/{company}{reference}"
        case "gsin":
            return "/402/" + _checked(company + reference)
    raise KeyError(scheme)


def _gtin(company: str, reference: str) -> str:
    return _checked(reference[0] + company + reference[1:])


def _checked(digits: str) -> str:
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return digits + str(-total % 10)


def _qualified(key: str, value: str) -> str:
    return f"/{key}/{value}" if value else ""


def _escaped(part: str) -> str:
    return "".join(f"%{ord(letter):02X}" if letter in "!()*+,:" else letter for letter in part)


def _link(text: str) -> str | None:
    segments = [NAMES.get(part, part) for part in urlsplit(text).path.split("/")]
    for place in range(len(segments) - 2, 0, -1):
        key, value = segments[place], segments[place + 1]
        if key in KEYS and re.fullmatch(KEYS[key][0], value):
            rest = segments[place + 2 :]
            pairs = [*zip(rest[::2], rest[1::2], strict=False)]
            if len(rest) % 2 or any(name not in KEYS[key][1] for name, _ in pairs):
                continue
            known = dict(pairs)
            finest = next(((name, known[name]) for name in reversed(KEYS[key][1]) if name in known and name != "22"), None)
            return f"{ROOT}/{key}/{value.zfill(14) if key == '01' else value}" + (_qualified(*finest) if finest else "")
    return None
