"""Points are lost for what went wrong, and for nothing else."""

from decimal import Decimal

import pytest

from recall.drill.quantity import Quantity, of_json, told
from recall.drill.score import HOURS, RULES, TABLE, follows, score

GOOD = {
    "unitsAffected": 1000, "unitsLocated": 1000, "openEnds": 0, "owners": 4, "ownersNotified": 4, "ownersNotifiedInTime": 4,
    "ownersAnswered": 4, "ownersAnsweredInTime": 4, "secondsToAffectedSet": 3,
}  # fmt: skip


def amount(uom, affected, located=None, to_count=0, adding_up=0):
    """Amounts of one unit of measure."""
    found = (affected, affected if located is None else located, 0, to_count, adding_up)
    return Quantity(uom, *(Decimal(str(one)) for one in found))


AMOUNTS = [amount("KGM", "19.5", None, "19.5", "19.5"), amount("units", 1000, None, 400, 400)]


def test_a_drill_that_goes_well_has_all_points_and_passes():
    found = score(GOOD, AMOUNTS)
    assert (found.points, found.most, found.passed) == (100, 100, True)
    assert [sum(most for _, most, _ in rules) for rules in RULES.values()] == [100, 100]


@pytest.mark.parametrize(
    ("changed", "criterion", "points", "passed"),
    [
        ({"secondsToAffectedSet": 4 * HOURS}, "traced", 20, True),
        ({"secondsToAffectedSet": 4 * HOURS + 1}, "traced", 10, False),
        ({"secondsToAffectedSet": 24 * HOURS + 1}, "traced", 0, False),
        ({"openEnds": 2}, "complete", 0, True),
        ({"ownersNotifiedInTime": 3}, "notified", 11, True),
        ({"ownersAnsweredInTime": 3}, "answered", 11, True),
        ({"ownersAnsweredInTime": 0}, "answered", 0, False),
    ],
)
def test_each_shortcoming_costs_points_where_it_belongs(changed, criterion, points, passed):
    found = score(GOOD | changed, AMOUNTS)
    assert {line.criterion: line.points for line in found.lines}[criterion] == points
    assert [line.criterion for line in found.lines if line.points < line.most and line.criterion != criterion] == []
    assert found.passed is passed


def test_points_short_of_enough_do_not_pass_even_when_all_is_located():
    assert not score(GOOD | {"ownersNotifiedInTime": 0, "ownersAnsweredInTime": 0}, AMOUNTS).passed


@pytest.mark.parametrize(
    ("amounts", "points"),
    [
        ([amount("KGM", 500, 499, 500, 500)], {"located": 24, "adds_up": 15}),  # one lot, of which a kilogram is nowhere
        ([amount("KGM", 500, None, 500, 499)], {"located": 25, "adds_up": 14}),
        (
            [amount("KGM", 500, None, 500, 500), amount("LTR", 10, 5, 10, 5)],
            {"located": 12, "adds_up": 7},
        ),  # litres do not drown in kilograms
        ([amount("KGM", 500), amount("unsaid", 2, 1)], {"located": 12, "adds_up": 15}),
        ([], {"located": 25, "adds_up": 15}),
    ],
)
def test_what_is_located_and_counted_is_scored_by_quantity_of_the_unit_of_which_least_is(amounts, points):
    found = {line.criterion: line.points for line in score(GOOD, amounts).lines}
    assert {name: found[name] for name in points} == points


def test_a_drill_with_something_nowhere_does_not_pass():
    assert not score(GOOD | {"unitsLocated": 999}, [amount("units", 100_000, 99_999)]).passed


def test_points_by_the_table_before_are_still_those_of_its_figures():
    found = score(GOOD | {"unitsLocated": 999, "amountsToCount": 6, "amountsAddingUp": 5}, (), "1")
    assert (TABLE, [line.points for line in found.lines]) == ("2", [20, 10, 24, 15, 15, 12])


def test_points_that_do_not_follow_from_figures_quantities_and_table_are_told():
    whole = GOOD | {"quantities": told(AMOUNTS), "points": 100, "passed": "yes", "table": TABLE}
    assert follows(whole)
    assert follows({"title": "a recall has no points"})
    for wrong in ({"points": 99}, {"passed": "no"}, {"table": "9"}, {"openEnds": 1}, {"quantities": told([amount("KGM", 2, 1)])}):
        assert not follows(whole | wrong)
    assert not follows({name: value for name, value in whole.items() if name != "quantities"})


def test_quantities_are_read_again_as_they_were_told_and_nothing_else_is():
    assert of_json(told(AMOUNTS)) == AMOUNTS
    (whole,) = told(AMOUNTS[:1])
    for wrong in (
        None,
        {},
        ["a"],
        [whole | {"located": "NaN"}],
        [whole | {"located": "-1"}],
        [whole | {"affected": "1E999999"}],
        [whole | {"uom": 1}],
    ):
        assert of_json(wrong) is None


def test_a_set_that_was_never_found_has_no_points_for_it():
    assert not score({}).passed
