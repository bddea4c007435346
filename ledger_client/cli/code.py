"""`ledger code TEXT`: which item a text names."""

from __future__ import annotations

import click

from ledger_client.cli.output import json_option, line
from ledger_client.codes import parse


@click.command()
@click.argument("text")
@json_option
def command(text: str, *, as_json: bool) -> None:
    r"""Print the canonical item code of TEXT.

    TEXT may be a GS1 Digital Link of any domain, an EPC URN, an element string as printed, (01)06901234567892(21)A1,
    or as scanned, a GTIN, an SSCC, a 20-digit drug trace code, or any other URI. A wrong check digit is refused with the right one.
    """
    item = parse(text)
    fields: dict[str, object] = {
        "code": item.uri,
        "scheme": item.scheme,
        "key": item.key,
        "parts": item.parts,
        "itemId": "0x" + item.item_id.hex(),
    }
    line(item.uri, fields, as_json=as_json)
