"""Many labels as one file, piece by piece, so that progress can be told and a piece that was lost is made again.

A piece is whole sheets of a PDF, pages of a roll, or labels of a ZPL stream; `joined` puts pieces together in their order.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pypdf import PdfWriter

from labels.content import Content
from labels.layout import INCH, Drawing, drawing
from labels.pdf import pdf
from labels.template import Template
from labels.zpl import zpl
from ledger_client.codes.epc_binary import Tag
from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence

MOST = 10_000  # labels of one file
_PIECE = 500  # labels, a few seconds' work
_DOTS = 100_000_000  # of a piece for a thermal printer, as long


class Form(StrEnum):
    """What comes out."""

    SHEETS = "sheets"
    ROLL = "roll"
    ZPL_203 = "zpl-203"
    ZPL_300 = "zpl-300"
    ZPL_600 = "zpl-600"

    @property
    def dpi(self) -> int | None:
        """Of a thermal printer."""
        return int(self.value[4:]) if self.value.startswith("zpl-") else None

    @property
    def suffix(self) -> str:
        """Of the file."""
        return "zpl" if self.dpi else "pdf"

    @property
    def media_type(self) -> str:
        """Of the file over HTTP."""
        return "application/vnd.zebra-zpl" if self.dpi else "application/pdf"


@dataclass(frozen=True, slots=True)
class Print:
    """One label to be printed; `tag`: what its RFID tag gets, for printers that write tags."""

    content: Content
    tag: Tag | None = None


def piece_size(made: Template, form: Form) -> int:
    """Labels of one piece: of sheets a whole number, so that a piece ends where a sheet does."""
    if form.dpi:
        dots = made.label.width * made.label.height * (form.dpi / INCH) ** 2
        return max(min(_PIECE, int(_DOTS // dots)), 1)
    count = made.paper.count if form == Form.SHEETS else 1
    return max(_PIECE // count, 1) * count


def piece(made: Template, prints: Iterable[Print], form: Form, title: str = "") -> bytes:
    """The labels of one piece; InvalidInput names the field that does not fit."""
    if form.dpi:
        return "".join(zpl(_drawn(made, one, form), form.dpi, one.tag) for one in prints).encode("ascii")
    drawings = (_drawn(made, one, form) for one in prints)
    return pdf(drawings, made.paper if form == Form.SHEETS else None, title)


def _drawn(made: Template, one: Print, form: Form) -> Drawing:
    try:
        return drawing(made.label, one.content, form.dpi)
    except InvalidInput as error:
        raise InvalidInput(
            sentence("label {number:,}, {of}", number=one.content.number, of=error.field), error.problem, error.fix
        ) from None


def joined(pieces: Sequence[bytes], form: Form) -> bytes:
    """One file of all pieces."""
    if form.dpi or len(pieces) == 1:
        return b"".join(pieces)
    whole, file = PdfWriter(io.BytesIO(pieces[0])), io.BytesIO()
    for one in pieces[1:]:
        whole.append(io.BytesIO(one), import_outline=False)
    whole.write(file)
    return file.getvalue()
