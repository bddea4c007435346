"""The message by which the holder of a key signs in: EIP-4361, "Sign-In with Ethereum", written and read by the standard's grammar.

Written by a server, signed by a wallet or by `ledger key sign-in`, read again by the server. https://eips.ethereum.org/EIPS/eip-4361
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from eth_account import Account
from eth_account.messages import encode_defunct
from eth_account.signers.local import LocalAccount
from eth_keys.exceptions import BadSignature
from eth_utils.exceptions import ValidationError

from ledger_client.addresses import address_in, checksummed
from ledger_client.errors import InvalidInput

LONGEST = 4096  # characters
_CHARACTERS = r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]"  # reserved / unreserved of RFC 3986, and %
_TIME = r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)"  # RFC 3339
_URI = rf"[A-Za-z][A-Za-z0-9+.\-]*:{_CHARACTERS}*"
_GRAMMAR = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]*)://)?"
    r"(?P<domain>(?:[A-Za-z0-9\-.~!$&'()*+,;=:%]+@)?(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9\-.~!$&'()*+,;=%]+)(?::\d*)?)"
    r" wants you to sign in with your Ethereum account:\n"
    r"(?P<address>0x[0-9A-Fa-f]{40})\n"
    r"\n"
    rf"(?:(?P<statement>(?:{_CHARACTERS}| )+)\n)?"
    r"\n"
    rf"URI: (?P<uri>{_URI})\n"
    r"Version: (?P<version>1)\n"
    r"Chain ID: (?P<chain_id>\d{1,78})\n"
    r"Nonce: (?P<nonce>[A-Za-z0-9]{8,})\n"
    rf"Issued At: (?P<issued_at>{_TIME})"
    rf"(?:\nExpiration Time: (?P<expiration_time>{_TIME}))?"
    rf"(?:\nNot Before: (?P<not_before>{_TIME}))?"
    rf"(?:\nRequest ID: (?P<request_id>[A-Za-z0-9\-._~!$&'()*+,;=:@%]*))?"
    rf"(?P<resources>\nResources:(?:\n- {_URI})*)?"
)


@dataclass(frozen=True, slots=True)
class SignInMessage:
    """A message that was read, or is to be signed. Times have a zone; `resources` are URIs."""

    domain: str  # authority that asks: host, and port where it is not the scheme's own
    address: bytes  # whose key signs, 20 bytes
    uri: str
    chain_id: int
    nonce: str
    issued_at: datetime
    statement: str = ""
    scheme: str = ""
    expiration_time: datetime | None = None
    not_before: datetime | None = None
    request_id: str | None = None
    resources: tuple[str, ...] | None = None

    @property
    def text(self) -> str:
        """What is signed; InvalidInput where the grammar does not allow a field's content."""
        parts = [
            f"{self.scheme}://" if self.scheme else "",
            f"{self.domain} wants you to sign in with your Ethereum account:\n{checksummed(self.address)}\n\n",
            f"{self.statement}\n" if self.statement else "",
            f"\nURI: {self.uri}\nVersion: 1\nChain ID: {self.chain_id}\nNonce: {self.nonce}\nIssued At: {_stamp(self.issued_at)}",
            f"\nExpiration Time: {_stamp(self.expiration_time)}" if self.expiration_time else "",
            f"\nNot Before: {_stamp(self.not_before)}" if self.not_before else "",
            f"\nRequest ID: {self.request_id}" if self.request_id is not None else "",
            "\nResources:" + "".join(f"\n- {one}" for one in self.resources) if self.resources is not None else "",
        ]
        text = "".join(parts)
        if not _GRAMMAR.fullmatch(text):
            raise InvalidInput("message", f"cannot be written: {text[:200]!r}", "use only characters that EIP-4361 allows")
        return text


def parse(text: str) -> SignInMessage:
    """The message in a text; InvalidInput for one that the grammar does not allow, or whose address fails EIP-55."""
    found = _GRAMMAR.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        raise InvalidInput("message", "is no sign-in message (EIP-4361)", "sign the message exactly as it was given")
    told = found.groupdict()
    address = address_in(told["address"], "message")
    if told["address"] != checksummed(address):
        raise InvalidInput("message", "has an address without its capitals (EIP-55)", "sign the message exactly as it was given")
    resources = tuple(line.removeprefix("- ") for line in told["resources"].split("\n")[2:]) if told["resources"] is not None else None
    return SignInMessage(
        domain=told["domain"],
        address=address,
        uri=told["uri"],
        chain_id=int(told["chain_id"]),
        nonce=told["nonce"],
        issued_at=_moment(told["issued_at"]),
        statement=told["statement"] or "",
        scheme=told["scheme"] or "",
        expiration_time=_moment(told["expiration_time"]) if told["expiration_time"] else None,
        not_before=_moment(told["not_before"]) if told["not_before"] else None,
        request_id=told["request_id"],
        resources=resources,
    )


def signer_of(text: str, signature: str) -> bytes:
    """The address whose key signed a text (EIP-191, personal_sign); InvalidInput for what is no signature. `signature`: 65 bytes in hex."""
    try:
        raw = bytes.fromhex(signature.strip().removeprefix("0x"))
        if len(raw) != 65:
            raise ValueError
        return bytes.fromhex(Account.recover_message(encode_defunct(text=text), signature=raw)[2:])
    except (ValueError, ValidationError, BadSignature):
        raise InvalidInput("signature", "is none", "give 65 bytes in hex, as the wallet or `ledger key sign-in` shows them") from None


def signature_of(text: str, account: LocalAccount) -> str:
    """A key's signature of a text (EIP-191, personal_sign), 65 bytes in hex with 0x."""
    return "0x" + bytes(account.sign_message(encode_defunct(text=text)).signature).hex()


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds" if moment.microsecond else "seconds").replace("+00:00", "Z")


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError:
        raise InvalidInput("message", f"has no such time: {text}", "sign the message exactly as it was given") from None
