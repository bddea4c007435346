"""What the OpenAPI description says beside the routes themselves: introduction, groups, and the one schema of all problems."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from api.callers import known_caller
from api.problems import MEDIA_TYPE, Problem

DESCRIPTION = """
Companies write EPCIS 2.0 events about items; a commitment to each is anchored on a permissioned EVM chain; anybody verifies them.

* **Item codes** may be given in any spelling (GS1 Digital Link, EPC URN or hex, element string, bare GTIN or SSCC, other URIs),
  percent-encoded when they stand in a path. Answers always hold the canonical one.
* **Writing** needs `Authorization: Bearer <key>`; each key writes for one signer. Reading what is public needs none.
* **Errors** are problem documents (RFC 9457) that name the field and the fix. A verdict is never an error:
  an altered record is an answer with status 200.
* **Bytes** are lower-case hex with `0x`; times are ISO 8601 with a zone, times of blocks also Unix seconds.
* **Pages** of items, for people, stand at the items' GS1 Digital Link paths, for example `/01/06901234567892/21/A1`.
"""
TAGS = [
    {"name": "write", "description": "Hand in EPCIS events. Accepted means stored; anchoring follows by itself."},
    {"name": "read", "description": "Events as they were disclosed, and the members of the consortium."},
    {"name": "verify", "description": "Hold records against the live chain, or take the proof along."},
    {"name": "audit", "description": "Who did what: every write and every sign-in, hash-chained."},
    {"name": "codes", "description": "Coding rules, orders of codes, and what became of each code."},
    {"name": "exchange", "description": "What goes out by itself: webhooks, named queries, subscriptions, and the log of deliveries."},
    {"name": "labels", "description": "Label templates, and print jobs that make a file of an order's labels."},
    {"name": "imports", "description": "CSV and Excel tables in, as events: by a saved mapping, tried first, told row by row."},
    {"name": "stock", "description": "What lies where, until when it keeps, what to take first, and where that was not kept to."},
    {"name": "recall", "description": "Freeze things so that nobody ships them, and release them; each an event on the chain."},
    {"name": "erasure", "description": "Destroy a record's content, by two people, with a receipt on the chain."},
    {"name": "operate", "description": "Whether this server and its chain are well."},
    {"name": "accounts", "description": "Who may sign in, API keys, open sessions. For operators."},
]


KEY = {"type": "http", "scheme": "bearer", "description": "An API key that this server issued: `Authorization: Bearer <key>`"}


def describe(app: FastAPI) -> None:
    """Give the OpenAPI document the Problem schema that every error answer refers to, and drop FastAPI's own 422."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = generate()
            schemas = schema.setdefault("components", {}).setdefault("schemas", {})
            problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(problem.pop("$defs", {}))
            schemas["Problem"] = problem
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)
            schema["components"]["securitySchemes"] = {"key": KEY}
            _name_rights(app, schema["paths"])
            for path in schema["paths"].values():
                for operation in path.values():
                    operation["responses"].pop("422", None)
                    _same_media_type(operation["responses"])
                    for body in operation.get("requestBody", {}).get("content", {}).values():
                        schemas.update(body.get("schema", {}).pop("$defs", {}))  # parts of a body that a route describes itself
        return app.openapi_schema or {}

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend the description


def _same_media_type(responses: dict[str, Any]) -> None:
    """FastAPI adds application/json to an error answer that has a model; ours are problem documents only."""
    for status, response in responses.items():
        if status >= "400" and MEDIA_TYPE in response.get("content", {}):
            response["content"] = {MEDIA_TYPE: response["content"][MEDIA_TYPE]}


def _name_rights(app: FastAPI, paths: dict[str, Any]) -> None:
    """Each operation says whether it takes a key, and which right it needs, as its dependencies do."""
    for route in iter_route_contexts(app.routes):
        calls = list(_called(route.dependant)) if getattr(route, "dependant", None) else []
        right = next((call.right for call in calls if hasattr(call, "right")), None)
        for method in route.methods or ():
            operation = paths.get(getattr(route, "path_format", ""), {}).get(method.lower())
            if operation is None:
                continue
            if right:
                operation["security"] = [{"key": []}]
                operation["description"] = operation["description"].rstrip() + f"\n\nNeeds the right `{right}`."
            elif known_caller in calls:
                operation["security"] = [{}, {"key": []}]


def _called(dependant: Any) -> Iterator[Any]:  # noqa: ANN401 (FastAPI's own)
    yield dependant.call
    for one in dependant.dependencies:
        yield from _called(one)
