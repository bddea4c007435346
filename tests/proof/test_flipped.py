"""One flipped bit anywhere in a bundle: it is no bundle any more, or it does not verify as before.

Every character of every text and every bit of every number is changed in turn. The only places where a change may go unseen are
named here with the reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger_client.bundle import Bundle
from ledger_client.deployment import Deployment
from ledger_client.errors import InvalidBundle
from ledger_client.verify import verify
from tests.proof.changes import changed

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "bundle.json").read_text())
PUBLISHED = Deployment.from_json(VECTORS["deployment"])
BUNDLES = {entry["name"]: entry["bundle"] for entry in VECTORS["valid"]}
VERDICTS = {entry["name"]: entry["verdict"] for entry in VECTORS["valid"]}

UNSEEN = {
    "audience": "a label: it says for whom the disclosure was cut, and nothing follows from it",
    "anchors.block": "a hint where to look; without a node only the time is bound by the head (with a node it is checked)",
    "item": "in a bundle without anchors: one proof of absence holds for every item whose path it shows to be empty",
}


def leaves(value: object, path: list[str | int]) -> Iterator[tuple[list[str | int], object]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, [*path, name])
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from leaves(inner, [*path, place])
    else:
        yield path, value


def flips(value: object) -> Iterator[object]:
    """Every number with one of its bits changed; every text with one of its characters changed by its lowest bits."""
    if isinstance(value, int):
        yield from (value ^ (1 << bit) for bit in range(max(3, value.bit_length() + 1)))
        return
    assert isinstance(value, str)
    step = max(1, len(value) // 12)  # long texts are sampled, and always at both ends
    for place in sorted({*range(0, len(value), step), len(value) - 1}) if value else ():
        yield value[:place] + chr(ord(value[place]) ^ 1) + value[place + 1 :]


def kind_of(path: list[str | int]) -> str:
    return ".".join(key for key in path if isinstance(key, str))


def still_believed(bundle: dict[str, object], name: str) -> bool:
    try:
        said = verify(Bundle.from_json(bundle), deployment=PUBLISHED)
    except InvalidBundle:
        return False
    return said.verdict == VERDICTS[name]


@pytest.mark.parametrize("name", ["public", "withheld", "never"])
def test_any_flipped_bit_is_noticed(name):
    unseen, tried = set(), 0
    for path, value in leaves(BUNDLES[name], []):
        for flipped in flips(value):
            tried += 1
            if still_believed(changed(BUNDLES[name], path, flipped), name):
                unseen.add(kind_of(path))
    assert tried > 200
    assert unseen <= {key for key in UNSEEN if key != "item" or name == "never"}


@pytest.mark.parametrize("key", ["anchors", "signers", "members", "slot"])
def test_any_entry_left_out_or_doubled_is_noticed(key):
    bundle = BUNDLES["public"]
    for place in range(len(bundle[key])):
        for entries in ([*bundle[key][:place], *bundle[key][place + 1 :]], [*bundle[key][: place + 1], *bundle[key][place:]]):
            assert not still_believed(changed(bundle, [key], entries), "public")


def test_a_record_left_out_makes_the_item_incomplete():
    bundle = Bundle.from_json(changed(BUNDLES["public"], ["records"], BUNDLES["public"]["records"][1:]))
    said = verify(bundle, deployment=PUBLISHED)
    assert (said.verdict, said.complete) == ("incomplete", False)
    assert [record.verdict for record in said.records] == ["missing", "verified", "verified"]
