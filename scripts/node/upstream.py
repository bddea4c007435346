"""The one way to the EVM node: HTTP/1.1 over kept-alive loopback connections.

Requests on one connection are answered in the order they were written (RFC 9112 section 9.3.2), which is what fixes the order of
transactions in the node's pool; no client library pipelines, hence this small one. The peer is always our own child process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

import orjson

from ledger_client.errors import NodeUnavailable

_BUFFER = 4 << 20  # bytes; a paused reader wakes up rarely with this
_CONNECTIONS = 16
_DOWN = (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError)

Call = tuple[str, list[object]]  # method, params


class Upstream:
    """Keep-alive connections to the node."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._slots = asyncio.Semaphore(_CONNECTIONS)

    async def ask(self, body: bytes) -> bytes:
        """Post one body and return the answer's; raises NodeUnavailable."""
        return (await self.ask_in_order([body]))[0]

    async def ask_in_order(self, bodies: Sequence[bytes]) -> list[bytes]:
        """Post bodies one after the other on one connection; the node takes each up when it has answered the one before."""
        async with self._slots:
            reader, writer = await self._connection()
            done = False  # a connection left in the middle of an answer is of no more use
            try:
                writer.writelines(_request(body) for body in bodies)
                answers = [await reader.readexactly(await _length(reader)) for _ in bodies]
                done = True
            except _DOWN as error:
                raise _unavailable(error) from error
            finally:
                self._give_back(reader, writer, clean=done)
            return answers

    async def call(self, method: str, *params: object) -> object:
        """One call, its result decoded; raises NodeUnavailable when the node answers with an error."""
        return (await self.calls([(method, list(params))]))[0]

    async def calls(self, calls: Iterable[Call]) -> list[object]:
        """Calls in order, their results decoded; raises NodeUnavailable when one fails."""
        return [_result(answer) for answer in await self.ask_in_order([encode(call) for call in calls])]

    async def download(self, call: Call, sink: Callable[[bytes], None]) -> None:
        """Hand the body of an answer to `sink` piece by piece."""
        async with self._slots:
            reader, writer = await self._connection()
            try:
                writer.write(_request(encode(call)))
                left = await _length(reader)
                while left:
                    piece = await reader.readexactly(min(left, 1 << 20))
                    left -= len(piece)
                    sink(piece)
            except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError) as error:
                raise _unavailable(error) from error
            finally:
                self._give_back(reader, writer, clean=False)

    async def upload(self, size: int, pieces: Iterable[bytes]) -> object:
        """Post a body of `size` bytes piece by piece; returns the decoded result."""
        async with self._slots:
            reader, writer = await self._connection()
            try:
                writer.write(_head(size))
                for piece in pieces:
                    writer.write(piece)
                    await writer.drain()
                return _result(await reader.readexactly(await _length(reader)))
            except _DOWN as error:
                raise _unavailable(error) from error
            finally:
                self._give_back(reader, writer, clean=False)

    def close(self) -> None:
        """Drop all connections."""
        while self._idle:
            self._idle.pop()[1].close()

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while self._idle:
            reader, writer = self._idle.pop()
            if not reader.at_eof() and not writer.is_closing():
                return reader, writer
            writer.close()
        try:
            return await asyncio.open_connection("127.0.0.1", self._port, limit=_BUFFER)
        except OSError as error:
            raise _unavailable(error) from error

    def _give_back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, clean: bool) -> None:
        if clean:
            self._idle.append((reader, writer))
        else:
            writer.close()


def encode(call: Call) -> bytes:
    """A JSON-RPC request."""
    return orjson.dumps({"jsonrpc": "2.0", "id": 1, "method": call[0], "params": call[1]})


def _head(size: int) -> bytes:
    return b"POST / HTTP/1.1\r\nhost: node\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % size


def _request(body: bytes) -> bytes:
    return _head(len(body)) + body


async def _length(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    at = head.find(b"\r\ncontent-length:")
    if at < 0 or b" 200 " not in head[:16]:
        raise NodeUnavailable(f"the node answered {head.splitlines()[0].decode(errors='replace')!r}")
    return int(head[at + 17 : head.index(b"\r\n", at + 2)])


def _result(answer: bytes) -> object:
    decoded = orjson.loads(answer)
    if "error" in decoded:
        raise NodeUnavailable(f"the node refused a call of its own sequencer: {decoded['error']}")
    return decoded["result"]


def _unavailable(error: BaseException) -> NodeUnavailable:
    return NodeUnavailable(f"the node went away: {error or type(error).__name__}")
