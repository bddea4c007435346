"""The item's own link as a QR code: one SVG path, black on white whatever the page's colours, with its quiet zone."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from itertools import groupby

import qrcode
from qrcode.constants import ERROR_CORRECT_M

QUIET = 4  # modules of white around it (ISO/IEC 18004)
MASK = 3  # on a screen: of the eight masks the one that suits links best; a reader takes any, and to try all takes five times as long
PIXELS = 10  # of a module, in a file


def svg_file(text: str) -> str:
    """The QR code for `text` as a picture of its own, two millimetres a module: a label printer scales it."""
    path, size = _drawn(text)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{2 * size}mm" height="{2 * size}mm" viewBox="0 0 {size} {size}"'
        f' shape-rendering="crispEdges"><rect width="{size}" height="{size}" fill="#fff"/><path d="{path}" fill="#000"/></svg>'
    )


def png_file(text: str) -> bytes:
    """The same in black and white pixels."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET, box_size=PIXELS)
    code.add_data(text)
    content = BytesIO()
    code.make_image().save(content)
    return content.getvalue()


@lru_cache(maxsize=1024)
def svg(text: str, title: str) -> str:
    """An inline SVG element of the QR code for `text`."""
    path, size = _drawn(text, MASK)
    return (
        f'<svg class="qr" viewBox="0 0 {size} {size}" role="img" aria-label="{title}" shape-rendering="crispEdges">'
        f'<rect width="{size}" height="{size}" fill="#fff"/><path d="{path}" fill="#000"/></svg>'
    )


def _drawn(text: str, mask: int | None = None) -> tuple[str, int]:
    """The dark modules as one path, and how many modules a side has; without a mask the best one is looked for, for print."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET, mask_pattern=mask)
    code.add_data(text)
    rows = code.get_matrix()
    return "".join(_row(y, row) for y, row in enumerate(rows)), len(rows)


def _row(y: int, row: list[bool]) -> str:
    """Each run of dark modules of a row as one rectangle."""
    x, path = 0, ""
    for dark, run in groupby(row):
        width = len(list(run))
        path += f"M{x} {y}h{width}v1h-{width}z" if dark else ""
        x += width
    return path
