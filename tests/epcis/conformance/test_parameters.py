"""GET /events: every parameter and parameter pattern of GS1's query-schema.json, alone, in lists and in pairs, against the evaluator."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from pathlib import Path

import pytest

from tests.epcis.conformance.probes import Probe
from tests.epcis.conformance.run import Run

SCHEMA = json.loads((Path(__file__).parents[2] / "vectors" / "query-schema.json").read_text())["definitions"]["EPCIS-Query"]
ELSEWHERE = ("@context", "orderBy", "orderDirection", "eventCountLimit", "maxEventCount")  # test_order_and_limits, test_named_queries
MASTER_DATA = ("^HASATTR_", "^EQ_ATTR_")  # test_master_data
SPELT = {f"{order}_errorDeclaration_Time": f"{order}_errorDeclarationTime" for order in ("GE", "LT")}  # as openapi.json has it
PARAMETERS = [one for one in SCHEMA["properties"] if one not in ELSEWHERE]
PATTERNS = [one for one in SCHEMA["patternProperties"] if not one.startswith(MASTER_DATA)]
PAIRS, LISTED = 300, ("EQ_", "MATCH_", "WD_", "eventType")


def asked_of(run: Run, parameter: str) -> list[Probe]:
    """The questions of one parameter, or of one pattern of parameters."""
    pattern = parameter.replace("\\\\", "\\") if parameter.startswith("^") else re.escape(SPELT.get(parameter, parameter))
    return [(name, given) for name, given in run.probes if re.fullmatch(pattern, name)]


def differences(run: Run, *asked: Probe) -> list[str]:
    """What was asked, and which of the run's events were found and should not have been (+), or the other way round (-)."""
    found = run.found(**{name: "|".join(given) for name, given in asked})
    expected, number = run.expected(*asked), list(run.events).index
    wrong = [f"+{number(one)}" for one in set(found) - expected] + [f"-{number(one)}" for one in expected - set(found)]
    wrong += [f"twice {number(one)}" for one in set(found) if found.count(one) > 1]
    question = " & ".join(f"{name}={'|'.join(given)}" for name, given in asked)
    return [f"{question}: events {' '.join(sorted(wrong))}"] if wrong else []


def of_all(run: Run, questions: Iterable[tuple[Probe, ...]]) -> list[str]:
    """The differences of many questions, but for those that the server does not offer: the test of the parameter alone says so."""
    found: list[str] = []
    for asked in questions:
        with suppress(pytest.skip.Exception):
            found += differences(run, *asked)
    return found


@pytest.mark.parametrize("parameter", [*PARAMETERS, *PATTERNS])
def test_a_parameter_alone_finds_what_it_should(run: Run, parameter: str):
    questions = asked_of(run, parameter)
    assert questions, "the run has no event that gives occasion for it"
    assert [told for one in questions for told in differences(run, one)] == []


def test_of_several_values_any_has_to_hold(run: Run):
    drawn, values = random.Random(run.name), dict[str, list[str]]()
    for name, given in run.probes:
        if name.startswith(LISTED):
            values.setdefault(name, []).extend(given)
    lists = [((name, tuple(drawn.sample(given, min(3, len(given))))),) for name, given in sorted(values.items()) if len(given) > 1]
    assert of_all(run, lists) == []


def test_of_two_parameters_both_have_to_hold(run: Run):
    drawn = random.Random(run.name)
    pairs = ((drawn.choice(run.probes), drawn.choice(run.probes)) for _ in iter(int, 1))
    some = islice((pair for pair in pairs if pair[0][0] != pair[1][0]), PAIRS // 2)
    met = islice((pair for pair in pairs if pair[0][0] != pair[1][0] and run.expected(*pair)), PAIRS // 2)
    assert of_all(run, (*some, *met)) == []


def test_no_condition_at_all_finds_every_event(run: Run):
    assert sorted(run.found()) == sorted(run.events)
