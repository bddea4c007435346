"""What columns probably mean, by their headings and what the first rows hold; the person at the form decides.

`HEADINGS` is the table of what ERP, WMS and spreadsheets call things, in Chinese and English. Within a field the surer words stand first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from exchange.imports import values
from exchange.imports.mapping import EXTENSION, Source
from exchange.imports.table import Table
from exchange.imports.values import Unfit


@dataclass(frozen=True, slots=True)
class Heading:
    """The words by which a column is taken for a field, unless one of `but` stands in its heading too; spaces part them."""

    field: str
    words: str
    but: str = ""


_NUMBERED = "单号 单据 订单 编号 批号 批次 地址 note number no. order lot batch address"
HEADINGS = (  # in the order in which fields choose
    Heading(
        "document",
        "送货单 收货单 发货单 入库单 出库单 单据号 单据编号 单号 采购订单 销售订单 订单 delivery despatch document voucher asn order",
        "日期 时间 数量 金额 行号 状态 单位 date time qty quantity amount line status",
    ),
    Heading("destination", "收货方 收货单位 购货单位 客户 买方 收货人 consignee ship-to customer buyer receiver", _NUMBERED),
    Heading("source", "供应商 供货单位 供货方 供方 发货方 发货单位 卖方 厂家 supplier vendor consignor seller", _NUMBERED),
    Heading("lot", "批号 批次 lot batch", "数量 日期 qty quantity date"),
    Heading("serial", "序列号 流水号 serial"),
    Heading(
        "quantity",
        "实收 实发 收货数量 发货数量 入库数量 出库数量 数量 件数 净重 重量 quantity qty weight amount",
        "单位 金额 应收 应发 订单 订购 unit ordered price",
    ),
    Heading("unit", "计量单位 数量单位 单位 uom unit", "往来 供货 收货 发货 购货 单价 price"),
    Heading("temperature", "温度 temperature temp"),
    Heading(
        "items",
        "追溯码 箱码 物品编码 条码 条形码 gtin ean epc barcode 编码 物料号 托盘 material sku sscc item product code",
        "名称 规格 仓库 库位 客户 供应商 单位 name warehouse customer supplier vendor description postal",
    ),
    Heading(
        "time",
        "收货日期 发货日期 收货时间 发货时间 入库日期 出库日期 入库时间 出库时间 业务日期 过账日期 单据日期 日期 时间 date time",
        "生产 有效 保质 到期 失效 打印 录入 制单 审核 expir production produced best printed created",
    ),
    Heading("clock", "时间 时刻 time"),
    Heading("step", "业务类型 业务步骤 业务 单据类型 操作类型 出入库类型 类型 step transaction movement"),
    Heading("location", "收货地点 地点 仓库 库房 门店 location site warehouse store gln"),
)
_FITS: Mapping[str, Callable[[str], object]] = {  # that a column is taken for these only if its first cell can be read so
    "destination": values.party,
    "source": values.party,
    "location": values.place,
    "step": values.step,
}
_NAMED = {"destination": "customer", "source": "supplier", "location": "place"}  # as an extension, where the cells hold names
_CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2})?")
_STEPS = {"收货": "receiving", "入库": "receiving", "received": "receiving", "发货": "shipping", "出库": "shipping", "shipped": "shipping"}


def guessed(table: Table, name: str = "") -> dict[str, Source]:
    """Field -> the column that probably holds it; no column twice. `name`: of the file, which may say what was done."""
    found: dict[str, Source] = {}
    left = list(table.columns)
    for heading in HEADINGS:
        column = _column(heading, left, table)
        if column is None:
            continue
        field = heading.field
        if field in _FITS and not _fits(field, _first(table, column)):
            if field not in _NAMED:
                continue
            field = EXTENSION + _NAMED[field]
        found[field] = Source(column)
        left.remove(column)
    done = _done([name, *table.columns]) if "step" not in found else ""
    return found | ({"step": Source("", done)} if done else {})


def _column(heading: Heading, columns: Sequence[str], table: Table) -> str | None:
    """The first column that the surest word names; of times of day only one that holds such."""
    for word in heading.words.split():
        for column in columns:
            text = column.lower()
            named = word in text and not any(other in text for other in heading.but.split())
            if named and (heading.field != "clock" or _CLOCK.fullmatch(_first(table, column))):
                return column
    return None


def _first(table: Table, column: str) -> str:
    return next((row.cells[column] for row in table.rows if row.cells.get(column)), "")


def _fits(field: str, text: str) -> bool:
    try:
        return bool(_FITS[field](text))
    except Unfit:
        return False


def _done(texts: Sequence[str]) -> str:
    """Receiving or shipping, if the name of the file or a heading speaks of one of them only."""
    told = {step for word, step in _STEPS.items() for text in texts if word in text.lower() and "方" not in text and "单位" not in text}
    return told.pop() if len(told) == 1 else ""
