"""The company's label templates, and the designer of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import orjson

from api.console.frame import Frame
from api.console.labels.parts import TEMPLATES, picture_url, template_url
from api.console.shown import Link, Moment, Option, moment
from api.console.visit import Visit
from issuing.label_models import LabelTemplate
from issuing.label_templates import LONGEST_NAME
from labels.content import EXTRAS, PLACEHOLDERS
from labels.label import ALIGNS, Use
from labels.symbols import Kind


def _text(name: str, x: float, y: float, width: float, height: float, text: str, size: float, align: str = "left") -> dict[str, Any]:
    box = {"name": name, "kind": "text", "x": x, "y": y, "width": width, "height": height}
    return box | {"text": text, "size": size, "bold": name == "product", "align": align}


NEW = {  # what the designer begins with
    "width": 60,
    "height": 40,
    "use": "package",
    "fields": [
        {"name": "qr", "kind": "qr", "x": 1, "y": 1, "width": 24, "height": 24, "module": None, "with": []},
        _text("product", 27, 3, 32, 9, "{product}", 10),
        _text("lot", 27, 14, 32, 8, "{lot}\n{expires}", 8),
        _text("code", 2, 30, 56, 4, "{code}", 7, "center"),
    ],
    "sheet": None,
}


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """A template in the list."""

    url: str
    picture: str
    name: str
    size: str
    changed: Moment
    by: str


@dataclass(frozen=True, slots=True)
class TemplatesPage:
    """templates/console/labels/list.html"""

    template: ClassVar[str] = "console/labels/list.html"
    frame: Frame
    lines: tuple[TemplateLine, ...]
    may_make: bool


@dataclass(frozen=True, slots=True)
class DesignerPage:
    """templates/console/labels/designer.html"""

    template: ClassVar[str] = "console/labels/designer.html"
    frame: Frame
    here: str
    name: str
    json: str
    based_on: str
    wrong: str
    kinds: tuple[Option, ...]
    uses: tuple[Option, ...]
    aligns: tuple[Option, ...]
    extras: tuple[Option, ...]
    placeholders: tuple[str, ...]
    may_change: bool
    remove_url: str  # empty: it is not kept yet
    longest_name: int


def templates_page(visit: Visit, rows: Sequence[LabelTemplate], *, may_make: bool) -> TemplatesPage:
    """Every template with its picture."""
    words = visit.words
    lines = (
        TemplateLine(
            template_url(row.id),
            picture_url(row.id),
            row.name,
            f"{row.template['width']:g} × {row.template['height']:g} mm",
            moment(row.changed_at, words),
            row.changed_by,
        )
        for row in rows
    )
    return TemplatesPage(visit.frame(words.say("labels.title")), tuple(lines), may_make)


def designer_page(
    visit: Visit, row: LabelTemplate | None, *, may_change: bool, name: str = "", json: str = "", based_on: str = "", wrong: str = ""
) -> DesignerPage:
    """The designer of a template, or of a new one; `name`, `json`: as they were typed, when it is shown again."""
    words = visit.words
    kept = row.template if row else NEW
    return DesignerPage(
        frame=visit.frame(row.name if row else words.say("labels.new"), Link(TEMPLATES, words.say("labels.title"))),
        here=template_url(row.id) if row else f"{TEMPLATES}/new",
        name=name or (row.name if row else ""),
        json=json or orjson.dumps(kept, option=orjson.OPT_INDENT_2).decode(),
        based_on=based_on or (str(row.version) if row else ""),
        wrong=wrong,
        kinds=tuple(Option(one, words.say(f"labels.kind.{one}"), chosen=False) for one in ("text", *map(str, Kind))),
        uses=tuple(Option(str(one), words.say(f"labels.use.{one}"), chosen=False) for one in Use),
        aligns=tuple(Option(one, words.say(f"labels.align.{one}"), chosen=False) for one in ALIGNS),
        extras=tuple(Option(ai, words.say(f"labels.extra.{ai}"), chosen=False) for ai in EXTRAS),
        placeholders=tuple(f"{{{one}}}" for one in PLACEHOLDERS),
        may_change=may_change,
        remove_url=f"{template_url(row.id)}/remove" if row and may_change else "",
        longest_name=LONGEST_NAME,
    )
