"""What a signed anchoring transaction says, read back from its bytes (`ledger_client.anchoring` writes them)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from eth_account import Account

from ledger_client import rlp
from ledger_client.errors import InvalidInput

Pairs = list[tuple[bytes, bytes]]
_HEAD = 4 + 64  # selector and the two offsets


class Signed(NamedTuple):
    """The nonce and the (item id, commitment) pairs of a transaction."""

    nonce: int
    pairs: Pairs


def signed(raw: bytes) -> Signed | None:
    """What these bytes say; None if they are no anchoring transaction."""
    try:
        fields = rlp.decode(raw)
    except InvalidInput:
        return None
    if not isinstance(fields, list) or len(fields) != 9:
        return None
    nonce, data = fields[0], fields[5]
    if not isinstance(nonce, bytes) or not isinstance(data, bytes) or len(data) < _HEAD + 32:
        return None
    count = int.from_bytes(data[_HEAD : _HEAD + 32], "big")
    first, second = _HEAD + 32, _HEAD + 64 + 32 * count
    if len(data) != second + 32 * count:
        return None
    words = [data[start : start + 32] for start in (*range(first, first + 32 * count, 32), *range(second, len(data), 32))]
    return Signed(int.from_bytes(nonce, "big"), list(zip(words[:count], words[count:], strict=True)))


def pairs_of(raw: bytes) -> Pairs | None:
    """The pairs alone."""
    found = signed(raw)
    return found.pairs if found else None


def writer(raw: bytes) -> bytes | None:
    """The address whose signature these bytes bear, which is another for any other bytes; None if they bear none."""
    try:
        return bytes.fromhex(Account.recover_transaction(raw)[2:])
    except Exception:  # noqa: BLE001 (whatever a library says of bytes that somebody changed)
        return None


def moved(wanted: Sequence[object], found: Sequence[object]) -> int | None:
    """Which element of `found` stands in another place than in `wanted`, everything else being in order; None if none or several do."""
    for place, one in enumerate(found if len(found) == len(wanted) else ()):
        if one in wanted and [each for each in wanted if each != one] == [each for each in found if each != one] and one != wanted[place]:
            return place
    return None
