"""The page that describes the JSON interface to people: the OpenAPI document, laid out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from markupsafe import Markup, escape

from api.pages.page import Part, Shell


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path."""

    name: str  # its stable operation id
    method: str
    path: str
    summary: str
    description: Markup
    body: str  # media types that it takes
    parameters: tuple[Part, ...]
    answers: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Operations that serve one purpose."""

    name: str
    description: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class DocsPage:
    """templates/docs.html"""

    template: ClassVar[str] = "docs.html"
    shell: Shell
    title: str
    description: Markup
    groups: tuple[Group, ...]


def docs_page(described: dict[str, Any], shell: Shell) -> DocsPage:
    """The page of an OpenAPI document."""
    operations = [(path, method, told) for path, methods in described["paths"].items() for method, told in methods.items()]
    return DocsPage(
        shell=shell,
        title=described["info"]["title"],
        description=_prose(described["info"]["description"]),
        groups=tuple(
            Group(tag["name"], tag["description"], tuple(_operation(*one) for one in operations if tag["name"] in one[2]["tags"]))
            for tag in described["tags"]
        ),
    )


def _operation(path: str, method: str, told: dict[str, Any]) -> Operation:
    return Operation(
        name=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told["summary"],
        description=_prose(told.get("description", "")),
        body=", ".join(told.get("requestBody", {}).get("content", {})),
        parameters=tuple(
            Part(one["name"], one.get("description", ""), f"{one['in']}{', needed' if one.get('required') else ''}")
            for one in told.get("parameters", [])
        ),
        answers=tuple(Part(status, answer["description"]) for status, answer in sorted(told["responses"].items())),
    )


def _prose(text: str) -> Markup:
    """Paragraphs, lists, `code` and **bold** of a docstring; everything else is text."""
    safe = str(escape(text.strip()))
    safe = re.sub(r"`([^`]+)`", r"<code>\1</code>", safe)
    safe = re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", safe)
    blocks = (_block(block) for block in re.split(r"\n\s*\n", safe))
    return Markup("".join(blocks))  # noqa: S704 (escaped above)


def _block(block: str) -> str:
    if not block.startswith("* "):
        return f"<p>{block}</p>"
    return "<ul>" + "".join(f"<li>{item}</li>" for item in re.split(r"^\* ", block, flags=re.M) if item.strip()) + "</ul>"
