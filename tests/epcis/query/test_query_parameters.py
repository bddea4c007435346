"""Which parameters there are, what they take, and what is said when it is something else."""

from __future__ import annotations

import json
import re

import pytest

from ledger_client.epcis.query import QueryParameter, of_address, of_json
from tests.epcis.vectors import VECTORS

SCHEMA = json.loads((VECTORS / "query-schema.json").read_text())["definitions"]["EPCIS-Query"]
TIME, URI = "2026-09-01T06:10:00+08:00", "https://acme.example/x"
NAMED = {
    "eventType": ["ObjectEvent"],
    "EQ_action": ["ADD"],
    "EQ_bizStep": ["shipping"],
    "EQ_type": ["Temperature"],
    "EQ_booleanValue": True,
}
NAMED |= {"orderBy": "eventTime", "orderDirection": "ASC", "eventCountLimit": 5, "maxEventCount": 5, "EQ_errorReason": ["incorrect_data"]}
NAMED |= {"@context": {"ex": "https://ns.example.cn/"}}


def _value(name: str, schema: dict) -> object:
    if name in NAMED:
        return NAMED[name]
    if "isposition" in name:
        return ["in_transit"]
    if name.startswith("MATCH"):
        return ["urn:epc:id:sgtin:0614141.107346.2017"]
    kind = schema.get("type") or schema.get("$ref", "")
    if kind == "array":
        return [1.5] if "quantity" in name or "value_" in name else [URI]
    if kind == "integer":
        return 1
    return TIME if kind.endswith("time") else 1.5


def _named(pattern: str) -> str:
    """A name that a pattern of the schema stands for."""
    name = pattern.strip("^$").replace(r"[a-z][a-zA-Z0-9]*\\:\\w+", "ex:field").replace("[A-Z0-9]{2,4}", "CEL")
    name = name.replace("bizTransaction_[a-z][a-zA-Z0-9_]+", "bizTransaction_po").replace("[a-z][a-zA-Z0-9_]+", "owning_party")
    return name.replace(r"\\w+_\\w+", "bizLocation_country")


@pytest.mark.parametrize("name", SCHEMA["properties"])
def test_every_parameter_of_the_schema_is_known(name):
    more = {"orderBy": "eventTime"} if name == "eventCountLimit" else {}
    of_json({name: _value(name, SCHEMA["properties"][name])} | more)


@pytest.mark.parametrize("pattern", SCHEMA["patternProperties"])
def test_every_pattern_of_the_schema_is_known(pattern):
    name = _named(pattern)
    assert not re.search(r"[\\\[\]^$]", name), name
    query = of_json({name: _value(name, SCHEMA["patternProperties"][pattern]), "@context": NAMED["@context"]})
    assert [condition.parameter for condition in query.conditions] == [name]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("EQ_bizStepp", "shipping", "is no parameter"),
        ("GT_eventTime", TIME, "is no parameter"),
        ("MATCH_bizStep", "shipping", "is no parameter"),
        ("EQ_field", "1", "is no parameter"),
        ("EQ_ILMD_field", "1", "is no parameter"),
        ("EQ_quantity_kilo", "1", "is no parameter"),
        ("EQ_bizTransaction_order", URI, "is no parameter"),
        ("EQ_bizTransaction_", URI, "is no parameter"),
        ("EXISTS_bizStep", "true", "is no parameter"),
        ("HASATTR_action", "x", "is no parameter"),
        ("EQATTR_bizLocation", "x", "is no parameter"),
        ("perpage", "1", "is no parameter"),
        ("", "1", "is no parameter"),
        ("EQ_bizStep", "shippign", "is no word"),
        ("EQ_bizStep", "https://ref.gs1.org/cbv/BizStep-shippign", "is no word"),
        ("EQ_bizStep", "", "is empty"),
        ("EQ_type", "Warmth", "is no word"),
        ("EQ_action", "add", "is no action"),
        ("eventType", "Object", "is no event type"),
        ("GE_eventTime", "yesterday", "is no time"),
        ("GE_eventTime", "2026-13-01T00:00:00Z", "is no time"),
        ("GE_eventTime", f"{TIME}|{TIME}", "has 2 values"),
        ("EQ_quantity", "many", "is no number"),
        ("GE_value_CEL", "warm", "is no number"),
        ("GE_value_CEL", "NaN", "is no number"),
        ("GE_ex:field", "much", "neither a number nor a time"),
        ("EQ_readPoint", "dock 3", "is no URI"),
        ("MATCH_epc", "urn:epc:id:sgtin:0614141.107346", "it needs 3"),
        ("MATCH_epc", "https://id.gs1.org/01/10614141073465", "check digit"),
        ("MATCH_epc", "urn:epc:idpat:sgtin:*.107346.*", "after the first *"),
        ("MATCH_epc", "dock", "is of no known form"),
        ("EXISTS_errorDeclaration", "perhaps", "neither true nor false"),
        ("EQ_booleanValue", "yes", "neither true nor false"),
        ("orderBy", "bizStep", "is no field to order by"),
        ("orderDirection", "UP", "is no direction"),
        ("maxEventCount", "-1", "is no number of events"),
        ("eventCountLimit", "5", "without orderBy"),
    ],
)
def test_what_is_wrong_is_named_with_the_parameter_and_the_fix(name, value, said):
    with pytest.raises(QueryParameter) as told:
        of_address([(name, value)])
    assert told.value.field == name
    assert said in f"{told.value.problem} {told.value.fix}"
    assert told.value.fix


def test_both_limits_at_once_are_refused():
    with pytest.raises(QueryParameter, match="beside eventCountLimit"):
        of_address([("orderBy", "eventTime"), ("eventCountLimit", "1"), ("maxEventCount", "1")])


def test_a_list_is_parted_by_bars_or_by_repeating_the_name():
    one = of_address([("EQ_bizStep", "shipping|receiving")])
    assert (
        one == of_address([("EQ_bizStep", "shipping"), ("EQ_bizStep", "receiving")]) == of_json({"EQ_bizStep": ["shipping", "receiving"]})
    )


def test_json_of_a_wrong_type_is_refused():
    for query in ({"EQ_bizStep": [1]}, {"EQ_bizStep": []}, {"GE_eventTime": 5}, {"EQ_ex:field": [{"a": 1}]}, {"GE_quantity": {"a": 1}}):
        with pytest.raises(QueryParameter):
            of_json(query)
