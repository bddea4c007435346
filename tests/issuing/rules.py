"""Rules that the tests of issuing use."""

from __future__ import annotations

from typing import Any

from issuing.definition import Definition, definition

GTIN = "06901234567892"


def counter(width: int, **more: Any) -> dict[str, Any]:
    return {"kind": "counter", "width": width, **more}


def random(width: int, alphabet: str = "clear") -> dict[str, Any]:
    return {"kind": "random", "width": width, "alphabet": alphabet}


def fixed(text: str) -> dict[str, Any]:
    return {"kind": "fixed", "text": text}


def day(part: str) -> dict[str, Any]:
    return {"kind": "date", "part": part}


def check(system: str = "gs1") -> dict[str, Any]:
    return {"kind": "check", "system": system}


def given(*segments: dict[str, Any], scheme: str = "sgtin", base: str = GTIN, **more: Any) -> dict[str, Any]:
    """A rule's JSON."""
    levels = {"lgtin": "lot", "sscc": "pallet", "grai": "asset", "giai": "asset", "gln": "place", "sgln": "place"}
    return {
        "scheme": scheme,
        "level": levels.get(scheme, "item"),
        "base": base,
        "segments": list(segments),
        "yearly": 600_000,
        "onlyIssued": True,
    } | more


def rule(*segments: dict[str, Any], **more: Any) -> Definition:
    return definition(given(*segments, **more))
