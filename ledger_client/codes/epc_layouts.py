"""How the bits of each EPC binary scheme are laid out, as one table (GS1 EPC Tag Data Standard 1.13 and 2.x, section 14).

Every scheme is: header (8 bits), filter (3), partition (3), company prefix and reference, then what follows them.
"""

from __future__ import annotations

from typing import NamedTuple

PREFIX_BITS = {12: 40, 11: 37, 10: 34, 9: 30, 8: 27, 7: 24, 6: 20}  # digits of the company prefix: its bits; partition 0 is 12 digits


class Layout(NamedTuple):
    """One scheme. A field's kind: digits (fixed length), number (no leading zeros), counted (digits behind a 1), text (7-bit ASCII)."""

    name: str
    header: int
    scheme: str  # of the pure identity URN
    shared: int  # bits of company prefix and reference together
    digits: int  # digits of both; 0: the reference is of `reference`
    last: str = ""  # kind of the serial; empty: none
    last_bits: int = 0
    reserved: int = 0  # zero bits at the end
    reference: str = "digits"
    pieces: bool = False  # piece and total of an ITIP, 7 bits each, before the serial

    @property
    def bits(self) -> int:
        """Length of the whole."""
        return 14 + self.shared + 14 * self.pieces + self.last_bits + self.reserved


LAYOUTS = {
    layout.name: layout
    for layout in (
        Layout("sgtin-96", 0x30, "sgtin", 44, 13, "number", 38),
        Layout("sgtin-198", 0x36, "sgtin", 44, 13, "text", 140),
        Layout("sscc-96", 0x31, "sscc", 58, 17, reserved=24),
        Layout("sgln-96", 0x32, "sgln", 41, 12, "number", 41),
        Layout("sgln-195", 0x39, "sgln", 41, 12, "text", 140),
        Layout("grai-96", 0x33, "grai", 44, 12, "number", 38),
        Layout("grai-170", 0x37, "grai", 44, 12, "text", 112),
        Layout("giai-96", 0x34, "giai", 82, 0, reference="number"),
        Layout("giai-202", 0x38, "giai", 188, 0, reference="text"),
        Layout("gsrn-96", 0x2D, "gsrn", 58, 17, reserved=24),
        Layout("gsrnp-96", 0x2E, "gsrnp", 58, 17, reserved=24),
        Layout("gdti-96", 0x2C, "gdti", 41, 12, "number", 41),
        Layout("gdti-174", 0x3E, "gdti", 41, 12, "text", 119),
        Layout("sgcn-96", 0x3F, "sgcn", 41, 12, "counted", 41),
        Layout("cpi-96", 0x3C, "cpi", 51, 0, "number", 31, reference="number"),
        Layout("itip-110", 0x40, "itip", 44, 13, "number", 38, pieces=True),
        Layout("itip-212", 0x41, "itip", 44, 13, "text", 140, pieces=True),
    )
}
BY_HEADER = {layout.header: layout for layout in LAYOUTS.values()}
OTHER_HEADERS = {
    0x00: "the header of a tag that was never written",
    0x2F: "USDOD-96, which names no GS1 key",
    0x35: "GID-96, which names no GS1 key",
    0x3A: "GDTI-113, which the standard withdrew",
    0x3B: "ADI-var, which names no GS1 key",
    0x3D: "CPI-var, which is not read here",
    0xE0: "a tag's own number (TID), not its EPC",
    0xE2: "a tag's own number (TID), not its EPC",
    **dict.fromkeys(range(0xF0, 0xFC), "a scheme of TDS 2 (SGTIN+, SSCC+ …), which is not read here"),
}
