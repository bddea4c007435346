"""What an operator does when the mirror is in doubt, on a running installation."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from contextlib import closing

from ledger_client.onchain import item_id
from tests.end_to_end.installation import PROJECT, Installation
from tests.end_to_end.test_installation import ITEM, event, verdict


def mirror(installation: Installation, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scripts.mirror", "--home", str(installation.home.path), "--rpc", installation.rpc_url, *words]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False)


def test_an_audit_names_a_changed_row_and_a_rebuild_mends_it(own):
    installation = own()
    for serial in ("M1", "M2", "M3"):
        installation.partner().post_event(event(serial))
        assert verdict(installation, ITEM + serial, "verified")["verdict"] == "verified"
    sound = mirror(installation, "audit")
    assert (sound.returncode, sound.stdout) == (0, ""), sound.stderr
    compared = re.search(r"(\d+) anchors of (\d+) items", sound.stderr)
    assert compared
    assert set(compared.groups()) <= {"3", "4"}  # the audit log may be sealed by now

    with closing(sqlite3.connect(installation.home.path / "ledger.db", timeout=30, isolation_level=None)) as database:
        (place,) = database.execute("SELECT position FROM anchors WHERE item_id = ?", (item_id(ITEM + "M2"),)).fetchone()
        database.execute("UPDATE anchors SET commitment = zeroblob(32) WHERE position = ?", (place,))
    found = mirror(installation, "audit")
    assert found.returncode == 1
    assert found.stdout.startswith(f"different\tposition {place}\t")
    assert installation.partner().verify(ITEM + "M2")["verdict"] == "verified"  # the chain itself is asked, the mirror only saves time

    rebuilt = mirror(installation, "rebuild")
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert mirror(installation, "audit").returncode == 0
