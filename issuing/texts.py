"""One line of text that somebody typed: a name, a reason, a note."""

from __future__ import annotations

from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence


def line(field: str, text: str, most: int, *, optional: bool = False) -> str:
    """The line with single spaces; InvalidInput when it is missing, too long, or not plain."""
    found = " ".join(text.split())
    if not found and not optional:
        raise InvalidInput(field, "is missing", "say it in a few words")
    if len(found) > most:
        raise InvalidInput(field, sentence("has {count} characters", count=len(found)), sentence("at most {most}", most=most))
    if not found.isprintable():
        raise InvalidInput(field, "holds a control character", "write plain text")
    return found
