"""The plain case of an HTTP answer, read in one piece: a node's 200 with a Content-Length, all of it there.

For `rpc`, which leaves every other answer to `http.client`. That reads an answer line by line and its head as an e-mail, which took as
long as checking the proofs inside it.
"""

from __future__ import annotations

import io
import re
import socket
from typing import Any

_OTHER = rb"(?:(?!transfer-encoding:|content-encoding:|connection:|content-length:)[!-9;-~]+:[^\r\n]*\r\n)*"
_PLAIN = re.compile(rb"HTTP/1\.1 200[^\r\n]*\r\n" + _OTHER + rb"content-length: *([0-9]{1,9}) *\r\n" + _OTHER + rb"\r\n", re.IGNORECASE)


def whole(begun: bytes) -> bytes | None:
    """The body of a plain answer after which the connection stays open; None when there is more to come or to understand."""
    head = _PLAIN.match(begun)
    if head is None or len(begun) != head.end() + int(head[1]):
        return None
    return begun[head.end() :]


class Begun(io.RawIOBase):
    """A socket whose first bytes were read already, as `HTTPResponse` takes it."""

    def __init__(self, sock: socket.socket, begun: bytes) -> None:
        self._sock, self._begun, self._ended = sock, begun, not begun

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Those bytes, then what the socket gives."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer
        """The next bytes."""
        view = memoryview(buffer)
        if not self._begun:
            return 0 if self._ended else self._sock.recv_into(view)
        part, self._begun = self._begun[: len(view)], self._begun[len(view) :]
        view[: len(part)] = part
        return len(part)
