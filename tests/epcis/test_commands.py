"""The commands code, hash, validate and commit, as a shell calls them."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from ledger_client.commitment import commit
from ledger_client.epcis.document import read
from ledger_client.epcis.normalise import normalise
from tests.epcis.vectors import VECTORS, load

SECRET = "07" * 32
GOOD = VECTORS / "documents" / "ralphtro__TimeStampRoundOff.json"
BAD = VECTORS / "wrong" / "second-event-only.json"


def ledger(*arguments: object, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ledger_client.cli", *map(str, arguments)]
    done = subprocess.run(command, input=stdin, capture_output=True, timeout=60, check=False)
    return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())


def test_help_lists_every_command_and_says_what_exit_codes_mean():
    shown = ledger("--help")
    assert shown.returncode == 0
    assert all(f"\n  {name} " in shown.stdout for name in ("code", "hash", "validate", "commit"))
    assert "0 means yes, 1 no" in shown.stdout


def test_code_prints_the_canonical_code():
    assert ledger("code", "(01)06901234567892(21)A/1").stdout == "https://id.gs1.org/01/06901234567892/21/A%2F1\n"


def test_code_says_no_with_the_right_check_digit():
    refused = ledger("code", "6901234567893")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "the right one is 2: 6901234567892" in refused.stderr
    assert json.loads(ledger("code", "6901234567893", "--json").stderr)["error"]["fix"] == "the right one is 2: 6901234567892"


def test_code_as_json_holds_what_machines_need():
    answer = json.loads(ledger("code", "--json", "6901234567892").stdout)
    assert answer["code"] == "https://id.gs1.org/01/06901234567892"
    assert answer["parts"] == {"01": "06901234567892"}
    assert len(answer["itemId"]) == 66


@pytest.mark.parametrize("dialect", ["CBV2.0", "CBV2.1"])
def test_hash_prints_the_event_ids_of_all_files_in_order(dialect):
    vectors = [vector for vector in load("event-hash.json") if all((event[dialect] or {}).get("hash") for event in vector["events"])]
    shown = ledger("hash", *(VECTORS / vector["file"] for vector in vectors), "--dialect", dialect)
    assert shown.returncode == 0
    assert shown.stdout.splitlines() == [event[dialect]["hash"] for vector in vectors for event in vector["events"]]
    assert len(vectors) >= 28


def test_hash_reads_standard_input():
    assert ledger("hash", "-", stdin=GOOD.read_bytes()).stdout == ledger("hash", GOOD).stdout


def test_hash_names_the_file_that_is_no_json_and_still_hashes_the_others():
    shown = ledger("hash", VECTORS / "wrong" / "not-json.json", GOOD)
    assert shown.returncode == 1
    assert len(shown.stdout.splitlines()) == 3
    assert "not-json.json: $: is not JSON" in shown.stderr
    assert "line 3 column 2" in shown.stderr


def test_hash_keeps_a_line_for_an_event_that_has_no_hash():
    shown = ledger("hash", VECTORS / "wrong" / "event-redefines-gs1.json", VECTORS / "wrong" / "event-as-text.json", GOOD)
    assert shown.returncode == 1
    assert shown.stdout.splitlines()[:2] == ["invalid $.epcisBody.eventList[0]"] * 2
    assert len(shown.stdout.splitlines()) == 5
    assert "redefines the standard prefix gs1" in shown.stderr


def test_validate_says_yes_event_by_event():
    shown = ledger("validate", GOOD)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout == "".join(f"ok {line}\n" for line in ledger("hash", GOOD).stdout.splitlines())


def test_validate_says_no_to_one_event_and_why():
    shown = ledger("validate", BAD)
    assert shown.returncode == 1
    first, second = shown.stdout.splitlines()
    assert first.startswith("ok ni:///sha-256;")
    assert second == "invalid $.epcisBody.eventList[1]"
    assert "$.epcisBody.eventList[1].action: 'CREATE' is not allowed" in shown.stderr
    assert "one of OBSERVE, ADD, DELETE" in shown.stderr


def test_validate_says_yes_to_every_public_document():
    shown = ledger("validate", *sorted((VECTORS / "documents").iterdir()))
    assert shown.returncode == 0
    assert len(shown.stdout.splitlines()) == 61


def test_validate_says_no_to_every_wrong_file():
    for path in sorted((VECTORS / "invalid").iterdir()):
        shown = ledger("validate", path)
        assert (shown.returncode, "invalid $" in shown.stdout) == (1, True), path.name


def test_validate_warns_of_what_only_the_ledger_refuses_and_fails_for_it_when_asked():
    path = VECTORS / "wrong" / "wrong-check-digit.json"
    warned, failed = ledger("validate", path), ledger("validate", path, "--capture")
    assert (warned.returncode, failed.returncode) == (0, 1)
    assert "warning" in warned.stderr
    assert all("the right one is 2" in shown.stderr for shown in (warned, failed))
    assert failed.stdout == "invalid $.epcisBody.eventList[0]\n"


def test_validate_as_json_has_one_object_per_event():
    lines = [json.loads(line) for line in ledger("validate", "--json", BAD).stdout.splitlines()]
    assert [line["valid"] for line in lines] == [True, False]
    assert lines[1]["problems"][0]["path"] == "$.epcisBody.eventList[1].action"


def test_commit_prints_the_commitment_of_each_event():
    document = read(GOOD.read_bytes())
    expected = ["0x" + commit(normalise(event, document), bytes.fromhex(SECRET)).hex() for event in document.events]
    shown = ledger("commit", GOOD, "--secret", SECRET)
    assert (shown.returncode, shown.stdout.splitlines()) == (0, expected)
    assert ledger("commit", GOOD, "--secret", "0x" + SECRET).stdout == shown.stdout


def test_commit_has_no_commitment_for_an_invalid_event_and_keeps_the_order():
    shown = ledger("commit", BAD, "--secret", SECRET)
    assert shown.returncode == 1
    first, second = shown.stdout.splitlines()
    assert len(first) == 66
    assert second == "invalid $.epcisBody.eventList[1]"


@pytest.mark.parametrize(
    "arguments",
    [
        ("hash",),
        ("hash", "no-such-file.json"),
        ("hash", VECTORS),
        ("hash", GOOD, "--dialect", "CBV1.0"),
        ("code",),
        ("commit", GOOD),
        ("commit", GOOD, "--secret", "00"),
        ("commit", GOOD, "--secret", "zz" * 32),
        ("nonsense",),
        ("--nonsense",),
    ],
    ids=str,
)
def test_wrong_use_is_exit_code_2_with_a_hint(arguments):
    shown = ledger(*arguments)
    assert (shown.returncode, shown.stdout) == (2, "")
    assert "Try 'ledger" in shown.stderr or "Usage" in shown.stderr


def test_a_reader_that_goes_away_is_no_error_message():
    files = " ".join(str(path) for path in (VECTORS / "documents").iterdir())
    many = " ".join([files] * 40)
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m ledger_client.cli hash {many} | head -n 1"], capture_output=True, timeout=60, check=False
    )
    assert done.stdout.startswith(b"ni:///sha-256;")
    assert done.stderr == b""


def test_hash_starts_without_loading_what_other_commands_need():
    program = (
        "import sys; from ledger_client.cli import main\n"
        f"main(['hash', {str(GOOD)!r}], standalone_mode=False)\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "heavy = loaded & {'web3', 'httpx', 'sqlalchemy', 'jsonschema_rs', 'eth_account', 'fastapi'}\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
