"""Everything that a server must be told, read from the environment in one place.

Made by `scripts` (from an installation's folder) or by `from_environment` (when a process manager starts the server itself).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ledger_client.deployment import Deployment, load
from ledger_client.errors import InvalidInput

NODE_SECONDS = 5.0
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """One server. `public_url` is what QR codes and links hold, without a slash at the end; empty means the address that was asked for."""

    database_url: str
    rpc_url: str
    deployment: Deployment
    public_url: str = ""
    node_seconds: float = NODE_SECONDS  # how long a page waits for the chain node
    document_bytes: int = 20 * MEGABYTE  # the largest EPCIS document or proof bundle


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """TRACELEDGER_DATABASE, TRACELEDGER_RPC and TRACELEDGER_DEPLOYMENT (a file) are needed, TRACELEDGER_PUBLIC_URL is not."""
    return Settings(
        database_url=_needed(environment, "TRACELEDGER_DATABASE", "a SQLAlchemy URL such as sqlite:///ledger.db"),
        rpc_url=_needed(environment, "TRACELEDGER_RPC", "the chain node's JSON-RPC address such as http://127.0.0.1:8545"),
        deployment=load(Path(_needed(environment, "TRACELEDGER_DEPLOYMENT", "the path of deployment.json"))),
        public_url=environment.get("TRACELEDGER_PUBLIC_URL", "").rstrip("/"),
    )


def _needed(environment: Mapping[str, str], name: str, meaning: str) -> str:
    if not environment.get(name):
        raise InvalidInput(name, "is not set", f"set it to {meaning}")
    return environment[name]
