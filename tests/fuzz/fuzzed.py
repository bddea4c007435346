"""A server to be asked what nobody would ask, on PostgreSQL, the stricter database; and how much is asked.

Each run draws the same few requests; `make fuzz` draws many more, and others each time.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, Phase, settings

from accounts import api_keys, people, sessions
from accounts.roles import RIGHTS, Right, Role
from api.regulator.signing import ReportSigner
from scripts.home import Home
from scripts.tls import report_certificate
from tests.api.served import Installation, Server, document, event, installed, serving
from tests.conftest import address_of, deploy_ledger
from tests.postgres import fresh_database

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))  # of each kind; 0: few, and always the same
CODE = "https://id.gs1.org/01/06901234567892/21/A1"


def drawn(few: int) -> settings:
    return settings(
        max_examples=EXAMPLES or few,
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@dataclass
class Fuzzed:
    """A served installation with something of everything in it. `there`: names of what is there, by path parameter."""

    server: Server
    there: dict[str, str]

    @property
    def installation(self) -> Installation:
        return self.server.installation

    def key(self, right: Right) -> dict[str, str]:
        """A key of a fresh account that may; fresh, because some requests end accounts."""
        role = next(role for role in Role if right in RIGHTS[role])
        with self.installation.sessions.begin() as session:
            number = len(people.listed(session, "", 500, ""))
            account = people.create(session, f"fuzz-{right}-{number}", role, signer=address_of(self.installation.ledger.signers[0]))
            return {"Authorization": "Bearer " + api_keys.issue(session, account, "fuzz", RIGHTS[role])}


@pytest.fixture(scope="package")
def fuzzed(anvil: str, postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuzzed]:
    certificate = report_certificate(Home.at(tmp_path_factory.mktemp("home")), "青山牧场")
    signer = ReportSigner(certificate, certificate.with_suffix(".key"))
    with ExitStack() as stack:
        installation = stack.enter_context(installed(deploy_ledger(anvil), stack.enter_context(fresh_database(postgres_server))))
        server = stack.enter_context(serving(installation, report_signer=signer))
        first = server.record(event("commissioning", action="ADD"), event("shipping", 2))[0]
        job = server.http.post("/capture", content=json.dumps(document(event("receiving", 3))), headers=server.as_writer())
        installation.work()
        with installation.sessions.begin() as session:
            account = people.create(session, "somebody", Role.PARTNER)
            sessions.start(session, account, "password", "127.0.0.1", "a test")
            there = {"account_id": str(account.id)}
        there |= {
            "code": CODE,
            "event_id": first["eventID"],
            "capture_id": job.json()["captureID"],
            "request_id": job.headers["x-request-id"],
        }
        yield Fuzzed(server, there)
        installation.ledger.chain.close()
