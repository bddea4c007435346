"""Links written down: a linkset (RFC 9264, section 4.2; GS1-Conformant Resolver 1.2, section 2.10), and the header Link. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from resolver.choosing import LINKSET, Link
from resolver.types import iri

CONTEXT = "https://ref.gs1.org/standards/resolver/linkset-context"


def linkset(levels: Iterable[tuple[str, Sequence[Link]]]) -> dict[str, Any]:
    """The links of an item and of what it is one of: each level's own address, and its links."""
    return {"linkset": [_anchored(anchor, links) for anchor, links in levels]}


def header(address: str) -> str:
    """Where the linkset of an address is."""
    return f'<{address}?linkType=linkset>; rel="linkset"; type="{LINKSET}"'


def context_header() -> str:
    """What makes JSON-LD of a linkset."""
    return f'<{CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'


def _anchored(anchor: str, links: Sequence[Link]) -> dict[str, Any]:
    found: dict[str, Any] = {"anchor": anchor}
    for link in links:
        found.setdefault(iri(link.link_type), []).append(_target(link))
    return found


def _target(link: Link) -> dict[str, Any]:
    found: dict[str, Any] = {"href": link.target, "title": link.title}
    found |= {"type": link.media_type} if link.media_type else {}
    return found | ({"hreflang": [link.language]} if link.language else {})
