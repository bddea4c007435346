"""Signing keys at rest: Web3 key files (keystore version 3, scrypt), one key a file, readable by its owner only.

Written by `ledger keys` and `scripts/keys`; read by the publisher and the council commands. A key file is never overwritten.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount

from ledger_client.errors import InvalidInput

SCRYPT_WORK = 1 << 18  # about a second and 256 MB for each try of a passphrase


def create(path: Path, passphrase: str, work: int = SCRYPT_WORK) -> LocalAccount:
    """Make a new key and its file. `work`: scrypt's n, a power of two. InvalidInput when the file exists."""
    return store(path, passphrase, bytes(Account.create().key), work)


def store(path: Path, passphrase: str, key: bytes, work: int = SCRYPT_WORK) -> LocalAccount:
    """Write an existing private key (32 bytes) to a new key file."""
    if not passphrase:
        raise InvalidInput("passphrase", "is empty", "a key file without one protects nothing")
    account: LocalAccount = Account.from_key(key)
    encrypted = json.dumps(Account.encrypt(key, passphrase, kdf="scrypt", iterations=work))
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise InvalidInput(str(path), "exists already", "a key file is never overwritten; choose another name") from None
    except OSError as problem:
        raise InvalidInput(str(path), f"cannot be written: {problem.strerror}") from None
    with os.fdopen(handle, "w") as file:
        file.write(encrypted)
        file.flush()
        os.fsync(file.fileno())
    return account


def load(path: Path, passphrase: str) -> LocalAccount:
    """Decrypt a key file; InvalidInput for a wrong passphrase or a file of another kind."""
    content = _read(path)
    try:
        account: LocalAccount = Account.from_key(Account.decrypt(content, passphrase))
    except ValueError as problem:
        if "MAC mismatch" in str(problem):
            raise InvalidInput("passphrase", f"does not open {path}") from None
        raise _not_a_key(path, problem) from None
    except (KeyError, TypeError, NotImplementedError) as problem:
        raise _not_a_key(path, problem) from None
    return account


def address(path: Path) -> bytes:
    """The address (20 bytes) that a key file says it is for; needs no passphrase."""
    try:
        found = bytes.fromhex(str(_read(path)["address"]).removeprefix("0x"))
    except (KeyError, ValueError) as problem:
        raise _not_a_key(path, problem) from None
    if len(found) != 20:
        raise _not_a_key(path, ValueError(f"an address of {len(found)} bytes"))
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text())
    except OSError as problem:
        raise InvalidInput(str(path), f"cannot be read: {problem.strerror}") from None
    except ValueError as problem:
        raise _not_a_key(path, problem) from None
    if not isinstance(content, dict):
        raise _not_a_key(path, ValueError("not a JSON object"))
    return content


def _not_a_key(path: Path, problem: Exception) -> InvalidInput:
    return InvalidInput(str(path), f"is not a key file (keystore version 3): {problem!r}")
