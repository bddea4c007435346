"""The committed artifacts: made from the sources, the same by both routes, and what `contracts` says of them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from eth_abi import encode

from ledger_client import contracts
from ledger_client.contracts import artifact
from ledger_client.onchain import keccak
from ledger_client.reverts import explain
from scripts import compile as compiling

ROOT = Path(__file__).parents[2]
NAMES = ["Ledger", "Members", "SafeL2", "SafeProxy", "SafeProxyFactory"]


@pytest.fixture(scope="session")
def compiled():
    return compiling.compile_contracts()


@pytest.fixture(scope="session")
def hardhat():
    """What Hardhat makes of the same sources, by contract name."""
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    run = subprocess.run(["npx", "hardhat", "compile", "--force"], check=False, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return {name: json.loads((ROOT / "artifacts" / compiling.SOURCES[name] / f"{name}.json").read_text()) for name in NAMES}


def test_the_committed_artifacts_come_from_the_sources(compiled):
    assert compiling.stale(compiled, compiling.ARTIFACTS) == []


def test_a_changed_missing_or_foreign_artifact_is_named_with_what_differs(compiled, tmp_path):
    shutil.copytree(compiling.ARTIFACTS, tmp_path, dirs_exist_ok=True)
    ledger = json.loads((tmp_path / "Ledger.json").read_text())
    ledger["bytecode"] = ledger["bytecode"][:-2] + "00"
    (tmp_path / "Ledger.json").write_text(json.dumps(ledger, indent=1) + "\n")
    (tmp_path / "SafeL2.json").unlink()
    (tmp_path / "Old.json").write_text("{}")
    assert compiling.stale(compiled, tmp_path) == [
        "Old.json: no source makes it; remove it",
        "Ledger.json: differs from contracts/Ledger.sol in bytecode",
        "SafeL2.json: is missing",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_hardhat_gives_the_same_bytes(hardhat, name):
    committed = json.loads((compiling.ARTIFACTS / f"{name}.json").read_text())
    for key in ("abi", "bytecode", "deployedBytecode"):
        assert hardhat[name][key] == committed[key]


@pytest.mark.parametrize("name", NAMES)
def test_the_code_uses_no_instruction_younger_than_london(name):
    younger = {0x5F: "PUSH0", 0x5E: "MCOPY", 0x5C: "TLOAD", 0x5D: "TSTORE", 0x49: "BLOBHASH", 0x4A: "BLOBBASEFEE"}
    assert [younger[opcode] for opcode in _opcodes(_without_metadata(artifact(name).runtime)) if opcode in younger] == []


def test_the_slot_numbers_are_the_compilers():
    assert artifact("Ledger").slots == {"_heads": contracts.HEADS_SLOT, "_total": contracts.TOTAL_SLOT}
    assert artifact("Members").slots == {
        "_signers": contracts.SIGNERS_SLOT,
        "_profiles": contracts.PROFILES_SLOT,
        "_standings": contracts.STANDINGS_SLOT,
        "_memberCount": contracts.MEMBER_COUNT_SLOT,
    }


def test_slots_of_mappings_are_the_hash_of_key_and_slot_as_words():
    for slot, types, key, number in [
        (contracts.head_slot(b"\7" * 32), ["bytes32", "uint256"], b"\7" * 32, 0),
        (contracts.signer_slot(b"\7" * 20), ["address", "uint256"], "0x" + "07" * 20, 0),
        (contracts.profile_slot(258), ["uint32", "uint256"], 258, 1),
        (contracts.standing_slot(258), ["uint32", "uint256"], 258, 2),
    ]:
        assert slot == keccak(encode(types, [key, number]))


def test_the_expected_code_is_the_code_on_the_chain(world):
    deployment = world.deployment
    for contract, code, code_hash in [
        (world.ledger, contracts.ledger_code(deployment.members), contracts.ledger_code_hash(deployment.members)),
        (world.members, contracts.members_code(deployment.council), contracts.members_code_hash(deployment.council)),
    ]:
        found = bytes(world.web3.eth.get_code(contract.address))
        assert found == code
        assert keccak(found) == code_hash


def test_no_interface_of_ours_has_an_owner_an_upgrade_or_a_setter_beyond_the_council():
    functions = {
        e["name"] for n in ("Ledger", "Members") for e in artifact(n).abi if e["type"] == "function" and e["stateMutability"] != "view"
    }
    assert functions == {
        "anchor",
        "admit",
        "suspend",
        "reinstate",
        "setRoles",
        "setProfile",
        "addSigner",
        "revokeSigner",
        "renounce",
        "propose",
    }


def test_revert_data_is_told_in_words():
    for data, words in [
        (keccak(b"NotAWriter(address)")[:4] + encode(["address"], ["0x" + "11" * 20]), "NotAWriter(signer=0x" + "11" * 20 + ")"),
        (keccak(b"Error(string)")[:4] + encode(["string"], ["GS026"]), "GS026: an approval is not from an owner, or stands twice"),
        (keccak(b"Error(string)")[:4] + encode(["string"], ["other"]), "other"),
        (keccak(b"Panic(uint256)")[:4] + encode(["uint256"], [0x11]), "panic 0x11"),
        (keccak(b"NotAWriter(address)")[:4] + b"\1", "revert data 0x" + keccak(b"NotAWriter(address)")[:4].hex() + "01"),
        (b"", "no reason given"),
    ]:
        assert explain(data) == words


def _without_metadata(code: bytes) -> bytes:
    return code[: -2 - int.from_bytes(code[-2:], "big")]


def _opcodes(code: bytes):
    place = 0
    while place < len(code):
        yield code[place]
        place += 1 + (code[place] - 0x5F if 0x60 <= code[place] <= 0x7F else 0)
