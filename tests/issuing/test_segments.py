"""A rule's segments become codes that every reader takes, and what would become others, or repeat, is refused."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given as drawn_from
from hypothesis import strategies as st

from issuing.composing import Context, checked_names, drawn, period, texts
from issuing.definition import definition
from issuing.judging import check as judge
from issuing.schemes import SCHEMES
from ledger_client.codes import parse
from ledger_client.codes.iso7064 import require_check_characters
from ledger_client.errors import InvalidInput
from tests.issuing.rules import GTIN, check, counter, day, fixed, given, random, rule

DAY = date(2026, 11, 26)
BASES = {
    "sgtin": GTIN,
    "lgtin": GTIN,
    "sscc": "36901234",
    "grai": "6901234000016",
    "giai": "6901234",
    "gln": "6901234",
    "sgln": "6901234000009",
    "drug20": "8123456",
    "ecode": "1000069012",
    "company": "https://code.dairy.example/milk/",
}


def fitting(scheme: str) -> dict[str, object]:
    """A counter as long as the scheme needs."""
    least, most = SCHEMES[scheme].room(BASES[scheme])
    return counter(least if least == most else 6)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_scheme_makes_codes_that_are_read_back_as_themselves(scheme: str):
    made = rule(fitting(scheme), scheme=scheme, base=BASES[scheme])
    judge(made)
    for text in texts(made, Context(DAY), [1, 17, 4711]):
        code = made.scheme.code(made.base, text)
        assert parse(code).uri == code
        assert code.startswith(made.stem)
        if scheme not in ("ecode", "company"):
            assert parse(made.scheme.printed(made.base, text)).uri == code


def test_segments_stand_in_their_order():
    names = [{"kind": "line", "width": 1}, {"kind": "shift", "width": 1}]
    made = rule(fixed("M"), day("YY"), day("DDD"), *names, counter(5), check("37,36"))
    judge(made)
    [text] = texts(made, Context(DAY, {"line": "3", "shift": "B"}), [42])
    assert text[:-1] == "M263303B00042"
    require_check_characters("code", text, "37,36")


def test_a_counter_counts_in_its_own_alphabet():
    made = rule(counter(2, alphabet="ABC"))
    assert texts(made, Context(DAY), [0, 1, 3, 8]) == ["AA", "AB", "BA", "CC"]


def test_a_week_bears_the_year_that_it_belongs_to():
    made = rule(day("YY"), day("WW"), counter(6, reset="week"))
    new_year = date(2027, 1, 2)  # of the last week of 2026
    assert texts(made, Context(new_year), [1]) == ["2653000001"]
    assert period(made, new_year) == "2026-W53"


@pytest.mark.parametrize(
    ("reset", "parts", "refused"),
    [
        ("year", [], True),
        ("year", ["YY"], False),
        ("year", ["MM", "DD"], True),
        ("month", ["YY"], True),
        ("month", ["YYYY", "MM"], False),
        ("week", ["YY", "WW"], False),
        ("day", ["YY", "MM"], True),
        ("day", ["YY", "MM", "DD"], False),
        ("day", ["YY", "DDD"], False),
        ("day", ["DDD"], True),
    ],
)
def test_a_counter_that_would_repeat_its_codes_is_refused(reset: str, parts: list[str], refused: bool):
    made = rule(*map(day, parts), counter(6, reset=reset))
    if refused:
        with pytest.raises(InvalidInput, match="codes would repeat"):
            judge(made)
    else:
        judge(made)


@pytest.mark.parametrize(
    ("segments", "words"),
    [
        ([fixed("A(1"), counter(6)], "may hold '\\('"),
        ([fixed("A:1"), counter(6)], "may hold ':'"),
        ([fixed("奶"), counter(6)], "which GS1 SGTIN"),
        ([fixed("A" * 15), counter(6)], "make 21 characters"),
        ([fixed("A")], "gives every item the same code"),
        ([counter(6), check("37-2")], "may hold '\\*'"),
        ([fixed("a"), counter(6), check("37,36")], "check character behind it"),
        ([counter(6), counter(6)], "more than once"),
        ([check(), counter(6)], "over nothing"),
        ([counter(2, start=100)], "more digits than the counter"),
    ],
)
def test_what_no_reader_would_take_is_refused(segments: list[dict[str, object]], words: str):
    with pytest.raises(InvalidInput, match=words):
        judge(rule(*segments))


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"base": "06901234567893"}, "base"),
        ({"scheme": "sscc", "level": "case", "base": "x"}, "base"),
        ({"scheme": "company", "base": "https://id.gs1.org/01/"}, "base"),
        ({"scheme": "company", "base": "https://dairy.example"}, "base"),
        ({"scheme": "company", "base": "https://dairy.example/01/06901234567892/21/"}, "base"),
        ({"scheme": "rfid"}, "scheme"),
        ({"level": "lot"}, "level"),
        ({"yearly": 0}, "yearly"),
        ({"yearly": True}, "yearly"),
        ({"onlyIssued": "yes"}, "onlyIssued"),
        ({"color": 1}, "color"),
        ({"segments": []}, "segments"),
        ({"segments": [{"kind": "counter", "width": 0}]}, "segments[0].width"),
        ({"segments": [{"kind": "counter", "width": 3, "text": "x"}]}, "segments[0].text"),
        ({"segments": [{"kind": "moon"}]}, "segments[0].kind"),
        ({"segments": [{"kind": "random", "width": 3, "alphabet": "AA"}]}, "segments[0].alphabet"),
    ],
)
def test_a_wrong_field_is_named(more: dict[str, object], field: str):
    with pytest.raises(InvalidInput) as refused:
        definition(given(counter(6)) | more)
    assert refused.value.field == field
    assert refused.value.fix


def test_an_order_names_line_and_shift_as_the_rule_wants_them():
    made = rule({"kind": "line", "width": 2}, counter(4), check())
    assert checked_names(made, {"line": "07"}) == {"line": "07"}
    for wrong in ({}, {"line": "7"}, {"line": "A7"}, {"line": "07", "shift": "1"}):
        with pytest.raises(InvalidInput):
            checked_names(made, wrong)


@drawn_from(st.integers(2, 60), st.integers(1, 20), st.integers(0, 50))
def test_as_many_random_texts_are_drawn_as_are_wanted(base: int, width: int, count: int):
    alphabet = "".join(map(chr, range(60, 60 + base)))
    found = drawn(alphabet, width, count)
    assert [len(text) for text in found] == [width] * count
    assert set("".join(found)) <= set(alphabet)


def test_every_character_is_drawn_as_often_as_any_other():
    found = Counter("".join(drawn("23456789ABCDEFGHJKMNPQRSTVWXYZ", 10, 60_000)))
    assert len(found) == 30
    assert sum((count - 20_000) ** 2 / 20_000 for count in found.values()) < 70  # chi-square, 29 degrees: once in 30,000 runs by chance


def test_a_definition_is_read_back_from_its_json():
    made = rule(fixed("M"), day("YY"), counter(5, reset="year", alphabet="clear"), random(4), check("37,36"))
    assert definition(made.as_json()) == made
