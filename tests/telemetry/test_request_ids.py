"""A request's id is in its answer, follows what it wrote, and leads to the block."""

from __future__ import annotations

import orjson
import pytest
from sqlalchemy import select

from accounts.models import AuditEntry
from accounts.roles import Right
from records.models import Capture
from tests.api.served import Server, document, event
from tests.telemetry.test_metrics import key_of


def test_a_well_formed_id_is_kept_and_comes_back(server: Server):
    answer = server.http.get("/health", headers={"X-Request-ID": "erp-2026.11_25"})
    assert answer.headers["x-request-id"] == "erp-2026.11_25"


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "<script>", "a/b", "中文".encode().decode("latin-1"), 'a"b', "a;b"])
def test_any_other_id_is_replaced(server: Server, given: str):
    answer = server.http.get("/health", headers=[(b"X-Request-ID", given.encode("latin-1"))])
    assert len(answer.headers["x-request-id"]) == 32
    assert answer.headers["x-request-id"] != given


def test_every_request_has_another_id(server: Server):
    assert len({server.http.get("/health").headers["x-request-id"] for _ in range(3)}) == 3


@pytest.mark.parametrize("path", ["/records?limit=x", "/nothing", "/events/none", "/metrics"])
def test_a_problem_names_its_request(server: Server, path: str):
    answer = server.http.get(path, headers={"X-Request-ID": "r-7"})
    assert answer.status_code >= 400
    assert (answer.json()["requestId"], answer.headers["x-request-id"]) == ("r-7", "r-7")


def test_an_unforeseen_error_names_its_request_too(server: Server):
    def explode() -> None:
        raise RuntimeError("no")

    server.app.add_api_route("/explode", explode)
    answer = server.http.get("/explode", headers={"X-Request-ID": "r-8", "Accept": "application/json"})
    assert (answer.status_code, answer.json()["requestId"], answer.headers["x-request-id"]) == (500, "r-8", "r-8")


def test_a_document_is_followed_from_its_request_to_its_blocks(server: Server):
    body = orjson.dumps(document(event(), event(day=2, code="https://id.gs1.org/01/06901234567892/21/B2")))
    accepted = server.http.post("/capture", content=body, headers=server.as_writer() | {"X-Request-ID": "r-9"})
    server.installation.work()
    with server.installation.sessions() as session:
        assert session.scalars(select(Capture.request_id)).all() == ["r-9"]
        assert session.scalars(select(AuditEntry.subject).where(AuditEntry.request_id == "r-9")).all() == [accepted.json()["captureID"]]
    told = server.http.get("/requests/r-9", headers=key_of(server, Right.OPERATE)).json()
    assert told["captures"] == [accepted.json()["captureID"]]
    assert [act["action"] for act in told["acts"]] == ["capture"]
    assert [(one["anchors"], one["state"]) for one in told["anchors"]] == [(1, "final"), (1, "final")]
    receipt = server.installation.ledger.chain.receipt(bytes.fromhex(told["anchors"][0]["transaction"][2:]))
    assert receipt is not None
    assert (receipt.block_number, "0x" + receipt.block_hash.hex()) == (told["anchors"][0]["block"], told["anchors"][0]["blockHash"])
    assert told["truncated"] is False


def test_a_single_event_is_followed_while_it_waits(server: Server):
    posted = server.http.post("/events", content=orjson.dumps(event()), headers=server.as_writer() | {"X-Request-ID": "r-10"}).json()
    told = server.http.get("/requests/r-10", headers=key_of(server, Right.OPERATE)).json()
    assert [(one["eventID"], one["transaction"], one["state"]) for one in told["anchors"]] == [(posted["eventID"], None, None)]


def test_following_is_for_operators_and_an_unknown_id_is_404(server: Server):
    assert server.http.get("/requests/r-11").status_code == 401
    assert server.http.get("/requests/r-11", headers=server.as_writer()).status_code == 403
    assert server.http.get("/requests/r-11", headers=key_of(server, Right.OPERATE)).status_code == 404
