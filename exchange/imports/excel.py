"""The first sheet of an Excel file (.xlsx), read row by row by openpyxl; defusedxml keeps entities out of it.

A formula is refused: what it came to when somebody last saved the file is not what the sheet says now. So is a number of more than
fifteen digits, of which Excel has kept fifteen.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from exchange.imports.table import MOST_COLUMNS, Fault, Row, Table, check_count, headings, row_of
from ledger_client.errors import InvalidInput

_LARGEST = 100 * 1024 * 1024  # bytes of all parts, unpacked
_MOST_PARTS = 1000
_EMPTY_ROWS = 10_000  # after which a sheet is taken to be at its end, whatever it says of itself
_EXACT = 10**15


def read(content: bytes) -> Table:
    """The table; InvalidInput for what is no such file, is too large unpacked, or holds formulas among its headings."""
    _check_size(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    except Exception as error:  # noqa: BLE001 (openpyxl raises whatever its parts raise)
        raise _unreadable(error) from None
    try:
        return _table(book)
    except InvalidInput:
        raise
    except Exception as error:  # noqa: BLE001 (the same)
        raise _unreadable(error) from None
    finally:
        book.close()


def _check_size(content: bytes) -> None:
    """A small file can unpack to a huge one; what a part says of its size is all that is unpacked of it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise _unreadable(error) from None
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _LARGEST:
        fix = "save the sheet alone, or as CSV"
        raise InvalidInput("file", f"unpacks to more than {_LARGEST // 1024**2} MB or {_MOST_PARTS:,} parts", fix)


def _table(book: Any) -> Table:  # noqa: ANN401 (openpyxl ships no types)
    if not book.worksheets:
        raise InvalidInput("file", "holds no sheet", "put the rows into the first sheet")
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # what the file says of its size may be wrong
    columns: tuple[str, ...] = ()
    rows: list[Row] = []
    empty = 0
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1), 1):
        texts, faults = _texts(cells, columns)
        if not columns:
            if faults:
                raise InvalidInput("file", f"its first row {faults[0].problem}", faults[0].fix)
            columns = headings(texts)
        elif row := row_of(number, columns, texts, faults):
            rows.append(row)
            check_count(len(rows))
            empty = 0
        else:
            empty += 1
            if empty > _EMPTY_ROWS:
                break
    if not columns:
        raise InvalidInput("file", "its first sheet is empty", "put the rows into the first sheet, the columns' names above them")
    return Table(columns, tuple(rows))


def _texts(cells: Iterable[Any], columns: tuple[str, ...]) -> tuple[list[str], tuple[Fault, ...]]:
    """What the cells say, and what is wrong with some of them."""
    texts, faults = [], []
    for place, cell in enumerate(cells):
        name = columns[place] if place < len(columns) else get_column_letter(place + 1)
        wrong = _wrong(cell.value, cell.data_type)
        if wrong:
            faults.append(Fault(name, *wrong))
        texts.append("" if wrong else _text(cell.value))
    return texts, tuple(faults)


def _wrong(value: object, kind: str) -> tuple[str, str] | None:
    if kind == "f":
        return "holds a formula", "copy the cells and paste them as values"
    if kind == "e":
        return f"holds Excel's error {str(value)[:20]}", "write the value"
    if isinstance(value, int | float) and not isinstance(value, bool) and not abs(value) < _EXACT:
        return "holds a number of more than 15 digits, of which Excel keeps 15", "format the column as text and write the code again"
    return None


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, float):
        return format(value, ".15g")
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)


def _unreadable(error: Exception) -> InvalidInput:
    return InvalidInput("file", f"cannot be read as an Excel file ({type(error).__name__})", "save it again as .xlsx, or as CSV UTF-8")
