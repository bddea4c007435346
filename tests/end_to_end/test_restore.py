"""A machine is lost: the backup, its key file, the passphrase, and an empty machine are enough to go on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

from records.keyring import SETTING
from scripts.home import Home
from tests.end_to_end.installation import PROJECT, Installation
from tests.end_to_end.test_installation import ITEM, document, event, verdict


def command(name: str, *words: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", f"scripts.{name}", *words]
    environment = {name: value for name, value in os.environ.items() if name != SETTING}
    return subprocess.run(line, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_an_installation_lives_on_from_its_backup_its_key_file_and_its_passphrase(own, tmp_path):
    installation = own()
    partner, home = installation.partner(), installation.home
    partner.wait(partner.capture(document(*(event(f"L{number}") for number in range(20)))))
    assert verdict(installation, ITEM + "L19", "verified")["verdict"] == "verified"
    job = partner.capture(document(*(event(f"LATE{number}") for number in range(40))))  # while it is worked off and published
    backed = command("backup", "--home", str(home.path), "--to", str(tmp_path / "safe"), "--json")
    assert backed.returncode == 0, backed.stderr
    facts = json.loads(backed.stdout)
    assert facts["height"] >= facts["block"] > 0
    partner.wait(job)
    passphrase = home.passphrase()
    shutil.copy(facts["key_file"], tmp_path / "safe")
    bearer = home.api_key_file.read_text()
    installation.kill()
    shutil.rmtree(home.path)

    new = Home.at(tmp_path / "new")
    (new.path / "passphrase").write_text(passphrase)
    restored = command("restore", facts["file"], "--home", str(new.path))
    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert " 0 altered" in restored.stdout
    assert "0 anchors of ours without a record here" in restored.stdout
    going_on = Installation(new.path).start()
    try:
        assert verdict(going_on, ITEM + "L19", "verified")["verdict"] == "verified"
        new.api_key_file.write_text(bearer)  # the key that a partner holds still opens
        going_on.forget()
        assert verdict(going_on, ITEM + "LATE39", "verified")["verdict"] == "verified"
        going_on.partner().post_event(event("AFTER"))
        assert verdict(going_on, ITEM + "AFTER", "verified")["verdict"] == "verified"
        assert going_on.stop() == 0
        again = command("restore", "--verify-only", "--home", str(new.path), "--json")
        total = json.loads(again.stdout.splitlines()[-1])
        assert (again.returncode, total["unanchored"]) == (0, 0), again.stdout + again.stderr
        assert total["verified"] >= 61  # seals of the audit log are records too
    finally:
        if going_on.process and going_on.process.poll() is None:
            going_on.kill()
    assert (new.keys / "own.signer.json").stat().st_mode & 0o077 == 0
