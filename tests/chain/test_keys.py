"""Key files: written once, readable by the owner only, opened by the right passphrase only."""

from __future__ import annotations

import json
import stat

import pytest
from eth_account import Account

from ledger_client import keys
from ledger_client.errors import InvalidInput

QUICK = 2  # scrypt's n for tests


def test_a_key_file_gives_back_its_key_and_no_one_else_may_read_it(tmp_path):
    path = tmp_path / "farm.json"
    made = keys.create(path, "correct horse", QUICK)
    assert keys.load(path, "correct horse").key == made.key
    assert keys.address(path) == bytes.fromhex(made.address[2:])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert made.key.hex() not in path.read_text()
    assert json.loads(path.read_text())["version"] == 3


def test_a_key_file_is_never_overwritten(tmp_path):
    path = tmp_path / "farm.json"
    keys.create(path, "one", QUICK)
    before = path.read_bytes()
    with pytest.raises(InvalidInput, match="never overwritten"):
        keys.create(path, "two", QUICK)
    assert path.read_bytes() == before


def test_two_keys_are_never_the_same(tmp_path):
    assert keys.create(tmp_path / "a", "x", QUICK).key != keys.create(tmp_path / "b", "x", QUICK).key


def test_an_existing_key_can_be_stored(tmp_path):
    account = Account.create()
    keys.store(tmp_path / "k", "x", bytes(account.key), QUICK)
    assert keys.load(tmp_path / "k", "x").address == account.address


def test_a_wrong_passphrase_is_named_as_such(tmp_path):
    keys.create(tmp_path / "k", "right", QUICK)
    with pytest.raises(InvalidInput, match="passphrase: does not open"):
        keys.load(tmp_path / "k", "wrong")


def test_an_empty_passphrase_is_refused(tmp_path):
    with pytest.raises(InvalidInput, match="passphrase: is empty"):
        keys.create(tmp_path / "k", "", QUICK)
    assert not (tmp_path / "k").exists()


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "{}", '{"version": 1}', '{"version": 3, "crypto": {}}', '{"version": 3, "address": "zz"}', '{"address": "00"}'],
)
def test_a_file_that_is_no_key_file_is_refused_in_words(tmp_path, content):
    (tmp_path / "k").write_text(content)
    with pytest.raises(InvalidInput, match="is not a key file"):
        keys.load(tmp_path / "k", "x")
    with pytest.raises(InvalidInput, match="is not a key file"):
        keys.address(tmp_path / "k")


def test_a_file_that_cannot_be_read_or_written_is_named(tmp_path):
    with pytest.raises(InvalidInput, match="cannot be read"):
        keys.load(tmp_path / "none", "x")
    with pytest.raises(InvalidInput, match="cannot be written"):
        keys.create(tmp_path / "none" / "k", "x", QUICK)
