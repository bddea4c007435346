"""Records that a member keeps in a file of its own, without any server: what `ledger anchor` writes and `ledger prove` reads.

One JSON object a line: {"commitment", "eventId", "items", "secret", "payload"}. The file holds the secrets: whoever loses it can never
show its records again, whoever finds it can read them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ledger_client.commitment import commit, secret
from ledger_client.epcis.document import Document
from ledger_client.epcis.judge import judge_all
from ledger_client.epcis.normalise import payload
from ledger_client.errors import InvalidInput
from ledger_client.onchain import item_id


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """One event, its secret and what is anchored of it."""

    commitment: bytes
    event_id: str
    items: tuple[str, ...]
    secret: bytes
    payload: str  # RFC 8785 text of the normalised event

    def pairs(self) -> list[tuple[bytes, bytes]]:
        """The anchors of this record: (item id, commitment) for each item."""
        return [(item_id(code), self.commitment) for code in self.items]


def records_of(document: Document) -> list[OwnRecord]:
    """A record for each event, with a fresh secret; raises the first problem of the first invalid event."""
    judged = judge_all(document)
    for one in judged:
        for problem in one.problems:
            raise problem
    made = []
    for one in judged:
        key = secret()
        made.append(OwnRecord(commit(one.event, key), one.event_id, tuple(one.items), key, payload(one.event).decode()))
    return made


def write(path: Path, records: Sequence[OwnRecord]) -> None:
    """Write a new file, readable by its owner only, and make sure it is on the disk; InvalidInput when there is one already."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise InvalidInput(str(path), "exists already", "name another file, or go on with `--resume`") from None
    with os.fdopen(handle, "w") as file:
        file.writelines(json.dumps(_line(record), ensure_ascii=False) + "\n" for record in records)
        file.flush()
        os.fsync(file.fileno())


def read(path: Path) -> list[OwnRecord]:
    """Read such a file; InvalidInput with the line that is wrong."""
    found = []
    for number, text in enumerate(path.read_text().splitlines(), 1):
        try:
            line = json.loads(text)
            commitment, key = bytes.fromhex(line["commitment"][2:]), bytes.fromhex(line["secret"][2:])
            found.append(OwnRecord(commitment, line["eventId"], tuple(line["items"]), key, line["payload"]))
        except (ValueError, KeyError, TypeError) as problem:
            raise InvalidInput(f"{path} line {number}", f"is not a record: {problem!r}") from None
    return found


def _line(record: OwnRecord) -> dict[str, object]:
    return {
        "commitment": "0x" + record.commitment.hex(),
        "eventId": record.event_id,
        "items": list(record.items),
        "secret": "0x" + record.secret.hex(),
        "payload": record.payload,
    }
