"""Labels and contents for the tests, and the ways to spoil a print."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import zxingcpp
from PIL import Image, ImageFilter, ImageOps

from labels.content import Content
from labels.label import Label, label
from ledger_client.codes import parse

MILK = "https://id.gs1.org/01/06901234567892/21/A1"
DOMAIN = "https://id.example.com"
TEXTS = {
    "qr": f"{DOMAIN}/01/06901234567892/21/A1",
    "datamatrix": "(01)06901234567892(17)261225(10)L20261125(21)A1",
    "code128": "(01)06901234567892(21)A1",
}
IDENTIFIERS = {"qr": "]Q1", "datamatrix": "]d2", "code128": "]C1"}  # ISO/IEC 15424: ]d2 and ]C1 say that it is a GS1 symbol


def content(code: str = MILK, **told: Any) -> Content:
    given = {"product": "有机纯牛奶 1 L", "lot": "L20261125", "dates": {"expires": date(2026, 12, 25), "produced": date(2026, 11, 25)}}
    return Content(parse(code), DOMAIN, **(given | told))


def field(name: str, kind: str, x: float, y: float, width: float, height: float, **more: Any) -> dict[str, Any]:
    return {"name": name, "kind": kind, "x": x, "y": y, "width": width, "height": height, **more}


def full() -> dict[str, Any]:
    """A label of 60 × 40 mm with one of everything."""
    return {
        "width": 60,
        "height": 40,
        "fields": [
            field("qr", "qr", 1, 1, 20, 20),
            field("square", "datamatrix", 22, 1, 14, 14, **{"with": ["10", "17"]}),
            field("han", "hanxin", 37, 1, 20, 20),
            field("bars", "code128", 0, 22, 60, 8),
            field("code", "text", 1, 30.5, 58, 3, text="{code}", size=7, align="center"),
            field("what", "text", 1, 34, 58, 4, text="{product} 批号 {lot} 至 {expires}", size=6, bold=True),
        ],
    }


def single(kind: str, width: float = 60, height: float = 40, use: str = "package", **more: Any) -> Label:
    """A label with nothing but one symbol."""
    return label({"width": width, "height": height, "use": use, "fields": [field("symbol", kind, 0, 0, width, height, **more)]})


def read(image: Image.Image) -> dict[str, tuple[str, str]]:
    """Every symbol of a picture: kind -> text, symbology identifier."""
    names = {"QRCode": "qr", "DataMatrix": "datamatrix", "Code128": "code128"}
    return {names[one.format.name]: (one.text, one.symbology_identifier) for one in zxingcpp.read_barcodes(image.convert("L"))}


def sent(image: Image.Image) -> str:
    """What a scanner sends of the only symbol of a picture: symbology identifier and data, FNC1 as ASCII 29."""
    (one,) = zxingcpp.read_barcodes(image.convert("L"))
    return one.symbology_identifier + one.bytes.decode()


def on_paper(image: Image.Image) -> Image.Image:
    """A bitmap (set is black) as somebody sees it, with a margin, in four dots a dot."""
    seen = ImageOps.expand(ImageOps.invert(image.convert("L")), border=20, fill=255)
    return seen.resize((seen.width * 4, seen.height * 4), Image.Resampling.NEAREST)


def faded(image: Image.Image) -> Image.Image:
    """Grey on darker grey: a quarter of the contrast."""
    return image.point(lambda value: 100 + value // 4)


SPOILED: dict[str, Callable[[Image.Image], Image.Image]] = {
    "blurred": lambda image: image.filter(ImageFilter.GaussianBlur(4)),
    "turned": lambda image: image.rotate(17, expand=True, fillcolor=255, resample=Image.Resampling.BILINEAR),
    "upside down": lambda image: image.rotate(180),
    "faded": faded,
    "all of it": lambda image: faded(
        image.rotate(-8, expand=True, fillcolor=255, resample=Image.Resampling.BILINEAR).filter(ImageFilter.GaussianBlur(2))
    ),
}


def zpl_bitmap(text: str) -> Image.Image:
    """The picture of a ^GFA field, read by the rules of the ZPL II manual."""
    total, sent, wide, data = re.search(r"\^GFA,(\d+),(\d+),(\d+),([^^]*)\^FS", text).groups()  # type: ignore[union-attr]
    assert total == sent
    rows, row, count, digits = list[str](), "", 0, int(wide) * 2
    for sign in data:
        if "G" <= sign <= "Y":
            count += ord(sign) - ord("F")
        elif "g" <= sign <= "z":
            count += 20 * (ord(sign) - ord("f"))
        elif sign == ":":
            rows.append(rows[-1])
        else:
            row = row.ljust(digits, {",": "0", "!": "F"}[sign]) if sign in ",!" else row + sign * max(count, 1)
            count = 0
            if len(row) == digits:
                rows.append(row)
                row = ""
    assert row == ""
    assert len(rows) * int(wide) == int(total)
    width = int(re.search(r"\^PW(\d+)", text)[1])  # type: ignore[index]
    return Image.frombytes("1", (int(wide) * 8, len(rows)), bytes.fromhex("".join(rows))).crop((0, 0, width, len(rows)))
