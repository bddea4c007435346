"""UPC-E: eight digits of which the middle six stand for a GTIN-12 with zeros in it (GS1 General Specifications 5.2.2.4)."""

from __future__ import annotations

from ledger_client.codes.check_digit import check_digit


def expanded(digits: str) -> str:
    """The GTIN-12 that a UPC-E stands for, which has its check digit; empty for what is none."""
    if not (len(digits) == 8 and digits.isascii() and digits.isdigit() and digits[0] in "01"):
        return ""
    system, d, last, check = digits[0], digits[1:6], digits[6], digits[7]
    if last in "012":
        body = f"{d[:2]}{last}0000{d[2:]}"
    elif last == "3":
        body = f"{d[:3]}00000{d[3:]}"
    elif last == "4":
        body = f"{d[:4]}00000{d[4:]}"
    else:
        body = f"{d}0000{last}"
    return system + body + check if check_digit(system + body) == check else ""
