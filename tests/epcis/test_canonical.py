"""RFC 8785: the examples of the RFC, and the properties that the ledger relies on."""

from __future__ import annotations

import json
from decimal import Decimal
from enum import IntEnum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger_client import canonical
from ledger_client.errors import InvalidInput

# RFC 8785 appendix B: the double, as its bits, and its text.
RFC_NUMBERS = {
    -0.0: "0",
    5e-324: "5e-324",
    -5e-324: "-5e-324",
    1.7976931348623157e308: "1.7976931348623157e+308",
    9007199254740992.0: "9007199254740992",
    -9007199254740992.0: "-9007199254740992",
    295147905179352830000.0: "295147905179352830000",
    9.999999999999997e22: "9.999999999999997e+22",
    1e23: "1e+23",
    1.0000000000000001e23: "1.0000000000000001e+23",
    999999999999999700000.0: "999999999999999700000",
    999999999999999900000.0: "999999999999999900000",
    1e21: "1e+21",
    9.999999999999997e-7: "9.999999999999997e-7",
    0.000001: "0.000001",
    333333333.33333325: "333333333.33333325",
    0.9999999999999999: "0.9999999999999999",
    1424953923781206.2: "1424953923781206.2",
}


@pytest.mark.parametrize(("double", "text"), RFC_NUMBERS.items(), ids=RFC_NUMBERS.values())
def test_numbers_are_printed_as_the_rfc_prints_them(double, text):
    assert canonical.number(double) == text
    assert canonical.number(Decimal(text)) == text


def test_keys_are_sorted_by_their_utf_16_code_units():
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\x80", "\u00f6"]
    assert list(json.loads(canonical.text(dict.fromkeys(names)))) == ["\r", "1", "\x80", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def test_texts_are_escaped_as_the_rfc_escapes_them():
    assert canonical.encode('\u20ac$\x0f\nA\'B"\\\\"/\x7f') == b'"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/\x7f"'


def test_the_nesting_example_of_the_rfc():
    given = {
        "numbers": [Decimal("333333333.33333329"), Decimal("1E30"), Decimal("4.50"), Decimal("2e-3"), 1e-27],
        "literals": [None, True, False],
    }
    given["numbers"][0] = 333333333.33333329
    assert canonical.encode(given) == b'{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27]}'


@pytest.mark.parametrize(
    "number",
    [
        9007199254740993,
        2**60,
        10**400,
        Decimal("0.12345678901234567890"),
        Decimal("1E400"),
        Decimal("1E-400"),
        Decimal("1E999999"),
        float("nan"),
        float("inf"),
    ],
    ids=lambda number: str(number)[:30] if not isinstance(number, int) else hex(number)[:20],
)
def test_a_number_that_no_double_holds_is_refused_with_the_way_out(number):
    with pytest.raises(InvalidInput, match="send it as a string"):
        canonical.encode({"quantity": number})


def test_a_number_of_very_many_digits_is_refused_at_once():
    with pytest.raises(InvalidInput, match="send it as a string"):
        canonical.number(Decimal("1" + "0" * 5000 + "1"))


def test_a_float_does_not_vouch_for_the_decimal_behind_it():
    assert canonical.number(0.1) == "0.1"
    with pytest.raises(InvalidInput):
        canonical.number(Decimal.from_float(0.1))


@pytest.mark.parametrize("value", [{"a": "\ud83d"}, {"\ud83d": 1}, {1: 2}, {"a": {1, 2}}, b"bytes", IntEnum("E", "A").A], ids=repr)
def test_what_json_does_not_have_is_refused(value):
    with pytest.raises(InvalidInput):
        canonical.encode(value)


_LEAVES = st.none() | st.booleans() | st.text() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
_JSON = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4), max_leaves=12
)


@settings(deadline=None)
@given(_JSON)
def test_reading_the_bytes_back_gives_the_same_bytes(value):
    encoded = canonical.encode(value)
    assert canonical.encode(json.loads(encoded, parse_float=Decimal)) == encoded
    assert canonical.encode(json.loads(encoded)) == encoded


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=5), _LEAVES, min_size=2), st.randoms())
def test_the_order_of_keys_does_not_matter(value, random):
    names = list(value)
    random.shuffle(names)
    assert canonical.encode({name: value[name] for name in names}) == canonical.encode(value)


_EXACT = st.recursive(
    st.none() | st.booleans() | st.text() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False, places=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
_ANY_TEXT = st.text(st.characters(), max_size=8)  # half characters, too


def _outcome(encode, value):
    """What came back, or what was refused and why."""
    try:
        return encode(value)
    except InvalidInput as error:
        return str(error)


@settings(deadline=None)
@given(_EXACT)
def test_the_fast_way_gives_the_bytes_of_the_plain_one_or_refuses_the_same(value):
    assert _outcome(canonical.encode_exact, value) == _outcome(canonical.encode, value)


@settings(deadline=None)
@given(st.dictionaries(_ANY_TEXT, st.dictionaries(_ANY_TEXT, _ANY_TEXT, max_size=4), max_size=4))
def test_the_fast_way_treats_keys_and_texts_of_any_characters_as_the_plain_one(value):
    assert _outcome(canonical.encode_exact, value) == _outcome(canonical.encode, value)
    assert _outcome(canonical.properties_exact, value) == _outcome(canonical.properties, value)


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=5), _EXACT, max_size=4))
def test_the_properties_are_the_values_of_the_whole_whichever_way(value):
    plain = _outcome(canonical.properties, value)
    assert _outcome(canonical.properties_exact, value) == plain
    if isinstance(plain, dict):
        assert plain == {name: canonical.encode(content) for name, content in value.items()}


@pytest.mark.parametrize(
    "number", [2**53 - 1, 2**53, -(2**53), 2**60, 2**70, 10**21, Decimal("-0"), Decimal("1E21"), Decimal("4.50"), Decimal("1E400")]
)
def test_numbers_at_the_edges_are_written_or_refused_alike(number):
    for value in (number, [number], {"quantity": number}):
        assert _outcome(canonical.encode_exact, value) == _outcome(canonical.encode, value)


def test_keys_above_u_ffff_are_sorted_by_utf_16_in_the_fast_way_too():
    value = {"a": {"\ufb33": 1, "\U0001f600": 2}}
    assert canonical.encode_exact(value) == canonical.encode(value) == '{"a":{"\U0001f600":2,"\ufb33":1}}'.encode()
    assert canonical.properties_exact(value) == canonical.properties(value)
