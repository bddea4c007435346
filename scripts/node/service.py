"""The life of the embedded chain: bring the node up, keep it fed, bring it back when it dies, stop it.

Data comes in through `intake` and `rpc`, goes to the chain through `sequencer`; this module decides when.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path

from ledger_client.errors import LedgerError, NodeUnavailable
from scripts.node import snapshot as snapshots
from scripts.node.anvil import Anvil
from scripts.node.blocks import Tip, tip
from scripts.node.clock import Clock
from scripts.node.errors import JournalDamaged, NotWritable, ReplayDiffers
from scripts.node.home import Genesis, HeightMark, NodeHome
from scripts.node.intake import Intake
from scripts.node.journal import Journal
from scripts.node.replay import Replay
from scripts.node.rpc import Own, Rpc
from scripts.node.sequencer import Sequencer
from scripts.node.server import serve
from scripts.node.snapshot import Snapshot
from scripts.node.status import status
from scripts.node.transaction import read
from scripts.node.upstream import Upstream
from telemetry.logs import log

_GATHER = 0.02  # seconds that a first transaction waits for others
_TAIL = 10.0  # seconds of repeated work at a start that are worth a snapshot
_DUMPED = 5 << 20  # bytes of journal that a snapshot covers in a second, roughly
_GIVE_UP = 5  # starts of the node that fail in a row


@dataclass(frozen=True, slots=True)
class Options:
    """How blocks and snapshots are made."""

    block_time: float  # seconds between blocks, at least; 0 is at once
    snapshot_blocks: int  # a snapshot every so many blocks; 0 is by the work a start would repeat
    clock: bool  # offer ledger_setClock


class Service:
    """One chain, served by one process."""

    def __init__(self, home: NodeHome, genesis: Genesis, binary: Path, options: Options, *, isolated: bool) -> None:
        self.home, self.genesis, self.options, self.isolated = home, genesis, options, isolated
        self.state, self.problem, self.restarts, self.replayed_height = "starting", "", 0, 0
        self.clock = Clock()
        self.snapshot: Snapshot | None = None
        self.sequencer: Sequencer | None = None
        self.anvil: Anvil | None = None
        self._binary, self._mark = binary, HeightMark(home.path / "height")
        self._unusable: set[int] = set()  # heights of snapshots that the node did not take
        self._snapshot_seconds, self._no_snapshot_before = 0.0, 0.0
        self._intake = Intake()
        own: dict[str, Own] = {"ledger_nodeStatus": self._status}
        if options.clock:
            own["ledger_setClock"] = self._set_clock
        self._rpc = Rpc(genesis.chain_id, self._intake, own)

    async def run(self, listener: socket.socket, stop: asyncio.Event) -> None:
        """Serve until `stop` is set; raises what makes it impossible to go on."""
        runner = await serve(listener, self._rpc)
        life, stopping = asyncio.create_task(self._live_on()), asyncio.create_task(stop.wait())
        await asyncio.wait({life, stopping}, return_when=asyncio.FIRST_COMPLETED)
        self._absent("stopping")
        if not life.done():
            await self._last_snapshot()
            life.cancel()
        stopping.cancel()
        await asyncio.wait({life, stopping})
        await runner.cleanup()
        if not life.cancelled():
            life.result()

    async def _live_on(self) -> None:
        failures = 0
        while True:
            try:
                await self._live()
            except NodeUnavailable as error:
                failures = 1 if self.state == "ready" else failures + 1
                log.error("chain.down", error=error, failures=failures)
                if failures >= _GIVE_UP:
                    raise
                self._absent("restarting")
                self.restarts += 1
                await asyncio.sleep(0.2 * (failures - 1))

    async def _live(self) -> None:
        """From the start of one anvil process to its end; always ends with an exception."""
        self.anvil = await Anvil.start(self.home, self.genesis, self._binary)
        node, journal = Upstream(self.anvil.port), Journal(self.home.journal)
        try:
            chain = self.sequencer = await self._restored(node, journal)
            self._rpc.node, self.state, self.problem = node, "ready", ""
            log.info("chain.ready", chain_id=self.genesis.chain_id, block=chain.tip.number)
            await _first_to_end(self._intake.feed(chain), self._make_blocks(chain), self._keep_snapshots(chain), self._watch(self.anvil))
        finally:
            self._rpc.node = self.sequencer = None
            self._intake.refuse(NodeUnavailable("node restarting"))
            await self.anvil.kill()
            node.close()
            journal.close()

    async def _restored(self, node: Upstream, journal: Journal) -> Sequencer:
        """The chain as it was: newest usable snapshot, then the journal behind it."""
        self.snapshot = next((one for one in snapshots.usable(self.home.snapshots) if one.number not in self._unusable), None)
        replay = await self._from_snapshot(node, self.snapshot) if self.snapshot else Replay(node, await tip(node), {})
        for record in journal.read(self.snapshot.journal_end if self.snapshot else 0):
            await replay.take(record)
            self.replayed_height = replay.tip.number
        await replay.finish()
        if replay.tip.number < self._mark.read():
            raise JournalDamaged(
                f"{self.home.journal}: ends with block {replay.tip.number}, but block {self._mark.read()} was made; restore the whole file"
            )
        if not journal.sequence:
            journal.append([f"H 0 {replay.tip.hash}"])
        for record_text in replay.owed:
            journal.note(record_text)
        self._mark.write(replay.tip.number)
        return Sequencer(journal, node, replay, self.clock, self._mark)

    async def _from_snapshot(self, node: Upstream, snapshot: Snapshot) -> Replay:
        try:
            await snapshots.load(self.home.snapshots, node, snapshot)
            found = await tip(node)
            if found.hash != snapshot.hash:
                raise ReplayDiffers(f"hash of block {snapshot.number} in its snapshot", snapshot.hash, found.hash)
        except LedgerError as error:
            if self.anvil and self.anvil.alive:
                self._unusable.add(snapshot.number)
            raise NodeUnavailable(f"snapshot {snapshot.number} was not taken: {error}") from error
        waiting = {sequence: read(raw) for sequence, raw in snapshot.waiting}
        replay = Replay(node, Tip(snapshot.number, snapshot.hash, snapshot.time), waiting)
        replay.anchors, replay.transactions = snapshot.anchors, snapshot.transactions
        return replay

    async def _make_blocks(self, chain: Sequencer) -> None:
        while True:
            await chain.work.wait()
            due = chain.sealed_at + self.options.block_time - time.monotonic()
            await asyncio.sleep(max(due, min(_GATHER, self.options.block_time)))
            try:
                await chain.seal()
                self.problem = ""
            except NotWritable as error:
                if self.problem != str(error):
                    log.error("chain.cannot_write", reason=str(error))
                self.problem = str(error)
                await asyncio.sleep(max(self.options.block_time, 0.5))

    async def _keep_snapshots(self, chain: Sequencer) -> None:
        while True:
            await asyncio.sleep(0.5 if self.options.snapshot_blocks else 2.0)
            if self._snapshot_due(chain):
                await self._take_snapshot(chain)

    def _snapshot_due(self, chain: Sequencer) -> bool:
        """By count if so asked; else when the tail has become costly and nobody waits, or whatever anybody waits for."""
        if time.monotonic() < self._no_snapshot_before:
            return False
        if self.options.snapshot_blocks:
            return chain.tail_blocks >= self.options.snapshot_blocks
        worth = max(_TAIL, 2 * self._snapshot_seconds)
        idle = not chain.work.is_set() and time.monotonic() - chain.sealed_at > 2
        return chain.tail_seconds > (worth if idle else 6 * worth)

    async def _take_snapshot(self, chain: Sequencer) -> None:
        async with chain.lock:
            began = time.monotonic()
            made = await snapshots.take(self.home.snapshots, chain.node, _facts(chain))
            if made is None:
                self._no_snapshot_before = time.monotonic() + 60
                return
            self.snapshot, self._snapshot_seconds = made, time.monotonic() - began
            chain.tail_seconds, chain.tail_blocks = 0.0, 0

    async def _last_snapshot(self) -> None:
        """At a clean stop, when it spares the next start more than it costs this stop, and costs little."""
        chain = self.sequencer
        if chain is None:
            return
        cost = max(self._snapshot_seconds, chain.journal.size / _DUMPED)
        if cost < 5 and chain.tail_seconds > max(1.0, cost):
            try:
                await self._take_snapshot(chain)
            except NodeUnavailable as error:
                log.warning("chain.no_snapshot", error=error)

    async def _watch(self, anvil: Anvil) -> None:
        await anvil.process.wait()
        raise NodeUnavailable(f"anvil ended with code {anvil.process.returncode}")

    def _absent(self, why: str) -> None:
        self.state, self._rpc.absence, self._rpc.node = why, f"node {why}", None

    async def _status(self, _params: list[object]) -> object:
        return status(self)

    async def _set_clock(self, params: list[object]) -> object:
        """Put what waits into a block at the old time, then change the clock."""
        chain = self.sequencer
        if chain is None:
            raise NodeUnavailable(self._rpc.absence)
        if chain.work.is_set():
            await chain.seal()
        self.clock.set(params[0] if params else None, chain.tip.time)
        return {"height": chain.tip.number, "blockTime": chain.tip.time}


def _facts(chain: Sequencer) -> dict[str, object]:
    return {
        "number": chain.tip.number,
        "hash": chain.tip.hash,
        "time": chain.tip.time,
        "made_at": int(time.time()),
        "journal_end": chain.journal.size,
        "anchors": chain.anchors,
        "transactions": chain.transactions,
        "waiting": [(sequence, one.raw) for sequence, one in chain.waiting.items()],
    }


async def _first_to_end(*jobs: Coroutine[object, object, None]) -> None:
    """Run jobs side by side; when one ends, end the others and raise what it raised."""
    tasks = [asyncio.create_task(job) for job in jobs]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
