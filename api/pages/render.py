"""A page's dataclass -> HTML, and the addresses of static files with the digest of their content (so that they may be cached for ever)."""

from __future__ import annotations

import hashlib
from functools import cache, lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from api.pages.page import Entry, Rendered, Shell
from api.pages.words import HTML_LANGUAGE, Words

API = Path(__file__).parent.parent
STATIC = API / "static"
ASSETS = (
    "page.css",
    "regulator.css",
    "sign-in.css",
    "regulator.js",
    "wallet.js",
    "hash.js",
    "trie.js",
    "evidence.js",
    "page.js",
    "scanner.js",
)

_templates = Environment(
    loader=FileSystemLoader(API / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def render(page: Rendered) -> str:
    """The HTML of a page; its dataclass is the template's whole context."""
    return _templates.get_template(page.template).render(page=page, t=page.shell.texts)


def shell(words: Words, title: str, path: str) -> Shell:
    """What frames a page at `path` (already percent-encoded)."""
    other: dict[str, str] = {"zh": "en", "en": "zh"}
    return Shell(
        language=HTML_LANGUAGE[words.language],
        texts=words.texts,
        title=f"{title} · {words.say('brand')}",
        other_language_url=f"{path}?lang={other[words.language]}",
        other_language="en" if words.language == "zh" else "zh-Hans",
        assets=assets(),
    )


@lru_cache(maxsize=4096)  # most of a page's time; the records of a lot stand on the pages of all its cartons
def _entry(entry: Entry, language: str) -> Markup:
    """One record of a timeline."""
    texts = Words("zh" if language == HTML_LANGUAGE["zh"] else "en").texts
    return Markup(_templates.get_template("_entry.html").render(entry=entry, t=texts))  # noqa: S704 (rendered with escaping)


def forget() -> None:
    """Drop what is remembered of pages, because a record was erased."""
    _entry.cache_clear()


_templates.globals["entry_html"] = _entry


@cache
def assets() -> dict[str, str]:
    """Static files by name, with the first 12 digits of their SHA-256 in the query."""
    return {name: addressed(name) for name in ASSETS}


def addressed(name: str) -> str:
    """The address of a static file, with the digest of its content."""
    return f"/static/{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"
