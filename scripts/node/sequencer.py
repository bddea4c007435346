"""The one writer of the chain: journals transactions, hands them to the node, makes blocks.

`accept`: (1) write the transactions to the journal (2) hand them to the node's pool (3) strike out what it refuses.
`seal`:   (1) announce the block in the journal and fsync (2) have the node make it (3) journal its hash.
Both hold the same lock, so no transaction is in a block that is not journaled before it. A kill between any two of these steps leaves
a journal from which `replay` makes the same chain.
"""

from __future__ import annotations

import asyncio
import time as stopwatch
from collections import deque

from ledger_client.errors import NodeUnavailable
from scripts.node.blocks import Tip, mine, offer, ready
from scripts.node.clock import Clock
from scripts.node.errors import NotWritable
from scripts.node.home import GAS_LIMIT, HeightMark
from scripts.node.journal import Journal, Written
from scripts.node.replay import Replay, made, settled
from scripts.node.transaction import Transaction
from scripts.node.upstream import Upstream


class Sequencer:
    """The chain as far as its writer knows it: what waits, what the newest block is, how much has been written."""

    def __init__(self, journal: Journal, node: Upstream, replayed: Replay, clock: Clock, mark: HeightMark) -> None:
        self.journal, self.node, self.clock, self._mark = journal, node, clock, mark
        self.tip: Tip = replayed.tip
        self.waiting: dict[int, Transaction] = replayed.waiting
        self.room = GAS_LIMIT - sum(one.gas for one in self.waiting.values())  # gas the next block can take beside what waits
        self.anchors, self.transactions = replayed.anchors, replayed.transactions
        self.tail_seconds = replayed.seconds  # work since the newest snapshot: what a start would have to repeat
        self.tail_blocks = replayed.blocks
        self.sealed_at = 0.0  # monotonic
        self.seal_seconds: deque[float] = deque(maxlen=20)
        self.lock = asyncio.Lock()
        self.work, self.room_made = asyncio.Event(), asyncio.Event()
        if self.waiting:
            self.work.set()

    async def accept(self, transactions: list[Transaction]) -> list[dict[str, object]]:
        """Take transactions in; the node's answer to each. Raises NotWritable (nothing was taken) and NodeUnavailable (replay decides)."""
        async with self.lock:
            written = self.journal.append(f"T {transaction.raw}" for transaction in transactions)
            began = stopwatch.monotonic()
            answers = await offer(self.node, [transaction.raw for transaction in transactions])
            self.tail_seconds += stopwatch.monotonic() - began
            self._sort(written, transactions, answers)
        return answers

    async def seal(self) -> bool:
        """Make a block of what waits; False if nothing can be in one. Raises NotWritable (nothing happened) and NodeUnavailable."""
        async with self.lock:
            if not await ready(self.node):
                self.work.clear()
                return False
            time = self.clock.next(self.tip.time)
            written = self.journal.append([f"B {self.tip.number + 1} {time} {self.tip.hash}"])
            try:
                await asyncio.to_thread(self.journal.sync)
            except NotWritable:
                self.journal.take_back(written)
                raise
            await self._make(time)
            return True

    async def _make(self, time: int) -> None:
        began = stopwatch.monotonic()
        tip, hashes = await mine(self.node, time)
        if tip.number != self.tip.number + 1:
            raise NodeUnavailable(f"the node made block {tip.number} after block {self.tip.number}")
        self.sealed_at = stopwatch.monotonic()
        self.seal_seconds.append(self.sealed_at - began)
        self.tail_seconds += self.sealed_at - began
        self.tail_blocks += 1
        self.journal.note(made(tip, self.waiting, hashes))
        self._mark.write(tip.number)
        self.tip = tip
        for sequence in settled(self.waiting, hashes):
            transaction = self.waiting.pop(sequence)
            self.anchors += transaction.anchors
            self.room += transaction.gas
        self.transactions += len(hashes)
        self.room_made.set()
        if not self.waiting:
            self.work.clear()

    def _sort(self, written: Written, transactions: list[Transaction], answers: list[dict[str, object]]) -> None:
        """Keep what the node took, strike out what it refused."""
        if all("error" in answer for answer in answers):
            self.journal.take_back(written)
            return
        for sequence, transaction, answer in zip(written.sequences, transactions, answers, strict=True):
            if "error" in answer:
                self.journal.note(f"X {sequence}")
            else:
                self.waiting[sequence] = transaction
                self.room -= transaction.gas
        self.work.set()
