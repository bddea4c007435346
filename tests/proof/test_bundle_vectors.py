"""Every bundle of the vectors gets the verdict that stands beside it; every change of one is found, at the step that names it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ledger_client.bundle import Bundle
from ledger_client.deployment import Deployment
from ledger_client.errors import InvalidBundle
from ledger_client.verify import verify
from tests.proof.changes import CHANGES, FORMS, changed

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "bundle.json").read_text())
PUBLISHED = Deployment.from_json(VECTORS["deployment"])
VALID = {entry["name"]: entry for entry in VECTORS["valid"]}


def named(entry):
    return entry["name"]


def test_the_vectors_hold_every_change_that_is_known():
    assert [entry["name"] for entry in VECTORS["altered"]] == [change[0] for change in CHANGES]
    assert [entry["name"] for entry in VECTORS["malformed"]] == [form[0] for form in FORMS]
    assert list(VALID) == ["public", "regulator", "withheld", "missing", "never"]


@pytest.mark.parametrize("entry", VECTORS["valid"], ids=named)
def test_a_bundle_of_the_vectors_gets_its_verdict(entry):
    bundle = Bundle.from_json(entry["bundle"])
    said = verify(bundle, deployment=PUBLISHED)
    assert (said.verdict, said.complete) == (entry["verdict"], entry["complete"])
    records = [{"commitment": "0x" + r.commitment.hex(), "seqs": list(r.seqs), "verdict": r.verdict} for r in said.records]
    assert records == entry["records"]
    assert said.chain_confirmed is None
    assert bundle.to_json() == entry["bundle"]
    assert Bundle.of_bytes(bundle.to_bytes()) == bundle


def test_the_verdicts_of_the_vectors_are_the_intended_ones():
    assert {name: (entry["verdict"], entry["complete"]) for name, entry in VALID.items()} == {
        "public": ("verified", True),
        "regulator": ("verified", True),
        "withheld": ("verified", True),
        "missing": ("incomplete", False),
        "never": ("unknown", True),
    }
    assert [record["verdict"] for record in VALID["withheld"]["records"]] == ["verified", "withheld", "erased"]
    assert [record["verdict"] for record in VALID["missing"]["records"]] == ["verified", "verified", "missing"]


@pytest.mark.parametrize("entry", VECTORS["altered"], ids=named)
def test_an_altered_bundle_is_found_at_the_step_that_names_it(entry):
    bundle = Bundle.from_json(changed(VALID[entry["of"]]["bundle"], entry["path"], entry["value"]))
    said = verify(bundle, deployment=PUBLISHED)
    assert (said.verdict, said.complete) == (entry["verdict"], False)
    steps = [*said.steps, *(step for record in said.records for step in record.steps)]
    failed = [(step.number, step.part) for step in steps if step.outcome == "failed"]
    assert (entry["step"], entry["part"]) in failed
    assert all(step.expected or step.found for step in steps if step.outcome == "failed")


@pytest.mark.parametrize("entry", VECTORS["malformed"], ids=named)
def test_a_malformed_bundle_is_refused_with_the_path_that_is_wrong(entry):
    with pytest.raises(InvalidBundle) as refused:
        Bundle.from_json(changed(VALID[entry["of"]]["bundle"], entry["path"], entry["value"]))
    path = "$" + "".join(f".{key}" if isinstance(key, str) else f"[{key}]" for key in entry["path"])
    assert refused.value.field.startswith(path)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[]", "needs an object"),
        ("null", "needs an object"),
        ('{"format":"traceledger/1"}', "is missing"),
        ('{"format":"traceledger/1","format":"traceledger/1"}', "stands twice"),
        ('{"format":"traceledger/9"}', "must be one of traceledger/1"),
        ("[" * 100_000 + "]" * 100_000, "not JSON|nested too deeply"),
        ("NaN", "not JSON"),
        (b"\xff\xfe", "not JSON"),
    ],
)
def test_what_is_no_bundle_is_refused_in_words(text, problem):
    with pytest.raises(InvalidBundle, match=problem):
        Bundle.of_bytes(text)


@pytest.mark.parametrize(
    "place", [[], ["block"], ["accounts"], ["anchors", 0], ["signers", 0], ["members", 0], ["records", 0], ["deployment"]]
)
def test_unknown_and_missing_fields_are_refused_everywhere(place):
    bundle = VALID["public"]["bundle"]
    inner = bundle
    for key in place:
        inner = inner[key]
    for wrong in ({**inner, "extra": 1}, dict(list(inner.items())[1:])):
        with pytest.raises(InvalidBundle, match=r"is not a field|is missing"):
            Bundle.from_json(changed(bundle, place, wrong) if place else wrong)


@pytest.mark.parametrize("place", ["signers", "members", "records"])
def test_nothing_stands_twice(place):
    bundle = VALID["public"]["bundle"]
    with pytest.raises(InvalidBundle, match="a second time"):
        Bundle.from_json(changed(bundle, [place], [*bundle[place], bundle[place][0]]))
