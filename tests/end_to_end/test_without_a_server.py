"""A member that keeps its records itself: anchors, proves and verifies from the command line with nothing but a node."""

from __future__ import annotations

import json

from tests.end_to_end.test_installation import ITEM, document, event, ledger


def test_a_member_anchors_and_proves_its_own_records(running, tmp_path):
    file, records, bundle = tmp_path / "events.json", tmp_path / "records", tmp_path / "bundle.json"
    file.write_bytes(document(event("OWN1"), event("OWN1", "inspecting", 9), event("OWN2")))
    chain = ["--rpc", running.rpc_url, "--deployment", str(running.home.deployment_file)]
    key = ["--key", str(running.home.keys / "own.signer.json"), "--passphrase", running.home.passphrase()]

    first = ledger("anchor", str(file), "--records", str(records), *key, *chain)
    assert (first.returncode, len(first.stdout.splitlines())) == (0, 3), first.stderr
    assert records.stat().st_mode & 0o077 == 0
    again = ledger("anchor", str(file), "--records", str(records), *key, *chain)
    assert (again.returncode, again.stdout) == (1, "")
    assert "exists already" in again.stderr
    resumed = ledger("anchor", "--resume", "--records", str(records), *key, *chain)
    assert resumed.stdout == first.stdout

    proved = ledger("prove", ITEM + "OWN1", "-o", str(bundle), "--records", str(records), *chain)
    assert proved.returncode == 0, proved.stderr
    assert len(json.loads(bundle.read_text())["anchors"]) == 2  # resuming anchored nothing twice
    verified = ledger("verify", str(bundle), *chain)
    assert (verified.returncode, verified.stdout.split("\t")[0]) == (0, "verified"), verified.stderr


def test_a_wrong_passphrase_an_invalid_event_and_an_unknown_key_anchor_nothing(running, tmp_path):
    file, records, chain = tmp_path / "events.json", tmp_path / "records", ["--rpc", running.rpc_url]
    chain += ["--deployment", str(running.home.deployment_file)]
    file.write_bytes(document(event("NONE"), event("NONE") | {"action": "CREATE"}))
    own = ["--key", str(running.home.keys / "own.signer.json")]
    wrong = ledger("anchor", str(file), "--records", str(records), *own, "--passphrase", "guess", *chain)
    assert (wrong.returncode, "does not open" in wrong.stderr) == (1, True)
    invalid = ledger("anchor", str(file), "--records", str(records), *own, "--passphrase", running.home.passphrase(), *chain)
    assert invalid.returncode == 1
    assert "eventList[1].action" in invalid.stderr
    assert not records.exists()

    stranger = tmp_path / "stranger.json"
    made = ledger("key", "create", str(stranger), "--passphrase", "a long one")
    assert made.returncode == 0, made.stderr
    assert ledger("key", "address", str(stranger)).stdout.strip().lower() == made.stdout.strip().lower()
    file.write_bytes(document(event("NONE")))
    refused = ledger("anchor", str(file), "--records", str(records), "--key", str(stranger), "--passphrase", "a long one", *chain)
    assert refused.returncode == 1
    assert "NotAWriter" in refused.stderr
    assert "Traceback" not in refused.stderr
