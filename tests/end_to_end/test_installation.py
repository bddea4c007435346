"""The whole path of one event, on the real node, through the commands that partners, regulators and operators use."""

from __future__ import annotations

import json
import sqlite3
import ssl
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import httpx
from sqlalchemy import select

from ledger_client.chain import Chain
from ledger_client.onchain import item_id
from records.database import open_engine, open_sessions
from records.models import RecordItem
from tests.end_to_end.installation import Installation, free_port
from tests.records.tampering import reseal

ITEM = "https://id.gs1.org/01/06901234567892/21/"


def event(serial: str, step: str = "commissioning", hour: int = 8) -> dict:
    return {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "ObjectEvent",
        "action": "ADD" if step == "commissioning" else "OBSERVE",
        "bizStep": step,
        "eventTime": f"2026-09-01T{hour:02}:00:00+08:00",
        "eventTimeZoneOffset": "+08:00",
        "epcList": [f"urn:epc:id:sgtin:6901234.056789.{serial}"],
        "readPoint": {"id": "urn:epc:id:sgln:6901234.00004.0"},
    }


def document(*events: dict) -> bytes:
    bare = [{key: value for key, value in event.items() if key != "@context"} for event in events]
    return json.dumps(
        {
            "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-09-01T08:00:00+08:00",
            "epcisBody": {"eventList": bare},
        }
    ).encode()


def ledger(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "ledger_client.cli", *words], capture_output=True, text=True, timeout=60, check=False)


def verdict(installation: Installation, code: str, wanted: str, seconds: float = 30) -> dict:
    """The server's verdict once it is the wanted one; the last one otherwise."""
    until = time.monotonic() + seconds
    while (answer := installation.partner().verify(code))["verdict"] != wanted and time.monotonic() < until:
        time.sleep(0.2)
    return answer


def test_an_event_goes_from_a_partner_to_a_regulators_offline_proof(running, tmp_path):
    answer = running.partner().post_event(event("A1"))
    assert answer["outcome"] == "stored"
    assert running.partner().post_event(event("A1"))["outcome"] == "duplicate"
    assert verdict(running, ITEM + "A1", "verified")["verdict"] == "verified"

    bundle, deployment = tmp_path / "a1.json", running.home.deployment_file
    saved = ledger("prove", "(01)06901234567892(21)A1", "-o", str(bundle), "--server", running.url)
    assert saved.returncode == 0, saved.stderr
    offline = ledger("verify", str(bundle), "--deployment", str(deployment))
    assert (offline.returncode, offline.stdout.split("\t")[0]) == (0, "verified"), offline.stderr
    asked = ledger("verify", ITEM + "A1", "--server", running.url, "--rpc", running.rpc_url, "--deployment", str(deployment))
    assert asked.stdout.startswith("verified"), asked.stderr
    assert "confirmed by the node" in asked.stdout

    forged = json.loads(bundle.read_text())
    forged["anchors"][0]["time"] += 1
    bundle.write_text(json.dumps(forged))
    assert ledger("verify", str(bundle)).returncode == 1


def test_the_shopper_reads_the_journey_at_the_codes_own_address(running):
    running.partner().post_event(event("SHOP", "commissioning"))
    running.partner().post_event(event("SHOP", "inspecting", 9))
    assert verdict(running, ITEM + "SHOP", "verified")["verdict"] == "verified"
    page = httpx.get(f"{running.url}/01/06901234567892/21/SHOP?lang=en")
    assert page.status_code == 200
    assert "澄露乳业" in page.text
    assert page.text.index("08:00") < page.text.index("09:00")
    assert httpx.get(f"{running.url}/01/06901234567892/21/NOBODY").status_code == 404


def test_a_row_edited_behind_our_back_is_an_altered_record(running):
    running.partner().post_event(event("EDIT"))
    assert verdict(running, ITEM + "EDIT", "verified")["verdict"] == "verified"
    with open_sessions(open_engine(running.home.database_url, running.home.path / "keyring")).begin() as session:
        number = session.scalars(select(RecordItem.record_id).where(RecordItem.item_code == ITEM + "EDIT")).one()
        reseal(session, number, "T08:00", "T07:00")
    answer = running.partner().verify(ITEM + "EDIT")
    assert answer["verdict"] == "altered"
    failed = {step["step"] for record in answer["items"][0]["records"] for step in record["steps"] if step["outcome"] == "failed"}
    assert {2, 3} <= failed
    assert ledger("verify", ITEM + "EDIT", "--server", running.url).returncode == 1


def test_a_document_says_of_each_event_what_became_of_it(running, tmp_path):
    broken = event("BAD") | {"action": "CREATE"}
    file = tmp_path / "mixed.json"
    file.write_bytes(document(event("D1"), broken, event("D1")))
    key = running.home.api_key_file.read_text()
    told = ledger("capture", str(file), "--proceed", "--server", running.url, "--key", key)
    assert [line.split("\t")[0] for line in told.stdout.splitlines()] == ["stored", "invalid", "duplicate"]
    assert told.returncode == 1
    assert "eventList[1].action" in told.stderr


def test_status_and_members_answer_from_the_command_line(running):
    status, members = ledger("status", "--server", running.url), ledger("members", "--server", running.url)
    assert (status.returncode, members.returncode) == (0, 0), status.stderr + members.stderr
    assert "澄露乳业" in members.stdout
    assert "chain.embedded.advice\tThe embedded chain serves" in status.stdout
    away = ledger("status", "--server", "http://127.0.0.1:1")
    assert (away.returncode, away.stdout) == (1, "")
    assert "Traceback" not in away.stderr


def test_kill_9_of_everything_loses_nothing_that_was_acknowledged(own):
    installation = own()
    jobs = [installation.partner().capture(document(*(event(f"K{batch}X{n}") for n in range(50)))) for batch in range(4)]
    time.sleep(0.7)
    assert len(installation.kill()) >= 6  # the command itself, chain, anvil, three jobs, API
    before = blocks(installation.home.path)
    installation.start()
    for job in jobs:
        assert installation.partner().wait(job)["counts"] == {"stored": 50}
    for batch in range(4):
        assert verdict(installation, f"{ITEM}K{batch}X49", "verified")["verdict"] == "verified"
    with closing(Chain(installation.rpc_url, installation.home.deployment())) as chain:
        ours = {item_id(f"{ITEM}K{batch}X{n}") for batch in range(4) for n in range(50)}  # the audit log's seal is anchored too
        anchors = [anchor for anchor in chain.anchors(0, chain.block().number) if anchor.item_id in ours]
        assert len(anchors) == len({(anchor.item_id, anchor.commitment) for anchor in anchors}) == 200
        assert before == {number: chain.block(number).hash for number in before}


def test_a_second_up_in_the_same_folder_is_refused_and_a_stop_is_clean(own):
    installation = own()
    words = ["--home", str(installation.home.path), "--port", "1", "--rpc-port", "2"]
    second = subprocess.run([sys.executable, "-m", "scripts.up", *words], capture_output=True, text=True, timeout=60, check=False)
    assert second.returncode == 1
    assert "in use by another" in second.stderr
    assert "Traceback" not in second.stderr
    assert installation.stop() == 0
    assert "Traceback" not in (installation.home.path / "up.log").read_text()


def test_https_for_phones_with_the_companys_own_authority(own):
    installation = own("--tls")
    authority = str(installation.home.tls / "authority.pem")
    trusted = ssl.create_default_context(cafile=authority)
    assert httpx.get(f"{installation.url}/health", verify=trusted).json()["status"] == "ok"


def blocks(home: Path) -> dict[int, bytes]:
    """Numbers and hashes of the blocks that the mirror had seen."""
    with closing(sqlite3.connect(f"file:{home / 'ledger.db'}?mode=ro", uri=True)) as database:
        return {number: bytes(value) for number, value in database.execute("SELECT number, hash FROM blocks")}


def test_a_member_joins_a_network_with_the_published_deployment_and_its_own_keys(running, tmp_path):
    """`up --rpc` never founds a ledger by accident; with the file and a key that was admitted it writes to the existing one."""
    home, port = tmp_path / "joining", free_port()
    words = ["--home", str(home), "--port", str(port), "--rpc", running.rpc_url]
    alone = subprocess.run([sys.executable, "-m", "scripts.up", *words], capture_output=True, text=True, timeout=60, check=False)
    assert alone.returncode == 1
    assert "deployment.json" in alone.stderr
    (home / "deployment.json").write_bytes(running.home.deployment_file.read_bytes())
    keyless = subprocess.run([sys.executable, "-m", "scripts.up", *words], capture_output=True, text=True, timeout=60, check=False)
    assert keyless.returncode == 1
    assert "scripts.keys create" in keyless.stderr
    assert "Traceback" not in alone.stderr + keyless.stderr

    made = subprocess.run(
        [sys.executable, "-m", "scripts.keys", "--home", str(home), "create", "acme"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    governor = ["--key", str(running.home.keys / "own.council.json"), "--home", str(running.home.path), "--rpc", running.rpc_url]

    def members(*what: str) -> str:
        command = [sys.executable, "-m", "scripts.members", *governor, *what]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout

    for change in (["admit", "Acme Cold Line"], ["add-signer", "2", made.stdout.strip()]):
        proposal = members("propose", *change).split("\t")[0]
        members("approve", proposal)
        assert members("execute", proposal).startswith("done in block")

    joined = Installation(home, "--rpc", running.rpc_url).start()
    try:
        joined.partner().post_event(event("JOIN"))
        assert verdict(joined, ITEM + "JOIN", "verified")["verdict"] == "verified"
        assert "Acme Cold Line" in ledger("members", "--server", joined.url).stdout
    finally:
        joined.stop()
