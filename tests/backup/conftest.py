"""Installations without processes: a folder with a deployment, a database with some records, and another, empty database."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from records import capture
from records.keyring import SETTING
from scripts.backup.__main__ import main as backup_command
from scripts.home import Home
from scripts.restore.__main__ import main as restore_command
from tests.postgres import database_url, engine, postgres_server, postgres_url, sessions, sqlite_url
from tests.records.documents import SIGNER, document, event
from tests.records.fake_chain import DEPLOYMENT

__all__ = ["database_url", "engine", "postgres_server", "postgres_url", "sessions", "sqlite_url"]


@pytest.fixture
def other_url(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> str:
    """An empty database of the other kind."""
    return str(request.getfixturevalue("postgres_url")) if database_url.startswith("sqlite") else f"sqlite:///{tmp_path / 'other.db'}"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An installation's folder, on a chain that nobody asks."""
    made = Home.at(tmp_path / "home")
    made.deployment_file.write_text(json.dumps(DEPLOYMENT.to_json()))
    made.keys.mkdir()
    (made.keys / "own.signer.json").write_text(json.dumps({"address": SIGNER.hex(), "crypto": {}}))
    made.passphrase()
    return made


def captured(sessions: sessionmaker[Session], numbers: range, signer: bytes = SIGNER) -> None:
    """Capture one document of these events."""
    with sessions.begin() as session:
        capture.accept(session, signer, document(event(number) for number in numbers))
    while True:
        with sessions.begin() as session:
            if not capture.step(session, 100):
                return


def backed_up(home: Home, url: str, *words: str) -> Path:
    """Make a backup by the command; its file."""
    done = backup(home, url, *words)
    assert done.exit_code == 0, done.output
    return Path(json.loads(done.stdout)["file"])


def backup(home: Home, url: str, *words: str) -> Result:
    """What the command answers."""
    return CliRunner().invoke(backup_command, ["--home", str(home.path), "--database", url, "--json", *words])


def restore(file: Path, folder: Path, url: str, *words: str) -> Result:
    """What the command answers, on a machine with the passphrase and without the old keyring."""
    Home.at(folder)
    shutil.copy(file.parent.parent / "passphrase", folder / "passphrase")
    given = [str(file), "--home", str(folder), "--database", url, "--json", *words]
    return CliRunner().invoke(restore_command, given, env={SETTING: str(folder / "keyring")})


def told(result: Result) -> tuple[list[dict], dict]:
    """The findings of a restore, and their sum."""
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    return [line for line in lines if line["kind"] != "sum"], lines[-1]


def column(sessions: sessionmaker[Session], attribute) -> list:
    """All values of a column, in order."""
    with sessions() as session:
        return list(session.scalars(select(attribute).order_by(attribute)))
