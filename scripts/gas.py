"""Gas of the write paths, measured in this process and kept in `contracts/gas.json`.

Gas is free on a private chain but block space is not. The figures are exact: the EVM, the code and the data are fixed, so
`--check` compares to the last unit, and a change of the contracts that costs or saves gas shows in review.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from eth_account import Account
from eth_account.signers.local import LocalAccount
from web3 import Web3
from web3.types import TxReceipt

from ledger_client.calls import call_data
from ledger_client.council import Action, Council, actions
from ledger_client.council.sending import send
from ledger_client.deployment import Deployment
from ledger_client.onchain import Role, keccak
from scripts.deploy import Founder, deploy
from scripts.rehearsal import rehearsal_chain

FIGURES = Path(__file__).resolve().parent.parent / "contracts" / "gas.json"
ENOUGH = 2**24  # gas for any batch; estimating would take longer than anchoring
BATCHES = (1, 10, 100, 500)
GOVERNORS = [Account.from_key(keccak(b"governor" + bytes([n]))) for n in range(3)]
SIGNER, SECOND_SIGNER = (Account.from_key(keccak(name)) for name in (b"signer", b"second signer"))


def measure() -> dict[str, object]:
    """The figures: gas of one transaction, and per event for anchors (rounded up)."""
    web3 = rehearsal_chain([*GOVERNORS, SIGNER, SECOND_SIGNER])
    deployment = deploy(web3, GOVERNORS[0], founders(), threshold=2)
    council = {  # first, because eth-tester goes through all logs for each question about proposals
        "members, executed by a council of 2 of 3": _decisions_gas(web3, deployment),
        "members, by one key": {"renounce": _gas(send(web3, SECOND_SIGNER, deployment.members, call_data("Members", "renounce")))},
    }
    _anchor_gas(web3, deployment, size=2)  # the very first anchor of a ledger pays for the counter's slot
    anchors = {f"batch of {size}": _anchor_gas(web3, deployment, size) for size in BATCHES}
    return {"deploy": _deployment_gas(web3, deployment), "anchor": anchors} | council


def founders() -> list[Founder]:
    """Three members; the first has both writing keys."""
    keys = [(_raw(SIGNER), _raw(SECOND_SIGNER)), (), ()]
    return [Founder(f"Member {n}", "https://member.example", Role.WRITER, _raw(key), keys[n - 1]) for n, key in enumerate(GOVERNORS, 1)]


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit 1 and name the figures that changed.")
def main(check: bool) -> None:
    """Measure gas into contracts/gas.json."""
    measured = measure()
    if not check:
        FIGURES.write_text(json.dumps(measured, indent=2) + "\n")
        print(FIGURES.name)
        return
    changed = changes(_flat(json.loads(FIGURES.read_text())), _flat(measured))
    for line in changed:
        print(line, file=sys.stderr)
    if changed:
        print("run `python -m scripts.gas` and commit contracts/gas.json if that is meant", file=sys.stderr)
        sys.exit(1)


def changes(committed: dict[str, int], measured: dict[str, int]) -> list[str]:
    """One sentence per figure that differs; empty when nothing changed."""
    names = [name for name in committed | measured if committed.get(name) != measured.get(name)]
    return [f"{name}: {committed.get(name, 'nothing')} is committed, {measured.get(name, 'nothing')} was measured" for name in names]


def _anchor_gas(web3: Web3, deployment: Deployment, size: int) -> dict[str, int]:
    """The same items twice: first new, then known. Ids and commitments are hashes, as real ones are."""
    item_ids = [keccak(b"item" + size.to_bytes(2, "big") + n.to_bytes(2, "big")) for n in range(size)]
    figures: dict[str, int] = {}
    for state in ("new", "known"):
        commitments = [keccak(state.encode() + item_id) for item_id in item_ids]
        used = _gas(send(web3, SIGNER, deployment.ledger, call_data("Ledger", "anchor", item_ids, commitments), gas=ENOUGH))
        figures |= {f"{state} items, transaction": used, f"{state} item, per event": -(-used // size)}
    return figures


def _decisions_gas(web3: Web3, deployment: Deployment) -> dict[str, int]:
    council, newcomer = Council(web3, deployment), keccak(b"newcomer")[:20]
    decisions: dict[str, Action] = {
        "admit": actions.admit("Member 4", "https://member.example", Role.WRITER),
        "setProfile": actions.set_profile(4, "Member four", "https://member.example"),
        "setRoles": actions.set_roles(4, Role.WRITER | Role.OPERATOR),
        "addSigner": actions.add_signer(4, newcomer),
        "revokeSigner": actions.revoke_signer(newcomer),
        "suspend": actions.suspend(4),
        "reinstate": actions.reinstate(4),
    }
    proposing = _propose_gas(web3, deployment, council, decisions["admit"])
    return proposing | {name: _decision_gas(council, action) for name, action in decisions.items()}


def _propose_gas(web3: Web3, deployment: Deployment, council: Council, action: Action) -> dict[str, int]:
    """An admission proposed for a later turn, and one approval of it."""
    data = call_data("Members", "propose", deployment.members, action.data, 99)
    proposed = _gas(send(web3, GOVERNORS[0], deployment.members, data))
    approval = call_data("SafeL2", "approveHash", council.safe_tx_hash(action, 99))
    return {"propose": proposed, "approve": _gas(send(web3, GOVERNORS[0], deployment.council, approval))}


def _decision_gas(council: Council, action: Action) -> int:
    proposal = council.propose(GOVERNORS[0], action)
    for governor in GOVERNORS[:2]:
        council.approve(governor, proposal.safe_tx_hash)
    return _gas(council.execute(GOVERNORS[0], proposal.safe_tx_hash))


def _deployment_gas(web3: Web3, deployment: Deployment) -> dict[str, int]:
    """Found again in the chain's blocks: `deploy` sent them in this order, one per block."""
    names = ("SafeL2", "SafeProxyFactory", "council", "Members with 3 founders", "Ledger")
    first = deployment.block - names.index("Members with 3 founders")
    return {name: int(web3.eth.get_block(first + place)["gasUsed"]) for place, name in enumerate(names)}


def _flat(figures: dict[str, object], above: str = "") -> dict[str, int]:
    flat: dict[str, int] = {}
    for name, value in figures.items():
        flat |= _flat(value, f"{above}{name} / ") if isinstance(value, dict) else {above + name: int(str(value))}
    return flat


def _gas(receipt: TxReceipt) -> int:
    return int(receipt["gasUsed"])


def _raw(account: LocalAccount) -> bytes:
    return bytes.fromhex(account.address[2:])


if __name__ == "__main__":
    main()
