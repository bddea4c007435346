"""Imports over HTTP: a mapping is saved, a file tried and imported, each row told; nobody sees another company's."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.api.served import Server
from tests.exchange.imports.tables import csv, definition, excel, line

BAD = line(2, 箱码="(01)06901234567893(10)L2")


@pytest.fixture(autouse=True)
def members(server: Server) -> None:
    server.installation.mirror()


def saved(server: Server, member: int = 0, **changes: Any) -> int:
    answer = server.http.post("/import-mappings", json={"name": "收货单", **definition(**changes)}, headers=server.as_writer(member))
    assert answer.status_code in (200, 201), answer.text
    number: int = answer.json()["id"]
    return number


def send(server: Server, content: bytes, mapping: int, path: str = "/imports", kind: str = "text/csv", **more: Any) -> httpx.Response:
    headers = server.as_writer() | {"Content-Type": kind, "Idempotency-Key": more.pop("key", "k1")}
    return server.http.post(path, content=content, params={"mapping": mapping, **more}, headers=headers)


def test_a_table_is_tried_then_imported_and_told_row_by_row(server: Server):
    mapping, rows = saved(server), csv([line(1), BAD])
    tried = send(server, rows, mapping, "/imports/trial").json()
    assert [(row["row"], row["outcome"], row["column"]) for row in tried["rows"]] == [(2, "stored", ""), (3, "invalid", "箱码")]
    assert tried["counts"] == {"stored": 1, "invalid": 1}
    answer = send(server, rows, mapping, name="八月.csv")
    assert answer.status_code == 202
    assert answer.json()["counts"] == {"waiting": 1, "invalid": 1}
    server.installation.work()
    writer, there = server.as_writer(), answer.headers["location"]
    assert server.http.get(there, headers=writer).json()["counts"] == {"stored": 1, "invalid": 1}
    wrong = server.http.get(f"{there}/rows", params={"outcome": "invalid"}, headers=writer).json()["rows"]
    assert [(row["row"], row["problem"]) for row in wrong] == [(3, "GTIN 06901234567893 has the check digit 3, which is wrong")]
    pages = [server.http.get(f"{there}/rows", params={"limit": 1, "after": after}, headers=writer).json() for after in (0, 2)]
    assert [(page["rows"][0]["row"], page["next"]) for page in pages] == [(2, 2), (3, None)]
    report = server.http.get(f"{there}/report", headers=writer)
    assert report.content.startswith(b"\xef\xbb\xbfrow,outcome,event,column,problem,fix")
    assert len(report.text.splitlines()) == 3
    assert server.http.get("/imports", headers=writer).json()["imports"][0]["fileName"] == "八月.csv"


def test_the_key_makes_it_one_import(server: Server):
    mapping, rows = saved(server), csv([line(1)])
    first, again = send(server, rows, mapping), send(server, rows, mapping)
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json()["id"] == again.json()["id"]
    other = send(server, csv([line(2)]), mapping)
    assert (other.status_code, "another file" in other.json()["detail"]) == (409, True)
    headers = server.as_writer() | {"Content-Type": "text/csv"}
    assert server.http.post("/imports", content=rows, params={"mapping": mapping}, headers=headers).status_code == 400


def test_excel_and_a_browsers_form_are_taken_and_another_file_is_not(server: Server):
    mapping = saved(server)
    assert send(server, excel([line(1)]), mapping, kind="application/octet-stream").status_code == 202
    bearer = {"Authorization": server.as_writer()["Authorization"], "Idempotency-Key": "k2"}
    form = server.http.post("/imports", files={"file": ("a.csv", csv([line(2)]))}, params={"mapping": mapping}, headers=bearer)
    assert form.status_code == 202
    assert send(server, b"{}", mapping, kind="application/json").status_code == 415
    refused = send(server, b"a,b\n1,2\n", mapping, key="k3")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "file")
    assert "has no column" in refused.json()["errors"][0]["problem"]


def test_a_mapping_that_will_not_do_names_the_field(server: Server):
    for body, field in (
        (definition(zone="Moon/Base"), "zone"),
        (definition(fields={"time": {"column": "a"}}), "fields.items"),
    ):
        answer = server.http.post("/import-mappings", json={"name": "x", **body}, headers=server.as_writer())
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


def test_another_company_sees_neither_mappings_nor_imports(server: Server):
    mapping = saved(server)
    one = send(server, csv([line(1)]), mapping).json()["id"]
    other = server.as_writer(1)
    for path in (f"/import-mappings/{mapping}", f"/imports/{one}", f"/imports/{one}/rows", f"/imports/{one}/report"):
        assert server.http.get(path, headers=other).status_code == 404
    assert server.http.get("/imports", headers=other).json()["imports"] == []
    assert server.http.get("/import-mappings", headers=other).json()["mappings"] == []
