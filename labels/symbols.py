"""Symbols as modules: a checked text -> rows of light and dark, by libzint.

Sizes are in modules; `layout` gives them millimetres. Sources: GS1 General Specifications 5.4 (GS1-128), 5.6 (GS1 DataMatrix), ISO/IEC
18004 (QR), ISO/IEC 20830 = GB/T 21049 (Han Xin). zint only warns of wrong element strings, so they are read by our own rules first.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from zint import InputMode, Symbology, WarningLevel
from zint import Symbol as ZintSymbol

from labels.content import Payload
from ledger_client.codes import element_string
from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence


class Kind(StrEnum):
    """The symbols that labels bear."""

    QR = "qr"
    DATAMATRIX = "datamatrix"
    CODE128 = "code128"
    HANXIN = "hanxin"


@dataclass(frozen=True, slots=True)
class Carrier:
    """Facts of one kind of symbol."""

    name: str
    quiet: int  # modules of quiet zone on each side; of a linear symbol left and right only
    linear: bool = False


CARRIERS = {
    Kind.QR: Carrier("QR", quiet=4),
    Kind.DATAMATRIX: Carrier("DataMatrix", quiet=1),
    Kind.CODE128: Carrier("Code 128", quiet=10, linear=True),
    Kind.HANXIN: Carrier("Han Xin", quiet=3),
}
_PLAIN = {
    Kind.QR: Symbology.QRCODE,
    Kind.DATAMATRIX: Symbology.DATAMATRIX,
    Kind.CODE128: Symbology.CODE128,
    Kind.HANXIN: Symbology.HANXIN,
}
_CORRECTION = {Kind.QR: 2, Kind.HANXIN: 2}  # QR level M, Han Xin level L2: both restore about 15 % of the symbol
_ROW_BYTES = 144  # of zint's table of modules


@dataclass(frozen=True, slots=True)
class Symbol:
    """One symbol. A linear one has a single row, drawn as high as there is room."""

    kind: Kind
    rows: tuple[str, ...]  # "1" dark, "0" light; all of one length

    @property
    def width(self) -> int:
        """Modules across, without quiet zones."""
        return len(self.rows[0])

    @property
    def height(self) -> int:
        """Modules down, without quiet zones."""
        return len(self.rows)


def symbol(kind: Kind, payload: Payload) -> Symbol:
    """The symbol of a payload; InvalidInput for one that the symbol does not hold."""
    drawn = ZintSymbol()
    drawn.warn_level = WarningLevel.FAIL_ALL
    drawn.symbology = Symbology.GS1_128 if payload.gs1 and kind == Kind.CODE128 else _PLAIN[kind]
    drawn.input_mode = InputMode.GS1 if payload.gs1 else InputMode(0)
    if kind in _CORRECTION:
        drawn.option_1 = _CORRECTION[kind]
    text = _for_zint(payload.text) if payload.gs1 else payload.text
    try:
        drawn.encode(text)
    except (RuntimeError, ValueError) as error:
        told = str(error).strip()
        raise InvalidInput(
            f"{CARRIERS[kind].name} of {payload.text}", sentence("cannot be drawn: {told}", told=told), "use another kind of symbol"
        ) from None
    return Symbol(kind, _rows(drawn))


def _for_zint(text: str) -> str:
    """An element string with brackets, read by our rules, in zint's spelling. No value of GS1's set 82 holds a square bracket."""
    return "".join(f"[{ai}]{value}" for ai, value in element_string.split_bracketed(text))


def _rows(drawn: ZintSymbol) -> tuple[str, ...]:
    """zint's table: a row in 144 bytes, the lowest bit first."""
    table, width = drawn.encoded_data.tobytes(), drawn.width
    lines = (int.from_bytes(table[at * _ROW_BYTES : (at + 1) * _ROW_BYTES], "little") for at in range(drawn.rows))
    return tuple(f"{line:0{width}b}"[::-1] for line in lines)
