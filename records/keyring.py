"""The installation's master keys: files of one folder, outside the database (docs/encryption.md).

folder/
  kek-N.key     master key number N: wraps the data keys of records and documents
  lookup.key    key of the hash by which a payload is found again; it stays

Each file holds 64 hex digits, mode 0600. The newest master key is used for what is new; an older one is there until no data key is wrapped
by it any more (`rotation`). A running process looks into the folder again every minute, and when it meets a version that it does not know.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from pathlib import Path
from typing import NamedTuple, cast

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from ledger_client.errors import InvalidInput, Retryable
from ledger_client.sentences import sentence

REREAD_SECONDS = 60.0
SETTING = "TRACELEDGER_KEYRING"
_KEK = re.compile(r"kek-([1-9][0-9]{0,8})\.key")
_LOOKUP = "lookup.key"
_BYTES = 32


class KeyMissing(Retryable):
    """A key that is needed is not in the keyring. Nothing is lost as long as a copy of its file is somewhere."""

    def __init__(self, file: str) -> None:
        super().__init__(
            sentence("keyring: {file} is missing, so what it seals cannot be read; put the file back from its copy", file=file)
        )


class KeyRetired(Retryable):
    """Something was sealed under a master key that was retired meanwhile; sealed again, it is stored."""

    def __init__(self) -> None:
        super().__init__("keyring: the master key was changed meanwhile; nothing was stored, the next try uses the new one")


class Sealing(NamedTuple):
    """What it takes to seal a signer's new records; small enough to be handed to another process."""

    signer: bytes
    version: int  # of the master key
    kek: bytes
    lookup: bytes


class Keyring:
    """The keys of one folder. `None`: none is named, which is an error once a key is needed."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._keys: dict[str, bytes] = {}  # by file name
        self._looked = -REREAD_SECONDS
        self.entered: set[int] = set()  # versions that this database is known to have (`rotation.enter`)

    @property
    def folder(self) -> Path:
        """Where the files are; raises InvalidInput when nobody said."""
        if self._folder is None:
            raise InvalidInput(SETTING, "is not set", "set it to the folder of the installation's keys, for example state/keyring")
        return self._folder

    def keep_lookup(self, key: bytes) -> None:
        """Use this lookup key, which rows that are about to come were made with; InvalidInput when there is another."""
        file = self.folder / _LOOKUP
        if not file.exists():
            _write(file, key)
        elif _read(file) != key:
            raise InvalidInput(str(file), "is another one than that of the records", "move the keyring away; the restore makes one")
        self._look()

    def make(self) -> None:
        """Draw the first keys, unless there are some."""
        if not (self.folder / _LOOKUP).exists():
            _write(self.folder / _LOOKUP, secrets.token_bytes(_BYTES))
        if not self.versions():
            _write(self.folder / _name(1), secrets.token_bytes(_BYTES))
        self._look()

    def add(self, above: int = 0) -> int:
        """Draw another master key, numbered above all that there are and above `above`; returns its version."""
        version = max([above, *self.versions()]) + 1
        _write(self.folder / _name(version), secrets.token_bytes(_BYTES))
        self._look()
        return version

    def destroy(self, version: int) -> None:
        """Overwrite a master key and remove it."""
        file = self.folder / _name(version)
        try:
            with file.open("r+b") as handle:
                handle.write(b"0" * file.stat().st_size)
                os.fsync(handle.fileno())
            file.unlink()
        except FileNotFoundError:
            pass
        _sync(self.folder)
        self._look()

    def versions(self) -> list[int]:
        """The master keys that there are, oldest first, as the folder says now."""
        self._look()
        return sorted(self._numbers())

    def kek(self, version: int) -> bytes:
        """A master key; raises KeyMissing."""
        return self._key(_name(version))

    def lookup(self) -> bytes:
        """The key of the hash by which a payload is found; raises KeyMissing."""
        return self._key(_LOOKUP)

    def newest(self) -> int:
        """The version for what is new; raises KeyMissing."""
        if not self._keys or time.monotonic() - self._looked > REREAD_SECONDS:
            self._look()
        found = self._numbers()
        if not found:
            raise KeyMissing(sentence("{file} or a newer one", file=f"{self.folder.name}/{_name(1)}"))
        return max(found)

    def sealing(self, signer: bytes) -> Sealing:
        """How to seal what is new; raises KeyMissing."""
        version = self.newest()
        return Sealing(signer, version, self.kek(version), self.lookup())

    def _numbers(self) -> list[int]:
        return [int(found[1]) for name in self._keys if (found := _KEK.fullmatch(name))]

    def _key(self, name: str) -> bytes:
        if name not in self._keys or time.monotonic() - self._looked > REREAD_SECONDS:
            self._look()
        if name not in self._keys:
            raise KeyMissing(str(Path(self.folder.name) / name))
        return self._keys[name]

    def _look(self) -> None:
        """Read the folder anew; what is not there any more is forgotten."""
        names = [entry.name for entry in self.folder.iterdir()] if self.folder.is_dir() else []
        self._keys = {name: _read(self.folder / name) for name in names if name == _LOOKUP or _KEK.fullmatch(name)}
        self._looked = time.monotonic()


def keyring_of(where: Session | Connection) -> Keyring:
    """The keyring that `open_engine` was given for this database."""
    bind = where.get_bind() if isinstance(where, Session) else where
    return cast(Keyring, bind.get_execution_options()["keyring"])


def _name(version: int) -> str:
    return f"kek-{version}.key"


def _read(file: Path) -> bytes:
    try:
        key = bytes.fromhex(file.read_text())
    except ValueError:
        key = b""
    if len(key) != _BYTES:
        raise InvalidInput(f"{file.parent.name}/{file.name}", "is no key of 64 hex digits", "put the file back from its copy")
    return key


def _write(file: Path, key: bytes) -> None:
    """Write a key so that nobody else can read it, whole or not at all; one that is there is left alone."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        out.write(key.hex() + "\n")
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(fresh, file)
    except FileExistsError:
        pass  # another process was first
    finally:
        fresh.unlink()
    _sync(file.parent)


def _sync(folder: Path) -> None:
    """Make the folder's entries survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
