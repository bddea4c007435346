"""A file as a table of texts, whatever it was: what `csv_files` and `excel` make, and `rows` reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence

MOST_ROWS = 10_000  # as many events as one capture takes
MOST_COLUMNS = 200
MOST_TITLES = 3  # lines above the headings that hold a single cell: a title, the company's name
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


class Cell(NamedTuple):
    """What a cell says, or what is wrong with it."""

    text: str
    problem: str = ""
    fix: str = ""


Line = tuple[int, Sequence[Cell]]


def table_of(lines: Iterable[Line]) -> Table | None:
    """The table in numbered lines; None if all of them are empty.

    The headings are the first line, or the first of several cells below a merged title.
    """
    columns: tuple[str, ...] = ()
    rows: list[Row] = []
    titles: list[Line] = []
    for number, cells in lines:
        if columns:
            rows += _row(number, columns, cells)
            check_count(len(rows))
            continue
        filled = sum(bool(cell.text.strip() or cell.problem) for cell in cells)
        if filled == 1 and len(titles) < MOST_TITLES:
            titles.append((number, cells))
        elif filled >= _SEVERAL or (filled and not titles):
            columns = _headings(cells)
        elif filled:
            columns, rows = _without_title(titles)
            rows += _row(number, columns, cells)
    if not columns and titles:
        columns, rows = _without_title(titles)
    return Table(columns, tuple(rows)) if columns else None


_SEVERAL = 3  # cells that make a line below titles one of headings


def _without_title(lines: Sequence[Line]) -> tuple[tuple[str, ...], list[Row]]:
    """What looked like titles was a column of its own."""
    columns = _headings(lines[0][1])
    return columns, [row for number, cells in lines[1:] for row in _row(number, columns, cells)]


def _headings(cells: Sequence[Cell]) -> tuple[str, ...]:
    wrong = next((cell for cell in cells if cell.problem), None)
    if wrong:
        raise InvalidInput("file", sentence("its first row {problem}", problem=wrong.problem), wrong.fix)
    return headings([cell.text for cell in cells])


def _row(number: int, columns: tuple[str, ...], cells: Sequence[Cell]) -> list[Row]:
    """The row, if it is not empty."""
    faults = tuple(
        Fault(columns[place] if place < len(columns) else "", cell.problem, cell.fix) for place, cell in enumerate(cells) if cell.problem
    )
    found = row_of(number, columns, [cell.text for cell in cells], faults)
    return [found] if found else []


def headings(cells: list[str]) -> tuple[str, ...]:
    """The first row's names; InvalidInput for one that is missing before the last, or stands twice."""
    names = [" ".join(cell.split()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise InvalidInput("file", "holds no headings", "write the columns' names into the first row")
    if len(names) > MOST_COLUMNS:
        raise InvalidInput(
            "file",
            sentence("has {count:,} columns, at most {most} are read", count=len(names), most=MOST_COLUMNS),
            "leave out those that are not needed",
        )
    for place, name in enumerate(names, 1):
        if not name or len(name) > 200:
            raise InvalidInput(
                "file", sentence("column {place} has no heading of at most 200 characters", place=place), "give it one in the first row"
            )
        if "\0" in name or names.index(name) != place - 1:
            raise InvalidInput(
                "file",
                sentence("the heading {name!r} stands twice, or cannot be read", name=name[:60]),
                "give each column a name of its own",
            )
    return tuple(names)


def row_of(number: int, columns: tuple[str, ...], cells: list[str], faults: tuple[Fault, ...] = ()) -> Row | None:
    """A row; None if it is empty."""
    texts = [cell.strip() for cell in cells]
    if not any(texts) and not faults:
        return None
    found = list(faults)
    if any(texts[len(columns) :]):
        fix = "put a cell that holds the separator into quotation marks, and give every column a heading"
        found.append(Fault("", sentence("has {count} cells, the first row has {count2}", count=len(texts), count2=len(columns)), fix))
    told = dict(zip(columns, texts, strict=False))
    for name, text in told.items():
        if len(text) > LONGEST_CELL or "\0" in text:
            found.append(
                Fault(
                    name,
                    sentence("has more than {most:,} characters, or one that is no text", most=LONGEST_CELL),
                    "shorten it",
                )
            )
    return Row(number, {name: text for name, text in told.items() if text}, tuple(found))


def check_count(count: int) -> None:
    """InvalidInput for more rows than one import takes."""
    if count > MOST_ROWS:
        raise InvalidInput("file", sentence("has more than {most:,} rows", most=MOST_ROWS), "split it into several files")
