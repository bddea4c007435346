"""Recursive Length Prefix, as block headers and trie nodes use it (Ethereum yellow paper, appendix B).

Forty lines of our own because the `rlp` package takes longer to import (0.2 s) than a whole verification takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, Union

from ledger_client.errors import InvalidInput

Item: TypeAlias = Union[bytes, "list[Item]"]


def encode(item: bytes | Sequence[Item]) -> bytes:
    """The encoding of a byte string or of a list of items."""
    if isinstance(item, bytes):
        return item if len(item) == 1 and item[0] < 0x80 else _prefix(0x80, len(item)) + item
    body = b"".join(map(encode, item))
    return _prefix(0xC0, len(body)) + body


def number(value: int) -> bytes:
    """An integer as RLP wants it: big-endian without leading zeros, nothing for 0."""
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def decode(data: bytes) -> Item:
    """The one item that `data` encodes; InvalidInput when it is cut short, too long or not the shortest form."""
    item, end = _read(data, 0, len(data))
    if end != len(data):
        raise InvalidInput("RLP", f"has {len(data) - end} bytes after its end")
    return item


def _prefix(offset: int, size: int) -> bytes:
    if size < 56:
        return bytes([offset + size])
    length = number(size)
    return bytes([offset + 55 + len(length)]) + length


def _read(data: bytes, start: int, limit: int) -> tuple[Item, int]:
    """The item at `start` and where it ends, which must not be after `limit`."""
    if start >= limit:
        raise InvalidInput("RLP", "ends too early")
    first = data[start]
    if first < 0x80:
        return data[start : start + 1], start + 1
    offset = 0x80 if first < 0xC0 else 0xC0
    begin, end = _span(data, start, first - offset)
    if end > limit:
        raise InvalidInput("RLP", "ends too early")
    if offset == 0x80:
        if end - begin == 1 and data[begin] < 0x80:
            raise InvalidInput("RLP", "holds a byte in a longer form than needed")
        return data[begin:end], end
    items: list[Item] = []
    while begin < end:
        if data[begin] == 0xA0 and begin + 33 <= end:  # a hash, as most of a trie node is
            items.append(data[begin + 1 : begin + 33])
            begin += 33
        elif data[begin] == 0x80:  # nothing, as the rest of it is
            items.append(b"")
            begin += 1
        else:
            item, begin = _read(data, begin, end)
            items.append(item)
    return items, end


def _span(data: bytes, start: int, size: int) -> tuple[int, int]:
    """Where the content of the item at `start` begins and ends; `size` is its prefix without the offset."""
    begin = start + 1
    if size > 55:
        begin += size - 55
        length = data[start + 1 : begin]
        size = int.from_bytes(length, "big")
        if size < 56 or length[:1] == b"\0":
            raise InvalidInput("RLP", "has a length in a longer form than needed")
    return begin, begin + size
