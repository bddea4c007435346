"""A file of codes: one a line, or a table with a column of them; as an order's file was handed out, or as a scanner wrote it."""

from __future__ import annotations

from exchange.imports import files
from exchange.imports.table import Table
from exchange.imports.values import Unfit, codes
from ledger_client.codes import canonical
from ledger_client.errors import InvalidCode, InvalidInput
from ledger_client.sentences import sentence

HEADINGS = ("code", "printed", "编码", "条码", "追溯码")


def codes_in(content: bytes) -> list[str]:
    """Canonical item codes in the order of the file; InvalidInput names the first line that holds none."""
    if not content.strip():
        raise InvalidInput("file", "is empty", "choose the file with the codes that were used")
    if canonical_or_none(_first_line(content)):
        content = b"code\n" + content  # a list without a heading
    table = files.read(content)
    column = _column(table)
    return [_code(row.cells.get(column, ""), row.number) for row in table.rows]


def canonical_or_none(text: str) -> str | None:
    """The item code of a text, if it is one."""
    try:
        return canonical(text)
    except InvalidCode:
        return None


def _first_line(content: bytes) -> str:
    return content[:3000].split(b"\n", 1)[0].decode("utf-8", errors="ignore").strip('\ufeff\r \t"')


def _column(table: Table) -> str:
    named = {one.lower(): one for one in table.columns}
    return next((named[one] for one in HEADINGS if one in named), table.columns[0])


def _code(text: str, number: int) -> str:
    try:
        (found,) = codes(text)
    except (Unfit, ValueError) as error:
        problem = error.problem if isinstance(error, Unfit) else "holds several codes"
        fix = error.fix if isinstance(error, Unfit) else "write one code a line"
        raise InvalidInput(sentence("row {number}", number=number), problem, fix) from None
    return found.uri
