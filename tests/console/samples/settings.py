"""Settings: a new installation, one in use, one where everything is amiss; names that mean harm."""

from __future__ import annotations

from datetime import timedelta

from accounts.directory import Directory
from accounts.roles import Role
from api.console.settings import Found, settings_page
from api.installed import Certificate, Database, Job
from api.settings import Settings
from ledger_client.deployment import Deployment
from tests.console.sampled import HOSTILE, NOW

LEDGER = Deployment(7412, bytes(32), b"\1" * 20, b"\2" * 20, b"\3" * 20, 4)
SQLITE = Database("SQLite", "3.40.1", "/var/lib/ledger.db", "0011", 10_000)
POSTGRESQL = Database("PostgreSQL", "18.1", HOSTILE, "0011", 10_000_000_000)
VERSIONS = [("Python", "3.11.7"), ("traceledger", "0.1.0")]
DIRECTORY = Directory("https://user:secret@id.example/path?token=1", HOSTILE, "very secret", HOSTILE, Role.PARTNER, {HOSTILE: Role.AUDITOR})
JOBS = [
    *(Job(name, NOW, NOW - timedelta(days=3), 1234.5, 80_000_000, 12345, 67.8, 0) for name in ("api", "capture", "publish", "keep")),
    Job("follow", NOW - timedelta(hours=2), None, 0.0, 0, 0, 0.0, 7),
    Job(HOSTILE, NOW, NOW, 0.0, 0, 0, 0.0, 0),
]


def settings(**more: object) -> Settings:
    return Settings("sqlite:///ledger.db", "http://user:secret@127.0.0.1:8545/key", LEDGER, **more)  # type: ignore[arg-type]


def found(certificate: Certificate | None, told: Settings, database: Database, problem: str = "") -> Found:
    return Found(told, database, "" if problem else "anvil/v1.5", problem, certificate, VERSIONS, JOBS)


PAGES = {
    "new": lambda visit: settings_page(visit, Found(settings(), SQLITE, "anvil", "", None, VERSIONS, [])),
    "in_use": lambda visit: settings_page(
        visit,
        found(
            Certificate("CN=" + HOSTILE, NOW + timedelta(days=900)),
            settings(public_url="https://trace.example", finality=12, directory=DIRECTORY),
            POSTGRESQL,
        ),
    ),
    "expiring": lambda visit: settings_page(visit, found(Certificate("CN=x", NOW + timedelta(days=3)), settings(), SQLITE)),
    "expired": lambda visit: settings_page(visit, found(Certificate("CN=x", NOW - timedelta(days=3)), settings(), SQLITE)),
    "amiss": lambda visit: settings_page(visit, found(Certificate(problem=HOSTILE), settings(), POSTGRESQL, HOSTILE)),
}
