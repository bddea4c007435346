"""Where transactions wait for the sequencer: what arrives together shares one journal write and one trip to the node."""

from __future__ import annotations

import asyncio
from collections import deque

from ledger_client.errors import LedgerError, NodeUnavailable
from scripts.node.errors import NotWritable
from scripts.node.home import GAS_LIMIT
from scripts.node.sequencer import Sequencer
from scripts.node.transaction import Transaction

_GROUP = 500  # transactions
_GROUP_BYTES = 8 << 20

Answer = dict[str, object]


class Intake:
    """A queue in order of arrival; each sender waits for the node's answers to its own transactions."""

    def __init__(self) -> None:
        self._queue: deque[tuple[Transaction, asyncio.Future[Answer]]] = deque()
        self._arrived = asyncio.Event()

    async def send(self, transactions: list[Transaction]) -> list[Answer]:
        """Queue transactions and return the answers; raises what the sequencer raised."""
        loop = asyncio.get_running_loop()
        entries = [(transaction, loop.create_future()) for transaction in transactions]
        self._queue.extend(entries)
        self._arrived.set()
        return list(await asyncio.gather(*(answer for _, answer in entries)))

    async def feed(self, sequencer: Sequencer) -> None:
        """Hand the queue to the sequencer, group by group, for as long as the node lives."""
        while True:
            await self._arrived.wait()
            sequencer.room_made.clear()
            group = self._group(sequencer.room)
            if group:
                await _hand_over(sequencer, group)
            elif self._queue:
                await sequencer.room_made.wait()
            else:
                self._arrived.clear()

    def refuse(self, error: LedgerError) -> None:
        """Tell everybody who waits that the node is away; they send again."""
        while self._queue:
            _fail(self._queue.popleft()[1], error)

    def _group(self, room: int) -> list[tuple[Transaction, asyncio.Future[Answer]]]:
        group: list[tuple[Transaction, asyncio.Future[Answer]]] = []
        size = 0
        while self._queue and len(group) < _GROUP and size < _GROUP_BYTES:
            transaction = self._queue[0][0]
            if transaction.gas > room and transaction.gas <= GAS_LIMIT:
                break  # one that no block can ever hold goes to the node at once, which says so
            room -= transaction.gas
            size += len(transaction.raw)
            group.append(self._queue.popleft())
        return group


async def _hand_over(sequencer: Sequencer, group: list[tuple[Transaction, asyncio.Future[Answer]]]) -> None:
    try:
        answers = await sequencer.accept([transaction for transaction, _ in group])
    except asyncio.CancelledError:  # the node's death was noticed elsewhere
        for _, future in group:
            _fail(future, NodeUnavailable("node restarting"))
        raise
    except LedgerError as error:
        for _, future in group:
            _fail(future, error)
        if not isinstance(error, NotWritable):
            raise
        return
    for (_, future), answer in zip(group, answers, strict=True):
        if not future.done():
            future.set_result(answer)


def _fail(future: asyncio.Future[Answer], error: LedgerError) -> None:
    if not future.done():
        future.set_exception(error)
