"""Named queries: made from JSON, asked by name, listed, deleted; every parameter of the schema as JSON."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.epcis.conformance.events import EXTENSION, OTHER
from tests.epcis.conformance.probes import Probe
from tests.epcis.conformance.run import Run, Server
from tests.epcis.conformance.test_parameters import PARAMETERS, PATTERNS, SCHEMA, asked_of

PREFIXES = {"ex": EXTENSION, "other": OTHER}


@contextmanager
def named(server: Server, query: dict[str, Any]) -> Iterator[str]:
    """A query for as long as it is needed; its path."""
    name = f"conformance-{uuid.uuid4().hex[:12]}"
    made = server.ask("POST", "/queries", json={"name": name, "query": query})
    assert made.status_code == 201, made.text[:500]
    yield f"/queries/{name}"
    server.ask("DELETE", f"/queries/{name}")


def as_json(parameter: str, given: tuple[str, ...]) -> Any:
    """Values as the schema types them."""
    schema = (SCHEMA["patternProperties"] if parameter.startswith("^") else SCHEMA["properties"])[parameter]
    kind = schema.get("type") or schema["$ref"].rpartition("/")[2]
    number = "decimal" in str(schema)
    match kind:
        case "array":
            return [float(one) for one in given] if number else list(given)
        case "decimal":
            return float(given[0])
        case "integer":
            return 1
        case "boolean":
            return given[0] == "true"
        case _:
            return given[0]


@pytest.mark.parametrize("parameter", [*PARAMETERS, *PATTERNS])
def test_a_parameter_means_the_same_in_a_named_query(run: Run, parameter: str):
    asked: Probe = asked_of(run, parameter)[-1]
    name = parameter if parameter in SCHEMA["properties"] else asked[0]
    query = run.narrow | {"@context": PREFIXES, name: as_json(parameter, asked[1])}
    with named(run.server, query) as path:
        found = {event["eventID"] for event in run.server.events(f"{path}/events")} & run.events.keys()
    assert found == run.expected(asked), query


def test_a_named_query_lives_from_post_to_delete(run: Run):
    server, query = run.server, {"EQ_bizStep": ["shipping"], "eventType": ["ObjectEvent"]}
    with named(server, query) as path:
        told = server.ask("GET", path).json()
        assert (told["name"], told["query"]) == (path.rpartition("/")[2], query)
        assert told["name"] in [one["name"] for page in server.pages("/queries", perPage=100) for one in page.json()]
        assert server.ask("POST", "/queries", json={"name": told["name"], "query": query}).status_code == 409
        answer = next(server.pages(f"{path}/events", perPage=1)).json()
        assert answer["epcisBody"]["queryResults"]["queryName"] == told["name"]
    for gone in (path, f"{path}/events"):
        assert server.ask("GET", gone).status_code == 404


@pytest.mark.parametrize("query", [{"EQ_bizStepp": ["shipping"]}, {"GE_eventTime": "yesterday"}, {"EQ_bizStep": 5}], ids=str)
def test_a_query_that_is_none_is_refused(server: Server, query: dict[str, Any]):
    refused = server.ask("POST", "/queries", json={"name": f"conformance-{uuid.uuid4().hex[:12]}", "query": query})
    assert refused.status_code == 400
