"""Whether a code names one thing, or a lot or a product of which there is a quantity (GS1 General Specifications, EPCIS 2.0 7.3.3)."""

from __future__ import annotations

from ledger_client.codes.item_code import ItemCode

_SERIAL_PARTS = {"21", "235", "8011"}
_ALWAYS_SERIAL = {"00", "8004", "8006", "8017", "8018", "drug20"}
_TAILED = {"253": 13, "255": 13, "8003": 14}  # digits, behind which a serial follows


def serial(code: ItemCode) -> bool:
    """Whether the code names one thing, and not a lot or a product."""
    if code.scheme == "uri" or code.key in _ALWAYS_SERIAL:
        return True
    return bool(_SERIAL_PARTS & code.parts.keys()) or len(code.parts.get(code.key, "")) > _TAILED.get(code.key, 1000)
