"""CSV as spreadsheets save it: UTF-8 with or without a mark, UTF-16 with one, GB18030; comma, semicolon or tab (RFC 4180 otherwise)."""

from __future__ import annotations

import csv
import io

from exchange.imports.table import LONGEST_CELL, Row, Table, check_count, headings, row_of
from ledger_client.errors import InvalidInput

_SEPARATORS = ",;\t"
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read(content: bytes) -> Table:
    """The table; rows are numbered as a spreadsheet shows them, so a cell of several lines is in one row."""
    text = decoded(content)
    if "\0" in text:
        raise InvalidInput("file", "is no text", "send CSV or an Excel file (.xlsx)")
    csv.field_size_limit(LONGEST_CELL * 10)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    columns: tuple[str, ...] = ()
    rows: list[Row] = []
    number = 0
    try:
        for number, cells in enumerate(lines, 1):
            if not columns:
                columns = headings(cells)
            elif row := row_of(number, columns, cells):
                rows.append(row)
                check_count(len(rows))
    except csv.Error as error:
        fix = "put quotation marks around the whole cell, and write those within it twice"
        raise InvalidInput("file", f"row {number + 1} is no CSV ({error})", fix) from None
    if not columns:
        raise InvalidInput("file", "is empty", "send a table whose first row names the columns")
    return Table(columns, tuple(rows))


def decoded(content: bytes) -> str:
    """The text; UTF-8 if it can be read as that, else GB18030, in which Chinese spreadsheets save."""
    marked = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    for encoding in [marked] if marked else ["utf-8", "gb18030"]:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InvalidInput("file", "is text of an encoding that is not known here", "save it as CSV UTF-8, or as Excel (.xlsx)")


def _separator(text: str) -> str:
    """The one that is most frequent among the headings, outside quotation marks."""
    first = "".join(text.split("\n", 1)[0].split('"')[::2])
    return max(_SEPARATORS, key=first.count)
