"""What can rot in the documents is held against the code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from ledger_client.cli import COMMANDS, main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_to_files_lead_somewhere(document: Path):
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)|src=\"(?!https?:)([^\"]+)\"", document.read_text())
    targets = [one or other for one, other in links]
    missing = [target for target in targets if not (document.parent / target).exists()]
    assert missing == []


def test_every_file_that_the_readme_names_is_there():
    named = re.findall(r"`((?:contracts|ledger_client|records|indexer|api|scripts|bench|tests|docs)/[\w./-]*)`", README)
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_readmes_tree_names_every_package_and_nothing_else():
    tree = README[README.index("## The tree") : README.index("Imports point back")]
    told = set(re.findall(r"^(\w+)/", tree, re.MULTILINE))
    tracked = {path.name for path in ROOT.iterdir() if path.is_dir() and any(path.glob("**/*.py")) and not path.name.startswith(".")}
    assert told >= tracked - {"node_modules", "build", "state", "traceledger.egg-info", "artifacts", "cache"}
    assert [name for name in told if not (ROOT / name).is_dir()] == []


def test_every_make_target_that_is_named_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {name for document in DOCUMENTS for name in re.findall(r"`make ([a-z-]+)", document.read_text())}
    assert named
    assert named <= targets


def test_every_command_has_help_and_is_mentioned():
    documents = "\n".join(document.read_text() for document in DOCUMENTS)
    with click.Context(main) as context:
        for name in COMMANDS:
            command = main.get_command(context, name)
            assert command is not None
            assert command.help, name
            assert f"ledger {name}" in documents, name


def test_the_readme_shows_the_help_that_the_command_gives():
    shown = CliRunner().invoke(main, ["--help"], prog_name="ledger", terminal_width=110).output
    assert shown in README


def test_every_named_package_is_used_where_the_readme_says():
    table = README[README.index("## Where the named packages serve") :]
    rows = re.findall(r"^\| ([\w, -]+) \| .*?\((.+)\) \|$", table, re.MULTILINE)
    named = {package for packages, _ in rows for package in packages.split(", ")}
    assert named == {"web3", "py-solc-x", "eth-account", "fastapi", "sqlalchemy", "cryptography", "qrcode", "pytest", "eth-tester"}


@pytest.mark.parametrize("lock", ["package-lock.json", "requirements.lock", "requirements-dev.lock"])
def test_lock_files_hold_no_download_host(lock: str):
    assert "://" not in re.sub(r'"(?:url|funding)": "[^"]*"', "", (ROOT / lock).read_text())


def test_lock_files_agree_with_what_is_asked_for():
    wanted = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    asked = re.findall(r'^\s+"([A-Za-z0-9._-]+)(?:\[\w+\])?==([^"]+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    pins = (ROOT / "requirements-dev.lock").read_text().lower()
    assert [f"{name}=={version}" for name, version in asked if f"{name}=={version}".lower() not in pins] == []
