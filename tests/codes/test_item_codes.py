from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger_client.codes import canonical, parse
from ledger_client.codes.characters import DIGITS, SET_82
from ledger_client.codes.check_digit import check_digit
from ledger_client.codes.gs1_keys import KEYS, QUALIFIERS, item_code
from ledger_client.errors import InvalidCode
from ledger_client.onchain import keccak
from tests.epcis.vectors import VECTORS

CODES = json.loads((VECTORS / "item-codes.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", CODES["accepted"], ids=lambda vector: vector["text"][:60])
def test_every_spelling_gives_the_one_canonical_code(vector):
    item = parse(vector["text"])
    assert (item.uri, item.scheme, item.key) == (vector["code"], vector["scheme"], vector["key"])
    assert parse(item.uri) == item, "a canonical code stands for itself"


@pytest.mark.parametrize("vector", CODES["refused"], ids=lambda vector: vector["text"][:60])
def test_what_is_wrong_is_refused_with_the_reason(vector):
    with pytest.raises(InvalidCode) as refused:
        parse(vector["text"])
    assert vector["says"] in str(refused.value)


def test_no_spelling_is_left_out():
    assert (len(CODES["accepted"]), len(CODES["refused"])) == (122, 107)
    assert {vector["key"] for vector in CODES["accepted"] if vector["scheme"] == "gs1"} == set(KEYS), "each key of spec 1.2 is among them"


def test_a_code_that_is_no_text_is_refused():
    with pytest.raises(InvalidCode, match="never numbers"):
        parse(6901234567892)


def test_the_parts_are_given_decoded():
    assert parse("(01)06901234567892(21)A/1").parts == {"01": "06901234567892", "21": "A/1"}
    assert parse("81234567890123456789").parts == {"drug20": "81234567890123456789", "product": "8123456", "serial": "789012345"}


def test_the_item_id_is_the_hash_of_the_canonical_code():
    assert parse("6901234567892").item_id == keccak(b"https://id.gs1.org/01/06901234567892")


def test_check_digits_are_those_of_the_general_specifications():
    assert [check_digit(digits) for digits in ("629104150021", "690123456789", "1061414100041", "37610425002123456")] == [
        "3",
        "2",
        "5",
        "9",
    ]


def _texts(allowed: frozenset[str], most: int) -> st.SearchStrategy[str]:
    return st.text(sorted(allowed), min_size=1, max_size=most)


@st.composite
def gs1_items(draw: st.DrawFn) -> tuple[str, str, dict[str, str]]:
    """Any valid key with its value and at most one qualifier."""
    key = KEYS[draw(st.sampled_from(sorted(KEYS)))]
    body = draw(st.text("0123456789", min_size=20, max_size=20))
    if key.ai == "8006":
        value = body[:13] + check_digit(body[:13]) + "0102"
    elif key.checked:
        start = ("0" + body)[: key.checked - 1] if key.ai == "8003" else body[: key.checked - 1]
        value = start + check_digit(start)
    else:
        value = body[:7]
    if key.tail:
        value += draw(st.text(sorted(key.charset), max_size=key.tail - (0 if key.digits else 7)))
    refinements = {}
    if key.finest and draw(st.booleans()):
        qualifier = QUALIFIERS[draw(st.sampled_from(key.finest))]
        text = draw(_texts(qualifier.charset, qualifier.most))
        refinements = {qualifier.ai: "1" + text[1:] if qualifier.charset is DIGITS else text}
    return key.ai, value, refinements


@settings(deadline=None)
@given(gs1_items())
def test_the_canonical_code_of_a_canonical_code_is_itself(item):
    ai, value, refinements = item
    printed = "".join(f"({name}){text.replace('(', chr(92) + '(')}" for name, text in {ai: value, **refinements}.items())
    code = canonical(printed)
    assert canonical(code) == code
    assert code.startswith(f"https://id.gs1.org/{ai}/")
    assert parse(code).parts[ai] == value


@settings(deadline=None)
@given(gs1_items())
def test_a_scanned_and_a_printed_element_string_name_the_same_item(item):
    ai, value, refinements = item
    scanned = "\x1d" + "\x1d".join(name + text for name, text in {ai: value, **refinements}.items())
    printed = "".join(f"({name}){text.replace('(', chr(92) + '(')}" for name, text in {ai: value, **refinements}.items())
    assert canonical(scanned) == canonical(printed)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_gives_a_code_or_a_reason(text):
    try:
        code = canonical(text)
    except InvalidCode:
        return
    assert canonical(code) == code
    assert code.isascii()


@settings(deadline=None)
@given(_texts(SET_82, 20), _texts(SET_82, 20))
def test_two_serials_share_a_code_only_if_they_are_the_same(one, other):
    codes = [item_code("01", "06901234567892", {"21": serial}).uri for serial in (one, other)]
    assert (codes[0] == codes[1]) == (one == other)
