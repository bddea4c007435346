"""`ledger epc HEX|URN`: what an RFID tag holds, and what to write into one."""

from __future__ import annotations

import re

import click

from ledger_client.cli.output import json_option, line
from ledger_client.codes.epc_binary import Tag, decode, encode, read
from ledger_client.codes.epc_layouts import LAYOUTS
from ledger_client.codes.epc_urn import urn_of
from ledger_client.codes.scan import scan

_HEX = re.compile(r"(?:0[xX])?([0-9A-Fa-f]{2}(?:[ :]?[0-9A-Fa-f]{2}){11,})")  # as readers print it


@click.command()
@click.argument("text")
@click.option("--filter", "filter_value", type=click.IntRange(0, 7), help="Filter value to write; 0 by default.")
@click.option("--scheme", type=click.Choice(list(LAYOUTS)), help="Binary scheme to write; by default the shortest that holds the serial.")
@click.option("--prefix-length", type=click.IntRange(6, 12), help="Digits of the company prefix, for a code that is no URN.")
@click.option(
    "--prefix", "prefixes", multiple=True, help="A company prefix that is known, instead of its length; may be given several times."
)
@json_option
def command(
    text: str, *, filter_value: int | None, scheme: str | None, prefix_length: int | None, prefixes: tuple[str, ...], as_json: bool
) -> None:
    r"""Decode the hex of an RFID tag into its EPC URN, or encode a URN or GS1 code into hex.

    Of TEXT the pure identity is printed if it is hex, else the hex: urn:epc:id:…, urn:epc:tag:… (with filter and scheme), urn:epc:raw:…,
    or a GS1 code in any spelling with --prefix-length. With --json both, the scheme, the filter value and the item code.
    """
    hexed = _HEX.fullmatch(text.strip())
    if hexed and (scheme or filter_value is not None):
        raise click.UsageError("--filter and --scheme say how to write a tag; the hex of a tag already holds them")
    tag = decode(re.sub("[ :]", "", hexed[1])) if hexed else read(text.strip())
    if tag is None or scheme or filter_value is not None:
        tag = _written(text.strip(), tag, filter_value, scheme, prefix_length, prefixes)
    line(tag.identity if hexed else tag.hex, tag.as_json() | {"code": tag.item.uri}, as_json=as_json)


def _written(
    text: str, tag: Tag | None, filter_value: int | None, scheme: str | None, prefix_length: int | None, prefixes: tuple[str, ...]
) -> Tag:
    if tag:
        return encode(tag.identity, tag.filter if filter_value is None else filter_value, scheme or tag.scheme)
    identity = text if text[:11].lower() == "urn:epc:id:" else urn_of(scan(text).item, prefix_length, prefixes)
    return encode(identity, filter_value or 0, scheme or "")
