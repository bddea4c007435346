"""The console over HTTP: signed in or not, in the reader's language, theme and zone."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import httpx
import pytest

from accounts.roles import Role
from tests.api.served import Server, event
from tests.conftest import address_of
from tests.console.markup import faults
from tests.console.signed_in import BROWSER

As = Callable[..., httpx.Client]


def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(server: Server):
    answer = server.http.get("/console?lang=en", headers=BROWSER)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fconsole%3Flang%3Den&lang=en"


def test_a_program_without_a_key_gets_a_problem_document(server: Server):
    answer = server.http.get("/console")
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")


@pytest.mark.parametrize("role", Role)
def test_every_role_has_an_overview(server: Server, as_role: As, role: Role):
    server.record(event())
    answer = as_role(role).get("/console")
    assert answer.status_code == 200
    assert faults(answer.text) == []
    assert "01/06901234567892/21/A1" in answer.text
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("signs", [True, False])
@pytest.mark.parametrize("role", Role)
def test_every_link_of_the_overview_and_of_the_menu_leads_somewhere(server: Server, as_role: As, role: Role, *, signs: bool):
    server.record(event("commissioning", action="ADD"))
    client = as_role(role, signer=address_of(server.installation.ledger.signers[0]) if signs else None)
    html = client.get("/console").text
    links = {unescape(link) for link in re.findall(r'(?:href|action)="(/[^"]*)"', html)} - {"/sign-out"}
    assert len(links) > 5
    assert {"items", "events"} <= {link.split("/")[2] for link in links if link.startswith("/console/")}
    assert {link: found for link in links if (found := client.get(link, follow_redirects=True).status_code) != 200} == {}


@pytest.mark.parametrize(("path", "status"), [("/console/settings", 403), ("/console/nowhere", 404)])
def test_who_is_refused_or_lost_keeps_the_menu(as_role: As, path: str, status: int):
    answer = as_role(Role.PARTNER).get(path)
    assert answer.status_code == status
    assert faults(answer.text) == []
    assert 'href="/console/items"' in answer.text
    assert "partner One" in answer.text


def test_a_lost_stranger_sees_nobodys_menu(server: Server):
    answer = server.http.get("/console/nowhere", headers=BROWSER)
    assert answer.status_code == 404
    assert 'href="/console/items"' not in answer.text


def test_language_and_theme_are_kept_once_they_are_chosen(as_role: As):
    client = as_role(Role.PARTNER)
    assert 'lang="zh-Hans" data-bs-theme="light" data-theme="auto"' in client.get("/console").text
    assert 'lang="en" data-bs-theme="dark" data-theme="dark"' in client.get("/console?lang=en&theme=dark").text
    assert 'lang="en" data-bs-theme="dark" data-theme="dark"' in client.get("/console").text
    assert 'data-theme="dark"' in client.get("/console?theme=plaid").text
    assert 'lang="zh-Hans"' in client.get("/console?lang=zh").text


def test_times_are_told_in_the_browsers_zone(server: Server, as_role: As):
    server.record(event())
    client = as_role(Role.PARTNER)
    assert "2026-08-31 22:10" in client.get("/console").text
    client.cookies.set("traceledger_zone", "Asia/Shanghai")
    page = client.get("/console").text
    assert "2026-09-01 06:10" in page
    assert "Asia/Shanghai (UTC+8)" in page


@pytest.mark.parametrize("zone", ["../../etc/passwd", "Mars/Olympus", "x" * 5000, "%00", "/"])
def test_an_odd_zone_is_utc(as_role: As, zone: str):
    client = as_role(Role.PARTNER)
    client.cookies.set("traceledger_zone", zone)
    assert "UTC" in client.get("/console").text


def test_an_address_that_is_not_there_is_a_page_of_the_console(as_role: As):
    answer = as_role(Role.PARTNER).get("/console/nowhere")
    assert answer.status_code == 404
    assert faults(answer.text) == []
