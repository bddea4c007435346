"""What columns probably mean, by their headings; the person at the form decides."""

from __future__ import annotations

from collections.abc import Sequence

from exchange.imports.mapping import Source

_WORDS = {  # in the order in which fields choose
    "document": ("送货单", "单号", "订单", "delivery", "document", "order"),
    "quantity": ("数量", "重量", "quantity", "qty", "amount"),
    "unit": ("单位", "unit", "uom"),
    "temperature": ("温度", "temperature"),
    "items": ("编码", "箱码", "条码", "追溯码", "code", "epc", "gtin", "sscc", "serial"),
    "time": ("日期", "时间", "date", "time"),
}


def guessed(columns: Sequence[str]) -> dict[str, Source]:
    """Field -> the column whose heading speaks of it; no column twice."""
    found: dict[str, Source] = {}
    left = list(columns)
    for field, words in _WORDS.items():
        column = next((one for one in left if any(word in one.lower() for word in words)), None)
        if column:
            found[field] = Source(column)
            left.remove(column)
    return found
