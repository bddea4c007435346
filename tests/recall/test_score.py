"""Points are lost for what went wrong, and for nothing else."""

import pytest

from recall.drill.score import HOURS, RULES, score

GOOD = {
    "unitsAffected": 1000, "unitsLocated": 1000, "openEnds": 0, "owners": 4, "ownersNotified": 4, "ownersNotifiedInTime": 4,
    "ownersAnswered": 4, "ownersAnsweredInTime": 4, "amountsToCount": 6, "amountsAddingUp": 6, "secondsToAffectedSet": 3,
}  # fmt: skip


def test_a_drill_that_goes_well_has_all_points_and_passes():
    found = score(GOOD)
    assert (found.points, found.most, found.passed) == (100, 100, True)
    assert sum(most for _, most, _ in RULES) == 100


@pytest.mark.parametrize(
    ("changed", "criterion", "points", "passed"),
    [
        ({"secondsToAffectedSet": 4 * HOURS}, "traced", 20, True),
        ({"secondsToAffectedSet": 4 * HOURS + 1}, "traced", 10, False),
        ({"secondsToAffectedSet": 24 * HOURS + 1}, "traced", 0, False),
        ({"openEnds": 2}, "complete", 0, True),
        ({"unitsLocated": 999}, "located", 24, False),
        ({"ownersNotifiedInTime": 3}, "notified", 11, True),
        ({"ownersAnsweredInTime": 0}, "answered", 0, True),
        ({"amountsAddingUp": 5}, "adds_up", 12, True),
    ],
)
def test_each_shortcoming_costs_points_where_it_belongs(changed, criterion, points, passed):
    found = score(GOOD | changed)
    assert {line.criterion: line.points for line in found.lines}[criterion] == points
    assert [line.criterion for line in found.lines if line.points < line.most and line.criterion != criterion] == []
    assert found.passed is passed


def test_points_short_of_enough_do_not_pass_even_when_all_is_located():
    assert not score(GOOD | {"ownersNotifiedInTime": 0, "ownersAnsweredInTime": 0}).passed


def test_a_set_that_was_never_found_has_no_points_for_it():
    assert not score({}).passed
