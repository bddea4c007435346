"""A served installation that signs reports, and an auditor with a key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from accounts import api_keys, people
from accounts.roles import Right, Role
from api.regulator.signing import ReportSigner
from scripts.home import Home
from scripts.tls import report_certificate
from tests.api.served import Installation, Server, event, installation, serving

__all__ = ["installation"]

CODE = "https://id.gs1.org/01/06901234567892/21/A1"


@dataclass
class Office:
    """A server, the auditor's key, and the authority that certifies its reports."""

    server: Server
    key: str
    authority: Path

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    def report(self, code: str = CODE, language: str = "zh") -> bytes:
        answer = self.server.http.post("/reports", params={"lang": language}, data={"code": code}, headers=self.headers)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/pdf"
        return answer.content


@pytest.fixture
def office(installation: Installation, tmp_path: Path) -> Iterator[Office]:
    home = Home.at(tmp_path / "home")
    certificate = report_certificate(home, "青山牧场")
    with installation.sessions.begin() as session:
        auditor = people.create(session, "inspector", Role.AUDITOR, display_name="市场监管 王检")
        key = api_keys.issue(session, auditor, "tablet", [Right.READ, Right.READ_ALL, Right.VERIFY])
    with serving(installation, report_signer=ReportSigner(certificate, certificate.with_suffix(".key"))) as server:
        server.record(event("commissioning", 1, action="ADD"), event("shipping", 2, bizTransactionList=[{"bizTransaction": "urn:x:po:77"}]))
        yield Office(server, key, home.tls / "authority.pem")
