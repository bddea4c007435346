"""What this installation runs with, and by which option an operator changes each of it. Nothing is changed here, and no secret is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from accounts.directory import Directory
from accounts.roles import Role
from api.console.frame import Frame
from api.console.refusals import put
from api.console.shown import Badge, Digest, Moment, digest, moment
from api.console.visit import Visit
from api.console.words import ConsoleWords
from api.installed import Certificate, Database, Job, address
from api.settings import Settings
from records.keyring import SETTING as KEYRING

EXPECTED = ("api", "capture", "publish", "follow", "sentinel", "exchange", "keep")
SILENT = timedelta(minutes=1)  # after which a job that says nothing is missed
EXPIRING = timedelta(days=30)
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Setting:
    """A value and the option that sets it; at most one of the values beside `text` is given, and is then shown instead."""

    label: str
    text: str = ""
    digest: Digest | None = None
    badge: Badge | None = None
    moment: Moment | None = None
    note: str = ""
    how: str = ""  # an option of `up`, a variable, a command


@dataclass(frozen=True, slots=True)
class Section:
    """Some settings under one heading."""

    id: str
    title: str
    settings: tuple[Setting, ...]


@dataclass(frozen=True, slots=True)
class JobLine:
    """A process of the installation."""

    name: str
    what: str
    state: Badge
    alive: Moment | None
    started: Moment | None
    cpu: str
    memory: str
    steps: str
    failures: str


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """templates/console/settings.html"""

    template: ClassVar[str] = "console/settings.html"
    frame: Frame
    sections: tuple[Section, ...]
    jobs: tuple[JobLine, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What was found when the page was asked for."""

    settings: Settings
    database: Database
    node: str
    node_problem: str
    certificate: Certificate | None
    versions: Sequence[tuple[str, str]]
    jobs: Sequence[Job]


def settings_page(visit: Visit, found: Found) -> SettingsPage:
    """The page."""
    words = visit.words
    return SettingsPage(
        frame=visit.frame(words.say("settings.title")),
        sections=(
            Section("chain", words.say("settings.chain"), _chain(found, words)),
            Section("server", words.say("settings.server"), _server(found.settings, found.database, words)),
            Section("people", words.say("settings.people"), _people(found.settings.directory, words)),
            Section("reports", words.say("settings.reports"), _reports(found.certificate, words)),
            Section("versions", words.say("settings.versions"), tuple(Setting(name, told) for name, told in found.versions)),
        ),
        jobs=_jobs(found.jobs, words),
    )


def _chain(found: Found, words: ConsoleWords) -> tuple[Setting, ...]:
    ledger, file = found.settings.deployment, "deployment.json"
    depth = found.settings.finality
    away = Badge(words.say("settings.node.away"), "bad")
    return (
        Setting(words.say("settings.node"), address(found.settings.rpc_url), how="up --rpc"),
        Setting(
            words.say("settings.node.kind"),
            found.node,
            badge=away if found.node_problem else None,
            note=put(found.node_problem, words),
            how="",
        ),
        Setting(
            words.say("settings.finality"),
            words.say("settings.finality.now" if not depth else "settings.finality.depth", count=depth),
            how="up --finality",
        ),
        Setting(words.say("settings.chain.id"), str(ledger.chain_id), how=file),
        Setting(words.say("settings.genesis"), digest=digest(ledger.genesis), how=file),
        Setting(words.say("settings.ledger"), digest=digest(ledger.ledger), how=file),
        Setting(words.say("settings.members"), digest=digest(ledger.members), how=file),
        Setting(
            words.say("settings.council"), digest=digest(ledger.council), note=words.say("settings.council.note"), how="scripts.members"
        ),
        Setting(words.say("settings.first"), words.number(ledger.block), how=file),
    )


def _server(settings: Settings, database: Database, words: ConsoleWords) -> tuple[Setting, ...]:
    size = words.say("settings.megabytes", count=words.number(max(1, database.bytes // _MEGABYTE)))
    limit = words.say("settings.megabytes", count=settings.document_bytes // _MEGABYTE)
    return (
        Setting(words.say("settings.url"), settings.public_url or words.say("settings.url.asked"), how="up --host --port --tls"),
        Setting(words.say("settings.database"), f"{database.kind} {database.version}", note=database.name, how="up --database"),
        Setting(words.say("settings.database.size"), size),
        Setting(words.say("settings.database.shape"), database.shape, note=words.say("settings.database.shape.note")),
        Setting(words.say("settings.sealed"), words.say("settings.sealed.yes"), note=_folder(settings, words), how=KEYRING),
        Setting(words.say("settings.limit"), limit),
        Setting(words.say("settings.patience"), words.say("settings.seconds", count=f"{settings.node_seconds:g}")),
    )


def _folder(settings: Settings, words: ConsoleWords) -> str:
    return str(settings.keyring) if settings.keyring else words.say("settings.sealed.beside")


def _people(directory: Directory | None, words: ConsoleWords) -> tuple[Setting, ...]:
    how = "TRACELEDGER_OIDC_ISSUER"
    if directory is None:
        return (Setting(words.say("settings.directory"), badge=Badge(words.say("settings.directory.none"), "quiet"), how=how),)
    role = words.say(f"frame.role.{directory.role}") if directory.role else words.say("settings.directory.role.none")
    return (
        Setting(words.say("settings.directory"), directory.name or address(directory.issuer), note=address(directory.issuer), how=how),
        Setting(words.say("settings.directory.client"), directory.client_id, how="TRACELEDGER_OIDC_CLIENT_ID"),
        Setting(words.say("settings.directory.secret"), words.say("settings.directory.secret.set"), how="TRACELEDGER_OIDC_CLIENT_SECRET"),
        *(_group(group, given, words) for group, given in directory.groups.items()),
        Setting(words.say("settings.directory.role"), role, how="TRACELEDGER_OIDC_ROLE"),
    )


def _group(group: str, role: Role, words: ConsoleWords) -> Setting:
    return Setting(words.say("settings.directory.group", group=group), words.say(f"frame.role.{role}"), how="TRACELEDGER_OIDC_GROUPS")


def _reports(certificate: Certificate | None, words: ConsoleWords) -> tuple[Setting, ...]:
    how, label = "TRACELEDGER_REPORT_CERTIFICATE", words.say("settings.certificate")
    if certificate is None:
        return (
            Setting(
                label,
                badge=Badge(words.say("settings.certificate.none"), "warn"),
                note=words.say("settings.certificate.none.text"),
                how=how,
            ),
        )
    if certificate.problem or certificate.ends is None:
        return (Setting(label, badge=Badge(words.say("settings.certificate.unreadable"), "bad"), note=certificate.problem, how=how),)
    return (
        Setting(label, certificate.subject, how=how),
        Setting(words.say("settings.certificate.state"), badge=_validity(certificate.ends, words)),
        Setting(
            words.say("settings.certificate.end"), moment=moment(certificate.ends, words), note=words.say("settings.certificate.renewed")
        ),
    )


def _validity(ends: datetime, words: ConsoleWords) -> Badge:
    if ends <= words.now:
        return Badge(words.say("settings.certificate.expired"), "bad")
    if ends - words.now < EXPIRING:
        return Badge(words.say("settings.certificate.expiring"), "warn")
    return Badge(words.say("settings.certificate.valid"), "good")


def _jobs(jobs: Sequence[Job], words: ConsoleWords) -> tuple[JobLine, ...]:
    """Those that there should be, in their order, then any others."""
    told = {job.name: job for job in jobs}
    return tuple(_job(name, told.get(name), words) for name in (*EXPECTED, *(name for name in told if name not in EXPECTED)))


def _job(name: str, job: Job | None, words: ConsoleWords) -> JobLine:
    what = words.say(f"settings.job.{name}") if name in EXPECTED else ""
    if job is None:
        return JobLine(name, what, Badge(words.say("settings.job.state.never"), "bad"), None, None, "", "", "", "")
    silent = words.now - job.alive > SILENT
    return JobLine(
        name=name,
        what=what,
        state=Badge(words.say("settings.job.state.silent" if silent else "settings.job.state.alive"), "bad" if silent else "good"),
        alive=moment(job.alive, words),
        started=moment(job.started, words) if job.started else None,
        cpu=words.say("settings.seconds", count=words.number(round(job.cpu_seconds))),
        memory=words.say("settings.megabytes", count=words.number(job.memory // _MEGABYTE)),
        steps=words.number(job.steps),
        failures=words.number(job.failures),
    )
