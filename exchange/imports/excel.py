"""The first sheet of an Excel file (.xlsx), read row by row by openpyxl; defusedxml keeps entities out of it.

A formula is refused: what it came to when somebody last saved the file is not what the sheet says now. So is a number of more than
fifteen digits, of which Excel has kept fifteen.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from openpyxl import load_workbook

from exchange.imports.table import MOST_COLUMNS, Cell, Line, Table, table_of
from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence

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
        raise InvalidInput(
            "file",
            sentence("unpacks to more than {largest} MB or {most_parts:,} parts", largest=_LARGEST // 1024**2, most_parts=_MOST_PARTS),
            fix,
        )


def _table(book: Any) -> Table:  # noqa: ANN401 (openpyxl ships no types)
    if not book.worksheets:
        raise InvalidInput("file", "holds no sheet", "put the rows into the first sheet")
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # what the file says of its size may be wrong
    found = table_of(_lines(sheet))
    if found is None:
        raise InvalidInput("file", "its first sheet is empty", "put the rows into the first sheet, the columns' names above them")
    return found


def _lines(sheet: Any) -> Iterator[Line]:  # noqa: ANN401 (the same)
    """The sheet's rows, up to where nothing follows for long."""
    empty = 0
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1), 1):
        read = [Cell("", *wrong) if (wrong := _wrong(cell.value, cell.data_type)) else Cell(_text(cell.value)) for cell in cells]
        empty = 0 if any(cell.text or cell.problem for cell in read) else empty + 1
        if empty > _EMPTY_ROWS:
            return
        yield number, read


def _wrong(value: object, kind: str) -> tuple[str, str] | None:
    if kind == "f":
        return "holds a formula", "copy the cells and paste them as values"
    if kind == "e":
        return sentence("holds Excel's error {error}", error=str(value)[:20]), "write the value"
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
    return InvalidInput(
        "file", sentence("cannot be read as an Excel file ({name})", name=type(error).__name__), "save it again as .xlsx, or as CSV UTF-8"
    )
