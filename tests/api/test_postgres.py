"""The same interface on PostgreSQL: the whole path once, from a document to a verdict, a bundle and a page."""

from __future__ import annotations

from urllib.parse import quote

import orjson

from ledger_client.bundle import Bundle
from tests.api.served import document, event, installed, serving
from tests.conftest import LedgerChain
from tests.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]
CODE = "https://id.gs1.org/01/06901234567892/21/A1"


def test_the_whole_path_on_postgresql(ledger_chain: LedgerChain, postgres_url: str):
    with installed(ledger_chain, postgres_url) as installation, serving(installation) as server:
        told = document(event("commissioning", 1, action="ADD"), event("shipping", 2), event("receiving", 3))
        answer = server.http.post("/capture", content=orjson.dumps(told), headers=server.as_writer())
        installation.work()
        job = server.http.get(answer.headers["Location"]).json()
        assert (job["success"], job["counts"]) == (True, {"stored": 3})
        assert [server.post(event("shipping", 2)).status_code, server.post(event("shipping", 4)).status_code] == [200, 201]
        found = server.http.get("/verify", params={"code": CODE}).json()
        assert (found["verdict"], found["items"][0]["count"]) == ("pending", 3)
        installation.work()
        assert server.http.get("/verify", params={"code": CODE}).json()["verdict"] == "verified"
        page = server.http.get("/records", params={"code": CODE, "limit": 3, "GE_eventTime": "2026-09-01T00:00:00Z"}).json()
        assert (len(page["events"]), page["complete"], page["events"][0]["state"]) == (3, True, "final")
        bundle = Bundle.of_bytes(server.http.get(f"/items/{quote(CODE, safe='')}/bundle").content)
        assert len(bundle.records) == 4
        status = server.http.get("/status").json()
        assert (status["queue"]["depth"], status["mirror"]["anchors"], status["chain"]["reachable"]) == (0, 4, True)
        assert server.http.get("/01/06901234567892/21/A1").status_code == 200
        assert server.http.get("/members").json()["members"][0]["anchors"] == 4
