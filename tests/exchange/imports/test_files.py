"""Files as spreadsheets save them become the same rows; what would be read wrongly is refused with its reason."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

import pytest
from openpyxl import Workbook

from exchange.imports.files import read
from ledger_client.errors import InvalidInput
from tests.exchange.imports.tables import HEADINGS, csv, excel, line

ROWS = [line(1), line(2, 水分="11,2; 或 \n以上")]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_and_separator_gives_the_same_rows(separator: str, encoding: str):
    found = read(csv(ROWS, separator, encoding))
    assert found.columns == tuple(HEADINGS)
    assert [(row.number, list(row.cells.values())) for row in found.rows] == [(2, ROWS[0]), (3, ROWS[1])]


def test_excel_gives_the_same_rows_and_its_dates_and_numbers_as_people_see_them():
    found = read(excel([[datetime(2026, 8, 1, 6, 10), 6901234567892, 12.5, "公斤", "DN-1", True], [None] * 6, ROWS[0]]))
    assert list(found.rows[0].cells.values()) == ["2026-08-01T06:10:00", "6901234567892", "12.5", "公斤", "DN-1", "true"]
    assert [row.number for row in found.rows] == [2, 4]
    assert list(found.rows[1].cells.values()) == ROWS[0]


def test_cells_of_excel_that_hold_no_value_are_told_with_row_and_column():
    found = read(excel([["=TODAY()", 8123456789012345678, "#N/A", "", "", ""]]))
    assert [(fault.column, fault.problem.split(",")[0]) for fault in found.rows[0].faults] == [
        ("日期", "holds a formula"),
        ("箱码", "holds a number of more than 15 digits"),
        ("数量", "holds Excel's error #N/A"),
    ]


def test_a_row_of_too_many_cells_is_told_and_no_other():
    found = read(b"a,b\n1,2,3\n4,5\n")
    assert [(row.number, bool(row.faults)) for row in found.rows] == [(2, True), (3, False)]


def bomb() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * 101 * 1024 * 1024)
    return content.getvalue()


def sheet_after(told: bytes) -> bytes:
    """A workbook whose sheet begins with that."""
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(excel([ROWS[0]]))) as good, zipfile.ZipFile(content, "w") as packed:
        for part in good.infolist():
            text = good.read(part)
            if part.filename.startswith("xl/worksheets/sheet"):
                text = told + text
            packed.writestr(part.filename, text)
    return content.getvalue()


def test_a_sheet_without_entities_is_read():
    assert len(read(sheet_after(b"<!-- -->")).rows) == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"a,b\n", "no rows"),
        (b"a,a\n1,2\n", "stands twice"),
        (b"a,,b\n1,2,3\n", "no heading"),
        (b'a,b\n"1,2\n', "is no CSV"),
        (b"a\0b\n1\n", "no text"),
        (b"\x81\xff\xff\n1", "encoding"),
        (b"a\n" + b"1\n" * 10_001, "more than 10,000 rows"),
        (b"PK\x03\x04nonsense", "cannot be read as an Excel file"),
        (b"\xd0\xcf\x11\xe0\xa1", "old kind"),
        (bomb(), "unpacks to more than"),
        (sheet_after(b'<!DOCTYPE a [<!ENTITY b "c">]>'), "cannot be read as an Excel file"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(content: bytes, told: str):
    with pytest.raises(InvalidInput, match=told):
        read(content)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_title_above_the_headings_is_passed_over_in_every_kind_of_file(encoding: str):
    titled = read("澄露乳业 收货明细表,,\r\n,,\r\n日期,箱码,数量\r\n2026-08-01,A,1\r\n".encode(encoding))
    assert (titled.columns, [row.number for row in titled.rows]) == (("日期", "箱码", "数量"), [4])
    book = Workbook()
    book.active.append(["收货明细表"])
    book.active.merge_cells("A1:C1")
    for row in (["日期", "箱码", "数量"], [datetime(2026, 8, 1), "00690123", 1], [None] * 3, [datetime(2026, 8, 2), "00690124", 2]):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    found = read(content.getvalue())
    assert found.columns == ("日期", "箱码", "数量")
    assert [(row.number, row.cells["箱码"]) for row in found.rows] == [(3, "00690123"), (5, "00690124")]


def test_a_column_of_its_own_is_no_title_and_loses_no_row():
    assert [(row.number, row.cells["code"]) for row in read(b"code\nA\nB\nC\nD\n").rows] == [(2, "A"), (3, "B"), (4, "C"), (5, "D")]
    found = read(b"code\nA\nB,x\n")
    assert [(row.number, bool(row.faults)) for row in found.rows] == [(2, False), (3, True)]


def test_digits_that_an_erp_guarded_against_spreadsheets_are_read():
    found = read(b'a,b,c\n="06901234567892",\'00123,"=""0042"""\n')
    assert list(found.rows[0].cells.values()) == ["06901234567892", "00123", "0042"]
