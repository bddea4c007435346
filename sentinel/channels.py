"""By which ways findings are told, and how one message is handed over. All opt-in: what is not set does not exist.

An address that an operator set is trusted, also one in the plant's own network. A message names tables, rows and columns, hashes and item
codes; never a payload or a secret.
"""

from __future__ import annotations

import json
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any, ClassVar, Protocol
from urllib.parse import unquote, urlsplit

from ledger_client.errors import InvalidInput
from ledger_client.network_errors import reason
from ledger_client.sentences import sentence
from ledger_client.webhook.destination import ANYWHERE
from ledger_client.webhook.post import NotTaken, post
from sentinel.message import subject, words

SECONDS = 10.0
_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


class NotDelivered(Exception):
    """The other side did not take the message; says why."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class Channel(Protocol):
    """One way to tell."""

    name: ClassVar[str]

    def deliver(self, number: int, content: dict[str, Any]) -> None:
        """Hand over message `number`; NotDelivered if it was not taken. May be called again with the same number."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail server. `scheme`: smtp (STARTTLS, which must succeed), smtps (TLS at once), smtp+plain (no TLS: a relay on this machine)."""

    name: ClassVar[str] = "mail"
    scheme: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    sender: str
    to: tuple[str, ...]
    context: ssl.SSLContext | None = None

    def deliver(self, number: int, content: dict[str, Any]) -> None:
        """Send one mail to all."""
        try:
            with self._connected() as server:
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(self._written(number, content))
        except (OSError, smtplib.SMTPException) as problem:  # also what TLS says
            raise NotDelivered(
                sentence("{host}:{port} did not take the mail: {problem}", host=self.host, port=self.port, problem=reason(problem))
            ) from None

    def _connected(self) -> smtplib.SMTP:
        context = self.context or ssl.create_default_context()
        if self.scheme == "smtps":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS, context=context)
        server = smtplib.SMTP(self.host, self.port, timeout=SECONDS)
        if self.scheme == "smtp":
            try:
                server.starttls(context=context)
            except BaseException:
                server.close()
                raise
        return server

    def _written(self, number: int, content: dict[str, Any]) -> EmailMessage:
        mail = EmailMessage()
        mail["Subject"], mail["From"], mail["To"] = subject(content), self.sender, ", ".join(self.to)
        mail["Message-ID"] = f"<sentinel-{number}-{content['made_at']:.0f}@{self.sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(words(content))
        return mail


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that takes a JSON document by POST, signed with a shared secret."""

    name: ClassVar[str] = "webhook"
    url: str
    secret: str = field(repr=False)

    def deliver(self, number: int, content: dict[str, Any]) -> None:
        """Post it; any answer of 2xx means taken."""
        body = json.dumps({"notice": number, **content}, ensure_ascii=False).encode()
        try:
            post(self.url, body, self.secret, {"TraceLedger-Notice": str(number)}, ANYWHERE, SECONDS)
        except NotTaken as problem:
            raise NotDelivered(problem.problem) from None


def mail(url: str, sender: str, to: str) -> Mail:
    """From the operator's settings: `smtp://user:password@host:587`, a sender, receivers. InvalidInput says what is wrong."""
    parts, receivers = urlsplit(url), tuple(one.strip() for one in to.split(",") if one.strip())
    if parts.scheme not in _PORTS or not parts.hostname:
        raise InvalidInput("TRACELEDGER_SMTP", "names no mail server", "write smtp://user:password@host:587, smtps://… or smtp+plain://…")
    for name, addresses in (("TRACELEDGER_MAIL_FROM", (sender,)), ("TRACELEDGER_MAIL_TO", receivers)):
        if not addresses or not all("@" in one and one.isprintable() for one in addresses):
            raise InvalidInput(name, sentence("is {text!r}", text=", ".join(addresses)), "give mail addresses, separated by commas")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Mail(parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme], user, password, sender, receivers)


def webhook(url: str, secret: str) -> Webhook:
    """From the operator's settings. InvalidInput says what is wrong."""
    if urlsplit(url).scheme not in ("https", "http") or not urlsplit(url).hostname:
        raise InvalidInput("TRACELEDGER_WEBHOOK", "is no address", "write https://host/path")
    if len(secret) < 16:
        raise InvalidInput(
            "TRACELEDGER_WEBHOOK_SECRET", "is shorter than 16 characters", "draw one, for example with `openssl rand -hex 32`"
        )
    return Webhook(url, secret)
