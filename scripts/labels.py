"""`python -m scripts.labels`: a template and a file of codes -> labels as PDF, ZPL, SVG or PNG (docs/labels.md). Needs no server."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console
from rich.progress import Progress

from labels.content import DATES, Content, checked_domain
from labels.layout import drawing
from labels.printing import MOST, Form, Print, joined, piece, piece_size
from labels.raster import png
from labels.svg import svg
from labels.template import Template, template
from ledger_client.codes.epc_binary import encode
from ledger_client.codes.epc_urn import urn_of
from ledger_client.codes.gs1_keys import DOMAIN
from ledger_client.codes.scan import scan
from ledger_client.errors import InvalidInput, LedgerError

SINGLE = ("svg", "png")  # a file for each code
TEXTS = ("product", "spec", "producer", "lot")
COLUMNS = (*TEXTS, *DATES.values())


@click.command()
@click.argument("template_file", metavar="TEMPLATE", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("codes_file", metavar="CODES", type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The file; a folder for svg and png.")
@click.option("--form", type=click.Choice([*map(str, Form), *SINGLE]), default=Form.SHEETS.value, show_default=True, help="What comes out.")
@click.option("--dpi", type=click.IntRange(72, 2400), default=600, show_default=True, help="Of png.")
@click.option("--domain", default=DOMAIN, show_default=True, help="Your own, which QR codes open.")
@click.option("--product", default="", help="Its name, where CODES has no such column.")
@click.option("--spec", default="", help="What a pack holds.")
@click.option("--producer", default="", help="Who makes it.")
@click.option("--lot", default="", help="Its lot.")
@click.option("--produced", type=click.DateTime(["%Y-%m-%d"]), help="Date of production.")
@click.option("--best-before", type=click.DateTime(["%Y-%m-%d"]), help="Best before.")
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help="Expiry date.")
@click.option("--tags", type=click.IntRange(6, 12), help="Write RFID tags too (zpl): digits of your company prefix.")
def main(
    template_file: Path, codes_file: Path, output: Path, form: str, dpi: int, domain: str, tags: int | None, **told: str | datetime | None
) -> None:
    """Print the codes of CODES by TEMPLATE.

    CODES has a code a line in any spelling, or is CSV with a column `code` and, if they differ from code to code, product, spec,
    producer, lot, produced, best_before, expires. Nothing is written unless every label fits.
    """
    try:
        made = _template(template_file)
        rows = _rows(sys.stdin.read() if str(codes_file) == "-" else codes_file.read_text(encoding="utf-8-sig"))
        values = {name: value.date().isoformat() if isinstance(value, datetime) else value for name, value in told.items() if value}
        prints = [_print(row | {"number": number}, values, domain, tags) for number, row in enumerate(rows, 1)]
        with Progress(console=Console(stderr=True)) as bar:
            task = bar.add_task("labels", total=len(prints))
            write = _write_each if form in SINGLE else _write_one
            write(made, prints, form, dpi, output, lambda count: bar.advance(task, count))
    except (LedgerError, OSError, UnicodeDecodeError) as error:
        sys.exit(f"labels: {error}")
    print(f"{len(prints)} labels in {output}")


def _template(file: Path) -> Template:
    try:
        given = orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError as error:
        raise InvalidInput(str(file), f"is no JSON: {error}", "see docs/labels.md") from None
    if not isinstance(given, dict):
        raise InvalidInput(str(file), "is no template", "see docs/labels.md")
    return template(given)


def _rows(text: str) -> Sequence[dict[str, Any]]:
    lines = [line for line in text.splitlines() if line.strip()]
    if lines and "code" in [name.strip() for name in lines[0].split(",")]:
        rows: list[dict[str, Any]] = [
            {name.strip(): (value or "").strip() for name, value in row.items() if name} for row in csv.DictReader(lines)
        ]
    else:
        rows = [{"code": line.strip()} for line in lines]
    if not 1 <= len(rows) <= MOST:
        raise InvalidInput("codes", f"are {len(rows):,}", f"give 1 to {MOST:,} in one file")
    return rows


def _print(row: Mapping[str, Any], told: Mapping[str, str], domain: str, prefix_length: int | None) -> Print:
    """One label; InvalidInput names the line."""
    try:
        known = {name: row.get(name) or told.get(name, "") for name in COLUMNS}
        dates = {name: _date(name, known[name]) for name in DATES.values() if known[name]}
        texts = {name: known[name] for name in TEXTS}
        content = Content(scan(row["code"]).item, checked_domain(domain), dates=dates, number=row["number"], **texts)
        return Print(content, encode(urn_of(content.item, prefix_length)) if prefix_length else None)
    except InvalidInput as error:
        raise InvalidInput(f"code {row['number']}, {error.field}", error.problem, error.fix) from None


def _date(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(name, f"{text!r} is no date", "write it as 2026-12-25") from None


def _write_one(made: Template, prints: Sequence[Print], form: str, _dpi: int, output: Path, done: Callable[[int], object]) -> None:
    size, pieces = piece_size(made, Form(form)), list[bytes]()
    for at in range(0, len(prints), size):
        pieces.append(piece(made, prints[at : at + size], Form(form)))
        done(len(prints[at : at + size]))
    output.write_bytes(joined(pieces, Form(form)))


def _write_each(made: Template, prints: Sequence[Print], form: str, dpi: int, output: Path, done: Callable[[int], object]) -> None:
    for one in prints:  # all of them fit, or nothing is written
        drawing(made.label, one.content, dpi if form == "png" else None)
    output.mkdir(parents=True, exist_ok=True)
    for one in prints:
        file = output / f"{one.content.number:05}.{form}"
        if form == "png":
            file.write_bytes(png(drawing(made.label, one.content, dpi), dpi))
        else:
            file.write_text(svg(drawing(made.label, one.content)), encoding="utf-8")
        done(1)


if __name__ == "__main__":
    main()
