"""Where results of a search lead in the console."""

from __future__ import annotations

from api.console.event_rows import EVENTS, ITEMS, item_text
from api.console.shown import link
from records.search.names import Named

SEARCH = "/console/search"
SUGGESTIONS = f"{SEARCH}/suggestions"


def search_url(asked: str, group: str = "") -> str:
    """The results of a text, or one group of them."""
    return link(SEARCH, q=asked, group=group)


def name_url(one: Named) -> str:
    """The items of a product; the events at a place, or of a party."""
    return link(ITEMS, q=one.code) if one.product else search_url(item_text(one.code), "records")


def document_url(text: str) -> str:
    """The events that name a business document."""
    return search_url(text, "records")


def member_url(member: int) -> str:
    """The events of a member."""
    return link(EVENTS, member=member)
