"""Signing in with a key of one's own (EIP-4361): a message is made, signed elsewhere, and judged when it comes back.

A nonce is a challenge: it holds for ten minutes, once, and for exactly the message that it was made for. Only keys are known, no
contracts: a wallet that is a contract (EIP-1271) cannot sign in.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import challenges
from accounts.models import Account
from ledger_client.addresses import checksummed
from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence
from ledger_client.sign_in_message import SignInMessage, parse, signer_of
from records.columns import now

KIND = "wallet"
AGAIN = "ask for a new message and sign that"


@dataclass(frozen=True, slots=True)
class Site:
    """Where one signs in: what the message must name."""

    domain: str  # host, and port where it is not the scheme's own
    uri: str
    chain_id: int


def ask(session: Session, address: bytes, site: Site, statement: str, account_id: int | None = None) -> str:
    """A message for that key to sign; with `account_id`, to be linked to that account and not to sign in."""
    at, nonce = now().replace(microsecond=0), challenges.drawn()
    message = SignInMessage(site.domain, address, site.uri, site.chain_id, nonce, at, statement, expiration_time=at + challenges.LASTS)
    challenges.keep(session, KIND, nonce, {"account": account_id, "message": _digest(message.text)})
    return message.text


def proved(session: Session, text: str, signature: str, site: Site, account_id: int | None = None) -> bytes:
    """The address whose key signed the message that was asked for.

    InvalidInput otherwise; its field says why: message (none, or changed), domain, chainId, expirationTime, nonce (unknown, used, or for
    another purpose), signature (none, or by another key).
    """
    message, moment = parse(text), now()
    if message.domain != site.domain or message.uri != site.uri:
        raise InvalidInput("domain", sentence("is {given}, and this is {right}", given=message.domain, right=site.domain), AGAIN)
    if message.chain_id != site.chain_id:
        raise InvalidInput(
            "chainId",
            sentence("is {given}, and this ledger's chain is {right}", given=message.chain_id, right=site.chain_id),
            AGAIN,
        )
    if (message.expiration_time and message.expiration_time <= moment) or (message.not_before and message.not_before > moment):
        raise InvalidInput("expirationTime", sentence("has passed: {time}", time=message.expiration_time), AGAIN)
    facts = challenges.redeem(session, KIND, message.nonce)
    if facts is None or facts["account"] != account_id:
        raise InvalidInput("nonce", "is unknown, or was used already", AGAIN)
    if facts["message"] != _digest(text):
        raise InvalidInput("message", "is not the one that was given", AGAIN)
    signer = signer_of(text, signature)
    if signer != message.address:
        raise InvalidInput(
            "signature", sentence("is by {given}, not by {right}", given=checksummed(signer), right=checksummed(message.address)), AGAIN
        )
    return signer


def account_of(session: Session, address: bytes) -> Account | None:
    """The account that signs in with that key, if it is not disabled."""
    return session.scalar(select(Account).where(Account.wallet == address, Account.disabled_at.is_(None)))


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
