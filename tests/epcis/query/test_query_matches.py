"""Every parameter, alone and in pairs, against a second evaluator, over the events of the vectors."""

from __future__ import annotations

import random
from itertools import islice

import pytest

from ledger_client.epcis.items import items
from ledger_client.epcis.query import matches, of_address
from ledger_client.epcis.query.master_data import has, resolved
from ledger_client.epcis.query.patterns import parse as pattern
from ledger_client.epcis.query.terms import needed, terms_of
from tests.epcis.conformance.evaluator import holds
from tests.epcis.conformance.probes import Probe, probes
from tests.epcis.query.stored import events

EVENTS = events()
PROBES = sorted({probe for turn, event in enumerate(EVENTS) for probe in probes(event, turn)})


def _query(*asked: Probe):
    return of_address((name, text) for name, given in asked for text in given)


def _found(*asked: Probe) -> list[int]:
    conditions = _query(*asked).conditions
    return [at for at, event in enumerate(EVENTS) if matches(event, conditions)]


def _expected(*asked: Probe) -> list[int]:
    return [at for at, event in enumerate(EVENTS) if all(holds(event, name, list(given)) for name, given in asked)]


def test_the_vectors_give_occasion_for_every_kind_of_parameter():
    assert len(EVENTS) > 50
    assert len(PROBES) > 900
    named = {name.split("_")[0] for name, _ in PROBES}
    assert named == {"eventType", "EQ", "GT", "GE", "LT", "LE", "MATCH", "WD", "EXISTS"}
    for begin in ("INNER_", "ILMD_", "ERROR_DECLARATION_", "SENSORELEMENT_", "SENSORREPORT_", "INNER_ILMD_", "bizTransaction_", "value_"):
        assert any(name.split("_", 1)[-1].startswith(begin) for name, _ in PROBES), begin


def test_every_parameter_alone_finds_what_the_second_evaluator_finds():
    wrong = [probe for probe in PROBES if _found(probe) != _expected(probe)]
    assert wrong == []
    assert sum(bool(_expected(probe)) for probe in PROBES) > 0.9 * len(PROBES)


def test_parameters_in_pairs_and_values_in_lists():
    drawn = random.Random(7)
    pairs = ((drawn.choice(PROBES), drawn.choice(PROBES)) for _ in iter(int, 1))
    for one, other in islice((pair for pair in pairs if pair[0][0] != pair[1][0]), 1500):
        assert _found(one, other) == _expected(one, other), (one, other)
    by_name: dict[str, list[str]] = {}
    for name, given in PROBES:
        by_name.setdefault(name, []).extend(given)
    for name, given in by_name.items():
        if name.startswith(("EQ_", "MATCH_", "WD_", "eventType")):
            some = (name, tuple(drawn.sample(given, min(3, len(given)))))
            assert _found(some) == _expected(some)


def test_an_index_proposes_every_event_that_matches():
    kept = [terms_of(event, items(event)) for event in EVENTS]
    for probe in PROBES:
        for condition in _query(probe).conditions:
            wanted = needed(condition)
            for at in _found(probe) if wanted else ():
                assert wanted.terms & kept[at], (probe, EVENTS[at])
                assert not wanted.codes or wanted.codes & set(items(EVENTS[at])), (probe, EVENTS[at])


def test_an_index_proposes_little_else():
    """A figure of how well it narrows: of all events proposed, most match."""
    kept, proposed, right = [terms_of(event, items(event)) for event in EVENTS], 0, 0
    for probe in PROBES:
        for condition in _query(probe).conditions:
            if wanted := needed(condition):
                proposed += sum(bool(wanted.terms & terms) for terms in kept)
                right += len(_found(probe))
    assert right > 0.7 * proposed


SPELLINGS = (
    "urn:epc:id:sgtin:0614141.107346.2017",
    "https://id.gs1.org/01/10614141073464/21/2017",
    "(01)10614141073464(21)2017",
    "https://shop.example/p/gtin/10614141073464/ser/2017?x=1",
)


@pytest.mark.parametrize("spelled", SPELLINGS)
@pytest.mark.parametrize("written", SPELLINGS[:2])
def test_every_spelling_of_a_code_finds_every_other(spelled, written):
    event = {"type": "ObjectEvent", "epcList": [written], "readPoint": {"id": "urn:epc:id:sgln:0614141.07346.0"}}
    assert matches(event, of_address([("MATCH_epc", spelled), ("EQ_readPoint", "https://id.gs1.org/414/0614141073467")]).conditions)


@pytest.mark.parametrize(
    ("asked", "written", "same"),
    [
        ("0012", "0012", True),
        ("12", "0012", False),
        ("12", 12, True),
        ("12.0", 12, True),
        ("12", "12", True),
        ("true", True, True),
        ("2026-09-01T08:00:00+08:00", "2026-09-01T00:00:00Z", True),
        ("urn:epc:id:sscc:0614141.1234567890", "https://id.gs1.org/00/106141412345678908", True),
    ],
)
def test_values_of_extensions_are_compared_as_what_they_are(asked, written, same):
    event = {"@context": [{"ex": "https://ns.example.cn/"}], "ex:field": written}
    assert matches(event, of_address([("EQ_https://ns.example.cn/field", asked)]).conditions) is same
    assert matches(event, of_address([("EQ_other:field", asked)], {"other": "https://ns.example.cn/"}).conditions) is same
    assert matches(event, of_address([("EQ_ex:field", asked)]).conditions) is same
    assert not matches(event, of_address([("EQ_ex:field", asked)], {"ex": "https://elsewhere.example/"}).conditions)


def test_a_pattern_of_a_company_finds_its_codes_in_any_spelling():
    company = pattern("urn:epc:idpat:sgtin:0614141.*.*")
    assert company.matches("https://id.gs1.org/01/10614141073464/21/2017")
    assert company.matches("https://id.gs1.org/01/10614141073464")
    assert not company.matches("https://id.gs1.org/01/10614141073464/10/LOT")
    assert not company.matches("https://id.gs1.org/01/10614142073463/21/1")
    assert not company.matches("https://acme.example/01/1")


class Known:
    """Master data by hand: docks within a site, and what is known of it."""

    def descendants(self, codes):
        return codes | {"https://acme.example/dock/1"} if "https://acme.example/site" in codes else codes

    def having(self, attribute):
        known = {"https://acme.example/site": {"urn:epcglobal:cbv:mda#countryCode": "CN", "cbvmda:name": ["A", "B"], "children": ["x"]}}
        return frozenset(code for code, attributes in known.items() if has(attributes, attribute))


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("EQ_bizLocation", "https://acme.example/site", {"site"}),
        ("WD_bizLocation", "https://acme.example/site", {"site", "dock/1"}),
        ("WD_bizLocation", "https://acme.example/dock/1", {"dock/1"}),
        ("HASATTR_bizLocation", "cbvmda:countryCode", {"site"}),
        ("HASATTR_bizLocation", "cbvmda:children", set()),
        ("HASATTR_readPoint", "cbvmda:countryCode", set()),
        ("EQATTR_bizLocation_cbvmda:countryCode", "CN", {"site"}),
        ("EQATTR_bizLocation_urn:epcglobal:cbv:mda#name", "B|C", {"site"}),
        ("EQ_ATTR_bizLocation_cbvmda:countryCode", "DE", set()),
    ],
)
def test_master_data_decide_what_lies_within_and_what_has_an_attribute(name, value, found):
    conditions = resolved(of_address([(name, value)]).conditions, Known())
    places = {place for place in ("site", "dock/1") if matches({"bizLocation": {"id": f"https://acme.example/{place}"}}, conditions)}
    assert places == found


def test_a_place_within_a_gln_is_found_without_master_data():
    gln, dock = ({"readPoint": {"id": f"urn:epc:id:sgln:0614141.07346.{extension}"}} for extension in ("0", "12"))
    for name, found in (("EQ_readPoint", [gln]), ("WD_readPoint", [gln, dock])):
        conditions = of_address([(name, "https://id.gs1.org/414/0614141073467")]).conditions
        assert [event for event in (gln, dock) if matches(event, conditions)] == found
