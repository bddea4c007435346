"""GS1 Digital Link URIs of any domain, path prefix and short name (spec 1.3; GS1 Digital Link URI Syntax 1.2).

The path says `…/key/value/qualifier/value…`. Whatever stands before the key is the maker's own path; query and fragment are
attributes that name nothing, unless they hold what belongs into the path.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote

from ledger_client.codes import application_identifiers, characters, compressed
from ledger_client.codes.gs1_keys import KEY_NAMES, KEYS, QUALIFIER_NAMES, Key, item_code
from ledger_client.codes.item_code import ItemCode
from ledger_client.errors import InvalidCode
from ledger_client.sentences import sentence

WEB_URI = re.compile(r"(?i:https?)://(?P<host>[^/?#]*)(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#.*)?", re.DOTALL)
_CLAIM = re.compile(r"\d{4}")  # what follows a key in a path that means GS1, as the CBV's normalisation has it


class Place(NamedTuple):
    """Where in a path the key stands."""

    key: Key
    at: int  # index among the segments


def parse(uri: str) -> ItemCode | None:
    """The item that a web URI names by a GS1 key; None if it does not claim to hold one. Raises InvalidCode."""
    match = WEB_URI.fullmatch(uri)
    if match is None or not match["host"]:
        return None
    segments = match["path"].split("/")[1:]
    host = match["host"].rpartition("@")[2].partition(":")[0].lower()
    place = find_key(segments)
    if place is None:
        _refuse_if_claimed(uri, segments, host)
        return None
    code = _item(place.key, segments[place.at + 1 :])
    _refuse_key_in_query(place.key, match["query"] or "")
    return code


def values_of(uri: str) -> tuple[dict[str, str], list[str]]:
    """Everything that a valid Digital Link says, by application identifier: path, then query; and what its query says wrongly.

    An attribute that is wrong does not change which item is named, so it is told and left out.
    """
    match = WEB_URI.fullmatch(uri)
    segments = match["path"].split("/")[1:] if match else []
    place = find_key(segments)
    if match is None or place is None:
        return {}, []
    code = _item(place.key, segments[place.at + 1 :])
    pairs = zip(segments[place.at + 2 :: 2], segments[place.at + 3 :: 2], strict=True)
    values = {place.key.ai: code.parts[place.key.ai]} | {QUALIFIER_NAMES[name].ai: unquote(raw) for name, raw in pairs}
    wrong: list[str] = []
    for pair in re.split("[&;]", match["query"] or ""):
        name, _, value = pair.partition("=")
        identifier = application_identifiers.get(name)
        try:
            if identifier and name not in values:
                identifier.require(unquote(value))
                values[name] = unquote(value)
        except InvalidCode as error:
            wrong.append(sentence("left out: {error}", error=error.args[0]))
    return values, wrong


def decompressed(uri: str) -> str | None:
    """The long form of a compressed link of any domain; None for a long one, and for what is none."""
    match = WEB_URI.fullmatch(uri)
    return compressed.long_form(uri) if match and find_key(match["path"].rstrip("/").split("/")[1:]) is None else None


def find_key(segments: Sequence[str]) -> Place | None:
    """The last key in the path that is followed by a GS1 value and by pairs up to the end."""
    for index in range(len(segments) - 2, -1, -2):
        key = KEY_NAMES.get(segments[index])
        if key is not None and _CLAIM.match(segments[index + 1]):
            return Place(key, index)
    return None


def _item(key: Key, rest: Sequence[str]) -> ItemCode:
    value = characters.decode(f"{key.name} ({key.ai})", rest[0])
    qualifiers: dict[str, str] = {}
    for name, raw in zip(rest[1::2], rest[2::2], strict=True):
        qualifier = QUALIFIER_NAMES.get(name)
        if qualifier is None:
            known = ", ".join(key.ignored + key.finest) or "nothing"
            raise InvalidCode(
                sentence("path segment {name!r}", name=name),
                sentence("is no application identifier that can follow a {name}", name=key.name),
                sentence("allowed: {known}", known=known),
            )
        if qualifier.ai in qualifiers:
            raise InvalidCode(f"{qualifier.name} ({qualifier.ai})", "is given twice", "give it once")
        qualifiers[qualifier.ai] = characters.decode(f"{qualifier.name} ({qualifier.ai})", raw)
    return item_code(key.ai, value, qualifiers)


def _refuse_if_claimed(uri: str, segments: Sequence[str], host: str) -> None:
    """A path that means GS1 but does not read as such must not pass as some other URI."""
    filled = [segment for segment in segments if segment]
    claims = [name for name, value in pairwise(filled) if name in KEY_NAMES and _CLAIM.match(value)]
    if claims and claims == filled[-3:-2] and compressed.long_form(uri):  # …/key/value/ and the rest compressed
        _refuse_compressed(uri)
    if claims:
        raise InvalidCode(
            f"Digital Link {uri}",
            sentence("has a broken path after the key {claims}", claims=claims[-1]),
            "…/key/value, then pairs …/qualifier/value, no empty part",
        )
    if host == "id.gs1.org":
        if len(filled) == 1:
            _refuse_compressed(uri)
        raise InvalidCode(
            f"Digital Link {uri}", "names no GS1 key that identifies an item", sentence("keys: {known}", known=", ".join(KEYS))
        )


def _refuse_compressed(uri: str) -> None:
    """EPCIS and CBV take long links only, so that the same thing has the same name."""
    if long := compressed.expanded(uri):
        raise InvalidCode(f"Digital Link {uri}", "is compressed", sentence("give its long form, {long}", long=long))


def _refuse_key_in_query(key: Key, query: str) -> None:
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name == key.ai or name in key.finest:
            raise InvalidCode(
                sentence("query {name}={value}", name=name, value=value),
                sentence("repeats or refines the {name} outside the path", name=key.name),
                sentence("write …/{name}/{value} in the path", name=name, value=value),
            )
