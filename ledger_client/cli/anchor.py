"""`ledger anchor FILE`: anchor events with a key of one's own, straight on the chain; for members that keep their records themselves."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click
from eth_account.signers.local import LocalAccount
from rich.console import Console
from rich.progress import Progress

from ledger_client import anchoring, keys, own_records
from ledger_client.chain import Chain, Receipt
from ledger_client.cli.files import FILE, read_document
from ledger_client.cli.output import json_option, line
from ledger_client.contracts import MAX_BATCH
from ledger_client.deployment import load
from ledger_client.errors import Refused, Retryable
from ledger_client.own_records import OwnRecord

WAIT_SECONDS = 120.0
_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=FILE, required=False)
@click.option("--records", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File that keeps payloads and secrets.")
@click.option("--resume", is_flag=True, help="Go on with the records in that file instead of reading FILE.")
@click.option("--key", required=True, type=_EXISTING, help="Key file of an active signer.")
@click.option("--passphrase", envvar="TRACELEDGER_PASSPHRASE", help="Opens the key file; asked for if not given.")
@click.option("--rpc", required=True, help="JSON-RPC address of a chain node.")
@click.option("--deployment", required=True, type=_EXISTING, help="The ledger as published by its consortium.")
@json_option
def command(
    file: str | None, records: Path, resume: bool, key: Path, passphrase: str | None, rpc: str, deployment: Path, as_json: bool
) -> None:
    """Anchor the events of FILE. The records are on the disk before anything is sent.

    Killed in the middle, `--resume` sends what is not on the chain yet, and nothing twice.
    """
    if resume == bool(file):
        raise click.UsageError("give either FILE or --resume")
    account = keys.load(key, passphrase or click.prompt(f"Passphrase of {key.name}", hide_input=True, err=True))
    chain = Chain(rpc, load(deployment))
    chain.check_identity()
    kept = own_records.read(records) if resume else _written(records, file or "-")
    _anchor(chain, account, kept, quiet=as_json or not sys.stderr.isatty())
    for record in kept:
        shown = {"commitment": "0x" + record.commitment.hex(), "eventId": record.event_id, "items": list(record.items)}
        line(f"0x{record.commitment.hex()}\t{record.event_id}", shown, as_json=as_json)


def _written(path: Path, file: str) -> list[OwnRecord]:
    made = own_records.records_of(read_document(file))
    own_records.write(path, made)
    return made


def _anchor(chain: Chain, account: LocalAccount, records: list[OwnRecord], *, quiet: bool) -> None:
    """Send batch after batch, each only when the one before is in a block."""
    with Progress(console=Console(stderr=True), transient=True, disable=quiet) as progress:
        task = progress.add_task("anchoring", total=sum(len(record.items) for record in records))
        for batch in _batches([pair for record in records for pair in record.pairs()]):
            missing = [pair for pair in batch if pair[1] not in {anchor.commitment for anchor in chain.anchors_of(pair[0])}]
            if missing:
                _send(chain, account, missing)
            progress.advance(task, len(batch))


def _batches(pairs: list[anchoring.Pair]) -> Iterator[list[anchoring.Pair]]:
    for start in range(0, len(pairs), MAX_BATCH):
        yield pairs[start : start + MAX_BATCH]


def _send(chain: Chain, account: LocalAccount, pairs: list[anchoring.Pair]) -> None:
    """One transaction, with the nonce after the last one in a block: of two with one nonce only one is ever mined."""
    signer, where = bytes.fromhex(account.address[2:]), chain.deployment
    chain.call(where.ledger, anchoring.calldata(pairs), None, signer)  # refuses with the contract's reason
    signed = anchoring.sign(account, chain.nonce(signer, pending=False), where.chain_id, where.ledger, pairs)
    if not _mined(chain, chain.send(signed.raw)).succeeded:
        raise Refused(f"the ledger refused transaction 0x{signed.hash.hex()}; is the signer still active?")


def _mined(chain: Chain, tx_hash: bytes) -> Receipt:
    until = time.monotonic() + WAIT_SECONDS
    while (receipt := chain.receipt(tx_hash)) is None:
        if time.monotonic() > until:
            raise Retryable(f"0x{tx_hash.hex()} is in no block after {WAIT_SECONDS:.0f} s; go on later with --resume")
        time.sleep(0.1)
    return receipt
