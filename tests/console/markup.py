"""Reads a page's HTML the way a screen reader's user meets it, and says what is amiss."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

FIELDS = {"input", "select", "textarea"}
UNLABELLED = {"hidden", "submit", "button"}
NAMED = {"nav", "section"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Element:
    """One element, with its text and its labels."""

    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Page(HTMLParser):
    """All elements of a page in their order."""

    html: str
    elements: list[Element] = field(default_factory=list)
    _open: list[Element] = field(default_factory=list)
    unclosed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.html)
        self.close()
        self.unclosed += [element.tag for element in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        if tag != "title" or all(one.tag != "svg" for one in self._open):  # that of a shape is none of the page
            self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1].tag != tag:
            self.unclosed.append(f"</{tag}> closes {self._open[-1].tag if self._open else 'nothing'}")
            return
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, *tags: str) -> list[Element]:
        return [element for element in self.elements if element.tag in tags]


def faults(html: str) -> list[str]:
    """Everything that is amiss: ids, labels, names, landmarks, headings, scripts, styles."""
    page = Page(html)
    ids = Counter(element.attributes["id"] for element in page.elements if "id" in element.attributes)
    found = [*page.unclosed, *(f"id {name} is used {count} times" for name, count in ids.items() if count > 1)]
    labels = {element.attributes.get("for") for element in page.all("label")}
    for element in page.elements:
        found += [f"<{element.tag}> has {name}" for name in element.attributes if name.startswith("on") or name == "style"]
        for name in ("aria-labelledby", "aria-describedby", "popovertarget", "for"):
            found += [f"{name} names no element: {one}" for one in element.attributes.get(name, "").split() if one not in ids]
        if element.attributes.get("href", "").startswith(("javascript:", "data:text")):
            found.append(f"href {element.attributes['href']}")
    found += [
        f"<{one.tag} name={one.attributes.get('name')}> has no label"
        for one in page.all(*FIELDS)
        if one.attributes.get("type") not in UNLABELLED and one.attributes.get("id") not in labels and "aria-label" not in one.attributes
    ]
    found += [f"<{one.tag}> says nothing" for one in page.all("a", "button", "th", "h1", "h2", "h3", "legend", "summary") if not _name(one)]
    found += [f"<{one.tag}> has no name" for one in page.all(*NAMED) if not ({"aria-label", "aria-labelledby"} & one.attributes.keys())]
    found += [f"there are {len(page.all(tag))} <{tag}>" for tag in ("main", "h1", "title", "header", "footer") if len(page.all(tag)) != 1]
    found += ["<style>" for _ in page.all("style")] + ["inline <script>" for one in page.all("script") if "src" not in one.attributes]
    levels = [int(one.tag[1]) for one in page.all("h1", "h2", "h3", "h4")]
    found += [f"h{after} follows h{before}" for before, after in itertools.pairwise(levels) if after > before + 1]
    found += [] if page.elements[0].attributes.get("lang") in ("zh-Hans", "en") else ["the page has no language"]
    return found


def _name(element: Element) -> str:
    return element.text.strip() or element.attributes.get("aria-label", "").strip()
