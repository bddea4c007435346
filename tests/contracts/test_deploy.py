"""Deploying: by the Python command and by Hardhat, both on a real node, and what a wrong founders' file is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from web3 import HTTPProvider, Web3

from ledger_client.contracts import ledger_code
from ledger_client.council import Council
from ledger_client.deployment import Deployment
from ledger_client.errors import InvalidInput
from ledger_client.onchain import Role
from scripts.deploy import Founder, deploy, founders_of, main

ROOT = Path(__file__).parents[2]
GOVERNORS = ["0x" + "11" * 20, "0x" + "33" * 20]
ENTRIES = [
    {"name": "北方牧场", "endpoint": "https://farm.example", "roles": ["writer"], "governor": GOVERNORS[0], "signers": ["0x" + "22" * 20]},
    {"name": "Food Office", "roles": ["auditor", "operator"], "governor": GOVERNORS[1]},
]


@pytest.fixture
def founders_file(tmp_path):
    path = tmp_path / "founders.json"
    path.write_text(json.dumps(ENTRIES))
    return path


def test_the_command_writes_the_file_of_a_working_ledger(anvil, founders_file, tmp_path):
    out = tmp_path / "deployment.json"
    run = CliRunner().invoke(main, ["--rpc", anvil, "--founders", str(founders_file), "--threshold", "2", "--out", str(out)])
    assert (run.exit_code, run.output.strip()) == (0, str(out))
    assert_works(anvil, out)


def test_hardhat_deploys_the_same(anvil, founders_file, tmp_path):
    out = tmp_path / "deployment.json"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    given = {"PATH": path, "TRACELEDGER_RPC": anvil, "FOUNDERS": str(founders_file), "THRESHOLD": "2", "OUT": str(out)}
    for command in (["compile"], ["run", "scripts/hardhat/deploy.js", "--network", "consortium"]):
        run = subprocess.run(["npx", "hardhat", *command], check=False, cwd=ROOT, env=os.environ | given, capture_output=True, text=True)
        assert run.returncode == 0, run.stdout + run.stderr
    assert_works(anvil, out)


def test_a_ledger_is_not_deployed_over_another(anvil, founders_file, tmp_path):
    out = tmp_path / "deployment.json"
    out.write_text("mine")
    run = CliRunner().invoke(main, ["--rpc", anvil, "--founders", str(founders_file), "--threshold", "2", "--out", str(out)])
    assert run.exit_code == 1
    assert "exists — a ledger is deployed once" in run.stderr
    assert out.read_text() == "mine"


def test_a_node_that_is_down_is_an_answer(founders_file, tmp_path):
    arguments = ["--rpc", "http://127.0.0.1:9", "--founders", str(founders_file), "--threshold", "1", "--out", str(tmp_path / "d.json")]
    run = CliRunner().invoke(main, arguments)
    assert run.exit_code == 1
    assert "the node does not answer" in run.stderr


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({}, "founders: is not a JSON array"),
        ([{}], r"founders\[0\]: 'name' is missing"),
        ([ENTRIES[0] | {"roles": ["boss"]}], r"founders\[0\]: 'BOSS' is missing or unknown — roles are writer, auditor, operator"),
        ([ENTRIES[0], ENTRIES[1] | {"governor": "0x11"}], r"founders\[1\].governor: '0x11' is not an address"),
        ([ENTRIES[0] | {"signers": ["x"]}], r"founders\[0\].signers: 'x' is not an address"),
        (["x"], r"founders\[0\]: is not of the documented form"),
    ],
)
def test_a_wrong_founders_file_is_told_where(wrong, message):
    with pytest.raises(InvalidInput, match=message):
        founders_of(wrong)


def test_founders_that_cannot_start_a_consortium_are_refused_before_anything_is_sent(world):
    first, second = founders_of(ENTRIES)
    for founders, threshold, field in [
        ([first, second], 3, "threshold"),
        ([first, second], 0, "threshold"),
        ([], 1, "threshold"),
        ([first, replace(second, governor=first.governor)], 1, "governor"),
        ([replace(first, name="")], 1, "name"),
        ([replace(first, endpoint="farm.example")], 1, "endpoint"),
    ]:
        before = world.web3.eth.block_number
        with pytest.raises(InvalidInput) as problem:
            deploy(world.web3, world.stranger, founders, threshold)
        assert (problem.value.field, world.web3.eth.block_number) == (field, before)


def test_the_founders_file_is_read_as_written():
    assert founders_of(ENTRIES) == [
        Founder("北方牧场", "https://farm.example", Role.WRITER, b"\x11" * 20, (b"\x22" * 20,)),
        Founder("Food Office", "", Role.AUDITOR | Role.OPERATOR, b"\x33" * 20),
    ]


def assert_works(url: str, out: Path) -> None:
    """The deployment file names contracts that are the published ones, with the founders inside."""
    deployment, web3 = Deployment.from_json(json.loads(out.read_text())), Web3(HTTPProvider(url))
    council = Council(web3, deployment)
    council.check_code()
    assert bytes(web3.eth.get_code(Web3.to_checksum_address(deployment.ledger))) == ledger_code(deployment.members)
    assert {"0x" + owner.hex() for owner in council.owners()} == set(GOVERNORS)
    assert council.threshold() == 2
    assert (deployment.chain_id, deployment.genesis) == (web3.eth.chain_id, bytes(web3.eth.get_block(0)["hash"]))
    first_logs = web3.eth.get_logs(
        {"address": Web3.to_checksum_address(deployment.members), "fromBlock": deployment.block, "toBlock": "latest"}
    )
    assert len(first_logs) == 3, "two admissions and one signer"
