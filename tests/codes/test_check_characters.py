"""Check characters against examples that others published (tests/vectors/check-characters.json)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_client.codes import parse
from ledger_client.codes.check_pair import check_pair, require_check_pair
from ledger_client.codes.iso7064 import SYSTEMS, check_characters, require_check_characters
from ledger_client.errors import InvalidCode
from tests.epcis.vectors import load

VECTORS = load("check-characters.json")
MODELS = [vector for vector in VECTORS if vector["system"] == "1021,32"]
OTHERS = [vector for vector in VECTORS if vector["system"] != "1021,32"]


def test_no_example_is_left_out():
    assert len(VECTORS) == 49
    assert {vector["system"] for vector in OTHERS} == set(SYSTEMS)


@pytest.mark.parametrize("vector", OTHERS, ids=lambda vector: f"{vector['system']} {vector['code']}")
def test_iso_7064_gives_the_published_characters(vector):
    assert check_characters(vector["code"], vector["system"]) == vector["check"]
    require_check_characters("code", vector["code"] + vector["check"], vector["system"])


@pytest.mark.parametrize("vector", MODELS, ids=lambda vector: vector["code"])
def test_the_pair_of_a_model_number_is_the_published_one(vector):
    assert check_pair(vector["code"]) == vector["check"]
    require_check_pair("GMN", vector["code"] + vector["check"])


def test_a_wrong_check_character_is_refused_with_the_right_one():
    with pytest.raises(InvalidCode, match="the right ones are BM: BAISDLAFKBM"):
        require_check_characters("code", "BAISDLAFKBA", "661-26")
    with pytest.raises(InvalidCode, match="the right one is 2K: 1987654Ad4X4bL5ttr2310c2K"):
        require_check_pair("GMN", "1987654Ad4X4bL5ttr2310c2X")


@pytest.mark.parametrize(
    ("code", "system", "says"),
    [("", "11-2", "is empty"), ("12a", "37,36", "holds 'a'"), ("A", "97-10", "only 0 to 9"), ("1", "10,9", "is not known")],
)
def test_what_a_system_does_not_protect_is_refused(code, system, says):
    with pytest.raises(InvalidCode, match=says):
        check_characters(code, system)


@pytest.mark.parametrize("system", SYSTEMS.values(), ids=lambda system: system.name)
@given(data=st.data())
def test_every_wrong_character_and_every_swap_of_neighbours_is_noticed(system, data):
    """What the standard promises: each single error; each swap too in the pure systems."""
    code = data.draw(st.text(system.alphabet, min_size=2, max_size=12))
    right = system.compute(code)
    place = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from(system.alphabet.replace(code[place], "")))
    assert system.compute(code[:place] + other + code[place + 1 :]) != right
    swapped = code[: place - 1] + code[place] + code[place - 1] + code[place + 1 :] if place else code
    if swapped != code and "-" in system.name:
        assert system.compute(swapped) != right


def test_a_model_number_in_an_element_string_is_checked_too():
    assert parse("]d20106901234567892" + "8013" + "1987654Ad4X4bL5ttr2310c2K").uri == "https://id.gs1.org/01/06901234567892"
    with pytest.raises(InvalidCode, match="the right one is 2K"):
        parse("]d20106901234567892" + "8013" + "1987654Ad4X4bL5ttr2310c2X")
