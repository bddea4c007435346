"""What the pages of links share: addresses, a code and a type as they are shown."""

from __future__ import annotations

from api.console.shown import link
from api.console.words import ConsoleWords
from ledger_client.codes.gs1_keys import DOMAIN
from resolver.pattern import prefix_of
from resolver.types import TYPES, curie

HOME = "/console/links"
NEW, PREVIEW = f"{HOME}/new", f"{HOME}/preview"


def link_url(number: int) -> str:
    """The form of a link."""
    return f"{HOME}/{number}"


def preview_url(code: str) -> str:
    """What a scan of a code gets."""
    return link(PREVIEW, code=code)


def pattern_shown(pattern: str, words: ConsoleWords) -> str:
    """`01/06901234567892`, or a company prefix in words."""
    prefix = prefix_of(pattern)
    return words.say("links.prefix.of", prefix=prefix) if prefix else pattern.removeprefix(f"{DOMAIN}/")


def kind_shown(name: str, words: ConsoleWords) -> str:
    """A link type in the reader's language."""
    return TYPES[name][words.language] if name in TYPES else curie(name)


def language_shown(tag: str, words: ConsoleWords) -> str:
    """A language by its own name where it has one here; its tag else."""
    return words.texts.get(f"frame.language.{tag}", tag)
