"""Snapshots: what the node holds at one height, so that a start need not replay the whole journal.

A snapshot is two files: `N.state` (anvil's own dump, gzip) and `N.json` (height, hash, place in the journal, digest), the second
written last: without it the first is nothing. Both appear by rename after fsync. They hold every block, receipt and log, so a
node that starts from one answers as before. The journal alone is enough to rebuild the chain: a damaged snapshot is passed over.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from scripts.node.home import sync_folder, write_whole
from scripts.node.upstream import Upstream
from telemetry.logs import log

_KEPT = 2
_PIECE = 1 << 20
_BEFORE = b'{"jsonrpc":"2.0","id":1,"method":"anvil_loadState","params":["0x'
_AFTER = b'"]}'


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The facts beside a dump."""

    number: int  # height
    hash: str  # of that block, hex with 0x
    time: int  # of that block, Unix seconds
    made_at: int  # Unix seconds
    journal_end: int  # byte offset: everything before it is in the dump or in `waiting`
    anchors: int  # on the chain so far
    transactions: int
    waiting: list[tuple[int, str]]  # journaled but in no block yet: sequence, raw transaction
    digest: str  # SHA-256 of the dump
    size: int  # bytes of the dump


class _Dump:
    """Turns the body of anvil's answer, hex inside JSON, into a file, piece by piece."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._hash, self._rest, self._inside = hashlib.sha256(), b"", False
        self.size = 0

    def feed(self, piece: bytes) -> None:
        """Take the next bytes of the answer."""
        text = self._rest + piece
        if not self._inside:
            at = text.find(b'"result":"0x')
            if at < 0:
                self._rest = text
                return
            text, self._inside = text[at + 12 :], True
        text = text.partition(b'"')[0]
        even = len(text) & ~1
        self._rest = text[even:]
        self._put(bytes.fromhex(text[:even].decode()))

    def finish(self) -> str:
        """Bring it to the disk and return its digest; raises OSError when there was no dump in the answer."""
        if not self.size:
            raise OSError("the node's answer holds no state")
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._hash.hexdigest()

    def __enter__(self) -> _Dump:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._file.close()

    def _put(self, data: bytes) -> None:
        self._file.write(data)
        self._hash.update(data)
        self.size += len(data)


async def take(folder: Path, node: Upstream, facts: dict[str, object]) -> Snapshot | None:
    """Dump the node and keep it as a snapshot; None, and no trace, when the disk or the node refuse.

    `facts` are the fields of Snapshot but `digest` and `size`. The caller keeps the node from changing meanwhile.
    """
    state = folder / f"{facts['number']}.state"
    fresh = state.with_name(state.name + ".new")
    try:
        with _Dump(fresh) as dump:
            await node.download(("anvil_dumpState", []), dump.feed)
            digest = dump.finish()
        snapshot = Snapshot(**facts, digest=digest, size=dump.size)  # type: ignore[arg-type]  # the fields named above
        fresh.rename(state)
        write_whole(folder / f"{snapshot.number}.json", orjson.dumps(asdict(snapshot)))
    except OSError as error:
        log.warning("chain.no_snapshot", block=facts["number"], reason=str(error))
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
        return None
    _forget(folder, keep=_KEPT)
    return snapshot


def usable(folder: Path) -> Iterator[Snapshot]:
    """Snapshots that are whole, newest first; damaged ones are named in the log and passed over."""
    for number in sorted((int(path.stem) for path in folder.glob("*.json")), reverse=True):
        try:
            snapshot = Snapshot(**orjson.loads((folder / f"{number}.json").read_bytes()))
            with (folder / f"{number}.state").open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except (OSError, ValueError, TypeError) as error:
            log.warning("chain.snapshot_unreadable", block=number, error=error)
            continue
        if digest == snapshot.digest:
            yield snapshot
        else:
            log.warning("chain.snapshot_damaged", block=number)


async def load(folder: Path, node: Upstream, snapshot: Snapshot) -> None:
    """Bring a fresh node to the snapshot's state; raises NodeUnavailable."""
    size = len(_BEFORE) + 2 * snapshot.size + len(_AFTER)
    await node.upload(size, _hex(folder / f"{snapshot.number}.state"))


def _hex(path: Path) -> Iterator[bytes]:
    yield _BEFORE
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece.hex().encode()
    yield _AFTER


def _forget(folder: Path, keep: int) -> None:
    numbers = sorted((int(path.stem) for path in folder.glob("*.json")), reverse=True)
    for number in numbers[keep:]:
        (folder / f"{number}.json").unlink()
    for path in [*folder.glob("*.state"), *folder.glob("*.new")]:
        if not (folder / f"{path.name.split('.')[0]}.json").exists() or path.suffix == ".new":
            path.unlink()
    sync_folder(folder)
