"""`python -m scripts.accounts`: what an operator does at the machine, on a folder of his own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from accounts import api_keys, audit, people, sign_in
from accounts.models import AuditEntry
from records.database import migrate, open_sessions
from scripts import keys
from scripts.accounts import main
from scripts.found import first_operator
from scripts.home import Home
from tests.postgres import open_engine


@pytest.fixture
def home(tmp_path: Path) -> Home:
    place = Home.at(tmp_path / "home")
    engine = open_engine(place.database_url)
    migrate(engine)
    with open_sessions(engine).begin() as session:
        first_operator(session, place)
        first_operator(session, place)  # the next start makes no other
    return place


def run(home: Home, *words: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(home.path), *words])


def signed_in(home: Home, name: str, password: str) -> bool:
    with open_sessions(open_engine(home.database_url)).begin() as session:
        return sign_in.by_password(session, name, password) is not None


def test_the_first_operator_signs_in_with_the_password_in_the_folder(home):
    assert signed_in(home, "operator", home.first_password_file.read_text().strip())
    assert home.first_password_file.stat().st_mode & 0o777 == 0o600


def test_an_account_is_made_listed_and_disabled(home):
    made = run(home, "create", "Lin", "--role", "quality", "--shown-as", "林质量")
    assert made.exit_code == 0, made.output
    assert signed_in(home, "lin", made.output.strip())
    assert re.search(r"^lin\tquality\t林质量$", run(home, "list").output, re.MULTILINE)
    assert run(home, "disable", "lin").exit_code == 0
    assert not signed_in(home, "lin", made.output.strip())
    assert "disabled" in run(home, "list").output
    assert run(home, "disable", "lin", "--undo").exit_code == 0
    assert signed_in(home, "lin", made.output.strip())


def test_a_new_password_replaces_the_old_one(home):
    old = home.first_password_file.read_text().strip()
    drawn = run(home, "password", "operator").output.strip()
    assert (signed_in(home, "operator", drawn), signed_in(home, "operator", old)) == (True, False)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("create", "operator", "--role", "quality"), "there is one of that name"),
        (("create", "a b", "--role", "quality"), "no account name"),
        (("create", "lin\u202e", "--role", "quality"), "no account name"),
        (("create", "lin", "--role", "quality", "--signer", "nobody"), "nobody"),
        (("password", "nobody"), "nobody"),
        (("disable", "operator"), "operator"),
        (("role", "operator", "auditor"), "operator"),
    ],
)
def test_what_the_rules_forbid_is_refused_with_the_reason_and_changes_nothing(home, words, said):
    told = run(home, *words)
    assert told.exit_code == 1
    assert said in told.output
    assert run(home, "list").output == "operator\toperator\toperator\n"


def test_everything_stands_in_the_audit_log(home):
    run(home, "create", "lin", "--role", "quality")
    run(home, "role", "lin", "auditor")
    with open_sessions(open_engine(home.database_url)).begin() as session:
        found = session.execute(select(AuditEntry.action, AuditEntry.subject).order_by(AuditEntry.id)).all()
        assert [tuple(row) for row in found] == [("account_created", "operator"), ("account_created", "lin"), ("role_changed", "lin")]
        assert audit.check(session)[1] == []
        assert people.operators(session) == 1


def test_a_bearer_key_is_made_with_the_scope_that_is_asked_for_as_the_guide_spells_it(home: Home):
    made = CliRunner().invoke(keys.main, ["--home", str(home.path), "bearer", "prometheus", "--scope", "operate"])
    assert made.exit_code == 0, made.output
    with open_sessions(open_engine(home.database_url)).begin() as session:
        found = api_keys.key_of(session, made.output.strip())
        assert found is not None
        assert (found[0].scope, found[1].name) == (["operate"], "prometheus")
