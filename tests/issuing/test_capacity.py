"""What is said of a rule before it is made: how long its codes last, how hard they are to guess, what is costly to change."""

from __future__ import annotations

from datetime import date

import pytest

from issuing.capacity import capacity, statement
from issuing.judging import warnings
from tests.issuing.rules import counter, day, fixed, random, rule

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("segments", "told"),
    [
        ([counter(7, start=0)], "10,000,000 codes in all, enough until 2042 at 600,000 a year"),
        ([day("YY"), counter(7, start=0, reset="year")], "10,000,000 codes a year"),
        ([day("YY"), day("DDD"), counter(3, reset="day")], "999 codes a day, not enough for 1,644 a day at 600,000 a year"),
        ([random(8)], "65,610,000,000 codes in all; one guess in 109,350 hits a code that was issued"),
        ([counter(6, reset="year"), day("YY"), random(4)], "999,999 codes a year; one guess in 810,000 hits a code that was issued"),
    ],
)
def test_capacity_is_told_in_plain_words(segments: list[dict[str, object]], told: str):
    made = rule(*segments)
    assert statement(capacity(made, TODAY), made) == told


def test_what_was_used_is_not_there_any_more():
    made = rule(counter(7, start=0))
    assert capacity(made, TODAY, following=9_400_000).until == 2027
    assert not capacity(made, TODAY, following=9_500_000).enough


def test_a_counter_that_begins_high_has_given_only_what_it_gave():
    made = rule(counter(8, start=50_000_000))
    assert [capacity(made, TODAY, following=number).most for number in (0, 50_000_000, 50_000_200)] == [50_000_000, 50_000_000, 49_999_800]


@pytest.mark.parametrize(
    ("segments", "more", "names"),
    [
        ([day("YY"), counter(7, reset="year"), random(4)], {}, []),
        ([counter(7)], {"yearly": 1000}, ["countable"]),
        ([counter(7), random(4)], {"yearly": 2_000_000}, ["runs_out"]),
        ([counter(3), random(4)], {}, ["too_few"]),
        ([random(6, "digits")], {"yearly": 5000}, ["guessable"]),
        ([counter(6)], {"scheme": "lgtin", "yearly": 1000}, ["lot_granularity"]),
        ([fixed("A/B"), random(8)], {"yearly": 1000}, ["escaped"]),
        ([random(13, "digits")], {"scheme": "drug20", "base": "8123456", "yearly": 1000}, ["drug_platform"]),
    ],
)
def test_a_choice_that_is_costly_to_change_is_warned_of(segments: list[dict[str, object]], more: dict[str, object], names: list[str]):
    found = warnings(rule(*segments, **more), TODAY)
    assert [one.name for one in found] == names
    assert all(one.text for one in found)
