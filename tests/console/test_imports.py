"""The pages of imports over HTTP: from a file to what became of each row."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from accounts.roles import Role
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
    assert "GTIN 06901234567893 has the check digit 3, which is wrong" in answer.text
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
    assert staff.get(first.headers["location"] + "?outcome=invalid").text.count("check digit") == 1


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
        (b"a,b\n", {}, "holds headings and no rows"),
        (csv([line(1)]), {**MAPPED, "c.time": ""}, "fields.time"),
        (csv([line(1)]), {**MAPPED, "zone": "Moon/Base"}, "is no time zone"),
        (csv([line(1)]), {**MAPPED, "name": ""}, "name: is missing"),
        (csv([line(1)]), {**MAPPED, "c.unit": "c:gone"}, "has no column"),
    ],
)
def test_what_keeps_it_from_going_on_is_said_in_the_page(staff: httpx.Client, content: bytes, fields: dict[str, str], told: str):
    answer = send(staff, "import", content, **fields)
    assert answer.status_code == 200
    assert faults(answer.text) == []
    assert told in answer.text
    assert "还没有导入" in staff.get("/console/imports").text
