"""The embedded chain's journal is copied up to a block that was made, and a chain that continues the copy is kept at a restore."""

from __future__ import annotations

import pytest

from ledger_client.errors import InvalidInput, Retryable
from records.database import migrate
from scripts.backup import chain
from scripts.backup.archive import reading
from scripts.home import Home
from scripts.node.errors import JournalDamaged
from scripts.node.home import HeightMark, NodeHome
from scripts.node.journal import Journal
from scripts.restore.place import put_files, refuse_what_is_in_the_way
from tests.backup.conftest import backed_up
from tests.postgres import open_engine

MADE = ["H 0 0xaa", "T 0x01", "B 1 1700000000 0xaa", "H 1 0xbb"]


@pytest.fixture
def journal(home):
    """The journal of a chain with one block, and a transaction that waits."""
    place = NodeHome(home.chain)
    place.path.mkdir()
    place.genesis_file.write_text("{}")
    HeightMark(place.path / "height").write(1)
    made = Journal(place.journal)
    made.append(MADE)
    made.append(["T 0x02"])
    yield made
    made.close()


@pytest.fixture
def url(sqlite_url):
    engine = open_engine(sqlite_url)
    migrate(engine)
    engine.dispose()
    return sqlite_url


def test_the_copy_ends_with_the_newest_block_that_was_made(home, journal, url):
    with journal.path.open("ab") as file:
        file.write(b"6 0000")  # its writer is in the middle of it
    with reading(backed_up(home, url)) as backup:
        copied = next(member for member in backup.manifest.members if member.name == "chain/journal")
        lines = b"".join(backup.pieces(copied)).splitlines()
        assert [line.split(b" ", 2)[2].decode() for line in lines] == MADE
        assert backup.manifest.height == 1


def test_a_damaged_journal_and_a_database_that_is_ahead_of_its_chain_are_said(home, journal, monkeypatch):
    monkeypatch.setattr(chain, "_PATIENCE", 0.1)
    with pytest.raises(Retryable, match="ends with block 1, but the database knows block 2"):
        chain.height(NodeHome(home.chain), 2)
    with pytest.raises(Retryable, match="block 2 is not written down yet"):
        list(chain.journal(journal.path, 2))
    text = journal.path.read_bytes()
    journal.path.write_bytes(text.replace(b"T 0x01", b"T 0x03"))
    with pytest.raises(JournalDamaged, match="line 2"):
        list(chain.journal(journal.path, 1))


@pytest.mark.usefixtures("journal")
def test_a_chain_that_went_on_is_kept_and_another_one_is_in_the_way(home, url, tmp_path):
    there = Home.at(tmp_path / "there")
    empty = open_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    with reading(backed_up(home, url)) as backup:
        put_files(backup, there)
        place = NodeHome(there.chain)
        more = Journal(place.journal)
        list(more.read())
        more.append(["B 2 1700000001 0xbb", "H 2 0xcc"])
        more.close()
        longer = place.journal.read_bytes()
        refuse_what_is_in_the_way(backup, there, empty)
        assert put_files(backup, there) == []
        assert place.journal.read_bytes() == longer
        for other in (longer.replace(b"0xbb", b"0xdd"), longer[:20]):
            place.journal.write_bytes(other)
            with pytest.raises(InvalidInput, match=r"the chain in .*, which does not continue the one in the backup"):
                refuse_what_is_in_the_way(backup, there, empty)
    empty.dispose()
