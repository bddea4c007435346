"""Links written down: a linkset as RFC 9264, section 4.2 has it, and the header Link of RFC 8288. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from resolver.choosing import LINKSET, Link
from resolver.types import iri

CONTEXT = "https://ref.gs1.org/standards/resolver/linkset-context"
MOST_TOLD = 20  # links in a header


def linkset(anchor: str, links: Sequence[Link], description: str = "") -> dict[str, Any]:
    """All links of one item; `anchor`: the item's own address."""
    found: dict[str, Any] = {"anchor": anchor} | ({"description": description} if description else {})
    for link in links:
        found.setdefault(iri(link.link_type), []).append(_target(link))
    return {"linkset": [found]}


def header(anchor: str, links: Sequence[Link] = ()) -> str:
    """Where the whole linkset is, and some of its links."""
    whole = f'<{anchor}?linkType=all>; rel="linkset"; type="{LINKSET}"'
    return ", ".join([whole, *(_told(link) for link in links[:MOST_TOLD])])


def context_header() -> str:
    """What makes JSON-LD of a linkset."""
    return f'<{CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'


def _target(link: Link) -> dict[str, Any]:
    found: dict[str, Any] = {"href": link.target, "title": link.title}
    found |= {"type": link.media_type} if link.media_type else {}
    return found | ({"hreflang": [link.language]} if link.language else {})


def _told(link: Link) -> str:
    """A title in another script than Latin stands as RFC 8187 has it. Nothing in it can end the value or the header."""
    parts = [f"<{link.target}>", f'rel="{iri(link.link_type)}"', f"title*=UTF-8''{quote(link.title, safe='')}"]
    parts += [f'type="{link.media_type}"'] if link.media_type else []
    return "; ".join(parts + ([f'hreflang="{link.language}"'] if link.language else []))
