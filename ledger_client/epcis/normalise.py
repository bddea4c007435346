"""The one form in which an event is stored and committed (spec 3.3)."""

from __future__ import annotations

from ledger_client import canonical
from ledger_client.epcis.document import Document
from ledger_client.epcis.event_hash import DIALECTS, event_id
from ledger_client.epcis.json_value import Event, Json
from ledger_client.epcis.prefixes import EPCIS_CONTEXT, Prefixes, is_epcis_context, prefixes_of, urls_of
from ledger_client.errors import InvalidEvent
from ledger_client.sentences import sentence


def normalise(event: Event, document: Document | None = None) -> Event:
    """A new event: no `recordTime`, `eventID` set, `@context` of its own (spec 3.3). The given one is left as it is.

    Raises InvalidEvent for an eventID that has the form of a hash ID and is not this event's (spec 3.2).
    """
    shared = document or Document([event])
    prefixes = {**shared.prefixes, **prefixes_of(event.get("@context"))}
    normal = {name: value for name, value in event.items() if name != "recordTime"}
    normal["eventID"] = _event_id(event, prefixes)
    normal["@context"] = _context(event, shared, prefixes)
    return normal


def payload(event: Event) -> bytes:
    """The bytes of a normalised event (spec 3.4); raises InvalidInput if it holds what JCS cannot write."""
    return canonical.encode(event)


def _event_id(event: Event, prefixes: Prefixes) -> str:
    given = event.get("eventID")
    if not isinstance(given, str) or not given.strip():
        return event_id(event, prefixes)
    given = given.strip()
    if given.startswith("ni:///sha-256;"):
        dialect = given.rpartition("?ver=")[2]
        right = event_id(event, prefixes, dialect if dialect in DIALECTS else "CBV2.0")
        if given != right:
            raise InvalidEvent(
                "$.eventID",
                sentence("{given} is not the hash ID of this event", given=given),
                sentence("leave it out, or send {right}", right=right),
            )
    return given


def _context(event: Event, document: Document, prefixes: Prefixes) -> list[object]:
    """The EPCIS context, other context documents, and the prefixes that the event uses."""
    urls = [*urls_of(document.context), *urls_of(event.get("@context"))]
    context: list[object] = [EPCIS_CONTEXT, *dict.fromkeys(url for url in urls if not is_epcis_context(url))]
    used = _used_prefixes(event, prefixes)
    return [*context, used] if used else context


def _used_prefixes(event: Event, prefixes: Prefixes) -> Prefixes:
    if not _may_use(event, prefixes):
        return {}
    words: set[str] = set()
    for name, value in event.items():
        if name != "@context":
            _add_word(name, words)
            _add_words(value, words)
    return {prefix: uri for prefix, uri in sorted(prefixes.items()) if prefix in words}


def _may_use(event: Event, prefixes: Prefixes) -> bool:
    """Whether a prefix occurs anywhere in the event's bytes; where none does, as in most events, nothing has to be searched."""
    if not prefixes:
        return False
    encoded, spelled = canonical.exact_or_none(event), map(canonical.exact_or_none, prefixes)
    return encoded is None or any(text is None or text[1:-1] in encoded for text in spelled)


def _add_words(content: Json, words: set[str]) -> None:
    """Collect what stands before the first colon of every key and text: it may be a prefix."""
    if isinstance(content, str):
        _add_word(content, words)
    elif isinstance(content, dict):
        for name, value in content.items():
            _add_word(name, words)
            _add_words(value, words)
    elif isinstance(content, list):
        for value in content:
            _add_words(value, words)


def _add_word(text: str, words: set[str]) -> None:
    word, colon, _ = text.partition(":")
    if colon:
        words.add(word.strip())
