"""`ledger scan TEXT…`: what a scanned text is."""

from __future__ import annotations

import json
import sys

import click

from ledger_client.cli.output import fields_of, json_option, line
from ledger_client.codes.scan import SPELLINGS, Scan, scan
from ledger_client.errors import InvalidCode


@click.command()
@click.argument("texts", metavar="TEXT...", nargs=-1, required=True)
@json_option
@click.pass_context
def command(context: click.Context, texts: tuple[str, ...], *, as_json: bool) -> None:
    r"""Say what each TEXT is that a scanner gave: its scheme, canonical code and parts, one result a line.

    TEXT may be whatever a barcode scanner, a camera or an RFID reader gives: a GS1 Digital Link of any domain, an element string with or
    without brackets, symbology identifier and FNC1 (or a word for it, such as {GS}), a GTIN, UPC-E or SSCC, an EPC in hex or as a URN,
    a 20-digit drug trace code, an Ecode, or any other URI. - reads one text a line from standard input.
    """
    results = [_say(text, as_json=as_json) for text in _lines(texts)]
    if not all(results):
        context.exit(1)


def _say(text: str, *, as_json: bool) -> bool:
    """One result; whether it is one."""
    try:
        found = scan(text)
    except InvalidCode as error:
        told = json.dumps({"text": text, "error": fields_of(error)}, ensure_ascii=False) if as_json else f"ledger: {error}"
        click.echo(told, err=True)
        return False
    line(_told(found), {"text": text, **found.as_json()}, as_json=as_json)
    for note in () if as_json else found.notes:
        click.echo(f"ledger: {found.item.uri}: note: {note}", err=True)
    return True


def _lines(texts: tuple[str, ...]) -> list[str]:
    read = [text for line in sys.stdin if (text := line.strip("\r\n"))] if "-" in texts else []
    return [text for one in texts for text in (read if one == "-" else [one])]


def _told(found: Scan) -> str:
    """For people: the code, how it was spelled, and its parts by their names."""
    spelling = SPELLINGS[found.spelling]
    how = f"{found.carrier}, {spelling}" if found.carrier else spelling
    names = {name: f"{title} ({name})" if name.isdigit() else title for name, title in found.titles.items()}
    parts = [f"{names[name]} {value}" for name, value in found.parts.items()]
    tag = [found.tag.uri] if found.tag else []
    return "  ".join([found.item.uri, f"[{found.scheme}: {how}]", *parts, *tag])
