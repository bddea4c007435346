"""One installation's folder: every file that `up` makes, and nothing of it elsewhere.

home/
  deployment.json    which ledger on which chain (public)
  ledger.db          records and mirror, unless --database names a PostgreSQL
  chain/             the embedded chain: genesis, journal, snapshots
  keys/              encrypted key files: NAME.signer.json, NAME.council.json
  passphrase         opens the key files at an unattended start (mode 0600)
  keyring/           master keys of all payloads (mode 0600), unless TRACELEDGER_KEYRING names another folder; keep a copy elsewhere
  tls/               certificate authority and certificate for phones
  api-key            the first bearer key, for the command line (mode 0600)
  first-password     of the account `operator`, to be changed at its first sign-in (mode 0600)
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from ledger_client.deployment import Deployment, load
from records.keyring import SETTING


@dataclass(frozen=True, slots=True)
class Home:
    """The folder and the names in it."""

    path: Path

    @classmethod
    def at(cls, path: str | Path) -> Home:
        """The installation at `path`; makes the folder, readable by its owner only."""
        folder = Path(path).resolve()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return cls(folder)

    @property
    def deployment_file(self) -> Path:
        """Written by `deploy`, read by everything."""
        return self.path / "deployment.json"

    @property
    def chain(self) -> Path:
        """The embedded node's own folder."""
        return self.path / "chain"

    @property
    def keys(self) -> Path:
        """Encrypted key files."""
        return self.path / "keys"

    @property
    def keyring(self) -> Path:
        """The folder of the keys that payloads are sealed with."""
        return Path(os.environ.get(SETTING) or self.path / "keyring")

    @property
    def tls(self) -> Path:
        """Certificates for HTTPS in the company's network."""
        return self.path / "tls"

    @property
    def api_key_file(self) -> Path:
        """The bearer key that `up` made for its first member."""
        return self.path / "api-key"

    @property
    def first_password_file(self) -> Path:
        """The password that the account `operator` signs in with for the first time."""
        return self.path / "first-password"

    @property
    def database_url(self) -> str:
        """The default database."""
        return f"sqlite:///{self.path / 'ledger.db'}"

    def deployment(self) -> Deployment:
        """The ledger of this installation; raises InvalidInput when it was not deployed yet."""
        return load(self.deployment_file)

    def passphrase(self) -> str:
        """The passphrase of the key files; drawn at the first call."""
        file = self.path / "passphrase"
        if not file.exists():
            write_private(file, secrets.token_urlsafe(32))
        return file.read_text().strip()


def write_private(path: Path, text: str) -> None:
    """Write a secret so that at no moment anybody else can read it, and never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(path.name + ".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
