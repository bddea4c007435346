"""A backup's file is whole or not there, and says which part of it was changed."""

from __future__ import annotations

import fcntl
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ledger_client.errors import InvalidInput
from records.database import migrate, open_sessions
from scripts.backup import archive
from scripts.backup.archive import reading
from tests.backup.conftest import backed_up, backup, captured
from tests.postgres import open_engine

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def database(sqlite_url):
    engine = open_engine(sqlite_url)
    migrate(engine)
    captured(open_sessions(engine), range(5))
    engine.dispose()
    return sqlite_url


def problem(path: Path) -> str:
    with pytest.raises(InvalidInput) as raised, reading(path):
        pass
    return str(raised.value)


def test_a_changed_byte_is_found_wherever_it_is_and_its_member_is_named(home, database):
    file = backed_up(home, database)
    sound = file.read_bytes()
    with zipfile.ZipFile(file) as whole:
        spans = {info.filename: (info.header_offset, info.compress_size) for info in whole.infolist()}
    for place in {*range(0, len(sound), 97), len(sound) - 1, len(sound) - 70}:
        file.write_bytes(sound[:place] + bytes([sound[place] ^ 0x20]) + sound[place + 1 :])
        problem(file)
    for name, (start, size) in spans.items():
        middle = start + 30 + len(name) + 20 + size // 2  # behind the member's header
        file.write_bytes(sound[:middle] + bytes([sound[middle] ^ 0xFF]) + sound[middle + 1 :])
        assert f"is damaged: {name}" in problem(file)
    file.write_bytes(sound)
    with reading(file) as found:
        assert {member.name for member in found.manifest.members} == set(spans) - {"manifest.json"}


def test_a_cut_copy_and_a_foreign_file_are_told_apart_from_a_backup(home, database, tmp_path):
    file = backed_up(home, database)
    sound = file.read_bytes()
    for end in (0, 1, 1000, len(sound) - 100, len(sound) - 1):
        file.write_bytes(sound[:end])
        assert "is not a whole backup" in problem(file)
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as made:
        made.writestr("manifest.json", "{}")
    assert "not a backup of this form" in problem(other)
    assert "cannot be read: No such file" in problem(tmp_path / "absent")


def test_a_member_that_would_be_written_elsewhere_is_refused(home, database):
    file = backed_up(home, database)
    with zipfile.ZipFile(file) as whole:
        manifest = whole.read("manifest.json").replace(b"files/deployment.json", b"files/../deployment.json")
    with archive.writing(file.with_name("made")) as made:
        made._zip.writestr("manifest.json", manifest)
        made._zip.comment = archive._COMMENT + b"0" * 64
        made._zip.close()
        digest = archive._digest(made._file)
        made._file.seek(-64, 2)
        made._file.write(digest.encode())
    assert "which no backup of this form does" in problem(file.with_name("made"))


KILLED = """
import sys, time
from pathlib import Path
from scripts.backup import archive
def rows():
    yield b"row" * 100_000
    print("begun", flush=True)
    time.sleep(60)
with archive.writing(Path(sys.argv[1])) as file:
    file.add("tables/records.jsonl", rows(), {"id": "integer"})
"""


def test_kill_9_leaves_no_file_that_looks_whole_and_the_next_backup_removes_what_it_left(home, database):
    folder = home.path / "backups"
    folder.mkdir()
    command = [sys.executable, "-c", KILLED, str(folder / ("killed" + archive.SUFFIX))]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        assert archive.clear(folder) == []  # it is being written
        process.kill()
    left = [path.name for path in folder.iterdir()]
    assert left == ["killed" + archive.SUFFIX + archive.PART]
    assert "is not a whole backup" in problem(folder / left[0])
    made = backed_up(home, database)
    assert list(folder.iterdir()) == [made]


FULL = """
import resource, sys
from scripts.backup.__main__ import main
resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
main(sys.argv[1:])
"""


def test_a_full_disk_is_said_clearly_and_leaves_nothing(home, database):
    engine = open_engine(database)
    captured(open_sessions(engine), range(10, 400))
    engine.dispose()
    command = [sys.executable, "-c", FULL, "--home", str(home.path), "--database", database]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"backup: {home.path / 'backups'}: ")
    assert "File too large; nothing of this backup is left there, earlier ones are untouched" in done.stderr
    assert "Traceback" not in done.stderr
    assert list((home.path / "backups").iterdir()) == []


def test_only_the_newest_are_kept_once_there_is_another_whole_one(home, database, tmp_path):
    folder = tmp_path / "to"
    first, second = (backed_up(home, database, "--to", str(folder)) for _ in range(2))
    other = folder / f"traceledger-00000000-20260101T000000.000000Z{archive.SUFFIX}"  # of another installation
    other.touch()
    third = backed_up(home, database, "--to", str(folder), "--keep", "2")
    assert set(folder.iterdir()) == {other, second, third}
    assert not first.exists()
    assert third.stat().st_mode & 0o077 == 0
    with third.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # nobody holds it any more


def test_secrets_in_the_clear_stay_out_unless_they_are_asked_for(home, database):
    (home.path / "api-keys").mkdir()
    (home.path / "api-keys" / "own").write_text("tl_bearer")
    files = []
    for words in ((), ("--with-secrets",)):
        with reading(backed_up(home, database, *words)) as found:
            files.append([member.name for member in found.manifest.under("files/")])
    assert files[0] == ["files/deployment.json", "files/keys/own.signer.json"]
    assert set(files[1]) - set(files[0]) == {"files/passphrase", "files/api-keys/own"}


def test_a_wrong_folder_or_database_is_said_and_nothing_is_made(home, database, tmp_path):
    from scripts.home import Home

    nowhere = Home(tmp_path / "nowhere")
    assert "holds no installation" in backup(nowhere, database).output
    assert not nowhere.path.exists()
    absent = f"sqlite:///{tmp_path / 'absent.db'}"
    assert "there is no file" in backup(home, absent).output
    assert not (tmp_path / "absent.db").exists()
