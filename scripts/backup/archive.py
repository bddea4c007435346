"""The file of a backup: a ZIP that appears under its name only when it is whole, and of which every byte is covered by a hash.

Written to NAME.part, synced, then renamed; members are streamed, so that memory does not grow with them. The manifest is the last member.
The ZIP's comment ends with the SHA-256 of everything before those 64 digits: a cut or changed file is known without unpacking, and then
the members' own hashes say which of them it is.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import os
import time
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

import orjson

from ledger_client.errors import InvalidInput
from scripts.backup.manifest import FORM, Manifest, Member
from scripts.node.home import sync_folder

SUFFIX, PART = ".backup.zip", ".part"
_MANIFEST = "manifest.json"
_COMMENT = f"{FORM} sha256 ".encode()
_DIGITS = 64
_PIECE = 1 << 20
_BROKEN = (zipfile.BadZipFile, EOFError, NotImplementedError)  # the last two of a size, a version or a method that a flipped bit names
_LEVEL = 1  # of deflate: three times as fast as the usual 6 for a tenth more bytes


class Writing:
    """An archive that is being written."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
        self.members: list[Member] = []

    def add(self, name: str, pieces: Iterable[bytes], columns: dict[str, str] | None = None) -> Member:
        """Write one member from its pieces; with `columns` it is a table, and each piece is a row."""
        digest, size, count = hashlib.sha256(), 0, 0
        with self._zip.open(_entry(name), "w", force_zip64=True) as member:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                count += 1
                member.write(piece)
        self.members.append(Member(name, size, digest.hexdigest(), count if columns else None, columns or {}))
        return self.members[-1]

    def finish(self, manifest: Manifest) -> str:
        """Write manifest and hash, and bring all of it to the disk; returns the hash."""
        self._zip.writestr(_entry(_MANIFEST), orjson.dumps(manifest.to_json(), option=orjson.OPT_INDENT_2))
        self._zip.comment = _COMMENT + b"0" * _DIGITS
        self._zip.close()
        digest = _digest(self._file)
        self._file.seek(-_DIGITS, os.SEEK_END)
        self._file.write(digest.encode())
        self._file.flush()
        os.fsync(self._file.fileno())
        return digest

    def give_up(self) -> None:
        """Write nothing more."""
        self._zip.fp = None


@contextmanager
def writing(target: Path) -> Iterator[Writing]:
    """Write a new archive; at the end it is whole and has its name, or nothing of it is left. OSError when the disk refuses."""
    part = target.with_name(target.name + PART)
    with open(part, "x+b", opener=_private) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        archive = Writing(file)
        try:
            yield archive
            part.rename(target)
        except BaseException:
            archive.give_up()
            part.unlink(missing_ok=True)
            raise
    sync_folder(target.parent)


def clear(folder: Path) -> list[Path]:
    """Remove what killed backups left in a folder; one that is being written now is locked, and stays."""
    gone = []
    for part in folder.glob("*" + SUFFIX + PART):
        with suppress(OSError), part.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            part.unlink()
            gone.append(part)
    return gone


class Reading:
    """A backup that is there. Open it with `reading`."""

    def __init__(self, path: Path, archive: zipfile.ZipFile, digest: str) -> None:
        self.path, self.digest, self._zip = path, digest, archive
        self.manifest = Manifest.from_json(orjson.loads(archive.read(_MANIFEST)))

    def pieces(self, member: Member) -> Iterator[bytes]:
        """The bytes of a member, a megabyte at a time; InvalidInput at the end when they are not those that were written."""
        with self._zip.open(member.name) as file:
            yield from self._checked(member, iter(lambda: file.read(_PIECE), b""))

    def lines(self, member: Member) -> Iterator[bytes]:
        """The same, line by line."""
        with self._zip.open(member.name) as file, io.BufferedReader(cast(io.RawIOBase, file), _PIECE) as buffered:
            yield from self._checked(member, buffered)

    def _checked(self, member: Member, pieces: Iterable[bytes]) -> Iterator[bytes]:
        digest = hashlib.sha256()
        try:
            for piece in pieces:
                digest.update(piece)
                yield piece
        except (*_BROKEN, zlib.error) as problem:
            raise _damaged(self.path, [f"{member.name} ({problem})"]) from None
        if digest.hexdigest() != member.sha256:
            raise _damaged(self.path, [member.name])


@contextmanager
def reading(path: Path) -> Iterator[Reading]:
    """Open a backup after checking every byte of it; InvalidInput names what is damaged."""
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            if not archive.comment.startswith(_COMMENT):
                raise InvalidInput(str(path), "is a ZIP file, but not a backup of this form")
            if len(archive.comment) != len(_COMMENT) + _DIGITS:
                raise zipfile.BadZipFile
            found, said = _digest(file), archive.comment[-_DIGITS:].decode("ascii", "replace")
            if found != said:
                raise _damaged(path, _damaged_members(path, archive))
            yield Reading(path, archive, found)
    except _BROKEN:
        raise InvalidInput(str(path), "is not a whole backup: it has no proper end", "take another copy of it") from None
    except (FileNotFoundError, IsADirectoryError, PermissionError) as problem:
        raise InvalidInput(str(path), f"cannot be read: {problem.strerror}") from None


def _damaged_members(path: Path, archive: zipfile.ZipFile) -> list[str]:
    """Which members are not as they were written; what lies between them if all are."""
    try:
        reading = Reading(path, archive, "")
    except (*_BROKEN, zlib.error, KeyError, ValueError, InvalidInput):
        return [_MANIFEST]
    damaged = []
    for member in reading.manifest.members:
        try:
            for _ in reading.pieces(member):
                pass
        except (*_BROKEN, InvalidInput, KeyError):
            damaged.append(member.name)
    return damaged or ["the archive's own directory"]


def _damaged(path: Path, what: list[str]) -> InvalidInput:
    return InvalidInput(str(path), f"is damaged: {', '.join(what)}", "take another copy of it; nothing was restored")


def _digest(file: BinaryIO) -> str:
    """SHA-256 of all but the last 64 bytes, which say it."""
    digest, left = hashlib.sha256(), file.seek(0, os.SEEK_END) - _DIGITS
    file.seek(0)
    while left > 0 and (piece := file.read(min(left, _PIECE))):
        digest.update(piece)
        left -= len(piece)
    return digest.hexdigest()


def _entry(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, time.gmtime()[:6])
    info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
    return info


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
