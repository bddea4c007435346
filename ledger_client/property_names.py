"""What a policy may call a property (spec 9.4): a property of EPCIS 2.0, an extension `prefix:local`, all of a prefix, or everything else.

Names are compared letter by letter, so a name that only looks like another would protect nothing: such names are refused.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Final

from ledger_client.errors import InvalidInput
from ledger_client.sentences import joined, sentence

EVERY_OTHER = "*"
LONGEST = 200  # characters

# The top-level properties that EPCIS 2.0 gives to its five event types, in the order in which people ask.
STANDARD: Final = (
    "type", "action", "bizStep", "disposition", "persistentDisposition", "eventTime", "eventTimeZoneOffset", "eventID", "errorDeclaration",
    "epcList", "parentID", "childEPCs", "inputEPCList", "outputEPCList",
    "quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList", "transformationID", "ilmd",
    "readPoint", "bizLocation", "sensorElementList", "certificationInfo", "bizTransactionList", "sourceList", "destinationList", "@context",
)  # fmt: skip

# Always shown to everybody (spec 9.3), with what would be untrue or could not be verified without it.
ALWAYS: Final[Mapping[str, str]] = {
    "eventID": "names the event; no disclosure can be verified without it (spec 4.5)",
    "type": "says what kind of event it is; without it what came out of an item is taken for what it is",
    "eventTime": "puts the events in order; without it an older state passes for the latest",
    "bizStep": "tells of a destruction or a withdrawn code; without it the item looks fit for use",
    "disposition": "tells of a recall; without it the item looks fit for use",
    "persistentDisposition": "tells of a recall; without it the item looks fit for use",
    "errorDeclaration": "tells that an event was declared wrong; without it the error would stand as a fact",
}

_MARKS = frozenset("-._~:/#%@+?=&,")
_ALIKE = ("LATIN", "CYRILLIC", "GREEK")  # scripts whose letters look alike


def checked(name: object, field: str) -> str:
    """The name, if a policy may use it; InvalidInput with what is wrong otherwise. `field` is for the message."""
    if not isinstance(name, str) or not name:
        raise InvalidInput(
            field,
            "names no property",
            sentence("write a property, such as readPoint, acme:oven, acme:* or {every}", every=EVERY_OTHER),
        )
    if name == EVERY_OTHER:
        return name
    require_plain(name.removesuffix(":*"), field)
    prefix, colon, local = name.partition(":")
    if not colon and name not in STANDARD:
        raise InvalidInput(field, sentence("{name!r} is no property of EPCIS 2.0", name=name), _meant(name))
    if colon and not (prefix and local):
        raise InvalidInput(field, sentence("{name!r} lacks a part", name=name), "write prefix:name, or prefix:* for all of the prefix")
    return name


def require_plain(name: str, field: str) -> None:
    """At most 200 letters, digits and marks of URIs, in one spelling (NFKC), and not from two scripts that look alike."""
    if len(name) > LONGEST:
        raise InvalidInput(
            field,
            sentence("{name!r}… has {count} characters", name=name[:20], count=len(name)),
            sentence("a name has at most {most}", most=LONGEST),
        )
    for letter in name:
        if not (letter.isalnum() or letter in _MARKS or unicodedata.category(letter) in ("Mn", "Mc")):
            told = unicodedata.name(letter, "a control character")
            raise InvalidInput(
                field,
                sentence("{name!r} holds U+{number:04X} ({told})", name=name[:40], number=ord(letter), told=told.lower()),
                "use letters, digits and - . _ : / # only",
            )
    plain = unicodedata.normalize("NFKC", name)
    if plain != name:
        raise InvalidInput(
            field,
            sentence("{name!r} is a second spelling", name=name[:40]),
            sentence("write it as it is compared: {plain}", plain=plain[:LONGEST]),
        )
    scripts = {script for letter in name if letter.isalpha() for script in _ALIKE if unicodedata.name(letter, "").startswith(script)}
    if len(scripts) > 1:
        raise InvalidInput(
            field,
            sentence(
                "{name!r} mixes {scripts} letters", name=name[:40], scripts=joined("{left} and {right}", sorted(map(str.title, scripts)))
            ),
            "they look alike; use one script",
        )


def _meant(name: str) -> str:
    near = get_close_matches(name, STANDARD, 1)
    return sentence("did you mean {near}?", near=near[0]) if near else "an extension is written with its prefix, such as acme:oven"
