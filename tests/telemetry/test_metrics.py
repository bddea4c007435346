"""What a scraper gets, who may scrape, and that the document lists exactly what there is."""

from __future__ import annotations

import asyncio
import re
import threading
from pathlib import Path
from typing import Any

from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as prometheus_text

from accounts import api_keys, people
from accounts.roles import Right, Role
from api import figures
from records import samples
from telemetry.metrics import Sample
from tests.api.served import Server, event

DOCUMENT = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text()


def key_of(server: Server, *scope: Right) -> dict[str, str]:
    with server.installation.sessions.begin() as session:
        account = people.create(session, f"machine-{'-'.join(scope)}", Role.MACHINE)
        return {"Authorization": f"Bearer {api_keys.issue(session, account, 'scraper', scope)}"}


def scraped(server: Server, **headers: str) -> dict[str, Any]:
    answer = server.http.get("/metrics", headers=key_of(server, Right.OPERATE) | headers)
    assert answer.status_code == 200
    return {family.name: family for family in prometheus_text(answer.text)}


def value(families: dict[str, Any], name: str, **labels: str) -> float:
    return sum(
        line.value for family in families.values() for line in family.samples if line.name == name and labels.items() <= line.labels.items()
    )


def test_only_the_right_to_operate_opens_the_figures(server: Server):
    assert server.http.get("/metrics").status_code == 401
    assert server.http.get("/metrics", headers=key_of(server, Right.READ, Right.WRITE)).status_code == 403


def test_the_document_lists_every_figure_and_no_other(server: Server):
    listed = dict(re.findall(r"^\| `(\w+)` \| [a-z, ]+ \| ([\w, ]*?) ?\|", DOCUMENT, re.MULTILINE))
    families = scraped(server)
    there = {family.name + ("_total" if family.type == "counter" else "") for family in families.values()}
    assert there == set(listed)
    for family in families.values():
        told = {label for line in family.samples for label in line.labels} - {"le"}
        if family.samples:
            assert told <= set(listed[family.name + ("_total" if family.type == "counter" else "")].split(", ")), family.name


def test_an_event_is_counted_on_its_way(server: Server):
    server.record(event(), event(day=2, code="https://id.gs1.org/01/06901234567892/21/B2"))
    families = scraped(server)
    assert value(families, "traceledger_events_total", outcome="stored", process="api") >= 2
    assert value(families, "traceledger_transactions", state="final") == 1
    assert value(families, "traceledger_mirror_anchors") == 2
    assert value(families, "traceledger_mirror_condition", condition="following") == 1
    assert value(families, "traceledger_lanes", state="ready") == 2
    assert value(families, "traceledger_audited_actions_total", action="post_event") >= 2


def test_a_process_of_several_leaves_its_figures_for_the_one_that_is_asked(server: Server):
    async def serve_a_little() -> None:
        async with figures.left(server.installation.sessions, "api-2"):
            await asyncio.sleep(0.5)

    apart = threading.Thread(target=lambda: asyncio.run(serve_a_little()))  # the browser of other tests has a loop in this thread
    apart.start()
    apart.join()
    families = scraped(server)
    assert value(families, "traceledger_alive_seconds", process="api-2") > 0
    assert value(families, "traceledger_alive_seconds", process="api") > 0


def test_a_route_is_its_template_and_no_caller_makes_a_new_label(server: Server):
    for path in ("/events/one", "/events/two", "/nowhere/1", "/nowhere/2", "/01/06901234567892/21/X", "/static/page.js"):
        server.http.get(path)
    server.http.request("BREW", "/events")
    families = scraped(server)
    routes = {line.labels["route"] for line in families["traceledger_http_requests"].samples}
    assert {"/events/{event_id:path}", "none", "static", "/01/{rest:path}"} <= routes
    assert not any("nowhere" in route or route == "one" for route in routes)
    methods = {line.labels["method"] for line in families["traceledger_http_requests"].samples}
    assert "other" in methods
    assert methods <= {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "other"}  # other tests of this process count too


def test_a_jobs_figures_stand_beside_the_servers_own(server: Server):
    with server.installation.sessions.begin() as session:
        samples.write(
            session, "capture", [Sample("traceledger_captures_total", (("state", "success"),), 7.0), Sample("gone_total", (), 1.0)]
        )
    with server.installation.sessions.begin() as session:
        samples.write(
            session, "capture", [Sample("traceledger_captures_total", (("state", "success"),), 8.0), Sample("gone_total", (), 1.0)]
        )
    families = scraped(server)
    assert value(families, "traceledger_captures_total", process="capture") == 8
    assert "gone" not in families


def test_a_scraper_that_asks_for_openmetrics_gets_it(server: Server):
    wanted = {"Accept": "application/openmetrics-text; version=1.0.0"}
    answer = server.http.get("/metrics", headers=key_of(server, Right.OPERATE) | wanted)
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert len(list(open_metrics(answer.text))) > 20


def test_the_figures_answer_before_the_chain_was_ever_seen(server: Server):
    families = scraped(server)
    assert "traceledger_mirror_block" in families
    assert families["traceledger_mirror_block"].samples == []
