"""The command line `ledger`: one file per command, named here, loaded when called.

To add a command, write `ledger_client/cli/<file>.py` with a click command called `command` and add a line to COMMANDS.
Exit code 0: yes, 1: no (the reason is on stderr), 2: wrong use. Results go to stdout, one a line, reasons to stderr.
"""

from __future__ import annotations

import click

from ledger_client.cli.lazy import Entry, LazyGroup

COMMANDS = {
    "code": Entry("code", "The canonical item code of a text in any spelling."),
    "scan": Entry("scan", "What a scanned text is: scheme, canonical code, parts."),
    "epc": Entry("epc", "What an RFID tag holds, and the hex to write into one."),
    "hash": Entry("hash_events", "The event ids (CBV hash IDs) of the events in files."),
    "validate": Entry("validate", "Whether the events in files are valid EPCIS 2.0, and if not, why."),
    "commit": Entry("commit", "The commitments of the events in a file, for a given secret."),
    "capture": Entry("capture", "Hand EPCIS documents to a server; what became of each event."),
    "prove": Entry("prove", "Save an item's proof bundle from a server."),
    "verify": Entry("verify", "The verdict on a proof bundle or an item, computed here."),
    "key": Entry("key", "Make and read encrypted key files."),
    "anchor": Entry("anchor", "Anchor events with a key of your own, without a server."),
    "members": Entry("members", "The members of the consortium and their signers."),
    "status": Entry("status", "Whether a server is well: chain, mirror, queue."),
}


@click.group(cls=LazyGroup, commands_by_name=COMMANDS, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="traceledger", prog_name="ledger")
def main() -> None:
    """Work with TraceLedger (溯链) records: read, hash, commit, prove and verify.

    Results are lines on stdout, reasons on stderr. Exit code 0 means yes, 1 no, 2 wrong use. A file called - is standard input.
    """


__all__ = ["COMMANDS", "main"]
