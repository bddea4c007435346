"""JSON-RPC to a chain node over kept-alive HTTP: one request, one typed answer, or an error of our own tree.

Safe to share between threads: each request borrows an idle connection or opens one. Answers are decoded straight into
typed structs (msgspec), so a node that leaves out a field or sends another type is told from one that answers.
No web3 here: its middlewares cost 100 times the transport (measured on eth_getLogs).
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import itertools
import selectors
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any, Generic, NamedTuple, TypeVar, cast
from urllib.parse import SplitResult, quote, unquote, urlsplit

import msgspec

from ledger_client.errors import InvalidInput, LedgerError, NodeUnavailable
from ledger_client.network_errors import reason
from ledger_client.rpc_answer import Begun, whole
from ledger_client.rpc_errors import ErrorObject, of_error, of_status
from ledger_client.sentences import sentence

T = TypeVar("T")

MAX_BATCH = 100  # calls in one HTTP request; Besu and geth refuse some hundreds
_CHUNK = 1 << 18
_IDLE_KEPT = 8
_GLANCE = 0.0001  # seconds of work between two looks at the socket, each of which is a call of the system
_Selector = getattr(selectors, "PollSelector", selectors.SelectSelector)  # the one that needs no file of its own; Windows lacks it
_IN_TARGETS = "/?#[]@!$&'()*+,;=:%~"  # what RFC 3986 allows in a path or query, and what is escaped already


class Call(NamedTuple):
    """One JSON-RPC call; `type` is the type its result must have (anything msgspec can decode)."""

    method: str
    params: Sequence[Any]
    type: Any


class _Typed(msgspec.Struct, Generic[T]):
    result: T | None = None
    error: ErrorObject | None = None


class _Answer(msgspec.Struct):
    id: int | None = None
    result: msgspec.Raw = msgspec.Raw(b"")
    error: ErrorObject | None = None


_ONE = msgspec.json.Decoder(_Answer)
_MANY = msgspec.json.Decoder(list[_Answer])
_ENCODER = msgspec.json.Encoder()


class Rpc:
    """A node's JSON-RPC endpoint. `timeout`: seconds that one whole request may take, connection included."""

    def __init__(self, url: str, timeout: float = 10.0) -> None:
        self.url, self.timeout = url, timeout
        self._parts = urlsplit(url)
        if self._parts.scheme not in {"http", "https"} or not self._parts.hostname:
            raise InvalidInput("node URL", sentence("{url!r} is not an http or https URL", url=url), "write it like http://127.0.0.1:8545")
        try:
            self._head = _head(self._parts)
        except UnicodeError:
            raise InvalidInput(
                "node URL", sentence("{url!r} names no possible host", url=url), "write it like http://127.0.0.1:8545"
            ) from None
        self._name = f"{self._parts.scheme}://{self._parts.hostname}:{self._parts.port or ''}".rstrip(":")
        self._idle: list[http.client.HTTPConnection] = []
        self._lock = threading.Lock()
        self._ids = itertools.count(1)
        self._decoders: dict[Any, msgspec.json.Decoder[Any]] = {}

    def call(self, method: str, params: Sequence[Any], type: type[T]) -> T:  # noqa: A002 - the word of the trade here
        """One call. Raises NodeUnavailable, RangeTooWide or NodeRefused."""
        number = next(self._ids)
        raw = self._post(_ENCODER.encode({"jsonrpc": "2.0", "id": number, "method": method, "params": params}))
        with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):  # the plain case in one pass; what is wrong, below
            answer = self._decoder(_Typed[type]).decode(raw)  # type: ignore[valid-type]  # a type made at run time
            if answer.error is None and answer.result is not None:
                return cast(T, answer.result)
        return cast(T, self._result(Call(method, params, type), self._decoded(_ONE, raw)))

    def batch(self, calls: Sequence[Call], meanwhile: Iterator[object] | None = None) -> list[Any]:
        """Many calls in few HTTP requests; results in the order of `calls`. Raises for the first that failed."""
        results = self.outcomes(calls, meanwhile)
        for result in results:
            if isinstance(result, LedgerError):
                raise result
        return results

    def outcomes(self, calls: Sequence[Call], meanwhile: Iterator[object] | None = None) -> list[Any]:
        """The same, with the error of each call that failed in its place. Raises only when the node did not answer as a whole.

        `meanwhile`: work in small pieces. Once the first request is sent, one is done after the other until the node's answer is there;
        the rest is left to the caller. Its own errors go through.
        """
        results: list[Any] = []
        for start in range(0, len(calls), MAX_BATCH):
            results += self._batch(calls[start : start + MAX_BATCH], meanwhile if start == 0 else None)
        return results

    def close(self) -> None:
        """Close the idle connections."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def __del__(self) -> None:
        for connection in getattr(self, "_idle", ()):
            connection.close()

    def _batch(self, calls: Sequence[Call], meanwhile: Iterator[object] | None) -> list[Any]:
        numbers = [next(self._ids) for _ in calls]
        sent = [{"jsonrpc": "2.0", "id": n, "method": c.method, "params": c.params} for n, c in zip(numbers, calls, strict=True)]
        raw = self._post(_ENCODER.encode(sent), meanwhile)
        if raw.lstrip()[:1] == b"{":  # a refusal of the whole batch
            self._result(calls[0], self._decoded(_ONE, raw))
            raise NodeUnavailable(sentence("{name} answered a batch of {count} calls with one answer", name=self._name, count=len(calls)))
        answers = {answer.id: answer for answer in self._decoded(_MANY, raw)}
        if missing := [c.method for n, c in zip(numbers, calls, strict=True) if n not in answers]:
            raise NodeUnavailable(
                sentence(
                    "{name} left {count} of {all} calls unanswered, first {first}",
                    name=self._name,
                    count=len(missing),
                    all=len(calls),
                    first=missing[0],
                )
            )
        return [self._outcome(call, answers[number]) for number, call in zip(numbers, calls, strict=True)]

    def _result(self, call: Call, answer: _Answer) -> object:
        found = self._outcome(call, answer)
        if isinstance(found, LedgerError):
            raise found
        return found

    def _outcome(self, call: Call, answer: _Answer) -> object:
        """What was asked for, or why it is not there."""
        if answer.error is not None:
            return of_error(call.method, answer.error)
        try:
            return cast(object, self._decoder(call.type).decode(answer.result))
        except (msgspec.DecodeError, UnicodeDecodeError) as problem:
            return NodeUnavailable(
                sentence(
                    "{name} answered {method} with something else: {problem}", name=self._name, method=call.method, problem=str(problem)
                )
            )

    def _decoder(self, wanted: Any) -> msgspec.json.Decoder[Any]:  # noqa: ANN401 - any type that msgspec knows
        decoder = self._decoders.get(wanted)
        if decoder is None:
            decoder = self._decoders[wanted] = msgspec.json.Decoder(wanted)
        return decoder

    def _decoded(self, decoder: msgspec.json.Decoder[T], raw: bytes) -> T:
        try:
            return decoder.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError) as problem:
            raise NodeUnavailable(
                sentence(
                    "{name} did not answer with JSON-RPC: {problem}; it began {began}",
                    name=self._name,
                    problem=str(problem),
                    began=repr(raw[:80]),
                )
            ) from None

    def _post(self, body: bytes, meanwhile: Iterator[object] | None = None) -> bytes:
        try:
            return self._sent(body, time.monotonic() + self.timeout, meanwhile)
        except TimeoutError:
            raise NodeUnavailable(sentence("{name} did not answer within {timeout:g} s", name=self._name, timeout=self.timeout)) from None
        except (OSError, http.client.HTTPException) as problem:
            raise NodeUnavailable(sentence("{name} does not answer: {problem}", name=self._name, problem=reason(problem))) from None

    def _sent(self, body: bytes, deadline: float, meanwhile: Iterator[object] | None) -> bytes:
        with self._lock:
            idle = self._idle.pop() if self._idle else None
        if idle is not None:
            with contextlib.suppress(ConnectionError):  # gone stale while idle: the node never saw this request
                return self._exchange(idle, body, deadline, meanwhile)
        return self._exchange(self._connect(), body, deadline, meanwhile)

    def _connect(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._parts.scheme == "https" else http.client.HTTPConnection
        return kind(cast(str, self._parts.hostname), self._parts.port, timeout=self.timeout)

    def _exchange(self, connection: http.client.HTTPConnection, body: bytes, deadline: float, meanwhile: Iterator[object] | None) -> bytes:
        """Send and read one whole answer; the connection goes back to the idle ones only after a complete answer.

        The request goes out in one piece: `HTTPConnection.request` sends head and body apart and so wakes the node twice.
        """
        try:
            _limit(connection, deadline)
            if connection.sock is None:
                connection.connect()
            connection.sock.sendall(b"%s%d\r\n\r\n%s" % (self._head, len(body), body))
            deadline += _busy(connection.sock, meanwhile)
            _limit(connection, deadline)
            raw, problem, closes = self._answer(connection, deadline)
        except BaseException:
            connection.close()
            raise
        if closes or len(self._idle) >= _IDLE_KEPT:
            connection.close()
        else:
            with self._lock:
                self._idle.append(connection)
        if problem:
            raise problem
        return raw

    def _answer(self, connection: http.client.HTTPConnection, deadline: float) -> tuple[bytes, LedgerError | None, bool]:
        """Body, what the status says against it, and whether the connection ends."""
        begun = connection.sock.recv(_CHUNK)
        if (raw := whole(begun)) is not None:
            return raw, None, False
        response = http.client.HTTPResponse(cast(socket.socket, Begun(connection.sock, begun)), method="POST")
        response.begin()
        raw = _read(connection, response, deadline)
        return raw, _problem(self._name, response, raw), response.will_close


def _busy(sock: socket.socket, meanwhile: Iterator[object] | None) -> float:
    """Do pieces of work until the answer begins to arrive, and tell how many seconds it took: they are not the node's."""
    if meanwhile is None:
        return 0.0
    begun = looked = time.monotonic()
    with _Selector() as waiting:
        waiting.register(sock, selectors.EVENT_READ)
        for _ in meanwhile:
            if (now := time.monotonic()) - looked < _GLANCE:
                continue
            if waiting.select(0):
                break
            looked = now
    return time.monotonic() - begun


def _head(parts: SplitResult) -> bytes:
    """A request's first lines, up to where the length of its body goes."""
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [
        f"POST {quote(target, safe=_IN_TARGETS)} HTTP/1.1",
        f"Host: {parts.netloc.rpartition('@')[2].encode('idna').decode()}",
        "Content-Type: application/json",
        "Accept-Encoding: identity",
        *_login(parts.username, parts.password),
        "Content-Length: ",
    ]
    return "\r\n".join(lines).encode()


def _login(user: str | None, password: str | None) -> list[str]:
    if user is None:
        return []
    pair = f"{unquote(user)}:{unquote(password or '')}".encode()
    return ["Authorization: Basic " + base64.b64encode(pair).decode()]


def _limit(connection: http.client.HTTPConnection, deadline: float) -> None:
    """Give the socket what is left until the deadline, so that a slow drip of bytes ends too."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    connection.timeout = left
    if connection.sock is not None:
        connection.sock.settimeout(left)


def _read(connection: http.client.HTTPConnection, response: http.client.HTTPResponse, deadline: float) -> bytes:
    parts = []
    while part := response.read1(_CHUNK):
        parts.append(part)
        _limit(connection, deadline)
    if response.length:  # the body ended before its announced length
        raise http.client.IncompleteRead(b"".join(parts), response.length)
    response.close()
    return b"".join(parts)


def _problem(name: str, response: http.client.HTTPResponse, raw: bytes) -> LedgerError | None:
    """What an HTTP status other than 200 means; a JSON-RPC error in the body says it better."""
    if response.status == 200:
        return None
    with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
        if (answer := _ONE.decode(raw)).error is not None and response.status < 500 and response.status != 429:
            return of_error("request", answer.error)
    return of_status(name, response.status, response.headers.get("Retry-After"))
