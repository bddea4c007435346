"""Files and mappings for the tests of imports."""

from __future__ import annotations

import io
from typing import Any

from openpyxl import Workbook

from exchange.imports.mapping import Mapping, of_json

FIELDS = {
    "time": {"column": "日期"},
    "step": {"value": "receiving"},
    "items": {"column": "箱码"},
    "quantity": {"column": "数量"},
    "unit": {"column": "单位"},
    "document": {"column": "送货单"},
    "location": {"value": "6901234000009"},
    "ext:moisture": {"column": "水分"},
}
HEADINGS = ["日期", "箱码", "数量", "单位", "送货单", "水分"]
LOT = "(01)06901234567892(10)L{}"


def definition(**changes: Any) -> dict[str, Any]:
    """The mapping's JSON."""
    return {
        "fields": FIELDS,
        "dates": "ymd",
        "zone": "Asia/Shanghai",
        "group": "",
        "key": "",
        "namespace": "https://example.com/voc/",
    } | changes


def mapping(**changes: Any) -> Mapping:
    return of_json(definition(**changes))


def line(number: int, **changes: str) -> list[str]:
    """One good row."""
    told = dict(zip(HEADINGS, ["2026-08-01 06:10", LOT.format(number), "12.5", "公斤", f"DN-{number}", "11.2"], strict=True))
    return list((told | changes).values())


def csv(rows: list[list[str]], separator: str = ",", encoding: str = "utf-8") -> bytes:
    lines = [separator.join(f'"{cell}"' for cell in row) for row in [HEADINGS, *rows]]
    return "\r\n".join(lines).encode(encoding)


def excel(rows: list[list[Any]]) -> bytes:
    book = Workbook()
    for row in [HEADINGS, *rows]:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
