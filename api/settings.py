"""Everything that a server must be told, read from the environment in one place.

Made by `scripts` (from an installation's folder) or by `from_environment` (when a process manager starts the server itself).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from accounts.directory import Directory
from accounts.roles import Role
from api.buckets import Rate
from api.regulator.signing import ReportSigner, signer_at
from ledger_client.deployment import Deployment, load
from ledger_client.errors import InvalidInput
from ledger_client.webhook.destination import Networks, networks
from records.documents import KEPT_DAYS
from records.keyring import SETTING
from sentinel import PACE
from sentinel.channels import Channel, mail, webhook

NODE_SECONDS = 5.0
MEGABYTE = 1024 * 1024
BY_ADDRESS, BY_KEY, OF_LISTS = Rate(20, 200), Rate(100, 1000), Rate(200, 2000)


@dataclass(frozen=True, slots=True)
class Settings:
    """One server. `public_url` is what QR codes and links hold, without a slash at the end; empty means the address that was asked for."""

    database_url: str
    rpc_url: str
    deployment: Deployment
    public_url: str = ""
    finality: int = 0  # blocks on top of a block until it is final: 0 on QBFT, IBFT and the embedded chain, more on Clique
    node_seconds: float = NODE_SECONDS  # how long a page waits for the chain node
    document_bytes: int = 20 * MEGABYTE  # the largest EPCIS document or proof bundle
    report_signer: ReportSigner | None = None  # signs audit reports; without one none are made
    directory: Directory | None = None
    rate_by_address: Rate = BY_ADDRESS  # of requests that cost (api.rates), for each client address
    rate_by_key: Rate = BY_KEY  # the same, for each key and each session
    rate_of_lists: Rate = OF_LISTS  # of queries and lists of what is recorded, for each client address and each key or session
    keyring: Path | None = None  # folder of the keys that payloads are sealed with; beside the SQLite file if not given
    sentinel_pace: float = PACE  # rows a second that the sentinel checks, or more if a round would take over a day
    channels: tuple[Channel, ...] = ()  # by which its findings are told
    outgoing: Networks = ()  # private networks that webhooks and subscriptions may be sent to, also without TLS
    process: str = ""  # this process among those that share a socket; each leaves its figures for the others to show
    refused_days: int = KEPT_DAYS  # how long a document with refused events is kept

    @property
    def label(self) -> str:
        """What this process's figures are called: also of a server that is alone, which has no name."""
        return self.process or "api"


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """TRACELEDGER_DATABASE, _RPC, _DEPLOYMENT are needed; _KEYRING, _PUBLIC_URL, _FINALITY, _REPORT_CERTIFICATE, _OIDC_…, _RATE_…,
    _PROCESS, _REFUSED_DAYS, _OUTGOING, _SENTINEL_PACE, _SMTP, _MAIL_… and _WEBHOOK… not."""
    return Settings(
        database_url=_needed(environment, "TRACELEDGER_DATABASE", "a SQLAlchemy URL such as sqlite:///ledger.db"),
        rpc_url=_needed(environment, "TRACELEDGER_RPC", "the chain node's JSON-RPC address such as http://127.0.0.1:8545"),
        deployment=load(Path(_needed(environment, "TRACELEDGER_DEPLOYMENT", "the path of deployment.json"))),
        public_url=environment.get("TRACELEDGER_PUBLIC_URL", "").rstrip("/"),
        finality=_depth(environment.get("TRACELEDGER_FINALITY") or "0"),
        report_signer=signer_at(environment.get("TRACELEDGER_REPORT_CERTIFICATE", "")),
        directory=_directory(environment),
        rate_by_address=_rate(environment, "TRACELEDGER_RATE_ADDRESS", BY_ADDRESS),
        rate_by_key=_rate(environment, "TRACELEDGER_RATE_KEY", BY_KEY),
        rate_of_lists=_rate(environment, "TRACELEDGER_RATE_LISTS", OF_LISTS),
        keyring=Path(environment[SETTING]) if environment.get(SETTING) else None,
        sentinel_pace=_pace(environment.get("TRACELEDGER_SENTINEL_PACE", "")),
        channels=tuple(_channels(environment)),
        outgoing=networks(environment.get("TRACELEDGER_OUTGOING", ""), "TRACELEDGER_OUTGOING"),
        process=environment.get("TRACELEDGER_PROCESS", ""),
        refused_days=_days(environment.get("TRACELEDGER_REFUSED_DAYS", "")),
    )


def _directory(environment: Mapping[str, str]) -> Directory | None:
    issuer = environment.get("TRACELEDGER_OIDC_ISSUER", "")
    if not issuer:
        return None
    role = environment.get("TRACELEDGER_OIDC_ROLE", "")
    return Directory(
        issuer=issuer,
        client_id=_needed(environment, "TRACELEDGER_OIDC_CLIENT_ID", "what the directory calls this server"),
        client_secret=_needed(environment, "TRACELEDGER_OIDC_CLIENT_SECRET", "the secret that the directory gave for it"),
        name=environment.get("TRACELEDGER_OIDC_NAME", ""),
        role=_role("TRACELEDGER_OIDC_ROLE", role) if role else None,
        groups=_groups(environment.get("TRACELEDGER_OIDC_GROUPS", "")),
        groups_claim=environment.get("TRACELEDGER_OIDC_GROUPS_CLAIM") or "groups",
    )


def _groups(text: str) -> dict[str, Role]:
    """`group=role, …`: the last = counts, because a group may hold one."""
    pairs = [one.rpartition("=") for one in text.split(",") if one.strip()]
    return {group.strip(): _role("TRACELEDGER_OIDC_GROUPS", role.strip()) for group, _, role in pairs}


def _role(name: str, text: str) -> Role:
    if text not in tuple(Role):
        raise InvalidInput(name, f"names the role {text!r}", f"choose one of {', '.join(Role)}, or leave it out")
    return Role(text)


def _rate(environment: Mapping[str, str], name: str, usual: Rate) -> Rate:
    """`20` a second, and ten times as many at once; 0 for no limit."""
    text = environment.get(name) or ""
    if not text:
        return usual
    if not text.isdecimal() or len(text) > 6:
        raise InvalidInput(name, f"is {text[:40]!r}", "give a number of requests a second, such as 20, or 0 for no limit")
    return Rate(int(text), 10 * int(text))


def _channels(environment: Mapping[str, str]) -> Iterator[Channel]:
    """Mail if TRACELEDGER_SMTP is set, a webhook if TRACELEDGER_WEBHOOK is."""
    if server := environment.get("TRACELEDGER_SMTP"):
        yield mail(server, environment.get("TRACELEDGER_MAIL_FROM", ""), environment.get("TRACELEDGER_MAIL_TO", ""))
    if url := environment.get("TRACELEDGER_WEBHOOK"):
        yield webhook(url, environment.get("TRACELEDGER_WEBHOOK_SECRET", ""))


def _pace(text: str) -> float:
    if text and not (text.isdecimal() and 1 <= int(text) <= 1_000_000):
        raise InvalidInput("TRACELEDGER_SENTINEL_PACE", f"is {text!r}", "give a number of rows a second, such as 200")
    return float(text) if text else PACE


def _days(text: str) -> int:
    if text and not (text.isdecimal() and int(text) <= 3650):
        raise InvalidInput("TRACELEDGER_REFUSED_DAYS", f"is {text[:40]!r}", "give a number of days up to 3650; 0 keeps none")
    return int(text) if text else KEPT_DAYS


def _depth(text: str) -> int:
    if not text.isdecimal():
        raise InvalidInput("TRACELEDGER_FINALITY", f"is {text!r}", "give a number of blocks, such as 0 or 12")
    return int(text)


def _needed(environment: Mapping[str, str], name: str, meaning: str) -> str:
    if not environment.get(name):
        raise InvalidInput(name, "is not set", f"set it to {meaning}")
    return environment[name]
