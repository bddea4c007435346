"""A small real SMTP server on the loopback: as much of RFC 5321, STARTTLS and AUTH PLAIN as a mail client needs."""

from __future__ import annotations

import asyncio
import base64
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class MailServer:
    """`refuses`: answers every receiver with 550. `tls`: offers STARTTLS, and takes mail and passwords only after it."""

    tls: ssl.SSLContext | None = None
    login: tuple[str, str] = ("", "")
    refuses: bool = False
    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    receivers: list[list[str]] = field(default_factory=list)
    secured: list[bool] = field(default_factory=list)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        to: list[str] = []
        secure, known = False, not self.login[0]
        try:
            await self._say(writer, "220 mail.test")
            while line := (await reader.readline()).decode().rstrip("\r\n"):
                word, _, rest = line.partition(" ")
                match word.upper():
                    case "EHLO":
                        offers = ["mail.test", *(["STARTTLS"] if self.tls and not secure else []), "AUTH PLAIN", "8BITMIME"]
                        for offer in offers:
                            await self._say(writer, f"250-{offer}")
                        await self._say(writer, "250 SIZE 1000000")
                    case "STARTTLS":
                        await self._say(writer, "220 go on")
                        await writer.start_tls(self.tls)
                        secure = True
                    case "AUTH":
                        known = tuple(base64.b64decode(rest.split()[-1]).decode().split("\0")[1:]) == self.login
                        await self._say(writer, "235 welcome" if known else "535 wrong password")
                    case "MAIL":
                        await self._say(writer, "250 ok" if known else "530 sign in first")
                    case "RCPT":
                        to.append(rest)
                        await self._say(writer, "550 nobody of that name" if self.refuses else "250 ok")
                    case "DATA":
                        await self._say(writer, "354 go on")
                        body = await reader.readuntil(b"\r\n.\r\n")
                        self.mails.append(message_from_bytes(body[:-3], policy=policy.default))  # type: ignore[arg-type]  # EmailMessage by its policy
                        self.receivers.append(to)
                        self.secured.append(secure)
                        await self._say(writer, "250 taken")
                    case "QUIT":
                        await self._say(writer, "221 bye")
                        break
                    case _:
                        await self._say(writer, "250 ok")
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            writer.close()

    async def _say(self, writer: asyncio.StreamWriter, line: str) -> None:
        writer.write(line.encode() + b"\r\n")
        await writer.drain()


@contextmanager
def mail_server(**options: object) -> Iterator[MailServer]:
    """A running server on a free port."""
    server = MailServer(**options)  # type: ignore[arg-type]  # its own fields
    ready = threading.Event()
    ends: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def listen() -> None:
        end = asyncio.Event()
        async with await asyncio.start_server(server.talk, "127.0.0.1", 0) as listening:
            server.port = listening.sockets[0].getsockname()[1]
            ends.append((asyncio.get_running_loop(), end))
            ready.set()
            await end.wait()

    thread = threading.Thread(target=lambda: asyncio.run(listen()), daemon=True)
    thread.start()
    assert ready.wait(5)
    try:
        yield server
    finally:
        loop, end = ends[0]
        loop.call_soon_threadsafe(end.set)
        thread.join(5)
