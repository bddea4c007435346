"""What Ethereum is made of, as far as a bundle needs it: Keccak-256, RLP, proofs of a trie. ValueError for what is wrong."""

from __future__ import annotations

from typing import Any

from Crypto.Hash import keccak


def keccak256(data: bytes) -> bytes:
    """Keccak-256, the one before SHA-3."""
    return keccak.new(digest_bits=256, data=data).digest()


def decode(data: bytes) -> Any:
    """RLP: bytes or a list of such; one value and nothing behind it."""
    value, rest = _item(data)
    if rest:
        raise ValueError("bytes behind the value")
    return value


def _item(data: bytes) -> tuple[Any, bytes]:
    if not data:
        raise ValueError("the value ends early")
    first = data[0]
    if first < 0x80:
        return data[:1], data[1:]
    is_list, short = first >= 0xC0, 0xC0 if first >= 0xC0 else 0x80
    size, head = first - short, 1
    if size > 55:
        head += size - 55
        size = int.from_bytes(data[1:head], "big")
        if size <= 55 or data[1] == 0:
            raise ValueError("a length in more bytes than it needs")
    body, rest = data[head : head + size], data[head + size :]
    if len(body) != size or len(data) < head:
        raise ValueError("the value ends early")
    if not is_list:
        if size == 1 and body[0] < 0x80 and head == 1:
            raise ValueError("a byte in more bytes than it needs")
        return body, rest
    items = []
    while body:
        one, body = _item(body)
        items.append(one)
    return items, rest


def lookup(root: bytes, key: bytes, proof: list[bytes]) -> bytes | None:
    """What the trie with that root holds under keccak256(key); None if the proof shows that it holds nothing."""
    digits = [digit for byte in keccak256(key) for digit in (byte >> 4, byte & 15)]
    nodes, reference = list(proof), root
    node = _open(reference, nodes)
    while True:
        if len(node) == 17:
            child = node[digits.pop(0)] if digits else node[16]
            if not digits and child is node[16]:
                return _end(child or None, nodes)
        elif len(node) == 2:
            path, is_leaf = _path(node[0])
            if digits[: len(path)] != path or (is_leaf and len(path) != len(digits)):
                return _end(None, nodes)
            digits, child = digits[len(path) :], node[1]
            if is_leaf:
                return _end(child, nodes)
        else:
            raise ValueError("a node that is neither branch nor path")
        if child == b"":
            return _end(None, nodes)
        node = child if isinstance(child, list) else _open(child, nodes)


def _open(reference: bytes, nodes: list[bytes]) -> list[Any]:
    if not nodes:
        raise ValueError("the proof ends before its answer")
    node = nodes.pop(0)
    if keccak256(node) != reference:
        raise ValueError("a node is not the one that its parent names")
    found = decode(node)
    if not isinstance(found, list):
        raise ValueError("a node is no list")
    return found


def _end(value: bytes | None, nodes: list[bytes]) -> bytes | None:
    if nodes:
        raise ValueError("the proof goes on after its answer")
    return value


def _path(encoded: bytes) -> tuple[list[int], bool]:
    digits = [digit for byte in encoded for digit in (byte >> 4, byte & 15)]
    if not digits or digits[0] > 3 or (digits[0] % 2 == 0 and digits[1]):
        raise ValueError("a path that is not hex-prefixed")
    return digits[1 if digits[0] % 2 else 2 :], digits[0] >= 2
