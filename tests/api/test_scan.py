"""GET /scan: what a scanner gave, over HTTP; and the fields of people's pages that ask the same resolver."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from ledger_client.cli import main
from tests.api.served import Server

MILK = "https://id.gs1.org/01/06901234567892/21/A1"
EPC = "3074257BF7194E4000001A85"
SPELLINGS = (
    "]d2010690123456789210L7\x1d21A1",
    "(01)06901234567892(17)270105(21)A1",
    "https://trace.example.cn/gtin/6901234567892/ser/A1?17=270105",
    EPC,
    "urn:epc:tag:sgtin-96:3.0614141.812345.6789",
    "81234567890123456789",
    "Ecode 10064123456789",
    "urn:uuid:0b7c3c0e-0000-4000-8000-000000000001",
)


@pytest.mark.parametrize("text", SPELLINGS)
def test_it_answers_what_the_command_line_says(server: Server, text: str):
    told = server.http.get("/scan", params={"text": text}).json()
    said = json.loads(CliRunner().invoke(main, ["scan", "--json", text], prog_name="ledger").stdout)
    assert {name: value for name, value in told.items() if name not in ("page", "console")} == said


def test_it_leads_to_the_pages_of_the_item(server: Server):
    told = server.http.get("/scan", params={"text": "]d2010690123456789221A1"}).json()
    assert (told["page"], told["console"]) == (
        "/01/06901234567892/21/A1",
        "/console/items/https%3A%2F%2Fid.gs1.org%2F01%2F06901234567892%2F21%2FA1",
    )
    told = server.http.get("/scan", params={"text": "81234567890123456789"}).json()
    assert told["page"].startswith("/item/https%3A%2F%2Fid.traceledger.org")


def test_what_is_nothing_is_a_problem_with_the_fix(server: Server):
    answer = server.http.get("/scan", params={"text": "6901234567893"})
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["fix"] == "the right one is 2: 6901234567892"
    assert server.http.get("/scan").status_code == 400
    assert server.http.get("/scan", params={"text": "1" * 3000}).status_code == 400


@pytest.mark.parametrize(
    ("text", "page"), [("]d2010690123456789221A1{GS}", "/01/06901234567892/21/A1"), (EPC, "/01/80614141123458/21/6789")]
)
def test_the_front_pages_field_takes_whatever_was_scanned(server: Server, text: str, page: str):
    answer = server.http.get("/find", params={"code": text}, follow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (303, page)
