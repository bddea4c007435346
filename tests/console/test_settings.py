"""Settings in the console: what runs, by which option it is changed, and never a secret."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest

from accounts.directory import Directory
from accounts.roles import Role
from api.callers import COOKIE
from api.installed import address, jobs
from api.regulator.signing import ReportSigner
from records import samples
from scripts.home import Home
from scripts.tls import report_certificate
from telemetry.metrics import Sample
from tests.api.served import Installation, Server, installed, serving
from tests.conftest import LedgerChain
from tests.console.markup import Page, faults
from tests.console.signed_in import BROWSER, cookie_for
from tests.postgres import database_url, postgres_server, postgres_url, sqlite_url

__all__ = ["database_url", "postgres_server", "postgres_url", "sqlite_url"]
As = Callable[..., httpx.Client]
SECRET = "hunter2hunter2"


def told(installation: Installation, server: Server, role: Role = Role.OPERATOR) -> str:
    answer = httpx.get(
        server.url + "/console/settings?lang=en", headers=BROWSER, cookies={COOKIE: cookie_for(installation, role)}, timeout=30
    )
    assert answer.status_code == 200
    assert faults(answer.text) == []
    return re.sub(r"\s+", " ", Page(answer.text).all("main")[0].text)


def test_who_operates_sees_what_runs_and_nobody_sees_a_secret(ledger_chain: LedgerChain, database_url: str, tmp_path):
    home = Home.at(tmp_path / "home")
    certificate = report_certificate(home, "青山牧场")
    changes = {
        "directory": Directory("https://login.example/tenant", "traceledger", SECRET, "Company sign-in", Role.PARTNER),
        "report_signer": ReportSigner(certificate, certificate.with_suffix(".key")),
        "rpc_url": ledger_chain.url.replace("http://", f"http://user:{SECRET}@") + f"/?key={SECRET}",
        "finality": 12,
    }
    with installed(ledger_chain, database_url) as installation, serving(installation, **changes) as server:
        with installation.sessions.begin() as session:
            alive = datetime.now(UTC).timestamp()
            samples.write(
                session, "capture", [Sample("traceledger_alive_seconds", (), alive), Sample("traceledger_job_failures_total", (), 3)]
            )
            samples.write(session, "follow", [Sample("traceledger_alive_seconds", (), alive - 3600)])
        page = told(installation, server)
        kind = "PostgreSQL" if database_url.startswith("postgresql") else "SQLite"
        for wanted in (
            f"{kind} ", "final after 12 more blocks", "up --finality", "Company sign-in", "https://login.example", "set, not shown",
            "CN=青山牧场", "valid", "Chain id", "anvil", "Python 3.", "never started", "silent", ledger_chain.url,
        ):  # fmt: skip
            assert wanted in page, wanted
        assert re.search(r"capturevalidates and stores documents alive .*? 0 3 0 s 0 MB", page)
        assert SECRET not in page
        assert certificate.with_suffix(".key").read_text()[30:60] not in page
        password = re.search(r"://[^:/]*:([^@]+)@", database_url)
        assert password is None or password[1] not in page


def test_a_server_that_left_its_figures_is_told_of_once(server: Server):
    now = datetime.now(UTC)
    with server.installation.sessions.begin() as session:
        samples.write(session, "api", [Sample("traceledger_alive_seconds", (), now.timestamp() - 5)])
        assert [job.alive.year for job in jobs(session, "api")] == [now.year]


def test_while_the_node_is_away_the_page_says_so(server: Server):
    server.app.state.chain.close()
    server.app.state.chain = type(server.app.state.chain)("http://127.0.0.1:9", server.installation.ledger.deployment, 0.5)
    assert "does not answer" in told(server.installation, server)


def test_others_may_not_see_it(as_role: As):
    for role in Role:
        assert (as_role(role).get("/console/settings").status_code == 200) == (role in (Role.OPERATOR, Role.MACHINE)), role


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://127.0.0.1:8545", "http://127.0.0.1:8545"),
        ("https://user:word@node.example/v3/key?x=1#y", "https://node.example"),
        ("http://[::1]:8545/", "http://[::1]:8545"),
    ],
)
def test_an_address_is_shown_without_what_may_be_a_secret(url: str, shown: str):
    assert address(url) == shown
