"""The texts of an event, each with the property that it stands in: what is searched, and what decides who may find it.

Left out is what other things find: items and their quantities (by code), moments, words of the CBV, the event's id. A text of an extension
counts for all extensions; a place or a party by its code counts as a text too, in the code's canonical form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from ledger_client.codes import canonical
from ledger_client.epcis.items import NAMING
from ledger_client.epcis.json_value import Json
from ledger_client.epcis.vocabulary import CBV
from ledger_client.errors import InvalidCode
from ledger_client.property_names import STANDARD
from records.search.endings import start_of

EXTENSION = "*"
MOST = 20_000  # characters of one event that are searched
_WORDS = ("bizStep", "disposition", "persistentDisposition")
_LEFT_OUT = frozenset((*NAMING, "type", "action", "eventTime", "eventTimeZoneOffset", "eventID", "@context", "recordTime"))
_NO_TEXT = frozenset(("type", "uom", "@context", "component"))
PROPERTIES = (*(name for name in STANDARD if name not in _LEFT_OUT), EXTENSION)
_CODED = ("readPoint", "bizLocation", "sourceList", "destinationList")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


@dataclass(frozen=True, slots=True)
class Text:
    """A text. `of`: the top-level property that it stands in; `field`: the name of the field that holds it."""

    of: str
    field: str
    text: str

    @property
    def group(self) -> str:
        """The property by which it is kept: all extensions are one."""
        return self.of if self.of in STANDARD else EXTENSION


def texts_of(event: Mapping[str, Json]) -> list[Text]:
    """The texts of an event, or of what somebody is shown of it, in the order of its properties; no more of them than MOST characters."""
    found, length = list[Text](), 0
    for name, content in event.items():
        if name in _LEFT_OUT:
            continue
        for field, text in _texts(name, content):
            if length >= MOST:
                return found
            told = _told(name, text)[: MOST - length]
            if told:
                found.append(Text(name, field, told))
                length += len(told)
    return found


def _texts(field: str, content: Json) -> Iterator[tuple[str, str]]:
    if isinstance(content, str):
        yield field, content
    elif isinstance(content, list):
        for element in content:
            yield from _texts(field, element)
    elif isinstance(content, dict):
        for name, value in content.items():
            if name not in _NO_TEXT:
                yield from _texts(field if name in ("id", "source", "destination", "bizTransaction") else name, value)


def _told(name: str, text: str) -> str:
    """The text as it is searched and shown; empty for what is none."""
    if name in _CODED:
        text = _coded(text)
    if text.startswith((CBV, "data:")) or _MOMENT.match(text) or (name in _WORDS and ":" not in text):
        return ""
    if not text.startswith(("https://", "http://", "urn:")):
        return text
    read = unquote(text) if "%" in text else text
    return read if read.startswith("urn:") else read[start_of(read) :]


@lru_cache(maxsize=4096)
def _coded(text: str) -> str:
    try:
        return canonical(text)
    except InvalidCode:
        return text
