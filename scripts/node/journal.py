"""The journal: every transaction and block of the chain, written before the node hears of it.

One record a line, `<sequence> <crc32> <kind> <fields>`:

    T <raw>                  a signed transaction, hex with 0x, before it is handed to the node
    X <sequence>             the node refused that transaction: it is not part of the chain
    B <number> <time> <parent>   a block is about to be made of the transactions that wait; fsynced before it is
    H <number> <hash> [<sequence>,…]  the block was made; its transactions in order, when they are not just all that waited

Acknowledged is a transaction whose T line was written (survives the kill of every process) and a block whose B line was
fsynced (survives power failure too). A last line without its newline was never acknowledged and is cut off; anything else
that does not check out is damage, and stops the start. Read by `replay`; written by `sequencer` alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from scripts.node.errors import JournalDamaged, NotWritable


class Record(NamedTuple):
    """One line of the journal; `end` is the offset behind it."""

    sequence: int
    kind: str
    fields: list[str]
    end: int


class Written(NamedTuple):
    """Where records went: their sequence numbers, and the offset before the first."""

    sequences: range
    start: int


class Journal:
    """The open journal: append only, whole records or nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size, self.sequence = 0, 0
        self._owed: list[str] = []  # records about things already done that could not be written yet
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)

    def read(self, offset: int = 0) -> Iterator[Record]:
        """Check the whole file, give its records behind `offset`, then cut off a torn last line.

        Raises JournalDamaged; to be read to the end before anything is appended.
        """
        for record in whole_records(self.path):
            self.size, self.sequence = record.end, record.sequence
            if record.end > offset:
                yield record
        if self.size < offset:
            raise JournalDamaged(f"{self.path}: ends at byte {self.size}, but a snapshot was made at byte {offset}; restore the file")
        os.ftruncate(self._file, self.size)

    def append(self, records: Iterable[str]) -> Written:
        """Write records, all or none of them; raises NotWritable. What was still owed goes first."""
        if self._owed:
            self._write(self._owed)
            self._owed.clear()
        start, first = self.size, self.sequence + 1
        self._write(list(records))
        return Written(range(first, self.sequence + 1), start)

    def note(self, record: str) -> None:
        """Write a record of something that has already happened: if it cannot be written now, the next `append` does."""
        self._owed.append(record)
        try:
            self.append(())
        except NotWritable:
            return

    def sync(self) -> None:
        """Make what was appended survive power failure; raises NotWritable."""
        try:
            os.fdatasync(self._file)
        except OSError as error:
            raise _not_writable(self.path, error) from error

    def take_back(self, written: Written) -> None:
        """Remove the newest records again, on which nobody relies yet."""
        os.ftruncate(self._file, written.start)
        self.size, self.sequence = written.start, written.sequences.start - 1

    def close(self) -> None:
        """Release the file; whoever still tries to write gets NotWritable, not somebody else's file."""
        self._file, file = -1, self._file
        os.close(file)

    def _write(self, records: list[str]) -> None:
        data = b"".join(_line(number, text) for number, text in enumerate(records, self.sequence + 1))
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self._file, rest) :]
        except OSError as error:
            if self._file >= 0:
                os.ftruncate(self._file, self.size)
            raise _not_writable(self.path, error) from error
        self.size += len(data)
        self.sequence += len(records)


def _not_writable(path: Path, error: OSError) -> NotWritable:
    return NotWritable(f"the chain's journal {path} cannot be written: {error.strerror}; free some space, then send again")


def _line(sequence: int, text: str) -> bytes:
    body = f"{sequence} {text}".encode()
    return b"%d %08x %s\n" % (sequence, crc32(body), text.encode())


def whole_records(path: Path) -> Iterator[Record]:
    """The records of a journal, each checked, without what its writer may be about to write; raises JournalDamaged."""
    offset = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.endswith(b"\n"):
                return  # torn: the writer died in the middle of it
            yield _parse(path, number, offset, line)
            offset += len(line)


def _parse(path: Path, number: int, offset: int, line: bytes) -> Record:
    head, _, rest = line[:-1].partition(b" ")
    crc, _, text = rest.partition(b" ")
    if head == b"%d" % number and crc == b"%08x" % crc32(head + b" " + text):
        kind, *fields = text.decode().split(" ")
        return Record(number, kind, fields, offset + len(line))
    raise JournalDamaged(
        f"{path}: line {number} (byte {offset}) is damaged, and it was complete once, so blocks may depend on it; "
        "restore the file from a backup before starting"
    )
