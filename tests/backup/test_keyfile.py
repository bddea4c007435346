"""The file of data keys opens with its passphrase only, and only if no byte of it was changed."""

from __future__ import annotations

import pytest

from ledger_client.errors import InvalidInput
from scripts.backup import keyfile
from scripts.backup.keyfile import DocumentKey, Erased, Header, Lookup, RecordKey

HEADER = Header(installation="8c1f0a52-7d0c-4d3a-9a51-0f6b0a7f1c11", generation=3, made_at="2026-11-25T06:10:00+00:00", highest=20_000)
ENTRIES = [
    Lookup(b"\x01" * 32),
    *(RecordKey(number, number.to_bytes(32, "big")) for number in range(1, 20_001)),
    DocumentKey("0b7c3c0e-7b1e-4a53-9f0e-2f4f7c5f0a11", True, b"\x02" * 32),
    Erased(b"\x03" * 32, {"erasures": [{"id": "one", "reason": "收据"}], "records": [], "record_items": []}),
]
WORK = 1 << 4


@pytest.fixture
def path(tmp_path):
    file = tmp_path / HEADER.name()
    keyfile.write(file, HEADER, "a passphrase", ENTRIES, WORK)
    return file


def read(path, passphrase="a passphrase"):
    with keyfile.opened(path, passphrase) as file:
        return file.header, list(file.entries())


def test_what_was_written_is_read(path):
    assert read(path) == (HEADER, ENTRIES)
    assert path.name == "traceledger-8c1f0a52-000003.keys"
    assert path.stat().st_mode & 0o077 == 0
    assert b"\x02" * 8 not in path.read_bytes()


def test_another_passphrase_opens_nothing(path):
    with pytest.raises(InvalidInput, match="does not open with this passphrase"):
        read(path, "another")


def test_a_changed_byte_a_missing_end_and_more_behind_it_are_found(path):
    sound = path.read_bytes()
    for place in range(0, len(sound), 4999):
        path.write_bytes(sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :])
        with pytest.raises(InvalidInput):
            read(path)
    for wrong in (sound[:-1], sound[: len(sound) // 2], sound + b"x", sound[: 262_144 + 400], b""):
        path.write_bytes(wrong)
        with pytest.raises(InvalidInput):
            read(path)


def test_it_is_overwritten_before_it_is_removed(path):
    other = path.with_name("another name of the same file")
    other.hardlink_to(path)
    keyfile.destroy(path)
    assert not path.exists()
    assert other.read_bytes().strip(b"\0") == b""
