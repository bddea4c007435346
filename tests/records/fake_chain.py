"""A chain that does what the test tells it: mines, forgets, forks, refuses, falls silent. Same methods as `ledger_client.chain.Chain`."""

import rlp
from eth_account import Account

from ledger_client.chain import Receipt, Sent
from ledger_client.contracts import artifact
from ledger_client.deployment import Deployment
from ledger_client.errors import NodeRefused, NodeUnavailable, WrongChain
from ledger_client.onchain import Anchor, Block, keccak

DEPLOYMENT = Deployment(chain_id=1337, genesis=b"\x0e" * 32, ledger=b"\x01" * 20, members=b"\x02" * 20, council=b"\x03" * 20, block=1)
SIGNER = bytes.fromhex(Account.from_key(b"\x07" * 32).address[2:])  # of `queue`
NOT_A_WRITER = "0x" + keccak(b"NotAWriter(address)")[:4].hex() + (b"\xaa" * 20).rjust(32, b"\0").hex()
assert any(entry.get("name") == "NotAWriter" for entry in artifact("Ledger").abi)


class FakeChain:
    """One account writes to it. `blocks[n]` lists (hash, nonce, succeeded, pairs) of block n."""

    deployment = DEPLOYMENT

    def __init__(self):
        self.pool, self.blocks, self.fork_number = {}, [[]], 0
        self.down = self.wrong = False
        self.writer, self.refusal = True, None
        self.sent = []

    # --- driven by the test

    def mine(self, count=1):
        for _ in range(count):
            block = []
            while (nonce := self._used() + len(block)) in self.pool:
                raw = self.pool.pop(nonce)
                block.append((keccak(raw), nonce, self.writer, pairs_of(raw)))
            self.blocks.append(block)

    def forget(self):
        self.pool.clear()

    def foreign(self, pairs=()):
        """Another program with the same key takes the next nonce, at once in a block, and perhaps anchors something."""
        nonce = self._used()
        self.pool.pop(nonce, None)
        self.blocks.append([(keccak(b"foreign%d" % nonce), nonce, True, list(pairs))])

    def fork(self, depth):
        """The last blocks and everything in them are gone; as many empty ones stand in their place."""
        self.fork_number += 1
        self.blocks[-depth:] = [[] for _ in range(depth)]

    def anchored(self):
        """Every anchor on the chain now, in order."""
        return [pair for block in self.blocks for _hash, _nonce, succeeded, pairs in block if succeeded for pair in pairs]

    # --- as Chain

    def check_identity(self):
        self._answer()
        if self.wrong:
            raise WrongChain("genesis block", DEPLOYMENT.genesis, b"\x0f" * 32)

    def block(self, number=None):
        self._answer()
        number = len(self.blocks) - 1 if number is None else number
        return Block(number, self._hash(number), bytes(32), 1_700_000_000 + number, bytes(32))

    def nonce(self, address, pending=True):  # noqa: ARG002 (one account)
        self._answer()
        return self._used() + (len(self.pool) if pending else 0)

    def send(self, raw):
        self._answer()
        if self.refusal:
            raise NodeRefused("eth_sendRawTransaction", -32000, self.refusal)
        nonce = int.from_bytes(rlp.decode(raw)[0], "big")
        if nonce < self._used():
            raise NodeRefused("eth_sendRawTransaction", -32000, "nonce too low")
        self.sent.append(raw)
        self.pool[nonce] = raw
        return keccak(raw)

    def send_all(self, raws):
        outcomes = []
        for raw in raws:
            try:
                outcomes.append("0x" + self.send(raw).hex())
            except NodeRefused as refusal:
                outcomes.append(refusal)
        return outcomes

    def receipt(self, tx_hash):
        self._answer()
        for number, block in enumerate(self.blocks):
            for mined, _nonce, succeeded, _pairs in block:
                if mined == tx_hash:
                    return Receipt(tx_hash, number, self._hash(number), succeeded, 21_000)
        return None

    def anchors(self, first, last):
        """With their positions; `seq` and member are of no interest here."""
        self._answer()
        found, position = [], 0
        for number, block in enumerate(self.blocks):
            for index, (tx_hash, _nonce, succeeded, pairs) in enumerate(block):
                for item, commitment in pairs if succeeded else ():
                    position += 1
                    if first <= number <= last:
                        found.append(Anchor(position, item, 1, commitment, SIGNER, 1, 0, number, self._hash(number), index, tx_hash))
        return found

    def transaction(self, tx_hash):
        self._answer()
        return next(Sent(nonce, b"") for block in self.blocks for mined, nonce, _, _ in block if mined == tx_hash)

    def known(self, tx_hash):
        return self.receipt(tx_hash) is not None or any(keccak(raw) == tx_hash for raw in self.pool.values())

    def call(self, to, data, block=None, sender=None):  # noqa: ARG002 (one contract)
        self._answer()
        if not self.writer:
            raise NodeRefused("eth_call", 3, "execution reverted", NOT_A_WRITER)
        return b""

    def _answer(self):
        if self.down:
            raise NodeUnavailable("http://node does not answer: Connection refused")

    def _used(self):
        return sum(len(block) for block in self.blocks)

    def _hash(self, number):
        return keccak(b"%d/%d" % (number, self.fork_number))


def pairs_of(raw):
    """The (item id, commitment) pairs of a signed anchoring transaction."""
    words = rlp.decode(raw)[5][4:]
    count = int.from_bytes(words[64:96], "big")
    items, commitments = words[96 : 96 + 32 * count], words[128 + 32 * count :]
    return [(items[i : i + 32], commitments[i : i + 32]) for i in range(0, 32 * count, 32)]
