"""The events of a document that was read before, cut into pieces of its own text.

Whoever works on a large document with several processes gives each some events to read, instead of reading all and sending objects.
A cut is only believed if what is left is the same document with an empty list of events; any other text is read as a whole.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace

from ledger_client.epcis.document import Document, decoded, no_collection, paths_of, read
from ledger_client.epcis.xml.sniff import looks_like_xml
from ledger_client.errors import InvalidEvent

_LIST = re.compile(r'"eventList"[ \t\r\n]*:[ \t\r\n]*\[[ \t\r\n]*')
_NEXT = re.compile(r"[ \t\r\n]*(?:,[ \t\r\n]*|(?=\]))")
_BOM = "\ufeff"
_skip = json.JSONDecoder().raw_decode  # the value at a place, and where it ends

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some events of a document, not read yet; small enough to be sent to another process."""

    text: str  # JSON of events, with commas between them
    first: int  # number of the first of them in the document
    shared: Document  # what the document says for all of them

    def read(self) -> Document:
        """These events, with the paths they have in their document."""
        events = decoded(f"[{self.text}]")
        return replace(self.shared, events=events, paths=paths_of(events, self.shared.place, self.first))


@dataclass(frozen=True, slots=True)
class Pieces:
    """A document, cut."""

    text: str
    spans: list[Span]  # where each event stands
    around: Document  # the document without its events

    def piece(self, start: int, size: int) -> Piece:
        """Events number `start` to `start + size`."""
        spans = self.spans[start : start + size]
        shared = replace(self.around, vocabulary=[], envelope=self.around.envelope and {})
        return Piece(self.text[spans[0][0] : spans[-1][1]] if spans else "", start, shared)


def cut(data: bytes) -> Pieces | None:
    """Cut a document that `document.read` takes; None where it cannot be told by its text alone."""
    if looks_like_xml(data):
        return None
    text = data.decode().removeprefix(_BOM)
    found = _LIST.search(text)
    if found is None:
        return None
    try:
        with no_collection():
            spans, end = _spans(text, found.end())
        around = read(f"{text[: found.end()]}{text[end:]}".encode())
    except (json.JSONDecodeError, InvalidEvent):
        return None
    return Pieces(text, spans, around) if around.envelope is not None and not around.events else None


def _spans(text: str, at: int) -> tuple[list[Span], int]:
    """Where the values of a list begin and end, and where its bracket closes; JSONDecodeError if this is no list."""
    spans = []
    while text[at] != "]":
        _, end = _skip(text, at)
        spans.append((at, end))
        after = _NEXT.match(text, end)
        if after is None:
            raise json.JSONDecodeError("no comma", text, end)
        at = after.end()
    return spans, at
