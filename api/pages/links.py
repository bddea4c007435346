"""An item's links for people: all of them, those among which a request leaves the choice, or that there is none of the type. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from api.pages.page import LinksPage, PageLink, Shell
from api.pages.words import Words
from resolver.choosing import Link, matching
from resolver.types import TYPES, curie


def links_page(links: Sequence[Link], said: str, address: str, shell: Shell, words: Words) -> LinksPage:
    """`said`: the key of the page's heading; `<key>.text` explains it. What leads to the same address stands there once."""
    once = {link.target: link for link in reversed(links)}
    shown = tuple(_shown(link, words) for link in links if once[link.target] is link)
    return LinksPage(shell, words.say(said), words.say(f"{said}.text"), address, shown)


def unrecorded_page(links: Sequence[Link], address: str, shell: Shell, words: Words) -> LinksPage:
    """A code with links under which nothing is recorded, such as a product's."""
    return links_page(_suiting(links, words), "links.only", address, shell, words)


def item_links(links: Sequence[Link], words: Words) -> tuple[PageLink, ...]:
    """What stands on the item's own page."""
    return tuple(_shown(link, words) for link in _suiting(links, words))


def _suiting(links: Sequence[Link], words: Words) -> list[Link]:
    """Of each type the links that suit the page's language."""
    by_type: dict[str, list[Link]] = {}
    for link in links:
        by_type.setdefault(link.link_type, []).append(link)
    return [link for found in by_type.values() for link in matching(found, words.language, "text/html, */*;q=0.5")]


def _shown(link: Link, words: Words) -> PageLink:
    kind = TYPES[link.link_type][words.language] if link.link_type in TYPES else curie(link.link_type)
    notes = [note for note in (curie(link.link_type), link.language, link.media_type) if note]
    return PageLink(link.target, link.title, kind, " · ".join(notes))
