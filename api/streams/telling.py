"""The connection's side of one listener: documents go out one at a time, each once the one before is taken.

So a reader that is slow is told later, and costs one document's memory. One that takes none for a while is let go, and goes on from the
last document that it has. While the database is away nothing is told, and nothing is missed.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from api.streams.places import Tide
from api.streams.stream import Looked, Stream, look
from exchange import schedule
from ledger_client.errors import LedgerError, Retryable
from records.columns import now
from telemetry.logs import log

TAKEN_WITHIN = 30.0  # seconds for one document
ASKED_ANEW = 15.0  # seconds after which a listener's rights are looked at again, though nothing happens
PAUSE = 2.0  # seconds, while the database is away
POLICY, BROKEN, LATER = 1008, 1011, 1013  # RFC 6455 7.4.1, and the registry of close codes
LONGEST_REASON = 123  # bytes


@dataclass(frozen=True, slots=True)
class Ended:
    """Why a stream does not go on."""

    code: int
    reason: str


async def tell(websocket: WebSocket, stream: Stream, tide: Tide) -> str:
    """Tell a listener until either side ends; why it ended."""
    telling, leaving = asyncio.create_task(_tell(websocket, stream, tide)), asyncio.create_task(_left(websocket))
    try:
        await asyncio.wait({telling, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if leaving.done():
            return "the listener left"
        problem = telling.exception()
        if problem is not None:
            log.error("stream.failed", subscription=stream.id, error=problem)
        ended = telling.result() if problem is None else Ended(BROKEN, "something went wrong on our side; go on with nextPageToken")
        await _close(websocket, ended)
        return ended.reason
    finally:
        for task in (telling, leaving):
            task.cancel()
        await asyncio.gather(telling, leaving, return_exceptions=True)


async def _tell(websocket: WebSocket, stream: Stream, tide: Tide) -> Ended:
    times, position = stream.wanted.schedule, stream.begins_at
    runs_at = None if times is None else schedule.following(times, now())
    told = False  # something in this run
    while True:
        due = await _turn(tide, position, runs_at)
        try:
            found = await _looked(stream, tide, position, due=due, empty=times is not None and stream.wanted.report_if_empty and not told)
        except LedgerError as problem:
            return Ended(POLICY, str(problem))
        if found.document is not None:
            try:
                await asyncio.wait_for(websocket.send_text(found.document.decode()), TAKEN_WITHIN)
            except TimeoutError:
                return Ended(LATER, f"a document was not taken within {TAKEN_WITHIN:.0f} s; go on with nextPageToken")
            except WebSocketDisconnect:
                return Ended(BROKEN, "the listener left")
        position, told = found.position, due and (told or found.document is not None)
        if due and times is not None and not found.more:
            runs_at, told = schedule.following(times, now()), False


async def _turn(tide: Tide, position: int, runs_at: datetime | None) -> bool:
    """Wait for the next look, and whether something is told then: as things happen, or by the schedule."""
    if runs_at is None:
        await tide.beyond(position, ASKED_ANEW)
        return True
    await asyncio.sleep(min(ASKED_ANEW, max(0.0, (runs_at - now()).total_seconds())))
    return runs_at <= now()


async def _looked(stream: Stream, tide: Tide, position: int, *, due: bool, empty: bool) -> Looked:
    """A look, made again until the database answers."""
    while True:
        try:
            async with tide.looking:
                return await run_in_threadpool(look, stream, position, read=due, even_empty=empty)
        except Retryable:
            await asyncio.sleep(PAUSE)


async def _left(websocket: WebSocket) -> None:
    """Until the listener leaves, or the server stops; what it says meanwhile means nothing."""
    while websocket.client_state != WebSocketState.DISCONNECTED:
        await websocket.receive()


async def _close(websocket: WebSocket, ended: Ended) -> None:
    reason = ended.reason.encode()[:LONGEST_REASON].decode(errors="ignore")
    with suppress(TimeoutError, WebSocketDisconnect, RuntimeError):  # it may have left, or still take nothing
        await asyncio.wait_for(websocket.close(ended.code, reason), 1.0)
