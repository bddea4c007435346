"""A file as it was handed in, of either kind, as a table: its first bytes say which."""

from __future__ import annotations

from exchange.imports import csv_files, excel
from exchange.imports.table import Table
from ledger_client.errors import InvalidInput

_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def read(content: bytes) -> Table:
    """The table in the file; InvalidInput says what keeps it from being read."""
    if content.startswith(_OLD_EXCEL):
        raise InvalidInput("file", "is an Excel file of the old kind (.xls), or protected by a password", "save it as .xlsx without one")
    found = excel.read(content) if content.startswith(_ZIP) else csv_files.read(content)
    if not found.rows:
        raise InvalidInput("file", "holds headings and no rows", "send the rows as well")
    return found
