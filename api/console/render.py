"""A console page -> HTML. Icons are the vendored SVG files, put into the page so that no other request is needed."""

from __future__ import annotations

import re
from functools import cache
from typing import ClassVar, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from api.console.frame import Frame
from api.pages.render import API, STATIC, addressed

ASSETS = (
    "vendor/tabler.min.css",
    "vendor/htmx.min.js",
    "vendor/zxing.min.js",
    "vendor/cytoscape.min.js",
    "vendor/cytoscape-dagre.min.js",
    "console/console.css",
    "console/console.js",
    "console/theme.js",
    "console/camera.css",
    "console/camera.js",
    "console/capture.css",
    "console/capture.js",
    "console/labels.css",
    "console/labels.js",
    "console/imports.css",
    "console/search.css",
    "console/search.js",
    "console/trace.css",
    "console/trace.js",
    "scanner.js",
    "wallet.js",
)
ICONS = STATIC / "vendor" / "icons"


class ConsolePage(Protocol):
    """What every page has."""

    template: ClassVar[str]

    @property
    def frame(self) -> Frame:
        """What frames it."""


def render(page: ConsolePage) -> str:
    """The HTML of a page; its dataclass is the template's whole context."""
    return _templates().get_template(page.template).render(page=page, frame=page.frame, t=page.frame.texts)


@cache
def assets() -> dict[str, str]:
    """Static files by name, at the addresses that may be kept for ever."""
    return {name: addressed(name) for name in ASSETS}


@cache
def icon(name: str) -> Markup:
    """An icon of `static/vendor/icons`, for the eye only."""
    drawn = (ICONS / f"{name}.svg").read_text()
    shapes = re.sub(r"\s+", " ", drawn[drawn.index(">") + 1 : drawn.rindex("</svg>")]).replace(
        '<path stroke="none" d="M0 0h24v24H0z" fill="none" />', ""
    )
    return Markup(  # noqa: S704 (our own files)
        f'<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"'
        f' stroke-linejoin="round" aria-hidden="true" focusable="false">{shapes.strip()}</svg>'
    )


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(API / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.globals["icon"] = icon
    return made
