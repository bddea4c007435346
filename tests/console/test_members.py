"""Members and keys in the console, with real decisions on a real council: who approved stands there once, and how to go on."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from eth_account import Account

from accounts.roles import Role
from ledger_client.council import Council, actions
from ledger_client.council.sending import connect
from ledger_client.onchain import Role as LedgerRole
from scripts.members import main
from tests.api.served import Server
from tests.console.markup import Page, faults

As = Callable[..., httpx.Client]


@pytest.fixture
def council(server: Server) -> Council:
    server.installation.mirror()
    return Council(connect(server.installation.ledger.url), server.installation.ledger.deployment)


def told(client: httpx.Client, path: str = "/console/members?lang=en") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    assert faults(answer.text) == []
    return re.sub(r"\s+", " ", Page(answer.text).all("main")[0].text)


@pytest.mark.usefixtures("council")
def test_every_role_that_reads_sees_members_keys_and_since_which_block(server: Server, as_role: As):
    page = told(as_role(Role.PARTNER))
    ledger = server.installation.ledger
    assert "青山牧场" in page
    assert "2 of 2 governance keys must agree" in page
    assert "No proposal waits for approval." in page
    for signer in ledger.signers:
        assert f"{signer.address.lower()[:10]}…{signer.address.lower()[-6:]}" in page
    assert re.search(r"block \d+", page)
    assert as_role(Role.MACHINE).get("/console/members").status_code == 200


def test_one_person_who_approves_twice_counts_once_and_is_told_so(server: Server, as_role: As, council: Council, tmp_path: Path):
    ledger, client = server.installation.ledger, as_role(Role.OPERATOR)
    proposal = council.propose(ledger.governors[0], actions.admit("Acme Dairy", "https://acme.example", LedgerRole.WRITER))
    server.installation.mirror()
    page = told(client)
    assert "Admit Acme Dairy (roles: writer; endpoint: https://acme.example) 0 of 2 approvals" in page
    command = f"python -m scripts.members --key state/keys/own.council.json approve 0x{proposal.safe_tx_hash.hex()}"
    assert command in page

    approve = approving(ledger, tmp_path, 0, f"0x{proposal.safe_tx_hash.hex()}")
    assert "1/2" in approve().output
    second = approve()
    assert second.exit_code == 1
    assert "has approved" in second.output
    assert "already; a second approval must be another owner's" in second.output
    assert "1 of 2 approvals" in told(client)
    assert "0 of 2 approvals" not in told(client)

    assert approving(ledger, tmp_path, 1, f"0x{proposal.safe_tx_hash.hex()}")().exit_code == 0
    assert "2 of 2 approvals: ready to be executed" in told(client)
    assert "council.json execute 0x" in told(client)
    council.execute(ledger.governors[0], proposal.safe_tx_hash)
    server.installation.mirror()
    page = told(client)
    assert "No proposal waits for approval." in page
    assert "Acme Dairy (#3) was admitted; roles: writer; endpoint: https://acme.example" in page


def approving(ledger, folder: Path, governor: int, proposal: str):
    """The command that the page shows, on a folder of one's own."""
    home = folder / f"home{governor}"
    home.mkdir()
    (home / "deployment.json").write_text(json.dumps(ledger.deployment.to_json()))
    (home / "passphrase").write_text("a passphrase")
    file = home / "keys" / "own.council.json"
    file.parent.mkdir()
    file.write_text(json.dumps(Account.encrypt(ledger.governors[governor].key, "a passphrase", iterations=2)))
    words = ["--home", str(home), "--rpc", ledger.url, "--key", str(file), "approve", proposal]
    return lambda: CliRunner().invoke(main, words)


def test_history_pages_and_while_the_node_is_away_members_still_show(server: Server, as_role: As, council: Council):
    ledger, client = server.installation.ledger, as_role(Role.AUDITOR)
    for later in range(25):
        council.propose(ledger.governors[0], actions.suspend(2), nonce=later)
    server.installation.mirror()
    first = client.get("/console/members?lang=en").text
    older = next(one.attributes["href"] for one in Page(first).all("a") if one.attributes.get("id") == "page-older")
    assert "青山牧场 (#1) was admitted" in told(client, older)
    assert client.get("/console/members?older=x").status_code == 400
    assert "It is decision 5 and waits for decision 0." in told(client)
    server.app.state.chain.close()
    server.app.state.chain = type(server.app.state.chain)("http://127.0.0.1:9", ledger.deployment, 0.5)
    away = told(client)
    assert "The chain node does not answer, so nobody knows who approved" in away
    assert "approvals unknown" in away
    assert "青山牧场" in away
