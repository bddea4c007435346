"""CSV as spreadsheets save it: UTF-8 with or without a mark, UTF-16 with one, GB18030; comma, semicolon or tab (RFC 4180 otherwise)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

from exchange.imports.table import LONGEST_CELL, MOST_TITLES, Cell, Line, Table, table_of
from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence

_SEPARATORS = ",;\t"
_GUARDED = re.compile(r"=\"([^\"]*)\"|'([0-9]+)")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read(content: bytes) -> Table:
    """The table; rows are numbered as a spreadsheet shows them, so a cell of several lines is in one row."""
    text = decoded(content)
    if "\0" in text:
        raise InvalidInput("file", "is no text", "send CSV or an Excel file (.xlsx)")
    csv.field_size_limit(LONGEST_CELL * 10)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    found = table_of(_lines(lines))
    if found is None:
        raise InvalidInput("file", "is empty", "send a table whose first row names the columns")
    return found


def _lines(rows: Iterable[list[str]]) -> Iterator[Line]:
    number = 0
    try:
        for number, cells in enumerate(rows, 1):
            yield number, [Cell(_unguarded(cell)) for cell in cells]
    except csv.Error as error:
        fix = "put quotation marks around the whole cell, and write those within it twice"
        raise InvalidInput("file", sentence("row {number} is no CSV ({error})", number=number + 1, error=error), fix) from None


def _unguarded(cell: str) -> str:
    """Without what keeps a spreadsheet from taking digits for a number: `="0690"`, or an apostrophe in front."""
    found = _GUARDED.fullmatch(cell.strip())
    return (found[1] or found[2]) if found else cell


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
    """The one that is most frequent in the first line that has any, outside quotation marks."""
    lines = ("".join(line.split('"')[::2]) for line in text.split("\n", MOST_TITLES + 1)[: MOST_TITLES + 1])
    first = next((line for line in lines if set(line) & set(_SEPARATORS)), "")
    return max(_SEPARATORS, key=first.count)
