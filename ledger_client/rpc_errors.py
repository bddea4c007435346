"""What a node's refusal means, in our own error tree: try again, ask for less, or give up.

Providers word range and result limits in dozens of ways; the words below are those of Besu, geth, Nethermind, Erigon,
reth, Hardhat, anvil and hosted gateways. An unknown wording is a NodeRefused, and a caller that halves its range on any
error of a wide range (indexer.follow) copes with that too.
"""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from time import time
from typing import Any

import msgspec

from ledger_client.errors import LedgerError, NodeRefused, NodeUnavailable, RangeTooWide
from ledger_client.sentences import sentence

SERVER_ERROR = -32000  # JSON-RPC 2.0 section 5.1, EIP-1474
LIMIT_EXCEEDED = -32005  # EIP-1474
_RANGED = {"eth_getLogs", "request"}
_RANGE_WORDS = re.compile(
    r"block range|range (?:is )?too|too (?:large|wide|big|many)|exceed|limit|max(?:imum)?\b"
    r"|more than \d|up to a? ?\d|response size|query timeout",
    re.IGNORECASE,
)
_BUSY_WORDS = re.compile(r"too many requests|rate limit|timed? ?out|timeout|overloaded|temporarily|try again", re.IGNORECASE)
_ABSENT_WORDS = re.compile(r"node (?:starting|restarting|stopping)\b")  # of the embedded chain, at the message's beginning
_NUMBER = re.compile(r"\d[\d,_]*")


class ErrorObject(msgspec.Struct):
    """The error member of a JSON-RPC answer."""

    code: int = 0
    message: str = ""
    data: Any = None


def of_error(method: str, error: ErrorObject) -> LedgerError:
    """The exception for a JSON-RPC error object."""
    words = error.message if not isinstance(error.data, str) else f"{error.message} {error.data}"
    if method in _RANGED and not re.search(r"too many requests|rate limit", words, re.IGNORECASE) and _RANGE_WORDS.search(words):
        return RangeTooWide(sentence("{method}: {message}", method=method, message=error.message), _named_limit(words))
    if error.code == LIMIT_EXCEEDED or _BUSY_WORDS.search(error.message):
        return NodeUnavailable(
            sentence("{method}: the node is busy (error {code}): {message}", method=method, code=error.code, message=error.message)
        )
    if error.code == SERVER_ERROR and _ABSENT_WORDS.match(error.message):
        return NodeUnavailable(
            sentence("{method}: the chain is there, its node is not yet: {message}", method=method, message=error.message)
        )
    return NodeRefused(method, error.code, error.message, error.data)


def of_status(name: str, status: int, retry_after: str | None) -> LedgerError:
    """The exception for an HTTP status other than 200; `retry_after` is the header as sent (seconds or a date)."""
    if status == 413:
        return RangeTooWide(sentence("{name} answered HTTP 413: the request is too large", name=name))
    return NodeUnavailable(sentence("{name} answered HTTP {status}", name=name, status=status), _seconds(retry_after))


def _named_limit(words: str) -> int | None:
    """The smallest number above 1 that the text names: 'limited to a 1000 block range', 'max 10,000 results'."""
    numbers = [int(found.replace(",", "").replace("_", "")) for found in _NUMBER.findall(re.sub(r"0x[0-9a-fA-F]+", "", words))]
    return min((number for number in numbers if number > 1), default=None)


def _seconds(header: str | None) -> float | None:
    if not header:
        return None
    if header.strip().isdigit():
        return float(header)
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time())
    except ValueError:
        return None
