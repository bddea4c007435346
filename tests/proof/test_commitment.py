"""Commitments and disclosures: against the vectors, and for any event and any choice of properties."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_client import canonical, commitment, merkle
from ledger_client.commitment import Disclosure, commit, commitment_of, disclose
from ledger_client.errors import InvalidInput
from ledger_client.onchain import NO_HEAD, Anchor, Head, fold_all
from tests.proof import tree
from tests.proof.make_vectors import commitment_vectors, fold_vectors

VECTORS = Path(__file__).parents[1] / "vectors"
COMMITMENTS = json.loads((VECTORS / "commitment.json").read_text())
FOLDS = json.loads((VECTORS / "fold.json").read_text())
SECRET = bytes(range(32))

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
events = st.dictionaries(texts, values, max_size=20).map(lambda event: {**event, "eventID": "urn:uuid:1"})


def of_hex(text):
    return bytes.fromhex(text[2:])


def test_the_vector_files_are_those_that_the_plain_rules_give():
    assert commitment_vectors() == COMMITMENTS
    assert fold_vectors() == FOLDS


@pytest.mark.parametrize("vector", COMMITMENTS, ids=lambda vector: vector["name"])
def test_every_vector_has_its_commitment_leaves_salts_and_paths(vector):
    event, secret = vector["event"], of_hex(vector["secret"])
    assert commit(event, secret) == of_hex(vector["commitment"])
    shown = disclose(event, secret)
    assert shown.size == vector["size"] == len(shown.properties)
    for found, wanted in zip(shown.properties, vector["properties"], strict=True):
        assert (found.name, found.value, found.index) == (wanted["name"], wanted["value"], wanted["index"])
        assert (found.salt, list(found.path)) == (of_hex(wanted["salt"]), [of_hex(node) for node in wanted["path"]])
        assert commitment.leaf(found.name, found.value, found.salt) == of_hex(wanted["leaf"])
    assert commitment_of(shown) == of_hex(vector["commitment"])


@pytest.mark.parametrize("vector", FOLDS, ids=lambda vector: vector["name"])
def test_every_vector_folds_to_its_head(vector):
    anchors, head = [], NO_HEAD
    for entry in vector["anchors"]:
        anchors.append(
            Anchor(0, bytes(32), entry["seq"], of_hex(entry["commitment"]), of_hex(entry["signer"]), 1, entry["time"], 0, b"", 0, b"")
        )
        head = fold_all(anchors)
        assert head.word() == of_hex(entry["word"])
        assert Head.of_word(head.word()) == head
    assert (head[0], head[1]) == (of_hex(vector["head"]), vector["count"])


@given(events, st.data())
def test_any_choice_of_properties_leads_to_the_commitment(event, data):
    names = data.draw(st.sets(st.sampled_from(sorted(event))))
    shown = disclose(event, SECRET, names)
    assert {item.name for item in shown.properties} == names | {"eventID"}
    assert commitment_of(shown) == commit(event, SECRET)
    assert tree.commitment([tree.leaf(SECRET, name, canonical.text(event[name])) for name in sorted(event)]) == commit(event, SECRET)


@given(events)
def test_the_commitment_of_values_already_written_is_that_of_the_event(event):
    written = {name: canonical.text(value).encode() for name, value in event.items()}
    plain = tree.commitment([tree.leaf(SECRET, name, canonical.text(event[name])) for name in sorted(event)])
    assert commitment.commit_values(written, SECRET) == commitment.commit_values(canonical.properties_exact(event), SECRET) == plain


@given(events, st.data())
def test_any_other_value_of_a_shown_property_leads_elsewhere(event, data):
    name = data.draw(st.sampled_from(sorted(event)))
    other = data.draw(values)
    shown = disclose(event, SECRET, {name})
    place = next(i for i, item in enumerate(shown.properties) if item.name == name)
    forged = list(shown.properties)
    forged[place] = replace(forged[place], value=canonical.text(other))
    if canonical.text(other) == shown.properties[place].value:
        return
    try:
        found = commitment_of(Disclosure(shown.size, tuple(forged)))
    except InvalidInput:
        return
    assert found != commit(event, SECRET)


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40), st.data())
def test_a_path_has_one_length_for_each_index_and_size(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    rows = merkle.levels(leaves)
    path = merkle.path(rows, index)
    assert list(path) == tree.path(leaves, index)
    assert merkle.root_of_path(leaves[index], index, len(leaves), path) == merkle.root(leaves) == tree.root(leaves)
    with pytest.raises(InvalidInput, match="path"):
        merkle.root_of_path(leaves[index], index, len(leaves), [*path, bytes(32)])
    for outside in (-1, len(leaves)):
        with pytest.raises(InvalidInput, match="outside a tree"):
            merkle.root_of_path(leaves[index], outside, len(leaves), path)
    if path:
        with pytest.raises(InvalidInput, match="path"):
            merkle.root_of_path(leaves[index], index, len(leaves), path[:-1])


def test_an_empty_tree_has_no_root():
    with pytest.raises(InvalidInput):
        merkle.root([])
    with pytest.raises(InvalidInput):
        commitment_of(Disclosure(3, ()))


def test_a_secret_is_32_random_bytes():
    assert len({commitment.secret() for _ in range(100)}) == 100
    assert len(commitment.secret()) == 32
    with pytest.raises(InvalidInput, match="31 bytes"):
        commit({"eventID": "x"}, bytes(31))


def test_the_same_event_under_two_secrets_has_two_commitments():
    assert commit({"eventID": "x"}, bytes(32)) != commit({"eventID": "x"}, SECRET)


def test_a_property_shown_twice_or_out_of_order_is_refused():
    shown = disclose({"a": 1, "b": 2, "eventID": "x"}, SECRET)
    first, second, third = shown.properties
    for wrong in ((first, first, second), (second, first), (third, first)):
        with pytest.raises(InvalidInput, match="out of order"):
            commitment_of(Disclosure(3, wrong))


def test_names_are_sorted_by_code_point_not_by_utf16():
    names = ["\uff5e", "\U0001f600"]  # U+FF5E sorts before U+1F600, in UTF-16 after it
    shown = disclose(dict.fromkeys(reversed(names), 1) | {"eventID": "x"}, SECRET)
    assert [item.name for item in shown.properties] == ["eventID", *names]
