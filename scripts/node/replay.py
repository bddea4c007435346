"""From the journal back to the chain: the same transactions in the same order at the same times give the same block hashes."""

from __future__ import annotations

import time as stopwatch

from ledger_client.errors import InvalidInput
from scripts.node.blocks import Tip, mine, offer
from scripts.node.errors import JournalDamaged, ReplayDiffers
from scripts.node.journal import Record
from scripts.node.transaction import Transaction, read
from scripts.node.upstream import Upstream


class Replay:
    """Feeds the journal's records to a node, block by block."""

    def __init__(self, node: Upstream, tip: Tip, waiting: dict[int, Transaction]) -> None:
        self.node, self.tip, self.waiting = node, tip, waiting
        self.anchors, self.transactions, self.blocks, self.seconds = 0, 0, 0, 0.0
        self.owed: list[str] = []  # what the journal lacks at its end
        self._open: int | None = None  # time of a block announced but not yet said to be made

    async def take(self, record: Record) -> None:
        """Apply the next record; raises ReplayDiffers when the node makes another block than the journal says."""
        if self._open is not None and record.kind != "H":
            await self._close(None, None)
        try:
            await self._apply(record)
        except (KeyError, ValueError, IndexError, InvalidInput) as error:
            raise JournalDamaged(f"journal: record {record.sequence} makes no sense: {error!r}") from error

    async def finish(self) -> None:
        """Make the last block, if the journal ends before it was made, and give the pool what still waits."""
        if self._open is not None:
            await self._close(None, None)
        answers = await offer(self.node, [transaction.raw for transaction in self.waiting.values()])
        for sequence, answer in zip(list(self.waiting), answers, strict=True):
            if "error" in answer:
                self.owed.append(f"X {sequence}")
                del self.waiting[sequence]

    async def _apply(self, record: Record) -> None:
        match record.kind:
            case "T":
                self.waiting[record.sequence] = read(record.fields[0])
            case "X":
                self.waiting.pop(int(record.fields[0]), None)
            case "B":
                self._announcement(record)
            case "H":
                await self._block(record)
            case _:
                raise ValueError("unknown kind")

    def _announcement(self, record: Record) -> None:
        number, time, parent = int(record.fields[0]), int(record.fields[1]), record.fields[2]
        if number != self.tip.number + 1:
            raise JournalDamaged(f"journal: record {record.sequence} announces block {number} after block {self.tip.number}")
        self._expect(self.tip.number, parent)
        self._open = time

    async def _block(self, record: Record) -> None:
        number, said = int(record.fields[0]), record.fields[1]
        if self._open is not None:
            order = [int(sequence) for sequence in record.fields[2].split(",")] if len(record.fields) > 2 else None
            await self._close(order, said)
        elif number == self.tip.number:
            self._expect(number, said)

    async def _close(self, order: list[int] | None, said: str | None) -> None:
        """Make the announced block: of the transactions named, or of all that wait (then the pool decides as it did before)."""
        began = stopwatch.monotonic()
        sequences = list(self.waiting) if order is None else order
        await offer(self.node, [self.waiting[sequence].raw for sequence in sequences])
        self.tip, hashes = await mine(self.node, self._open or 0)
        self._open = None
        self.blocks += 1
        self.seconds += stopwatch.monotonic() - began
        if said is not None:
            self._expect(self.tip.number, said)
        else:
            self.owed.append(made(self.tip, self.waiting, hashes))
        self._settle(sequences if said is not None else settled(self.waiting, hashes))

    def _settle(self, sequences: list[int]) -> None:
        for sequence in sequences:
            self.anchors += self.waiting.pop(sequence).anchors
        self.transactions += len(sequences)

    def _expect(self, number: int, said: str) -> None:
        if self.tip.hash != said:
            raise ReplayDiffers(f"hash of block {number} (journal against replay; was the node's version changed?)", said, self.tip.hash)


def settled(waiting: dict[int, Transaction], hashes: list[bytes]) -> list[int]:
    """The sequence numbers of a block's transactions, in the block's order."""
    sequences = {transaction.hash: sequence for sequence, transaction in waiting.items()}
    return [sequences[one] for one in hashes]


def made(tip: Tip, waiting: dict[int, Transaction], hashes: list[bytes]) -> str:
    """The H record of a block; `waiting` as it was before the block."""
    order = settled(waiting, hashes)
    named = "" if order == list(waiting) else " " + ",".join(map(str, order))
    return f"H {tip.number} {tip.hash}{named}"
