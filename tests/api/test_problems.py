"""Every error is an RFC 9457 problem by one table, carries the security headers, and keeps our insides to ourselves."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from sqlalchemy import text

from api.problems import STATUS, TITLES, problem_of, status_of
from api.security import HEADERS
from ledger_client import errors
from ledger_client.errors import InvalidBundle, LedgerError, NodeUnavailable, RangeTooWide
from records.database import StorageUnavailable
from tests.api.served import Server, event, serving


def test_every_error_of_the_tree_has_a_status_and_each_status_a_title():
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, LedgerError)]
    assert len(kinds) > 12
    for kind in kinds:
        assert next(STATUS[base] for base in kind.__mro__ if base in STATUS) in TITLES


def test_an_error_that_the_table_does_not_name_has_the_status_of_its_nearest_relative():
    assert status_of(RangeTooWide("narrower")) == status_of(NodeUnavailable("down")) == status_of(StorageUnavailable("full")) == 503
    assert status_of(InvalidBundle("$", "broken")) == 400


def test_a_problem_names_field_problem_and_fix():
    problem = problem_of(InvalidBundle("$.item", "is empty", "name the item"))
    assert problem.model_dump() == {
        "type": "https://id.traceledger.org/problems/invalid-bundle",
        "title": "The request breaks a rule",
        "status": 400,
        "detail": "$.item: is empty — name the item",
        "errors": [{"field": "$.item", "problem": "is empty", "fix": "name the item"}],
        "requestId": "",
    }


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing/here", 404),
        ("DELETE", "/events", 405),
        ("GET", "/records?limit=many", 400),
        ("GET", "/records?limit=501", 400),
        ("GET", "/records?after=x", 400),
        ("GET", "/records?after=%C2%B9", 400),
        ("GET", "/records?GE_eventTime=0001-01-01T00:00:00%2B14:00", 400),
        ("GET", "/records?LT_eventTime=9999-12-31T23:59:59-14:00", 400),
        ("GET", "/capture/x?from=99999999999", 400),
        ("GET", "/capture/a%00b", 400),
        ("GET", "/records?code=%00", 400),
        ("GET", "/records?code=0123", 400),
        ("GET", "/verify?hash=" + "0" * 100, 400),
        ("POST", "/events", 401),
        ("GET", "/items/%28", 404),
        ("GET", "/static/missing.js", 404),
    ],
)
def test_every_refusal_is_a_problem_document(server: Server, method: str, path: str, status: int):
    answer = server.http.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    told = answer.json()
    assert told["status"] == status
    assert set(told) == {"type", "title", "status", "detail", "errors", "requestId"}
    assert told["requestId"] == answer.headers["x-request-id"]
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_a_wrong_parameter_is_named(server: Server):
    told = server.http.get("/records", params={"limit": "many"}).json()["errors"][0]
    assert told["field"] == "query/limit"
    assert "integer" in told["problem"]


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_an_unforeseen_error_is_told_without_its_insides(server: Server, accept: str):
    def explode() -> None:
        raise RuntimeError("the password is swordfish")

    server.app.add_api_route("/explode", explode)
    answer = server.http.get("/explode", headers={"accept": accept})
    assert answer.status_code == 500
    assert "swordfish" not in answer.text
    assert answer.headers["content-type"].startswith("application/problem+json" if accept == "application/json" else "text/html")
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_a_failed_write_is_no_success(server: Server):
    """The commit is the request's own: it happens before the answer, so that an answer of 201 is never a lie."""
    with server.installation.engine.begin() as connection:
        connection.execute(text("CREATE TRIGGER full BEFORE INSERT ON records BEGIN SELECT RAISE(ABORT, 'disk full'); END"))
    answer = server.http.post("/events", content=b"{}", headers=server.as_writer())
    assert answer.status_code == 400
    assert server.post(event()).status_code >= 500
    assert server.http.get("/records").json()["events"] == []


def test_a_database_that_is_away_is_503_on_paths_for_machines_and_a_page_for_people(server: Server):
    with serving(server.installation) as other:
        with server.installation.engine.begin() as connection:
            connection.execute(text("ALTER TABLE records RENAME TO gone"))
        answer: Any = other.http.get("/records")
        assert answer.status_code == 503
        page = other.http.get("/01/06901234567892/21/A1", headers={"accept": "text/html"})
        assert (page.status_code, page.headers["content-type"]) == (503, "text/html; charset=utf-8")
