"""A chain in memory, driven by hand, with the interface of `ledger_client.chain.Chain` that the indexer uses.

It keeps true blocks and contracts' slots; what it *says* of them can be bent by `lie`: a function from the true logs to the told ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ledger_client.contracts import profile_word
from ledger_client.deployment import Deployment
from ledger_client.errors import NodeRefused, NodeUnavailable, NotFound, RangeTooWide, WrongChain
from ledger_client.member_logs import MemberLog, Proposal, members_of
from ledger_client.onchain import NO_HEAD, Anchor, Block, Head, Signer, fold, keccak

WRITER, OTHER = keccak(b"writer")[:20], keccak(b"other")[:20]
COUNCIL, MEMBERS, LEDGER = (keccak(name)[:20] for name in (b"council", b"members", b"ledger"))

Lie = Callable[[list[Anchor]], list[Anchor]]


@dataclass
class FakeBlock:
    header: Block
    anchors: list[Anchor] = field(default_factory=list)
    members: list[MemberLog] = field(default_factory=list)


class FakeChain:
    """Blocks from 0; the deployment is in block 1, where member 1 with the key WRITER is admitted."""

    def __init__(self, chain_id: int = 31337) -> None:
        self.chain_id, self.fork_number, self.council_nonce = chain_id, 0, 0
        self.chain: list[FakeBlock] = []
        self.lie: Lie = lambda anchors: anchors
        self.member_lie: Callable[[list[MemberLog]], list[MemberLog]] = lambda logs: logs
        self.head_lie: Callable[[Head], Head] = lambda head: head
        self.down = False
        self.widest = 10_000
        self.most_results = 1_000_000
        self.refused_above = 10_000  # as `widest`, in words that nobody knows
        self.requests = 0
        self._mine([])
        self._mine(
            [], [("MemberAdmitted", {"member_id": 1, "name": "Farm", "roles": 1}), ("SignerAdded", {"member_id": 1, "signer": WRITER})]
        )
        self.deployment = Deployment(chain_id, self.chain[0].header.hash, LEDGER, MEMBERS, COUNCIL, 1)

    # --- driven by hand

    def add(self, *items: bytes, signer: bytes = WRITER, member: int = 1) -> Block:
        """Mine a block with one anchor for each of these item names; without any, an empty block."""
        return self._mine([(keccak(item), signer, member) for item in items])

    def event(self, kind: str, **values: object) -> Block:
        """Mine a block with one member event."""
        return self._mine([], [(kind, values)])

    def fork(self, at: int) -> None:
        """Forget block `at` and all after it; what is mined from now on has other hashes."""
        del self.chain[at:]
        self.fork_number += 1

    def truth(self) -> list[Anchor]:
        return [anchor for block in self.chain for anchor in block.anchors]

    def drop(self, *positions: int) -> None:
        """Leave these anchors out of every answer from now on."""
        self.lie = lambda anchors: [anchor for anchor in anchors if anchor.position not in positions]

    def honest(self) -> None:
        self.lie, self.member_lie, self.head_lie = (lambda anchors: anchors), (lambda logs: logs), (lambda head: head)

    # --- the interface

    def check_identity(self) -> None:
        self._asked()
        if self.deployment.chain_id != self.chain_id:
            raise WrongChain("chain id", self.deployment.chain_id, self.chain_id)
        if self.deployment.genesis != self.chain[0].header.hash:
            raise WrongChain("genesis block", self.deployment.genesis, self.chain[0].header.hash)

    def block(self, number: int | str | None = None) -> Block:
        self._asked()
        if number is None:
            return self.chain[-1].header
        assert isinstance(number, int)
        if number >= len(self.chain):
            raise NotFound(f"block {number}: the node has none")
        return self.chain[number].header

    def blocks(self, first: int, last: int) -> list[Block]:
        self._asked()
        if last >= len(self.chain):
            raise NodeUnavailable(f"the node has no block {last}")
        return [block.header for block in self.chain[first : last + 1]]

    def anchors(self, first: int, last: int, times: Mapping[int, int] | None = None) -> list[Anchor]:
        self._asked()
        if last - first + 1 > self.widest:
            raise RangeTooWide(f"block range limited to {self.widest}", self.widest)
        if last - first + 1 > self.refused_above:
            raise NodeRefused("eth_getLogs", -32603, "internal: no")
        found = [anchor for block in self.chain[first : last + 1] for anchor in block.anchors]
        if len(found) > self.most_results:
            raise RangeTooWide("query returned more than some results")
        assert times is not None
        return self.lie(found)

    def member_logs(self, first: int, last: int) -> list[MemberLog]:
        self._asked()
        return self.member_lie([log for block in self.chain[first : last + 1] for log in block.members])

    def heads(self, item_ids: Sequence[bytes], block: int | str | None = None) -> list[Head]:
        heads = self._heads(block)
        return [self.head_lie(heads.get(item, NO_HEAD)) for item in item_ids]

    def total(self, block: int | str | None = None) -> int:
        self._asked()
        return sum(len(each.anchors) for each in self._upto(block))

    def call(self, to: bytes, data: bytes, block: int | str | None = None) -> bytes:
        """The views of Members.sol and of the council that the indexer asks for."""
        self._asked()
        logs = [log for each in self._upto(block) for log in each.members]
        members, argument = members_of(logs), data[4:]
        if to == COUNCIL:
            return _words(self.council_nonce)
        assert to == MEMBERS
        if data == keccak(b"memberCount()")[:4]:
            return _words(len(members))
        if data[:4] == keccak(b"member(uint32)")[:4]:
            member = members[int.from_bytes(argument, "big") - 1]
            return _words(member.roles, member.suspended, member.since) + profile_word(member.name, member.endpoint)
        assert data[:4] == keccak(b"signer(address)")[:4]
        signer = Signer(argument[12:], 0, 0, 0)
        for log in logs:
            if log.signer == signer.address and log.kind == "SignerAdded":
                signer = Signer(log.signer, log.member_id, log.at, 0)
            elif log.signer == signer.address and log.kind == "SignerRevoked":
                signer = replace(signer, active_until=log.at)
        return _words(signer.member_id, signer.active_from, signer.active_until)

    # --- below

    def _mine(self, pairs: list[tuple[bytes, bytes, int]], events: Sequence[tuple[str, Mapping[str, object]]] = ()) -> Block:
        number, time = len(self.chain), 1_700_000_000 + len(self.chain)
        parent = self.chain[-1].header.hash if self.chain else bytes(32)
        block_hash = keccak(f"{self.chain_id}/{self.fork_number}/{number}".encode() + parent + b"".join(item for item, _, _ in pairs))
        block = FakeBlock(Block(number, block_hash, parent, time, bytes(32)))
        heads, position = self._heads(None), len(self.truth())
        for index, (item, signer, member) in enumerate(pairs):
            head, count = heads.get(item, NO_HEAD)
            commitment = keccak(item + block_hash + index.to_bytes(4, "big"))
            heads[item] = Head(fold(head, commitment, signer, time), count + 1)
            place = (time, number, block_hash, index, keccak(block_hash))
            block.anchors.append(Anchor(position + index + 1, item, count + 1, commitment, signer, member, *place))
        for index, (kind, values) in enumerate(events, len(pairs)):
            given = {"at": time, **values} if kind.startswith("Signer") else values
            block.members.append(MemberLog(kind, number, block_hash, index, keccak(block_hash), time, **given))  # type: ignore[arg-type]  # test data
        self.chain.append(block)
        return block.header

    def _upto(self, block: int | str | None) -> list[FakeBlock]:
        assert block is None or isinstance(block, int)
        return self.chain if block is None else self.chain[: block + 1]

    def _heads(self, block: int | str | None) -> dict[bytes, Head]:
        heads: dict[bytes, Head] = {}
        for each in self._upto(block):
            for anchor in each.anchors:
                before = heads.get(anchor.item_id, NO_HEAD)
                heads[anchor.item_id] = Head(fold(before.head, anchor.commitment, anchor.signer, anchor.time), before.count + 1)
        return heads

    def _asked(self) -> None:
        self.requests += 1
        if self.down:
            raise NodeUnavailable("the node does not answer")


def proposal(nonce: int) -> Proposal:
    return Proposal(keccak(f"proposal {nonce}".encode()), nonce, WRITER, MEMBERS, b"call")


def _words(*numbers: int) -> bytes:
    return b"".join(int(number).to_bytes(32, "big") for number in numbers)
