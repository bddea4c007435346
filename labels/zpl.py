"""A drawing as ZPL II for thermal printers, and an EPC for the tag in the label.

The whole label is one bitmap (^GF) in the printer's own dots, not ^BQ, ^BX, ^BC and ^A: these differ from printer to printer, few
have a Chinese font, none draws Han Xin, and what was checked and decoded here would not be what is printed. Run-length letters keep a
label at a few kilobytes.
"""

from __future__ import annotations

import re

from labels.layout import Drawing
from labels.raster import bitmap
from ledger_client.codes.epc_binary import Tag

DPI = (203, 300, 600)
_RUN = re.compile(r"([0-9A-F])\1*")
_END = re.compile(r"(0+|F+)$")


def zpl(drawn: Drawing, dpi: int, tag: Tag | None = None) -> str:
    """One label; `tag`: what is written into its RFID tag. Take a drawing that was laid out for this `dpi`."""
    image = bitmap(drawn, dpi)
    wide, size = -(-image.width // 8), -(-image.width // 8) * image.height
    write = _tag(tag) if tag else ""
    head = f"^XA\n^LH0,0^PW{image.width}^LL{image.height}\n{write}"
    return f"{head}^FO0,0^GFA,{size},{size},{wide},{_compressed(image.tobytes(), wide)}^FS\n^XZ\n"


def _tag(tag: Tag) -> str:
    """^RFW,H: hex; A: EPC memory from word 2 on, with the length in the PC bits set by the printer, so that b and n are told for older
    firmware only. ^RS8: EPC Gen 2. (Zebra, ZPL II Programming Guide, ^RF and ^RS.)
    """
    text = tag.hex.ljust(-(-len(tag.hex) // 4) * 4, "0")
    return f"^RS8\n^RFW,H,2,{len(text) // 2},A^FD{text}^FS\n"


def _compressed(data: bytes, wide: int) -> str:
    """Hex with ZPL's run lengths: G to Y 1 to 19, g to z 20 to 400; `,` and `!` the rest of a row in white, black; `:` the row before."""
    rows, before = list[str](), ""
    for at in range(0, len(data), wide):
        row = data[at : at + wide].hex().upper()
        rows.append(":" if row == before else _runs(row))
        before = row
    return "".join(rows)


def _runs(row: str) -> str:
    end = _END.search(row)
    kept = row[: end.start()] if end else row
    return _RUN.sub(lambda run: _count(len(run[0])) + run[1], kept) + ({"0": ",", "F": "!"}[end[1][0]] if end else "")


def _count(length: int) -> str:
    if length < 3:
        return "" if length == 1 else "H"
    found = "z" * (length // 400)
    twenties, ones = divmod(length % 400, 20)
    return found + (chr(ord("f") + twenties) if twenties else "") + (chr(ord("F") + ones) if ones else "")
