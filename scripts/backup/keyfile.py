"""The data keys of all records and documents in one file, sealed: what opens a backup, and what is replaced when something is erased.

A backup holds contents sealed, each under a data key of its own, and no data key. They stand here:

    traceledger-keys/1
    {"installation": …, "generation": …, "madeAt": …, "highest": …, "salt": …, "nonce": …, "work": …}      one line, in clear
    pieces: length (4 bytes) | AES-256-GCM of entries

The key is scrypt of a passphrase and the salt; the nonce of piece n is the header's 8 bytes and n in 4; each piece also authenticates
the header and whether it is the last. Entries, one after the other: L lookup key (32) · R record number (8), data key (32) · D id of a
capture (36), whether it was being worked on at a backup (1), data key (32) · E commitment of an erased record (32), length (4), the rows
of its receipt (JSON).

A file of generation g was made when g records had been erased. To make an erased record unreadable in every older backup, every copy of
every file of an older generation must go; the next backup removes those that lie in its own folder, and names them.
"""

from __future__ import annotations

import json
import os
import secrets
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from ledger_client.errors import InvalidInput
from scripts.backup.manifest import named
from scripts.node.home import sync_folder

FORM = b"traceledger-keys/1\n"
SUFFIX = ".keys"
SCRYPT_WORK = 1 << 17
_PIECE = 1 << 18
_LONGEST_HEADER = 4096
_KEY = 32
_LENGTH = struct.Struct(">I")
_RECORD, _DOCUMENT, _ERASED = struct.Struct(">c q32s"), struct.Struct(">c 36s ? 32s"), struct.Struct(">c 32s I")


class RecordKey(NamedTuple):
    """The data key of a record."""

    record: int
    key: bytes


class DocumentKey(NamedTuple):
    """The data key of a document. `running`: it was being worked on when a backup was made, so that a restore needs it."""

    capture: str
    running: bool
    key: bytes


class Lookup(NamedTuple):
    """The key of the hash by which a payload is found again."""

    key: bytes


class Erased(NamedTuple):
    """A record that was erased, and the rows by which an older backup is told: table -> rows, columns by name."""

    commitment: bytes
    receipt: dict[str, list[dict[str, Any]]]


Entry = Lookup | RecordKey | DocumentKey | Erased


@dataclass(frozen=True, slots=True)
class Header:
    """What a key file says in clear."""

    installation: str
    generation: int
    made_at: str  # UTC
    highest: int  # number of the newest record of which it has the key

    def name(self) -> str:
        """The file's name: another one after each erasure, so that copies of older ones can be found and destroyed."""
        return f"{named(self.installation)}-{self.generation:06}{SUFFIX}"


def write(path: Path, header: Header, passphrase: str, entries: Iterable[Entry], work: int = SCRYPT_WORK) -> None:
    """Write a key file, readable by its owner only; one of the same name is replaced at once and whole. OSError when the disk refuses."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(8)
    told = {"installation": header.installation, "generation": header.generation, "madeAt": header.made_at, "highest": header.highest}
    first = json.dumps(told | {"salt": salt.hex(), "nonce": nonce.hex(), "work": work}).encode() + b"\n"
    cipher, fresh = AESGCM(_derived(passphrase, salt, work)), path.with_name(path.name + ".new")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(FORM + first)
            for number, (piece, last) in enumerate(_pieces(map(_packed, entries))):
                sealed = cipher.encrypt(nonce + _LENGTH.pack(number), piece, first + bytes([last]))
                file.write(_LENGTH.pack(len(sealed)) + sealed)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


class KeyFile:
    """A key file that is there. Open it with `opened`."""

    def __init__(self, path: Path, file: BinaryIO, passphrase: str) -> None:
        self.path, self._file = path, file
        if file.readline(len(FORM)) != FORM:
            raise InvalidInput(str(path), "is not a key file of this form")
        self._first = file.readline(_LONGEST_HEADER)
        try:
            told = json.loads(self._first)
            self.header = Header(str(told["installation"]), int(told["generation"]), str(told["madeAt"]), int(told["highest"]))
            salt, self._nonce, work = bytes.fromhex(told["salt"]), bytes.fromhex(told["nonce"]), int(told["work"])
            self._cipher = AESGCM(_derived(passphrase, salt, min(work, 1 << 20)))
        except (ValueError, KeyError, TypeError):
            raise self._damaged("its first lines") from None
        self._start = file.tell()

    def entries(self) -> Iterator[Entry]:
        """What it holds, in the order it was written; InvalidInput for another passphrase, a changed byte or a missing end."""
        self._file.seek(self._start)
        number, last = 0, False
        while not last:
            size = self._file.read(_LENGTH.size)
            sealed = self._file.read(_LENGTH.unpack(size)[0]) if len(size) == _LENGTH.size else b""
            piece, last = self._opened(number, sealed)
            yield from self._unpacked(piece)
            number += 1
        if self._file.read(1):
            raise self._damaged("behind its end")

    def _opened(self, number: int, sealed: bytes) -> tuple[bytes, bool]:
        nonce = self._nonce + _LENGTH.pack(number)
        for last in (False, True):
            try:
                return self._cipher.decrypt(nonce, sealed, self._first + bytes([last])), last
            except (InvalidTag, ValueError):
                continue
        if number == 0:
            raise InvalidInput(
                str(self.path), "does not open with this passphrase", "give the one it was made with; or the file is damaged"
            )
        raise self._damaged(f"piece {number}")

    def _unpacked(self, piece: bytes) -> Iterator[Entry]:
        place = 0
        while place < len(piece):
            match piece[place : place + 1]:
                case b"R":
                    yield RecordKey(*_RECORD.unpack_from(piece, place)[1:])
                    place += _RECORD.size
                case b"D":
                    _, capture, running, key = _DOCUMENT.unpack_from(piece, place)
                    yield DocumentKey(capture.decode(), running, key)
                    place += _DOCUMENT.size
                case b"L":
                    yield Lookup(piece[place + 1 : place + 1 + _KEY])
                    place += 1 + _KEY
                case b"E":
                    _, commitment, size = _ERASED.unpack_from(piece, place)
                    place += _ERASED.size + size
                    yield Erased(commitment, orjson.loads(piece[place - size : place]))
                case _:
                    raise self._damaged("an entry of no known kind")

    def _damaged(self, where: str) -> InvalidInput:
        return InvalidInput(str(self.path), f"is damaged: {where}", "take another copy of it")


@contextmanager
def opened(path: Path, passphrase: str) -> Iterator[KeyFile]:
    """Open a key file; InvalidInput says why it cannot be."""
    try:
        with path.open("rb") as file:
            yield KeyFile(path, file, passphrase)
    except (FileNotFoundError, IsADirectoryError, PermissionError) as problem:
        raise InvalidInput(str(path), f"cannot be read: {problem.strerror}") from None


def read_passphrase(path: Path) -> str:
    """The passphrase in a file; InvalidInput when there is none."""
    try:
        text = path.read_text().strip()
    except OSError as problem:
        raise InvalidInput(
            str(path), f"cannot be read: {problem.strerror}", "put a copy of the passphrase there, or name another file"
        ) from None
    if not text:
        raise InvalidInput(str(path), "is empty", "put the passphrase there")
    return text


def destroy(path: Path) -> None:
    """Overwrite a key file and remove it."""
    with path.open("r+b") as file:
        left = path.stat().st_size
        while left > 0:
            left -= file.write(bytes(min(left, _PIECE)))
        os.fsync(file.fileno())
    path.unlink()
    sync_folder(path.parent)


def _pieces(packed: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Entries put together, never one of them in two pieces; with whether the piece is the last."""
    waiting, size = list[bytes](), 0
    for one in packed:
        if size + len(one) > _PIECE:
            yield b"".join(waiting), False
            waiting, size = [], 0
        waiting.append(one)
        size += len(one)
    yield b"".join(waiting), True


def _packed(entry: Entry) -> bytes:
    match entry:
        case RecordKey(record, key):
            return _RECORD.pack(b"R", record, key)
        case DocumentKey(capture, running, key):
            return _DOCUMENT.pack(b"D", capture.encode(), running, key)
        case Lookup(key):
            return b"L" + key
        case Erased(commitment, receipt):
            told = orjson.dumps(receipt)
            return _ERASED.pack(b"E", commitment, len(told)) + told


def _derived(passphrase: str, salt: bytes, work: int) -> bytes:
    return Scrypt(salt=salt, length=_KEY, n=work, r=8, p=1).derive(passphrase.encode())
