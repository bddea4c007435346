"""The page's own hashes, trees and folds against Python's, on many inputs."""

from __future__ import annotations

import hashlib
import random

from ledger_client import commitment, merkle
from ledger_client.onchain import fold, keccak
from tests.js.node import Thrown, ask, hexed

DICE = random.Random(7)
INPUTS = [DICE.randbytes(size) for size in [*range(300), 1000, 4096, 65_537]]


def test_sha256_agrees_for_every_length_around_the_block_size():
    assert ask(*[("sha256", hexed(data)) for data in INPUTS]) == [hexed(hashlib.sha256(data).digest()) for data in INPUTS]


def test_keccak256_agrees_for_every_length_around_the_rate():
    assert ask(*[("keccak256", hexed(data)) for data in INPUTS]) == [hexed(keccak(data)) for data in INPUTS]


def test_leaves_agree_for_names_and_values_in_any_script():
    cases = [(name, value, DICE.randbytes(32)) for name in ("action", "例:温度", "😀", "") for value in ('"ADD"', '{"a":"牛奶 é 😀"}', "")]
    expected = [hexed(commitment.leaf(*case)) for case in cases]
    assert ask(*[("leaf", name, value, hexed(salt)) for name, value, salt in cases]) == expected


def test_every_path_of_every_small_tree_leads_to_its_root():
    questions, expected = [], []
    for size in range(1, 34):
        leaves = [DICE.randbytes(32) for _ in range(size)]
        rows = merkle.levels(leaves)
        for index, leaf in enumerate(leaves):
            questions.append(("climb", hexed(leaf), index, size, [hexed(node) for node in merkle.path(rows, index)]))
            expected.append(hexed(merkle.root(leaves)))
    assert ask(*questions) == expected


def test_a_path_that_is_too_long_too_short_or_of_another_place_is_refused_or_leads_elsewhere():
    leaves = [DICE.randbytes(32) for _ in range(11)]
    rows, root = merkle.levels(leaves), hexed(merkle.root(leaves))
    path = [hexed(node) for node in merkle.path(rows, 10)]
    leaf = hexed(leaves[10])
    answers = ask(
        ("climb", leaf, 10, 11, path[:-1]),
        ("climb", leaf, 10, 11, [*path, path[0]]),
        ("climb", leaf, 11, 11, path),
        ("climb", leaf, -1, 11, path),
        ("climb", leaf, 9, 11, path),
    )
    assert all(isinstance(answer, Thrown) or answer != root for answer in answers)


def test_folds_agree_for_times_beyond_32_bits():
    cases = [(DICE.randbytes(28), DICE.randbytes(32), DICE.randbytes(20), time) for time in (0, 1, 1_788_000_000, 2**32, 2**53 - 1)]
    answers = ask(*[("fold", *map(hexed, case[:3]), case[3]) for case in cases])
    assert answers == [hexed(fold(*case)) for case in cases]
