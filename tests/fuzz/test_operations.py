"""Every described operation, asked what nobody would ask, with and without a key that may: no 500, and every answer as it is described.

Schemathesis draws requests from /openapi.json: such that fit it, such that do not, and such that name what is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import schemathesis
from fastapi.routing import iter_route_contexts
from hypothesis import given
from hypothesis import strategies as st
from requests import PreparedRequest
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error, response_headers_conformance
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from accounts.roles import Right
from api.app import create_app
from api.settings import Settings
from ledger_client.deployment import Deployment
from tests.api.test_rights import places_of
from tests.fuzz.fuzzed import CODE, Fuzzed, drawn

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance, response_headers_conformance]


def _described() -> tuple[list[APIOperation], dict[str, Right | None]]:
    """Every operation, and the right that it needs by its label."""
    deployment = Deployment(1, bytes(32), bytes(20), bytes(20), bytes(20), 0)
    app = create_app(Settings("sqlite://", "http://127.0.0.1:9", deployment))
    operations = [found.ok() for found in schemathesis.openapi.from_dict(app.openapi()).get_all_operations()]
    places = [place for route in iter_route_contexts(app.routes) for place in places_of(route)]
    app.state.chain.close()
    app.state.engine.dispose()
    return operations, {f"{place.method} {place.path.replace(':path', '')}": next(iter(place.rights), None) for place in places}


OPERATIONS, NEEDED = _described()


WAYS: dict[str, Callable[[APIOperation, Fuzzed], st.SearchStrategy[Case]]] = {
    "fitting": lambda operation, _: operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
    "unfitting": lambda operation, _: operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    "of what is there": lambda operation, fuzzed: operation.as_strategy(
        path_parameters={one.name: fuzzed.there[one.name] for one in operation.path_parameters if one.name in fuzzed.there} or None,
        query={"code": CODE} if operation.label == "GET /verify" else None,
    ),
}


def possible(way: str, operation: APIOperation) -> bool:
    """Whether there is something to draw: what takes nothing fits always, and a path of any text cannot be unfitting."""
    query, path = [list(found) for found in (operation.query, operation.path_parameters)]
    if way == "unfitting":
        text = ("GET /events/{event_id}", "DELETE /nextPageToken/{token}")
        return bool(query or operation.body or path) and operation.label not in text and not operation.label.endswith("/{value}")
    return way == "fitting" or bool(path) or operation.label == "GET /verify"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)
def test_every_answer_is_as_it_is_described(fuzzed: Fuzzed, operation: APIOperation, way: str):
    if not possible(way, operation):
        return
    right = NEEDED[operation.label]
    ask(fuzzed, operation, way, {})
    if right:
        ask(fuzzed, operation, way, fuzzed.key(right))


def ask(fuzzed: Fuzzed, operation: APIOperation, way: str, headers: dict[str, str]) -> None:
    """Draw requests and hold each answer against the description; without a key, what needs a right is 401."""
    closed = NEEDED[operation.label] is not None and not headers

    @drawn(3 if closed else 10)
    @given(WAYS[way](operation, fuzzed))
    def one(case: Case) -> None:
        answer = case.call(base_url=fuzzed.server.url, headers=headers)
        case.validate_response(answer, checks=CHECKS)
        assert not closed or answer.status_code in (401, *told_to_everybody(answer.request))

    one()


def told_to_everybody(request: PreparedRequest) -> Iterator[int]:
    """What may be answered before anybody is asked for a key: what is wrong with the address, the encoding, the headers of negotiation."""
    body = request.body or b""
    if "%00" in str(request.url) or (isinstance(body, bytes) and "\ufffd" in body.decode(errors="replace")):
        yield 400
    if any(name.startswith("GS1-") for name in request.headers):
        yield 406
