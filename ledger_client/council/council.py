"""The members' council on a chain: who decides, what is proposed, who approved, and the deed itself.

Talks to the Safe and to Members.sol by web3. A person's tool, not a hot path: every answer is read from the chain at once.
The steps are three transactions by whoever holds the keys: `propose`, `approve` by m of n owners, `execute` by anybody.
"""

from __future__ import annotations

from typing import Any

from eth_account.signers.local import LocalAccount
from web3 import Web3
from web3.types import FilterParams, LogReceipt, TxParams, TxReceipt

from ledger_client.calls import call_data
from ledger_client.contracts import artifact, members_code
from ledger_client.council.actions import COUNCIL, MEMBERS, Action, describe
from ledger_client.council.proposal import PROPOSED, Proposal, read_proposal
from ledger_client.council.safe import execution, safe_tx_hash
from ledger_client.council.sending import node_errors, send
from ledger_client.deployment import Deployment
from ledger_client.errors import Conflict, EvidenceError, NotFound, Refused
from ledger_client.onchain import keccak


class Council:
    """The council of one deployment, seen through one node."""

    def __init__(self, web3: Web3, deployment: Deployment) -> None:
        self._web3, self._deployment = web3, deployment
        self._address = Web3.to_checksum_address(deployment.council)

    def owners(self) -> list[bytes]:
        """The governors' addresses, in the Safe's order."""
        return [_raw(owner) for owner in self._ask("getOwners")]

    def threshold(self) -> int:
        """How many owners must approve."""
        return int(self._ask("getThreshold"))

    def nonce(self) -> int:
        """The number of the next decision; a proposal of a lower number can never be executed."""
        return int(self._ask("nonce"))

    def safe_tx_hash(self, action: Action, nonce: int) -> bytes:
        """What owners approve for this action at this nonce (32 bytes)."""
        return safe_tx_hash(self._deployment.chain_id, self._deployment.council, self._target(action), action.data, nonce)

    def propose(self, account: LocalAccount, action: Action, nonce: int | None = None) -> Proposal:
        """Publish an action for approval, by default as the next decision; a later nonce queues it.

        For owners, and for active signers of members that are not suspended. Raises Refused (may not propose, or the
        action would fail), Conflict (proposed already, or the nonce is past).
        """
        current = self.nonce()
        nonce = current if nonce is None else nonce
        if nonce < current:
            raise Conflict(f"nonce {nonce} is past; the council's next decision is {current}")
        safe_hash = self.safe_tx_hash(action, nonce)
        if self._logs(safe_hash):
            raise Conflict(f"{describe(action)} is proposed already as 0x{safe_hash.hex()}; approve that")
        if nonce == current:
            self._rehearse(action)
        try:
            send(self._web3, account, self._deployment.members, call_data(MEMBERS, "propose", self._target(action), action.data, nonce))
        except Refused as refusal:
            may = f"signers of members in good standing may, and the council's owners: {_list(self.owners())}"
            raise Refused(f"{account.address} cannot propose ({refusal}); {may}") from None
        return self.proposal(safe_hash)

    def approve(self, account: LocalAccount, safe_hash: bytes) -> Proposal:
        """Approve a proposal on the chain. Raises Refused for a key that is no owner, Conflict for a second approval or a past nonce."""
        proposal, address, owners = self._current(safe_hash), _raw(account.address), self.owners()
        if address not in owners:
            raise Refused(f"{account.address} is not an owner of the council; owners are {_list(owners)}")
        if address in proposal.approvals:
            raise Conflict(f"{account.address} has approved 0x{safe_hash.hex()} already; a second approval must be another owner's")
        send(self._web3, account, self._deployment.council, call_data(COUNCIL, "approveHash", safe_hash))
        return self.proposal(safe_hash)

    def execute(self, account: LocalAccount, safe_hash: bytes) -> TxReceipt:
        """Carry out a proposal that enough owners approved; any key may. Refused below the threshold, Conflict if not its turn."""
        proposal, current = self._current(safe_hash), self.nonce()
        if proposal.nonce > current:
            raise Conflict(f"decision {proposal.nonce} waits for decision {current}, which must be executed first")
        if not proposal.approved:
            missing = [owner for owner in self.owners() if owner not in proposal.approvals]
            so_far = f"{len(proposal.approvals)} of {proposal.threshold} approvals"
            raise Refused(f"0x{safe_hash.hex()} has {so_far}; owners who may still approve: {_list(missing)}")
        call = execution(proposal.target, proposal.action.data, proposal.approvals[: proposal.threshold])
        return send(self._web3, account, self._deployment.council, call)

    def pending(self) -> list[Proposal]:
        """Proposals that can still be executed, by nonce, then by age. Of those with one nonce only one can be."""
        current = self.nonce()
        found = [read_proposal(log, self._deployment) for log in self._logs()]
        latest = {proposal.safe_tx_hash: proposal for proposal in reversed(found) if proposal.nonce >= current}
        return [self._counted(proposal) for proposal in sorted(latest.values(), key=lambda p: (p.nonce, p.block))]

    def proposal(self, safe_hash: bytes) -> Proposal:
        """One proposal, pending or past. Raises NotFound, and EvidenceError if its content does not hash to it."""
        logs = self._logs(safe_hash)
        if not logs:
            raise NotFound(f"nobody has proposed 0x{safe_hash.hex()}")
        return self._counted(read_proposal(logs[0], self._deployment))

    def check_code(self) -> None:
        """Prove that the council is a plain Safe and that Members obeys it; raises EvidenceError with what differs."""
        with node_errors():
            singleton = bytes(self._web3.eth.get_storage_at(self._address, 0))[-20:]
        self._same_code("council", self._deployment.council, artifact("SafeProxy").runtime)
        self._same_code("council's Safe", singleton, artifact("SafeL2").runtime)
        self._same_code("Members", self._deployment.members, members_code(self._deployment.council))

    def _current(self, safe_hash: bytes) -> Proposal:
        """A proposal that can still be executed."""
        proposal, current = self.proposal(safe_hash), self.nonce()
        if proposal.nonce < current:
            past = f"decision {proposal.nonce} is past, the next is {current}: it was executed or another was in its place"
            raise Conflict(f"0x{safe_hash.hex()} is stale ({past}); propose it again if it is still wanted")
        return proposal

    def _counted(self, proposal: Proposal) -> Proposal:
        approved = tuple(owner for owner in self.owners() if self._ask("approvedHashes", owner, proposal.safe_tx_hash))
        return proposal.approved_by(approved, self.threshold())

    def _rehearse(self, action: Action) -> None:
        """Call as if the council did, so that nobody is asked to approve what cannot work."""
        call: TxParams = {"from": self._address, "to": Web3.to_checksum_address(self._target(action)), "data": action.data}
        try:
            with node_errors():
                self._web3.eth.call(call)
        except Refused as refusal:
            raise Refused(f"{describe(action)} would fail: {refusal}") from None

    def _target(self, action: Action) -> bytes:
        return {MEMBERS: self._deployment.members, COUNCIL: self._deployment.council}[action.contract]

    def _ask(self, function: str, *arguments: object) -> Any:  # noqa: ANN401 typed by the ABI, converted by the caller
        with node_errors():
            return self._web3.eth.contract(self._address, abi=artifact(COUNCIL).abi).functions[function](*arguments).call()

    def _logs(self, safe_hash: bytes | None = None) -> list[LogReceipt]:
        """Published proposals in chain order, or those of one hash."""
        wanted: FilterParams = {
            "address": Web3.to_checksum_address(self._deployment.members),
            "fromBlock": self._deployment.block,
            "toBlock": "latest",
            "topics": ["0x" + PROPOSED.hex()] + (["0x" + safe_hash.hex()] if safe_hash else []),
        }
        with node_errors():
            return list(self._web3.eth.get_logs(wanted))

    def _same_code(self, name: str, address: bytes, code: bytes) -> None:
        with node_errors():
            found = bytes(self._web3.eth.get_code(Web3.to_checksum_address(address)))
        if found != code:
            raise EvidenceError(f"code of {name}", keccak(code), keccak(found))


def _raw(address: str) -> bytes:
    return bytes.fromhex(address[2:])


def _list(addresses: list[bytes]) -> str:
    return ", ".join(Web3.to_checksum_address(address) for address in addresses)
