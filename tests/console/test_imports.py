"""The pages of imports over HTTP: from a file to what became of each row."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from accounts.roles import Role
from api.console.imports.guess import guessed
from exchange.imports.table import Row, Table
from tests.api.served import Server
from tests.conftest import address_of
from tests.console.markup import faults
from tests.exchange.imports.tables import csv, line

FORM = "0f8fad5b-d9cb-469f-a165-70867728950e"
MAPPED = {
    "c.time": "c:日期", "c.items": "c:箱码", "c.quantity": "c:数量", "c.unit": "c:单位", "c.step": "=", "v.step": "receiving",
    "x.name.0": "moisture", "x.column.0": "c:水分", "dates": "ymd", "zone": "Asia/Shanghai", "group": "", "key": "c:送货单",
    "namespace": "https://example.com/voc/", "name": "收货单",
}  # fmt: skip
BAD = line(2, 箱码="(01)06901234567893(10)L2")


@pytest.fixture
def staff(server: Server, as_role: Callable[..., httpx.Client]) -> httpx.Client:
    server.installation.mirror()
    return as_role(Role.PARTNER, signer=address_of(server.installation.ledger.signers[0]))


def send(staff: httpx.Client, do: str, content: bytes = csv([line(1), BAD]), **fields: Any) -> httpx.Response:
    return staff.post("/console/imports/new", data={"form": FORM, "do": do, **fields}, files={"file": ("八月.csv", content, "text/csv")})


def test_a_file_is_shown_with_its_columns_guessed(staff: httpx.Client):
    answer = send(staff, "show")
    assert answer.status_code == 200
    assert faults(answer.text) == []
    assert re.search(r'<option value="c:日期" selected>日期 · 2026-08-01 06:10', answer.text)
    assert re.search(r'<option value="c:箱码" selected>', answer.text)
    assert "共 2 行" in answer.text


def test_a_trial_names_row_column_and_fix_and_stores_nothing(staff: httpx.Client):
    answer = send(staff, "try", **MAPPED)
    assert faults(answer.text) == []
    assert "GTIN 06901234567893 的校验码 3 不对" in answer.text
    assert "1 行有问题" in answer.text
    assert "还没有导入" in staff.get("/console/imports").text


def test_an_import_leads_to_its_rows_and_is_one_however_often_it_is_sent(server: Server, staff: httpx.Client):
    first, again = send(staff, "import", **MAPPED), send(staff, "import", **MAPPED)
    assert first.status_code == 303
    assert again.headers["location"] == first.headers["location"]
    running = staff.get(first.headers["location"]).text
    assert "正在逐行处理" in running
    server.installation.work()
    done = staff.get(first.headers["location"])
    assert faults(done.text) == []
    assert "已存入" in done.text
    assert "八月.csv" in staff.get("/console/imports").text
    assert staff.get(first.headers["location"] + "/report").headers["content-type"].startswith("text/csv")
    assert staff.get(first.headers["location"] + "?outcome=invalid").text.count("的校验码 3 不对") == 1


def test_a_saved_mapping_fills_the_form_of_the_next_file(staff: httpx.Client):
    assert "已保存映射“收货单”（第 1 版）" in send(staff, "save", **MAPPED).text
    chosen = re.search(r'<option value="(\d+)">收货单（第 1 版）', staff.get("/console/imports/new").text)
    assert chosen
    shown = send(staff, "show", begin=chosen[1]).text
    assert re.search(r'<option value="c:送货单" selected>', shown)
    assert 'value="moisture"' in shown


@pytest.mark.parametrize(
    ("content", "fields", "told"),
    [
        (b"", {}, "请选择文件"),
        (b"a,b\n", {}, "只有列名，没有数据行"),
        (csv([line(1)]), {**MAPPED, "c.time": ""}, "字段“日期和时间”：没有填写"),
        (csv([line(1)]), {**MAPPED, "zone": "Moon/Base"}, "“Moon/Base”不是时区"),
        (csv([line(1)]), {**MAPPED, "name": ""}, "名称：没有填写"),
        (csv([line(1)]), {**MAPPED, "c.unit": "c:gone"}, "没有映射要读的列“gone”"),
    ],
)
def test_what_keeps_it_from_going_on_is_said_in_the_page(staff: httpx.Client, content: bytes, fields: dict[str, str], told: str):
    answer = send(staff, "import", content, **fields)
    assert answer.status_code == 200
    assert faults(answer.text) == []
    assert told in answer.text
    assert "还没有导入" in staff.get("/console/imports").text


GUESSED = [
    (
        "收货单号 收货日期 供应商 物料编码 物料名称 批号 实收数量 单位",
        "SH1 2026-09-01 江苏奶业 06901234567892 牛奶 L1 10 公斤",
        {"document": "收货单号", "time": "收货日期", "ext:supplier": "供应商", "items": "物料编码", "lot": "批号", "quantity": "实收数量",
         "unit": "单位", "step": "=receiving"},
    ),
    (
        "发货单号 发货时间 客户GLN 商品条码 批次号 应发数量 实发数量 计量单位",
        "F1 2026-09-01T06:10 6901234000009 6901234567892 L1 12 10 公斤",
        {"document": "发货单号", "time": "发货时间", "destination": "客户GLN", "items": "商品条码", "lot": "批次号", "quantity": "实发数量",
         "unit": "计量单位", "step": "=shipping"},
    ),
    (
        "日期 时间 业务类型 追溯码 生产日期 温度(℃)",
        "2026/9/1 06:10 收货 81234567890123456789 2026-08-01 4.1",
        {"time": "日期", "clock": "时间", "step": "业务类型", "items": "追溯码", "temperature": "温度(℃)"},
    ),
    (
        "Delivery_note Posting_date Vendor Material Batch Quantity Unit_of_measure",
        "D1 2026-09-01 Milk 06901234567892 L1 2 KGM",
        {"document": "Delivery_note", "time": "Posting_date", "ext:supplier": "Vendor", "items": "Material", "lot": "Batch",
         "quantity": "Quantity", "unit": "Unit_of_measure"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("headings", "cells", "meant"), GUESSED, ids=[headings.split()[0] for headings, _, _ in GUESSED])
def test_columns_are_guessed_by_what_ledgers_call_them(headings: str, cells: str, meant: dict[str, str]):
    columns = tuple(headings.split())
    table = Table(columns, (Row(2, dict(zip(columns, cells.split(), strict=True))),))
    assert {field: one.column or f"={one.value}" for field, one in guessed(table).items()} == meant
