"""EIP-4361 messages: the standard's own examples, what its grammar forbids, and signatures by real keys."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from eth_account import Account
from eth_account.messages import encode_defunct

from ledger_client import keys
from ledger_client.cli.key import command
from ledger_client.errors import InvalidInput
from ledger_client.sign_in_message import SignInMessage, parse, signer_of

ADDRESS = "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2"
FIELDS = "\nURI: https://example.com/login\nVersion: 1\nChain ID: 1\nNonce: 32891756\nIssued At: 2021-09-30T16:25:24Z"
ASKS = f"wants you to sign in with your Ethereum account:\n{ADDRESS}\n\n"
TERMS = "I accept the ExampleOrg Terms of Service: https://example.com/tos\n"
RESOURCES = "\nResources:\n- ipfs://bafybeiemxf5abjwjbikoz4mc3a3dla6ual3jsgpdr4cjr3oz3evfyavhwq/\n- https://example.com/my-web2-claim.json"
STANDARD = {  # the examples of the EIP
    "implicit scheme": f"example.com {ASKS}{TERMS}{FIELDS}{RESOURCES}",
    "port": f"example.com:3388 {ASKS}{TERMS}{FIELDS}{RESOURCES}",
    "explicit scheme": f"https://example.com {ASKS}{TERMS}{FIELDS}{RESOURCES}",
}
TIMES = "\nExpiration Time: 2021-10-01T00:00:00.500Z\nNot Before: 2021-09-30T00:00:00+08:00\nRequest ID: a-1"
WHOLE = STANDARD["implicit scheme"].removesuffix(RESOURCES) + TIMES


@pytest.mark.parametrize("name", STANDARD)
def test_the_standards_examples_are_read_and_written_again(name: str):
    message = parse(STANDARD[name])
    assert message.text == STANDARD[name]
    assert (message.address.hex(), message.chain_id, message.nonce) == (ADDRESS[2:].lower(), 1, "32891756")
    assert message.resources is not None
    assert len(message.resources) == 2
    assert (message.scheme, message.domain) == (
        "https" if name == "explicit scheme" else "",
        "example.com:3388" if name == "port" else "example.com",
    )


def test_every_field_is_read():
    message = parse(WHOLE)
    assert message.expiration_time == datetime(2021, 10, 1, 0, 0, 0, 500_000, UTC)
    assert message.not_before == datetime(2021, 9, 29, 16, tzinfo=UTC)
    assert (message.request_id, message.resources, message.statement) == ("a-1", None, TERMS.strip())
    assert parse(f"example.com {ASKS}{FIELDS}").statement == ""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("example.com ", " "),
        ("example.com ", "exa mple.com "),
        ("example.com ", "example.com/path "),
        ("Ethereum", "ethereum"),
        (ADDRESS, ""),
        (ADDRESS, ADDRESS.lower()),
        (ADDRESS, ADDRESS[:-1]),
        (ADDRESS, ADDRESS.replace("C", "c", 1)),
        (TERMS, TERMS + "\n"),
        (TERMS, TERMS + TERMS),
        (TERMS, "我同意\n"),
        (TERMS, "a\x00b\n"),
        ("URI: https://example.com/login\n", ""),
        ("URI: https://example.com/login", "URI: login"),
        ("Version: 1\nChain ID: 1", "Chain ID: 1\nVersion: 1"),
        ("Version: 1", "Version: 2"),
        ("Chain ID: 1", "Chain ID: x"),
        ("Chain ID: 1", "Chain ID: -1"),
        ("Chain ID: 1", "Chain ID: " + "9" * 5000),
        ("Nonce: 32891756", "Nonce: 3289175"),
        ("Nonce: 32891756", "Nonce: 3289-1756"),
        ("2021-09-30T16:25:24Z", "2021-09-30T16:25:24"),
        ("2021-09-30T16:25:24Z", "2021-13-30T16:25:24Z"),
        ("2021-09-30T16:25:24Z", "Wed Oct 05 2011 16:48:00 GMT+0200 (CEST)"),
        ("Not Before", "Not before"),
        ("\nRequest ID: a-1", "\nRequest ID: a b"),
        ("\nRequest ID: a-1", "\n"),
        ("\nRequest ID: a-1", "\nResources:\n- no-uri"),
        ("\n", "\r\n"),
    ],
)
def test_what_the_grammar_forbids_is_refused(old: str, new: str):
    assert old in WHOLE
    with pytest.raises(InvalidInput, match="message"):
        parse(WHOLE.replace(old, new))


@pytest.mark.parametrize("field", ["domain", "uri", "nonce", "statement"])
def test_no_field_can_smuggle_in_another(field: str):
    told = {"domain": "example.com", "uri": "https://example.com", "nonce": "12345678", "statement": "Sign in."}
    told[field] += "\nChain ID: 2"
    message = SignInMessage(address=bytes(20), chain_id=1, issued_at=datetime(2026, 9, 1, tzinfo=UTC), **told)
    with pytest.raises(InvalidInput, match="cannot be written"):
        _ = message.text


def test_a_signature_names_its_key_and_garbage_names_none():
    account = Account.create()
    signed = account.sign_message(encode_defunct(text=WHOLE)).signature.hex()
    assert signer_of(WHOLE, signed) == signer_of(WHOLE, f" 0x{signed}\n") == bytes.fromhex(account.address[2:])
    assert signer_of(WHOLE + " ", signed) != bytes.fromhex(account.address[2:])
    for garbage in ("", "0x", "zz", "00" * 65, "ff" * 65, signed[:-2], signed + "00", signed[:-2] + "07", "é"):
        with pytest.raises(InvalidInput, match="signature"):
            signer_of(WHOLE, garbage)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    keys.create(tmp_path / "own.json", "open sesame", work=1024)
    return tmp_path / "own.json"


def run(file: Path, message: str, passphrase: str = "open sesame") -> tuple[int, str, str]:
    told = CliRunner().invoke(command, ["sign-in", str(file), "--passphrase", passphrase], input=message)
    return told.exit_code, told.stdout.strip(), told.stderr + str(told.exception or "")


def test_the_command_signs_a_message_for_its_own_key_and_nothing_else(key_file: Path):
    own = keys.address(key_file)
    message = SignInMessage("trace.example", own, "https://trace.example/sign-in/key", 7, "a" * 16, datetime(2026, 9, 1, tzinfo=UTC)).text
    for text in (message, message + "\n", message.replace("\n", "\r\n")):
        code, signature, said = run(key_file, text)
        assert (code, signer_of(message, signature)) == (0, own)
        assert "trace.example" in said
    assert "is for the key 0xc02aaa" in run(key_file, WHOLE)[2]
    assert "no sign-in message" in run(key_file, "I owe you a cow")[2]
    assert "does not open" in run(key_file, message, "guess")[2]
    assert all(run(key_file, *wrong)[1] == "" for wrong in ((WHOLE,), ("I owe you a cow",), (message, "guess")))
