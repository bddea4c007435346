"""The profile's storage word, written out by hand, against the ABI encoder of the Ethereum project."""

from __future__ import annotations

import subprocess
import sys

from eth_abi.abi import encode
from hypothesis import example, given
from hypothesis import strategies as st

from ledger_client.contracts import profile_word
from ledger_client.onchain import keccak

TEXT = st.text(st.characters(codec="utf-8"), max_size=200)


@given(TEXT, TEXT)
@example("", "")
@example("x" * 32, "y" * 33)
@example("东方乳业", "https://dairy.example")
def test_the_word_is_the_hash_of_what_eth_abi_encodes(name, endpoint):
    assert profile_word(name, endpoint) == keccak(encode(["string", "string"], [name, endpoint]))


def test_the_verifier_does_not_load_what_takes_longer_than_a_verification():
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, ledger_client.verify, ledger_client.prove; print(*sys.modules)"],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert "ledger_client.verify" in loaded
    assert not {"eth_abi", "pydantic", "web3", "eth_account", "sqlalchemy", "fastapi"}.intersection(loaded)
