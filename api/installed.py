"""What this installation runs with, as it is found now: database, node, certificate, versions, jobs. Never a secret.

Read by the console's page of settings. Addresses are shown without user, password, path and query, which may be secrets.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from urllib.parse import urlsplit

from cryptography import x509
from sqlalchemy import make_url, text
from sqlalchemy.orm import Session

from api.regulator.signing import ReportSigner
from ledger_client.chain import Chain
from ledger_client.errors import LedgerError
from records import samples
from records.database import VERSION_TABLE
from telemetry import metrics

PACKAGES = ("traceledger", "fastapi", "sqlalchemy", "cryptography", "pyhanko")
_STEPS, _SECONDS = metrics.PREFIX + "job_step_seconds_count", metrics.PREFIX + "job_step_seconds_sum"
_FAILURES, _ALIVE = metrics.PREFIX + "job_failures_total", metrics.PREFIX + "alive_seconds"


@dataclass(frozen=True, slots=True)
class Database:
    """The database that is in use."""

    kind: str  # SQLite, PostgreSQL
    version: str
    name: str  # file or database, with the server it is on
    shape: str  # of the tables: the newest migration
    bytes: int


@dataclass(frozen=True, slots=True)
class Certificate:
    """The certificate that signs audit reports. `problem` where its file cannot be read."""

    subject: str = ""
    ends: datetime | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """A process of this installation, by its own last word."""

    name: str
    alive: datetime
    started: datetime | None
    cpu_seconds: float
    memory: int  # bytes
    steps: int  # that did something; of jobs
    step_seconds: float
    failures: int


def database(session: Session, url: str) -> Database:
    """Kind, version, name and size; nothing of who signs in to it."""
    parsed = make_url(url)
    shape = str(session.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}")))  # noqa: S608 (our own name)
    if parsed.get_backend_name() == "sqlite":
        size = session.scalar(text("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"))
        return Database("SQLite", str(session.scalar(text("SELECT sqlite_version()"))), parsed.database or "", shape, int(size or 0))
    told = str(session.scalar(text("SHOW server_version"))).split()[0]
    size = session.scalar(text("SELECT pg_database_size(current_database())"))
    return Database("PostgreSQL", told, f"{parsed.database}{f' @ {parsed.host}' if parsed.host else ''}", shape, int(size or 0))


def address(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname or ""
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")


def node(chain: Chain) -> tuple[str, str]:
    """What the chain's node calls itself, or why it does not answer."""
    try:
        return chain.rpc.call("web3_clientVersion", [], str), ""
    except LedgerError as error:
        return "", error.text


def certificate(signer: ReportSigner | None) -> Certificate | None:
    """Whose name reports bear, and until when; None where none are made."""
    if signer is None:
        return None
    try:
        found = x509.load_pem_x509_certificate(signer.certificate.read_bytes())
    except (OSError, ValueError) as error:
        return Certificate(problem=f"{type(error).__name__}: {signer.certificate.name}")
    return Certificate(found.subject.rfc4514_string(), found.not_valid_after_utc)


def versions() -> list[tuple[str, str]]:
    """What this process runs."""
    return [("Python", platform.python_version()), *((name, version(name)) for name in PACKAGES)]


def jobs(session: Session, here: str) -> list[Job]:
    """Every process that left its figures; those of this one, which is called `here`, are taken fresh."""
    told: dict[str, dict[str, float]] = {}
    others = [(process, one) for process, one in samples.of_all(session) if process != here]
    for process, one in [*others, *((here, one) for one in metrics.samples())]:
        figures = told.setdefault(process, {})
        figures[one.name] = figures.get(one.name, 0.0) + one.value
    return [_job(name, figures) for name, figures in sorted(told.items()) if _ALIVE in figures]


def _job(name: str, figures: dict[str, float]) -> Job:
    started = figures.get("process_start_time_seconds")
    return Job(
        name=name,
        alive=datetime.fromtimestamp(figures[_ALIVE], UTC),
        started=datetime.fromtimestamp(started, UTC) if started else None,
        cpu_seconds=figures.get("process_cpu_seconds_total", 0.0),
        memory=int(figures.get("process_resident_memory_bytes", 0)),
        steps=int(figures.get(_STEPS, 0)),
        step_seconds=figures.get(_SECONDS, 0.0),
        failures=int(figures.get(_FAILURES, 0)),
    )
