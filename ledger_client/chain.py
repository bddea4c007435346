"""What a chain node says, as plain values of `onchain`: the only way this project reads the chain or sends to it.

From JSON-RPC (`rpc`) to the indexer, the publisher, the prover and the command line. One Chain may be shared by threads.
Every failure is one of: NodeUnavailable (try again), RangeTooWide (ask for less), NodeRefused (the node said no),
WrongChain, Incomplete, NotFound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from ledger_client import rlp
from ledger_client.anchor_logs import ANCHORED, Log, anchors_of
from ledger_client.contracts import ledger_code
from ledger_client.deployment import Deployment
from ledger_client.errors import Incomplete, InvalidInput, LedgerError, NodeRefused, NodeUnavailable, NotFound, RangeTooWide, WrongChain
from ledger_client.evidence import Evidence, fetch
from ledger_client.header import BlockJson, block_of
from ledger_client.member_logs import MemberLog, member_logs_of, members_of
from ledger_client.onchain import Anchor, Block, Head, Member, Signer, keccak
from ledger_client.reverts import explain
from ledger_client.rpc import Call, Rpc
from ledger_client.rpc_hex import octets, quantity
from ledger_client.sentences import sentence

T = TypeVar("T")
BlockId = int | str | None  # a number, a tag of the JSON-RPC ("latest", "finalized" …), or None for the latest

_HEADS_IN_ONE_CALL = 1000
_HEADS, _TOTAL, _SIGNER, _MEMBER_COUNT = (
    keccak(text)[:4] for text in (b"heads(bytes32[])", b"total()", b"signer(address)", b"memberCount()")
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """That a transaction is in a block, and whether it did what it was sent for."""

    tx_hash: bytes
    block_number: int
    block_hash: bytes
    succeeded: bool
    gas_used: int


class _ReceiptJson(msgspec.Struct, rename="camel"):
    transaction_hash: str
    block_number: str
    block_hash: str
    gas_used: str
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A transaction that the node has, as it was signed. `raw` is empty for other than legacy ones, which alone are signed here."""

    nonce: int
    raw: bytes


class _Known(msgspec.Struct):
    hash: str


class _SentJson(msgspec.Struct, rename="camel"):
    nonce: str
    gas: str
    value: str
    input: str
    v: str
    r: str
    s: str
    gas_price: str | None = None
    to: str | None = None


class Chain:
    """A node, and the deployment to read from it. `timeout`: seconds for one request."""

    def __init__(self, url: str, deployment: Deployment | None = None, timeout: float = 10.0) -> None:
        self.rpc = Rpc(url, timeout)
        self._deployment = deployment
        self._members: list[Member] = []  # as last read

    @property
    def deployment(self) -> Deployment:
        """The deployment that this chain is read for; InvalidInput when none was given."""
        if self._deployment is None:
            raise InvalidInput("deployment", "is not known", "name the deployment file")
        return self._deployment

    def reading(self, deployment: Deployment) -> Chain:
        """The same node and connections, read for another deployment."""
        twin = copy(self)
        twin._deployment, twin._members = deployment, []
        return twin

    def close(self) -> None:
        """Close the connections to the node."""
        self.rpc.close()

    # --- which chain, which blocks

    def identity(self) -> tuple[int, bytes]:
        """Chain id, and hash of block 0."""
        chain_id, genesis = self.rpc.batch(
            [Call("eth_chainId", [], str), Call("eth_getBlockByNumber", ["0x0", False], BlockJson)],
        )
        return quantity(chain_id), block_of(genesis).hash

    def check_identity(self) -> None:
        """Raise WrongChain unless the node serves the deployment's chain and the ledger's code stands at its address."""
        wanted = self.deployment
        chain_id, genesis = self.identity()
        if chain_id != wanted.chain_id:
            raise WrongChain("chain id", wanted.chain_id, chain_id)
        if genesis != wanted.genesis:
            raise WrongChain("genesis block", wanted.genesis, genesis)
        code = octets(self.rpc.call("eth_getCode", [_hex(wanted.ledger), "latest"], str))
        if code != ledger_code(wanted.members):
            raise WrongChain(
                sentence("code at {address}", address=_hex(wanted.ledger)),
                "the published Ledger",
                sentence("{count} other bytes", count=len(code)) if code else "no code",
            )

    def block(self, number: BlockId = None) -> Block:
        """One block's header, the latest by default; NotFound when the node has no such block."""
        found = self.rpc.call("eth_getBlockByNumber", [_tag(number), False], BlockJson | None)  # type: ignore[arg-type]  # a union is a type to msgspec
        if found is None:
            raise NotFound(sentence("block {number}: the node has none", number=_tag(number) if isinstance(number, str) else number))
        return block_of(found)

    def blocks(self, first: int, last: int) -> list[Block]:
        """The headers of blocks `first` to `last`, in few requests; NodeUnavailable when the node lacks one of them."""
        return self._blocks(range(first, last + 1))

    def times(self, numbers: Sequence[int]) -> dict[int, int]:
        """The time of each of these blocks, Unix seconds; NodeUnavailable when the node lacks one of them."""
        return {block.number: block.time for block in self._blocks(numbers)}

    # --- the ledger

    def anchors(self, first: int, last: int, times: Mapping[int, int] | None = None) -> list[Anchor]:
        """All anchors in blocks `first` to `last`, in chain order. Nothing is checked: gaps are for the caller to find.

        An anchor's time is the log's own `blockTimestamp` where the node gives one; else it comes from `times` (block number
        to Unix seconds) if given, else the blocks are asked for. Raises RangeTooWide where the node sets a limit.
        """
        logs = self._logs(self.deployment.ledger, first, last, ["0x" + ANCHORED.hex()])
        return anchors_of(logs, self.deployment.ledger, self._clock(logs, times))

    def anchors_of(self, item_id: bytes, first: int | None = None, last: int | None = None) -> list[Anchor]:
        """The anchors of one item, by default all of them, in as many requests as the node's limits ask for."""
        topics = ["0x" + ANCHORED.hex(), _hex(item_id)]
        logs = self._all_logs(self.deployment.ledger, self.deployment.block if first is None else first, last, topics)
        return anchors_of(logs, self.deployment.ledger, self._clock(logs, None))

    def heads(self, item_ids: Sequence[bytes], block: BlockId = None) -> list[Head]:
        """The head of each item, `NO_HEAD` for one that was never anchored; 1000 items a call."""
        parts = [item_ids[i : i + _HEADS_IN_ONE_CALL] for i in range(0, len(item_ids), _HEADS_IN_ONE_CALL)]
        calls = [self._view(self.deployment.ledger, _HEADS + _array(part), block) for part in parts]
        found: list[Head] = []
        for part, answer in zip(parts, self.rpc.batch(calls), strict=True):
            words = octets(answer)[64:]
            if len(words) != 32 * len(part):
                raise WrongChain(
                    sentence("contract at {address}", address=_hex(self.deployment.ledger)),
                    sentence("{count} heads", count=len(part)),
                    sentence("{count} bytes", count=len(words)),
                )
            found += [Head.of_word(words[i : i + 32]) for i in range(0, len(words), 32)]
        return found

    def total(self, block: BlockId = None) -> int:
        """How many anchors the ledger holds."""
        return self._count(self.deployment.ledger, _TOTAL, block)

    # --- the members

    def member_logs(self, first: int, last: int) -> list[MemberLog]:
        """All events of Members.sol in blocks `first` to `last`, in chain order. Raises RangeTooWide where the node sets a limit."""
        logs = self._logs(self.deployment.members, first, last, [])
        return member_logs_of(logs, self._clock(logs, None))

    def members(self, fresh: bool = True) -> list[Member]:
        """All members, from the events since the deployment; Incomplete when the contract counts more than the logs show.

        With `fresh` false, those that this Chain read before, if any: enough for whoever checks them against a proof.
        """
        if self._members and not fresh:
            return self._members
        logs = self._all_logs(self.deployment.members, self.deployment.block, None, [])
        found = members_of(member_logs_of(logs, self._clock(logs, None)))
        counted = self._count(self.deployment.members, _MEMBER_COUNT, None)
        if counted > len(found):
            raise Incomplete("members in the logs", counted, len(found))
        self._members = found
        return found

    def signers(self, addresses: Sequence[bytes]) -> list[Signer]:
        """What is recorded of each address now, in the same order; `member_id` 0 for one that never was a signer."""
        calls = [self._view(self.deployment.members, _SIGNER + address.rjust(32, b"\0"), None) for address in addresses]
        found = []
        for address, answer in zip(addresses, self.rpc.batch(calls), strict=True):
            words = octets(answer)
            if len(words) != 96:
                raise WrongChain(
                    sentence("contract at {address}", address=_hex(self.deployment.members)),
                    "a signer of 96 bytes",
                    sentence("{count} bytes", count=len(words)),
                )
            found.append(Signer(address, *(int.from_bytes(words[i : i + 32], "big") for i in (0, 32, 64))))
        return found

    def evidence(
        self, item_id: bytes, signers: Sequence[bytes], members: Sequence[int], meanwhile: Iterator[object] | None = None
    ) -> Evidence:
        """Storage proofs of an item's head, of signers and of members' profiles, all at one recent block (`evidence.fetch`)."""
        return fetch(self.rpc, self.deployment, item_id, signers, members, meanwhile)

    # --- transactions

    def nonce(self, address: bytes, pending: bool = True) -> int:
        """The next nonce of an address; with `pending`, after the transactions that wait in the node's pool."""
        return quantity(self.rpc.call("eth_getTransactionCount", [_hex(address), "pending" if pending else "latest"], str))

    def send(self, raw: bytes) -> bytes:
        """Hand a signed transaction to the node and return its hash; handing over the same bytes again is no error.

        NodeRefused says why the node will not take it (nonce too low, gas limit, no funds …).
        """
        try:
            return octets(self.rpc.call("eth_sendRawTransaction", [_hex(raw)], str))
        except NodeRefused:
            if self.known(tx_hash := keccak(raw)):  # engines word it in many ways: already known, nonce too low …
                return tx_hash
            raise

    def send_all(self, raws: Sequence[bytes]) -> list[str | NodeRefused]:
        """Hand over signed transactions in one request; of each its hash in hex, or the node's refusal, be it that it has it already."""
        outcomes = self.rpc.outcomes([Call("eth_sendRawTransaction", [_hex(raw)], str) for raw in raws])
        for outcome in outcomes:
            if isinstance(outcome, LedgerError) and not isinstance(outcome, NodeRefused):
                raise outcome
        return outcomes

    def receipt(self, tx_hash: bytes) -> Receipt | None:
        """The receipt of a mined transaction, None while it is not in a block."""
        found = self.rpc.call("eth_getTransactionReceipt", [_hex(tx_hash)], _ReceiptJson | None)  # type: ignore[arg-type]  # as above
        if found is None:
            return None
        number, gas = quantity(found.block_number), quantity(found.gas_used)
        return Receipt(octets(found.transaction_hash), number, octets(found.block_hash), found.status == "0x1", gas)

    def known(self, tx_hash: bytes) -> bool:
        """Whether the node has the transaction, mined or waiting."""
        return self.rpc.call("eth_getTransactionByHash", [_hex(tx_hash)], _Known | None) is not None  # type: ignore[arg-type]  # as above

    def transaction(self, tx_hash: bytes) -> Sent:
        """The transaction of that hash; NotFound when the node does not have it."""
        found = self.rpc.call("eth_getTransactionByHash", [_hex(tx_hash)], _SentJson | None)  # type: ignore[arg-type]  # as above
        if found is None:
            raise NotFound(sentence("transaction {tx_hash}: the node has none", tx_hash=_hex(tx_hash)))
        head = (quantity(text) for text in (found.nonce, found.gas_price or "0x0", found.gas))
        tail = (quantity(text) for text in (found.v, found.r, found.s))
        body = [octets(found.to or "0x"), rlp.number(quantity(found.value)), octets(found.input)]
        raw = rlp.encode([*map(rlp.number, head), *body, *map(rlp.number, tail)])
        return Sent(quantity(found.nonce), raw if keccak(raw) == tx_hash else b"")

    def call(self, to: bytes, data: bytes, block: BlockId = None, sender: bytes | None = None) -> bytes:
        """Run a contract's function without a transaction; NodeRefused in the contract's words when it refuses."""
        try:
            return octets(self.rpc.call(*self._view(to, data, block, sender)))
        except NodeRefused as refusal:
            if not isinstance(refusal.data, str):
                raise
            raise NodeRefused(refusal.method, refusal.code, explain(octets(refusal.data)), refusal.data) from None

    # --- below

    def _blocks(self, numbers: Sequence[int]) -> list[Block]:
        calls = [Call("eth_getBlockByNumber", [hex(number), False], BlockJson | None) for number in numbers]
        found = []
        for number, answer in zip(numbers, self.rpc.batch(calls), strict=True):
            if answer is None:
                raise NodeUnavailable(sentence("the node has no block {number}", number=number))
            found.append(block_of(answer))
        return found

    def _count(self, contract: bytes, selector: bytes, block: BlockId) -> int:
        answer = self.call(contract, selector, block)
        if len(answer) != 32:
            raise WrongChain(
                sentence("contract at {address}", address=_hex(contract)),
                "a number of 32 bytes",
                sentence("{count} bytes", count=len(answer)),
            )
        return int.from_bytes(answer, "big")

    def _view(self, to: bytes, data: bytes, block: BlockId, sender: bytes | None = None) -> Call:
        request = {"to": _hex(to), "data": _hex(data)} | ({"from": _hex(sender)} if sender else {})
        return Call("eth_call", [request, _tag(block)], str)

    def _logs(self, address: bytes, first: int, last: int, topics: list[str]) -> list[Log]:
        wanted = {"address": _hex(address), "fromBlock": hex(first), "toBlock": hex(last), "topics": topics}
        return self.rpc.call("eth_getLogs", [wanted], list[Log])

    def _all_logs(self, address: bytes, first: int, last: int | None, topics: list[str]) -> list[Log]:
        """Logs of a range of any width: it is halved when the node refuses it, and the width that worked is kept."""
        end = self.block().number if last is None else last
        width, found = max(1, end - first + 1), list[Log]()
        while first <= end:
            try:
                found += self._logs(address, first, min(end, first + width - 1), topics)
            except (RangeTooWide, NodeRefused):
                if width == 1:
                    raise
                width = (width + 1) // 2
                continue
            first += width
        return found

    def _clock(self, logs: Iterable[Log], times: Mapping[int, int] | None) -> Callable[[int], int]:
        """How to find a block's time for logs that do not carry it: from `times`, else from the node."""
        if times is None:
            times = self.times(sorted({int(log.block_number, 16) for log in logs if log.block_timestamp is None}))
        known = times

        def time_of(number: int) -> int:
            try:
                return known[number]
            except KeyError:
                raise Incomplete(sentence("block times for the logs of block {number}", number=number), "a time", "none") from None

        return time_of


def _hex(value: bytes) -> str:
    return "0x" + value.hex()


def _tag(block: BlockId) -> str:
    return "latest" if block is None else block if isinstance(block, str) else hex(block)


def _array(words: Sequence[bytes]) -> bytes:
    return (32).to_bytes(32, "big") + len(words).to_bytes(32, "big") + b"".join(words)
