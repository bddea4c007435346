"""Sends one message: to an address that was judged, within a time, without following anybody elsewhere.

httpcore does HTTP and TLS; the certificate is checked against the host's name as ever. What is ours is which socket it gets (`_Judged`):
one to an address that `destination.judged` let through, and with a deadline for the whole exchange, which a receiver that sends a byte
now and then would else stretch for ever. Proxies of the environment are not used: they would decide anew where a name leads.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import httpcore

from ledger_client.errors import InvalidInput
from ledger_client.network_errors import reason
from ledger_client.sentences import sentence
from ledger_client.webhook.destination import Networks, judged, read
from ledger_client.webhook.signature import HEADER, signed

SECONDS = 10.0
_PIECE = 16 * 1024


class NotTaken(Exception):
    """The other side did not take the message; says why. `status`: what it answered, None if it did not."""

    def __init__(self, problem: str, status: int | None = None) -> None:
        super().__init__(problem)
        self.problem, self.status = problem, status


def post(url: str, body: bytes, secret: str, headers: Mapping[str, str], allowed: Networks, seconds: float = SECONDS) -> int:
    """Post a body (JSON unless `headers` say otherwise), signed; the status of an answer that means taken (2xx), else NotTaken."""
    try:
        there = read(url, "dest")
        addresses = judged(there, allowed, "dest")
    except InvalidInput as problem:
        raise NotTaken(sentence("{problem} ({fix})", problem=sentence(problem.problem), fix=sentence(problem.fix))) from None
    sent = {"Content-Type": "application/json", **headers, HEADER: signed(secret, int(time.time()), body)}
    sent |= {"User-Agent": "TraceLedger", "Content-Length": str(len(body)), "Host": _host(there.host, there.port, there.scheme)}
    address = httpcore.URL(scheme=there.scheme, host=there.host, port=there.port, target=there.target)
    waits = dict.fromkeys(("connect", "read", "write", "pool"), seconds)
    backend = _Judged(addresses, time.monotonic() + seconds)
    try:
        with (
            httpcore.ConnectionPool(ssl_context=_trust(), network_backend=backend) as pool,
            pool.stream("POST", address, headers=list(sent.items()), content=body, extensions={"timeout": waits}) as answer,
        ):
            status = answer.status
    except (httpcore.TimeoutException, TimeoutError):
        raise NotTaken(sentence("{host}: did not answer within {seconds:g} s", host=there.host, seconds=seconds)) from None
    except (httpcore.ConnectError, ssl.SSLError) as problem:
        raise NotTaken(sentence("{host}: cannot be reached: {problem}", host=there.host, problem=reason(problem))) from None
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError, ValueError) as problem:
        raise NotTaken(sentence("{host}: broke off: {problem}", host=there.host, problem=reason(problem))) from None
    if not 200 <= status < 300:
        raise NotTaken(sentence("{host}: answered {status}", host=there.host, status=status), status)
    return status


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _host(host: str, port: int, scheme: str) -> str:
    usual = (scheme, port) in (("https", 443), ("http", 80))
    return _bracketed(host) if usual else f"{_bracketed(host)}:{port}"


class _Judged(httpcore.NetworkBackend):
    """Connects to one of some addresses, whatever the name; gives up at `deadline` (monotonic seconds)."""

    def __init__(self, addresses: Iterable[str], deadline: float) -> None:
        self._addresses, self._deadline = list(addresses), deadline
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,  # noqa: ARG002 (resolved before, and judged)
        port: int,
        timeout: float | None = None,  # noqa: ARG002 (the deadline counts)
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """To the first of the addresses that answers."""
        failure: Exception = httpcore.ConnectError("no address")
        for place, address in enumerate(self._addresses):
            share = _left(self._deadline, httpcore.ConnectTimeout) / (len(self._addresses) - place)
            try:
                return _Timed(self._sockets.connect_tcp(address, port, share, None, socket_options), self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as problem:
                failure = problem
        raise failure


class _Timed(httpcore.NetworkStream):
    """A stream of which every step ends at the deadline."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: float) -> None:
        self._inner, self._deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        """Some bytes."""
        return self._inner.read(max_bytes, _left(self._deadline, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        """All of them, in pieces, because the time counts for each call anew below."""
        for start in range(0, len(buffer), _PIECE):
            self._inner.write(buffer[start : start + _PIECE], _left(self._deadline, httpcore.WriteTimeout))

    def close(self) -> None:
        """Close it."""
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        """TLS for the host's name."""
        left = _left(self._deadline, httpcore.ConnectTimeout)
        return _Timed(self._inner.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 (httpcore's form)
        """Of the socket."""
        return self._inner.get_extra_info(info)


def _left(deadline: float, late: type[httpcore.TimeoutException]) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise late("took too long")
    return left
