"""What a backup says of itself: whose it is, of which moment, and the size and hash of each of its members.

Written last by `scripts.backup`, as `manifest.json`; read first by `scripts.restore`.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import Any

from ledger_client.deployment import Deployment
from ledger_client.errors import InvalidInput

FORM = "traceledger-backup/1"
TABLES, FILES, CHAIN = "tables/", "files/", "chain/"
_NAME = re.compile(r"(tables/\w+\.jsonl|chain/\w+(\.json)?|files/[\w-][\w.-]*(/[\w-][\w.-]*)?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Member:
    """One file within the archive. `columns` of a table: name -> kind, as in `shape`."""

    name: str
    size: int  # bytes, unpacked
    sha256: str  # hex, of the unpacked bytes
    rows: int | None = None
    columns: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """A whole backup. `block`: how far the mirror had read the chain at that moment; `height`: of the embedded chain's copy."""

    made_at: str  # UTC, of the moment that was copied
    version: str  # of TraceLedger
    database: str  # sqlite or postgresql
    schema: str  # revision of the tables
    installation: str
    deployment: Deployment
    block: int | None
    block_hash: str | None
    entries: int  # of the audit log
    entry_hash: str | None
    height: int | None
    secrets: bool  # whether the passphrase and the like are inside
    keys: str | None  # name of the key file that opens the contents; None where they are not sealed
    members: tuple[Member, ...]

    def to_json(self) -> dict[str, Any]:
        """The form in the archive."""
        told = {name: value for name, value in asdict(self).items() if name not in ("members", "deployment")}
        return {
            "form": FORM,
            **told,
            "deployment": self.deployment.to_json(),
            "members": [_told(member) for member in self.members],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Manifest:
        """Read it; InvalidInput for another form, and for a member that would be written elsewhere than into the installation."""
        if data.get("form") != FORM:
            raise InvalidInput("backup", f"is of the form {data.get('form')!r}", f"this version reads {FORM}")
        try:
            members = tuple(Member(**member) for member in data["members"])
            facts = {name: data[name] for name in cls.__dataclass_fields__ if name not in ("members", "deployment")}
            found = cls(**facts, deployment=Deployment.from_json(data["deployment"]), members=members)
        except (KeyError, TypeError) as problem:
            raise InvalidInput("backup", f"its manifest is not of the form {FORM}: {problem!r}") from None
        for member in found.members:
            if not _NAME.fullmatch(member.name):
                raise InvalidInput("backup", f"holds {member.name!r}, which no backup of this form does")
        return found

    def under(self, folder: str) -> list[Member]:
        """The members of one folder of the archive."""
        return [member for member in self.members if member.name.startswith(folder)]


def named(installation: str) -> str:
    """How the names of an installation's backups and key files begin."""
    return f"traceledger-{installation[:8]}"


def _told(member: Member) -> dict[str, Any]:
    return {name: value for name, value in asdict(member).items() if value is not None and value != {}}
