"""Policies: for every policy and event each audience sees what the one before it sees, and what honesty needs is never hidden (spec 9)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given

from ledger_client import canonical
from ledger_client.bundle import Shown, record_json
from ledger_client.cli import main
from ledger_client.commitment import commit, commitment_of
from ledger_client.disclosure import AUDIENCES, DEFAULT, EVENT_TYPES, MOST_RULES, NARROWEST, Kind, Policy, Rule, changes, default, kind_of
from ledger_client.epcis.items import items_shown
from ledger_client.errors import InvalidInput
from ledger_client.property_names import ALWAYS, STANDARD
from ledger_client.prove import Kept, record
from ledger_client.verify_record import check
from tests.proof.policies import EXTENSIONS, NAMES, STEPS, events, policies

SECRET = bytes(range(32))
SCHEMA = Path(__file__).parents[2] / "ledger_client/epcis/data/EPCIS-JSON-Schema.json"


@given(policies, events())
def test_each_audience_sees_at_least_what_the_one_before_it_sees(policy: Policy, event):
    public, partners, regulator = (policy.shown(audience, event) for audience in AUDIENCES)
    assert ALWAYS.keys() & event.keys() <= public <= partners <= regulator == event.keys()


@given(policies, events())
def test_what_is_hidden_stands_nowhere_in_the_disclosure_and_the_rest_verifies(policy: Policy, event):
    committed = commit(event, SECRET)
    for audience in AUDIENCES:
        made = record(committed, Kept(canonical.text(event), SECRET, policy), audience)
        assert isinstance(made, Shown)
        assert commitment_of(made.disclosure) == committed
        assert {step.outcome for step in check(made)[1]} <= {"passed", "not checked"}
        written = json.dumps(record_json(made), ensure_ascii=False)
        hidden = event.keys() - policy.shown(audience, event)
        assert [name for name in hidden if f'"{name}"' in written or str(event[name]) in written] == []


@given(policies, events())
def test_the_narrowest_policy_is_narrower_than_any(policy: Policy, event):
    for audience in AUDIENCES:
        assert NARROWEST.shown(audience, event) <= policy.shown(audience, event)
    assert NARROWEST.shown("partners", event) == ALWAYS.keys() & event.keys()


@given(policies)
def test_a_policy_survives_being_written_and_read_and_the_order_of_its_rules_does_not_matter(policy: Policy):
    assert Policy.from_json(json.loads(json.dumps(policy.to_json()))) == policy
    assert Policy(tuple(reversed(policy.rules))) == policy
    assert changes(policy, policy) == []
    assert len(changes(DEFAULT, policy)) == len(policy.rules)


def test_the_default_is_what_it_was():
    public = {name for name in STANDARD if default(name) == "public"}
    hidden = {
        "epcList", "parentID", "childEPCs", "inputEPCList", "outputEPCList", "quantityList", "childQuantityList", "inputQuantityList",
        "outputQuantityList", "bizTransactionList", "sourceList", "destinationList",
    }  # fmt: skip
    assert set(STANDARD) - public == hidden
    assert [name for name in NAMES if default(name) == "regulator"] == ["bizTransactionList"]
    assert {default(name) for name in EXTENSIONS} == {"partners"}


def test_the_standard_properties_are_those_of_the_schema():
    schema = json.loads(SCHEMA.read_text())["definitions"]
    named = schema["common-event-properties"]["anyOf"][0]["enum"]
    for kind in EVENT_TYPES:
        named = [*named, *schema[kind]["allOf"][1]["propertyNames"]["anyOf"][1]["enum"]]
    assert set(STANDARD) == set(named) - {"recordTime"}


@pytest.mark.parametrize(
    ("kind", "name", "audience"),
    [
        (Kind("ObjectEvent", "shipping"), "readPoint", "partners"),
        (Kind("ObjectEvent", "receiving"), "readPoint", "regulator"),
        (Kind("AggregationEvent", "shipping"), "readPoint", "public"),
        (Kind("AggregationEvent", "receiving"), "readPoint", "public"),
        (Kind("TransactionEvent", ""), "readPoint", "partners"),
        (Kind("ObjectEvent", "shipping"), "acme:oven", "public"),
        (Kind("ObjectEvent", "shipping"), "acme:cost", "regulator"),
        (Kind("AggregationEvent", "shipping"), "acme:oven", "partners"),
        (Kind("AggregationEvent", "shipping"), "acmeother:cost", "regulator"),
        (Kind("ObjectEvent", "shipping"), "ilmd", "regulator"),
        (Kind("ObjectEvent", "shipping"), "eventID", "public"),
    ],
)
def test_the_most_specific_rule_decides(kind: Kind, name: str, audience: str):
    policy = Policy(
        (
            Rule("readPoint", "partners"),
            Rule("readPoint", "regulator", Kind("ObjectEvent")),
            Rule("readPoint", "public", Kind("AggregationEvent")),
            Rule("readPoint", "partners", Kind("ObjectEvent", "shipping")),
            Rule("readPoint", "public", Kind("", "shipping")),
            Rule("acme:cost", "regulator"),
            Rule("acme:*", "public", Kind("ObjectEvent", "shipping")),
            Rule("acme:*", "partners"),
            Rule("*", "regulator"),
        )
    )
    assert policy.lowest(kind, name) == audience


@pytest.mark.parametrize(("step", "spelling"), [(step, spelling) for step, spellings in STEPS.items() for spelling in spellings])
def test_a_kind_is_the_same_whatever_spelling_the_step_has(step: str, spelling: str):
    event = {"type": "ObjectEvent", "bizStep": spelling, "readPoint": {"id": "urn:x"}, "eventID": "urn:x"}
    hiding = Policy.from_json({"rules": [{"property": "readPoint", "audience": "partners", "bizStep": spelling}]})
    assert kind_of(event) == Kind("ObjectEvent", step)
    assert "readPoint" not in hiding.shown("public", event)


def test_a_prefix_of_ones_own_for_the_standard_words_is_no_way_around_a_rule():
    context = [{"z": "https://ref.gs1.org/cbv/"}]
    event = {"@context": context, "type": "ObjectEvent", "bizStep": "z:BizStep-shipping", "readPoint": {}, "eventID": "urn:x"}
    assert "readPoint" not in Policy((Rule("readPoint", "partners", Kind("", "shipping")),)).shown("public", event)


@pytest.mark.parametrize(
    "event", [{}, {"type": 1, "bizStep": ["shipping"]}, {"@context": {"cbv": "urn:other"}, "bizStep": "cbv:x"}, {"": None}]
)
def test_an_event_that_was_edited_into_none_is_still_cut(event):
    assert Policy((Rule("*", "regulator", Kind("", "shipping")),)).shown("public", event) <= event.keys()


REFUSED = [
    ({"property": "eventID", "audience": "partners"}, "rules[0].property", "no disclosure can be verified without it"),
    ({"property": "errorDeclaration", "audience": "regulator"}, "rules[0].property", "declared wrong"),
    ({"property": "type", "audience": "partners", "bizStep": "shipping"}, "rules[0].property", "what kind of event"),
    ({"property": "disposition", "audience": "partners"}, "rules[0].property", "recall"),
    ({"property": "*", "audience": "public"}, "rules[0].audience", "nobody has thought of yet"),
    ({"property": "readPoint", "audience": "everybody"}, "rules[0].audience", "'everybody' is no audience"),
    ({"property": "readPoint", "audience": "Public"}, "rules[0].audience", "is no audience"),
    ({"property": "readPoint"}, "rules[0].audience", "'' is no audience"),
    ({"audience": "public"}, "rules[0].property", "names no property"),
    ({"property": "", "audience": "public"}, "rules[0].property", "names no property"),
    ({"property": 7, "audience": "public"}, "rules[0].property", "is not a text"),
    ({"property": "readpoint", "audience": "public"}, "rules[0].property", "did you mean readPoint"),
    ({"property": "oven", "audience": "public"}, "rules[0].property", "prefix"),
    ({"property": "x" * 10_000_000, "audience": "public"}, "rules[0].property", "10000000 characters"),
    ({"property": "acme:" + "x" * 196, "audience": "public"}, "rules[0].property", "201 characters"),
    ({"property": "<script>alert(1)</script>", "audience": "public"}, "rules[0].property", "U+003C"),
    ({"property": "acme:a\0b", "audience": "public"}, "rules[0].property", "U+0000"),
    ({"property": "acme:a b", "audience": "public"}, "rules[0].property", "U+0020"),
    ({"property": "acme:a\u200bb", "audience": "public"}, "rules[0].property", "zero width space"),
    ({"property": "acme:\u202etsoc", "audience": "public"}, "rules[0].property", "right-to-left override"),
    ({"property": "acme:\ud800", "audience": "public"}, "rules[0].property", "U+D800"),
    ({"property": "acme:c\u043est", "audience": "public"}, "rules[0].property", "mixes Cyrillic and Latin"),
    ({"property": "re\u0430dPoint", "audience": "partners"}, "rules[0].property", "mixes Cyrillic and Latin"),
    ({"property": "acme:cafe\u0301", "audience": "public"}, "rules[0].property", "is a second spelling"),
    ({"property": "\uff52eadPoint", "audience": "partners"}, "rules[0].property", "is a second spelling"),
    ({"property": "acme:*:x", "audience": "public"}, "rules[0].property", "U+002A"),
    ({"property": "a*", "audience": "public"}, "rules[0].property", "U+002A"),
    ({"property": ":*", "audience": "public"}, "rules[0].property", "lacks a part"),
    ({"property": "acme:", "audience": "public"}, "rules[0].property", "lacks a part"),
    ({"property": "readPoint", "audience": "public", "type": "Objectevent"}, "rules[0].type", "use one of"),
    ({"property": "readPoint", "audience": "public", "bizStep": "shiping"}, "rules[0].bizStep", "use one of"),
    ({"property": "readPoint", "audience": "public", "bizStep": "acme:\u200bx"}, "rules[0].bizStep", "zero width"),
    ({"property": "readPoint", "audience": "public", "who": "x"}, "rules[0].who", "not a field"),
    ([], "rules[0]", "not an object"),
]


@pytest.mark.parametrize(("rule", "field", "said"), REFUSED, ids=range(len(REFUSED)))
def test_a_policy_that_hides_too_much_or_names_nothing_is_refused_by_field_and_reason(rule, field: str, said: str):
    with pytest.raises(InvalidInput) as refused:
        Policy.from_json({"rules": [rule]})
    assert refused.value.field == field
    assert said in str(refused.value)
    assert len(str(refused.value)) < 1200


@pytest.mark.parametrize("data", [None, [], {}, {"rules": {}}, {"rules": [], "x": 1}, "rules"])
def test_what_is_no_policy_is_refused(data):
    with pytest.raises(InvalidInput, match="documented form"):
        Policy.from_json(data)


def test_a_rule_that_stands_twice_is_refused_also_in_another_spelling_of_its_kind():
    twice = [
        {"property": "ilmd", "audience": one, "bizStep": step}
        for one, step in (("public", "shipping"), ("partners", "cbv:BizStep-shipping"))
    ]
    with pytest.raises(InvalidInput, match="ruled on before"):
        Policy.from_json({"rules": twice})


def test_more_rules_than_anybody_can_read_are_refused():
    Policy(tuple(Rule(f"acme:p{number}", "public") for number in range(MOST_RULES)))
    with pytest.raises(InvalidInput, match="at most 500"):
        Policy(tuple(Rule(f"acme:p{number}", "public") for number in range(MOST_RULES + 1)))


def test_items_that_only_hidden_properties_name_are_not_told():
    inputs, outputs = ["https://id.gs1.org/01/06901234567892/10/IN"], ["https://id.gs1.org/01/06901234567892/10/OUT"]
    event = {"eventID": "urn:x", "inputEPCList": inputs, "outputEPCList": outputs}
    codes = [*inputs, *outputs]
    assert items_shown(event, {"eventID", "inputEPCList", "outputEPCList"}, codes) == codes
    assert items_shown(event, {"eventID", "outputEPCList"}, codes) == outputs
    assert items_shown(event, {"eventID"}, codes) == []
    assert items_shown({"eventID": "urn:x"}, {"eventID"}, ["urn:x"]) == ["urn:x"]
    assert items_shown(event | {"outputEPCList": [7]}, {"eventID", "outputEPCList"}, codes) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"rules": [{"property": "eventID", "audience": "partners"}]}', "rules[0].property: eventID may not be hidden"),
        ('{"rules": [}', "is not JSON"),
        ('{"rules": [{"property": "ilmd", "property": "type", "audience": "public"}]}', "stands twice"),
    ],
)
def test_a_policy_file_that_is_wrong_is_refused_before_anything_is_asked(tmp_path, text: str, said: str):
    files = {name: tmp_path / name for name in ("policy", "records", "deployment")}
    for file in files.values():
        file.write_text(text)
    given = [part for name, file in files.items() for part in (f"--{name}", str(file))]
    found = CliRunner().invoke(main, ["prove", "(01)06901234567892", "-o", "-", "--rpc", "http://127.0.0.1:9", *given])
    assert found.exit_code != 0
    assert said in found.output
    without = CliRunner().invoke(main, ["prove", "(01)06901234567892", "-o", "-", "--policy", str(files["policy"])])
    assert "--policy needs --records" in without.output
