"""The list of items: those with the newest records first, or those whose code begins as it was typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote

from api.console.event_rows import ITEMS, item_text, item_url, state_badge, title_of
from api.console.frame import Frame
from api.console.paging import pager_of
from api.console.shown import Badge, Moment, Pager, moment
from api.console.visit import Visit
from api.console.words import ConsoleWords
from api.told_items import Tellable
from ledger_client.codes.scan import scan
from ledger_client.errors import InvalidCode
from records.lists.items import COUNTED, ItemRow
from records.lists.paging import Page

GS1 = "https://id.gs1.org/"
_KEYS = ("01/0", "01/", "00/", "414/", "8003/0", "8004/", "417/", "8006/")  # where bare digits may stand, the likeliest first
_ELEMENT = re.compile(r"\((\d{2,4})\)")


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item in a list."""

    url: str
    name: str  # of the item or its product, as companies state it; may be empty
    code: str
    step: str
    happened: Moment
    member: str
    records: str
    state: Badge


@dataclass(frozen=True, slots=True)
class ItemsPage:
    """templates/console/items.html"""

    template: ClassVar[str] = "console/items.html"
    frame: Frame
    asked: str
    prefix: str  # how the codes begin that are listed; empty: all are
    elsewhere_url: str  # where to look for what is not here
    scan_url: str  # what the text is
    rows: tuple[ItemLine, ...]
    left_out: str
    pager: Pager


def items_page(
    visit: Visit,
    asked: str,
    prefix: str,
    found: Page[ItemRow],
    names: Mapping[bytes, str],
    products: Mapping[str, str],
    tellable: Tellable,
) -> ItemsPage:
    """The page; `names` are those of members by their signers, `products` those of items by their codes."""
    words = visit.words
    shown = [row for row in found.rows if tellable.may(row.record_id, row.code)]
    left_out = len(found.rows) - len(shown)
    return ItemsPage(
        frame=visit.frame(words.say("items.title")),
        asked=asked,
        prefix=item_text(prefix),
        elsewhere_url=f"/regulator?q={quote(asked, safe='')}" if asked else "",
        scan_url=f"/console/scan?text={quote(asked, safe='')}" if asked else "",
        rows=tuple(_line(row, names, products, words) for row in shown),
        left_out=words.say("items.left_out", count=left_out) if left_out else "",
        pager=pager_of(ITEMS, visit.request.query_params, found, words),
    )


def beginnings(asked: str) -> list[str]:
    """How codes may begin that somebody means by a text, the likeliest first; in any spelling, as the console shows them, or as digits."""
    found = []
    with suppress(InvalidCode):
        found.append(scan(asked).item.uri + "/")
    if ":" in asked.partition("/")[0]:
        return [*found, asked]
    spelled = _ELEMENT.sub(r"/\1/", asked).lstrip("/")
    digits = [f"{GS1}{key}{asked}" for key in _KEYS] if asked.isascii() and asked.isdigit() else []
    return [*found, *digits, GS1 + spelled]


def counted(records: int, words: ConsoleWords) -> str:
    """How many records, where they were counted to the end."""
    return words.number(records) if records <= COUNTED else words.say("items.more_than", count=words.number(COUNTED))


def _line(row: ItemRow, names: Mapping[bytes, str], products: Mapping[str, str], words: ConsoleWords) -> ItemLine:
    return ItemLine(
        url=item_url(row.code),
        name=products.get(row.code, ""),
        code=item_text(row.code),
        step=title_of(row.event_type, row.biz_step, words, item=row.code)[0],
        happened=moment(row.event_time, words),
        member=names.get(row.signer, ""),
        records=counted(row.records, words),
        state=state_badge(row.state, words),
    )
