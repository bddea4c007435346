"""A drawing as dots of a printer: the bitmap of ZPL, and PNG. Modules are whole dots; letters are black or white, without grey."""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from labels.layout import INCH, Drawing, Line, Modules
from labels.lettering import face


def bitmap(drawn: Drawing, dpi: int) -> Image.Image:
    """Mode "1", set is black. Take a drawing that was laid out for this `dpi`."""
    image = Image.new("1", (round(drawn.width / INCH * dpi), round(drawn.height / INCH * dpi)))
    for one in drawn.symbols:
        _symbol(image, one, dpi)
    for line in drawn.lines:
        _line(image, line, dpi)
    return image


def png(drawn: Drawing, dpi: int) -> bytes:
    """Black on white, with its size on paper written into it."""
    file = io.BytesIO()
    bitmap(drawn, dpi).point(lambda value: 255 - value, mode="1").save(file, "PNG", dpi=(dpi, dpi))
    return file.getvalue()


def _symbol(image: Image.Image, one: Modules, dpi: int) -> None:
    rows, width = one.symbol.rows, one.symbol.width
    packed = b"".join(int(row.ljust(-(-width // 8) * 8, "0"), 2).to_bytes(-(-width // 8), "big") for row in rows)
    dots, high = round(one.module / INCH * dpi), round(one.row / INCH * dpi)
    small = Image.frombytes("1", (width, len(rows)), packed)
    image.paste(small.resize((width * dots, len(rows) * high), Image.Resampling.NEAREST), (_dots(one.x, dpi), _dots(one.y, dpi)))


def _line(image: Image.Image, one: Line, dpi: int) -> None:
    """Letter by letter where the layout has them: a whole line in whole dots would grow or shrink with each letter."""
    cut, at = face(bold=one.bold), one.x / INCH * dpi
    size = one.size / 72 * dpi
    for letter in one.text:
        found = _letter(letter, round(size), one.bold)
        if found:
            shape, left, top = found
            image.paste(255, (round(at) + left, _dots(one.baseline, dpi) + top), shape)
        at += cut.advance(letter) * size


@lru_cache(maxsize=4096)
def _letter(letter: str, size: int, bold: bool) -> tuple[Image.Image, int, int] | None:
    """A letter's dots, and where they lie from its origin; None for a blank."""
    font = _font(size, bold)
    left, top, right, bottom = font.getbbox(letter, mode="1", anchor="ls")
    if right <= left or bottom <= top:
        return None
    shape = Image.new("1", (int(right - left), int(bottom - top)))
    ink = ImageDraw.Draw(shape)
    ink.fontmode = "1"
    ink.text((-left, -top), letter, font=font, fill=255, anchor="ls")
    return shape, int(left), int(top)


@lru_cache(maxsize=64)
def _font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(face(bold=bold).path, size, layout_engine=ImageFont.Layout.BASIC)


def _dots(length: float, dpi: int) -> int:
    return round(length / INCH * dpi)
