"""A file as a table of texts, whatever it was: what `csv_files` and `excel` make, and `rows` reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ledger_client.errors import InvalidInput

MOST_ROWS = 10_000  # as many events as one capture takes
MOST_COLUMNS = 200
LONGEST_CELL = 10_000  # characters


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row, and how to mend it. `column`: its heading; empty if the row as a whole is meant."""

    column: str
    problem: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: `number` as the reader of the file counts, the headings being in the first."""

    number: int
    cells: Mapping[str, str]  # heading -> text without spaces around it; empty cells are left out
    faults: tuple[Fault, ...] = ()  # of cells that hold no value


@dataclass(frozen=True, slots=True)
class Table:
    """Headings in their order, and the rows that hold something."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...] = field(repr=False)


def headings(cells: list[str]) -> tuple[str, ...]:
    """The first row's names; InvalidInput for one that is missing before the last, or stands twice."""
    names = [" ".join(cell.split()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise InvalidInput("file", "holds no headings", "write the columns' names into the first row")
    if len(names) > MOST_COLUMNS:
        raise InvalidInput("file", f"has {len(names):,} columns, at most {MOST_COLUMNS} are read", "leave out those that are not needed")
    for place, name in enumerate(names, 1):
        if not name or len(name) > 200:
            raise InvalidInput("file", f"column {place} has no heading of at most 200 characters", "give it one in the first row")
        if "\0" in name or names.index(name) != place - 1:
            raise InvalidInput("file", f"the heading {name[:60]!r} stands twice, or cannot be read", "give each column a name of its own")
    return tuple(names)


def row_of(number: int, columns: tuple[str, ...], cells: list[str], faults: tuple[Fault, ...] = ()) -> Row | None:
    """A row; None if it is empty."""
    texts = [cell.strip() for cell in cells]
    if not any(texts) and not faults:
        return None
    found = list(faults)
    if any(texts[len(columns) :]):
        fix = "put a cell that holds the separator into quotation marks, and give every column a heading"
        found.append(Fault("", f"has {len(texts)} cells, the first row has {len(columns)}", fix))
    told = dict(zip(columns, texts, strict=False))
    for name, text in told.items():
        if len(text) > LONGEST_CELL or "\0" in text:
            found.append(Fault(name, f"has more than {LONGEST_CELL:,} characters, or one that is no text", "shorten it"))
    return Row(number, {name: text for name, text in told.items() if text}, tuple(found))


def check_count(count: int) -> None:
    """InvalidInput for more rows than one import takes."""
    if count > MOST_ROWS:
        raise InvalidInput("file", f"has more than {MOST_ROWS:,} rows", "split it into several files")
