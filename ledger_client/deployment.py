"""Which ledger on which chain: the few facts that an operator publishes and everybody else relies on.

Written by `scripts/deploy.py` as JSON; read by everything that talks to a chain or checks a proof.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from ledger_client.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Deployment:
    """One ledger: the chain it lives on and the addresses of its contracts."""

    chain_id: int
    genesis: bytes  # hash of block 0, 32 bytes
    ledger: bytes  # address of Ledger.sol, 20 bytes
    members: bytes  # address of Members.sol, 20 bytes
    council: bytes  # address of the members' m-of-n Safe, 20 bytes
    block: int  # the block of Members.sol, the first that holds anything of this ledger

    def to_json(self) -> dict[str, object]:
        """The published form: hex with 0x for bytes."""
        return {
            "chainId": self.chain_id,
            "genesis": "0x" + self.genesis.hex(),
            "ledger": "0x" + self.ledger.hex(),
            "members": "0x" + self.members.hex(),
            "council": "0x" + self.council.hex(),
            "block": self.block,
        }

    @classmethod
    def from_json(cls, data: dict[str, object]) -> Deployment:
        """Read the published form; raises InvalidInput with the field that is wrong."""
        try:
            return cls(
                chain_id=int(str(data["chainId"])),
                genesis=_bytes(data, "genesis", 32),
                ledger=_bytes(data, "ledger", 20),
                members=_bytes(data, "members", 20),
                council=_bytes(data, "council", 20),
                block=int(str(data["block"])),
            )
        except KeyError as missing:
            raise InvalidInput(str(missing.args[0]), "is missing from the deployment file") from None
        except ValueError as error:
            raise InvalidInput("chainId or block", str(error)) from None


def load(path: Path) -> Deployment:
    """Read a deployment file."""
    try:
        return Deployment.from_json(json.loads(path.read_text()))
    except FileNotFoundError:
        raise InvalidInput(str(path), "no such deployment file", "run scripts/deploy first") from None
    except json.JSONDecodeError as error:
        raise InvalidInput(str(path), f"is not JSON: {error}") from None


def _bytes(data: dict[str, object], field: str, size: int) -> bytes:
    text = str(data[field])
    try:
        value = bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        raise InvalidInput(field, f"is not hex: {text!r}") from None
    if len(value) != size:
        raise InvalidInput(field, f"has {len(value)} bytes, needs {size}")
    return value
