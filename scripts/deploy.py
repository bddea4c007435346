"""Put a ledger on a chain: the council's Safe, Members, Ledger.

Reads the committed artifacts (no compiler needed) and the founders; writes the deployment file that everybody else relies on.
On a chain without gas price any key can deploy, a fresh one by default: it has no power over what it deployed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from eth_abi.abi import encode
from eth_account import Account
from eth_account.signers.local import LocalAccount
from web3 import Web3
from web3.types import TxReceipt

from ledger_client.calls import call_data
from ledger_client.contracts import artifact, ledger_code, members_code
from ledger_client.council.actions import check_profile
from ledger_client.council.sending import connect, node_errors, send
from ledger_client.deployment import Deployment
from ledger_client.errors import EvidenceError, InvalidInput, LedgerError
from ledger_client.onchain import Role, keccak

ZERO = bytes(20)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOUNDERS = "(string,string,uint8,address[])[]"


@dataclass(frozen=True, slots=True)
class Founder:
    """A member that the consortium starts with; the order of founders gives their member ids, from 1."""

    name: str
    endpoint: str  # https URL of its public API, may be empty
    roles: Role
    governor: bytes  # address of its governance key, an owner of the council
    signers: tuple[bytes, ...] = ()  # addresses of its first writing keys


def deploy(web3: Web3, account: LocalAccount, founders: Sequence[Founder], threshold: int) -> Deployment:
    """Deploy a ledger whose council is `threshold` of the founders' governors: five transactions, each awaited.

    Raises InvalidInput for founders that cannot start a consortium, Refused with a contract's reason,
    EvidenceError if the chain does not hold the code that was sent.
    """
    _check(founders, threshold)
    council = _council(web3, account, [founder.governor for founder in founders], threshold)
    entries = [(f.name, f.endpoint, int(f.roles), list(f.signers)) for f in founders]
    members_receipt = _create(web3, account, "Members", encode(["address", _FOUNDERS], [council, entries]))
    members = _address(members_receipt)
    ledger = _address(_create(web3, account, "Ledger", encode(["address"], [members])))
    with node_errors():
        _same_code(web3, "Members", members, members_code(council))
        _same_code(web3, "Ledger", ledger, ledger_code(members))
        genesis = bytes(web3.eth.get_block(0)["hash"])
        return Deployment(web3.eth.chain_id, genesis, ledger, members, council, members_receipt["blockNumber"])


def founders_of(data: object) -> list[Founder]:
    """Read the founders' file; raises InvalidInput with the entry and field that is wrong."""
    if not isinstance(data, list):
        raise InvalidInput("founders", "is not a JSON array", "give one object per founding member")
    return [_founder(index, entry) for index, entry in enumerate(data)]


@click.command()
@click.option("--rpc", required=True, help="Address of the chain's node, such as http://127.0.0.1:8545.")
@click.option("--founders", "founders_file", required=True, type=FILE, help="JSON array, see above.")
@click.option("--threshold", required=True, type=int, help="How many governors must approve a decision.")
@click.option("--key", "key_file", type=FILE, help="Key file that pays; needed only where gas costs.")
@click.option("--out", "-o", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Deployment file to write.")
def main(rpc: str, founders_file: Path, threshold: int, key_file: Path | None, out: Path) -> None:
    """Deploy a ledger and write its deployment file.

    The founders' file is a JSON array of
    {"name", "endpoint", "roles": ["writer", "auditor", "operator"], "governor": "0x…", "signers": ["0x…"]}.
    """
    try:
        if out.exists():
            raise InvalidInput("--out", f"{out} exists", "a ledger is deployed once; choose another name for a new one")
        founders = founders_of(json.loads(founders_file.read_text()))
        deployment = deploy(connect(rpc), _account(key_file), founders, threshold)
    except (LedgerError, ValueError) as error:
        print(f"deploy: {error}", file=sys.stderr)
        sys.exit(1)
    out.write_text(json.dumps(deployment.to_json(), indent=2) + "\n")
    print(out)


def _check(founders: Sequence[Founder], threshold: int) -> None:
    for founder in founders:
        check_profile(founder.name, founder.endpoint)
    governors = [founder.governor for founder in founders]
    if len(set(governors)) != len(governors):
        raise InvalidInput("governor", "stands twice", "give each founding member its own governance key")
    if not 1 <= threshold <= len(founders):
        raise InvalidInput("threshold", f"is {threshold}", f"choose 1 to {len(founders)}, the number of founders")


def _council(web3: Web3, account: LocalAccount, owners: list[bytes], threshold: int) -> bytes:
    """A Safe proxy, created and set up in one transaction so that nobody else can set it up."""
    singleton = _address(_create(web3, account, "SafeL2", b""))
    factory = _address(_create(web3, account, "SafeProxyFactory", b""))
    setup = call_data("SafeL2", "setup", owners, threshold, ZERO, b"", ZERO, ZERO, 0, ZERO)
    receipt = send(web3, account, factory, call_data("SafeProxyFactory", "createProxyWithNonce", singleton, setup, 0))
    created = web3.eth.contract(address=Web3.to_checksum_address(factory), abi=artifact("SafeProxyFactory").abi).events.ProxyCreation
    council = bytes.fromhex(next(log["args"]["proxy"] for log in created().get_logs(from_block=receipt["blockNumber"]))[2:])
    _same_code(web3, "council", council, artifact("SafeProxy").runtime)
    return council


def _create(web3: Web3, account: LocalAccount, name: str, arguments: bytes) -> TxReceipt:
    return send(web3, account, None, artifact(name).bytecode + arguments)


def _address(receipt: TxReceipt) -> bytes:
    return bytes.fromhex(str(receipt["contractAddress"])[2:])


def _same_code(web3: Web3, name: str, address: bytes, code: bytes) -> None:
    found = bytes(web3.eth.get_code(Web3.to_checksum_address(address)))
    if found != code:
        raise EvidenceError(f"code of {name}", keccak(code), keccak(found))


def _account(key_file: Path | None) -> LocalAccount:
    if key_file is None:
        created: LocalAccount = Account.create()
        return created
    passphrase = click.prompt(f"Passphrase of {key_file.name}", hide_input=True, err=True)
    loaded: LocalAccount = Account.from_key(Account.decrypt(json.loads(key_file.read_text()), passphrase))
    return loaded


def _founder(index: int, entry: dict[str, Any]) -> Founder:
    field = f"founders[{index}]"
    try:
        return Founder(
            name=str(entry["name"]),
            endpoint=str(entry.get("endpoint", "")),
            roles=Role(sum({Role[role.upper()] for role in entry["roles"]})),
            governor=_address_of(f"{field}.governor", entry["governor"]),
            signers=tuple(_address_of(f"{field}.signers", text) for text in entry.get("signers", [])),
        )
    except KeyError as missing:
        raise InvalidInput(field, f"{missing} is missing or unknown", "roles are writer, auditor, operator") from None
    except (AttributeError, TypeError):
        raise InvalidInput(field, "is not of the documented form", "see python -m scripts.deploy --help") from None


def _address_of(field: str, text: str) -> bytes:
    if not Web3.is_address(text):
        raise InvalidInput(field, f"{text!r} is not an address")
    return bytes.fromhex(text.removeprefix("0x"))


if __name__ == "__main__":
    main()
