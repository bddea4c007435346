"""The audit log over HTTP: who may read it, filters, pages, files that can be checked, and edits that are named."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from sqlalchemy import text

from accounts import api_keys, audit, people
from accounts.roles import Right, Role
from records.columns import now
from scripts.audit import main
from tests.api.served import Server, event

FORMULA = '=HYPERLINK("http://evil.example")'


@pytest.fixture
def auditor(server: Server) -> Iterator[httpx.Client]:
    """A program that may read the audit log; a hundred entries are in it."""
    with server.installation.sessions.begin() as session:
        account = people.create(session, "watcher", Role.AUDITOR)
        key = api_keys.issue(session, account, "watcher", [Right.AUDIT])
        for number in range(100):
            actor = audit.Actor(7, "ying" if number % 2 else "li", "10.0.0.7", f"r{number}")
            audit.write(session, actor, "capture" if number % 3 else "sign_in", FORMULA if number == 50 else f"job {number}", 数=number)
    with httpx.Client(base_url=server.url, timeout=30, headers={"Authorization": f"Bearer {key}"}) as client:
        yield client


def exported(auditor: httpx.Client, folder: Path, **params: str) -> Path:
    answer = auditor.get("/audit/export", params=params)
    assert answer.status_code == 200
    file = folder / "export"
    file.write_bytes(answer.content)
    return file


def checked(file: Path) -> tuple[int, str]:
    told = CliRunner().invoke(main, ["file", str(file)])
    return told.exit_code, told.output


def by_hand(server: Server, statement: str) -> None:
    with server.installation.sessions.begin() as session:
        session.execute(text(statement))


def test_only_the_right_to_audit_opens_the_log(server: Server):
    for path in ("/audit", "/audit/export", "/audit/check"):
        assert server.http.get(path).status_code == 401
        assert server.http.get(path, headers=server.as_writer()).status_code == 403


def test_pages_follow_numbers_from_the_newest_to_the_first(auditor: httpx.Client):
    seen: list[int] = []
    page: dict[str, Any] = {"next": None, "complete": False}
    while not page["complete"]:
        page = auditor.get("/audit", params={"limit": 30, **({"before": page["next"]} if page["next"] else {})}).json()
        seen += [one["number"] for one in page["entries"]]
    assert seen == list(range(100, 0, -1))
    assert all(one["whole"] for one in page["entries"])


@pytest.mark.parametrize(
    ("params", "numbers"),
    [
        ({"actor": "li", "action": "sign_in"}, {number + 1 for number in range(0, 100, 6)}),
        ({"subject": "job 7"}, {8}),
        ({"request": "r9"}, {10}),
        ({"actor": "nobody"}, set()),
        ({"from": "2000-01-01"}, set(range(1, 101))),
        ({"from": "2999-01-01T00:00:00Z"}, set()),
        ({"to": "2000-01-01T00:00:00+08:00"}, set()),
    ],
)
def test_filters(auditor: httpx.Client, params: dict[str, str], numbers: set[int]):
    assert {one["number"] for one in auditor.get("/audit", params={"limit": 500, **params}).json()["entries"]} == numbers


def test_the_filter_by_time_is_exact_also_where_the_clock_was_set_back(server: Server, auditor: httpx.Client):
    moment = now()
    by_hand(server, f"UPDATE audit_log SET at = '{moment - timedelta(hours=5):%Y-%m-%d %H:%M:%S.%f}' WHERE id > 90")
    found = auditor.get("/audit", params={"to": (moment - timedelta(hours=4)).isoformat(), "limit": 500}).json()
    assert {one["number"] for one in found["entries"]} == set(range(91, 101))
    found = auditor.get("/audit", params={"from": (moment - timedelta(hours=4)).isoformat(), "limit": 500}).json()
    assert {one["number"] for one in found["entries"]} == set(range(1, 91))


@pytest.mark.parametrize("params", [{"limit": 0}, {"limit": 501}, {"before": 0}, {"from": "yesterday"}, {"actor": "x" * 300}])
def test_what_is_no_filter_is_named(auditor: httpx.Client, params: dict[str, str]):
    answer = auditor.get("/audit", params=params)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, f"query/{next(iter(params))}")


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_a_file_proves_itself(auditor: httpx.Client, tmp_path: Path, form: str):
    file = exported(auditor, tmp_path, format=form)
    assert checked(file) == (0, "100 entries from 1 to 100: all whole\n")
    lines = file.read_bytes().splitlines(keepends=True)
    for wrong, said in (
        (lines[:-1], "cut off"),
        ([*lines[:40], *lines[41:]], "the last line tells of 100 entries"),
        ([*lines[:40], lines[41], lines[40], *lines[42:]], "stands after entry"),
        ([line.replace(b"job 70", b"job 71") for line in lines], "does not have the hash that it tells"),
        ([*lines, lines[50]], "stands after the last line"),
    ):
        file.write_bytes(b"".join(wrong))
        code, told = checked(file)
        assert (code, said in told) == (1, True), told


def test_a_file_of_selected_entries_says_that_it_has_gaps(auditor: httpx.Client, tmp_path: Path):
    code, told = checked(exported(auditor, tmp_path, action="sign_in"))
    assert (code, "34 entries from 1 to 100: all whole; numbers are left out" in told) == (0, True)


def test_what_is_no_export_is_refused(tmp_path: Path):
    for text_of_file in ("", "hello", "[1]\n", "id,at\n1,2\n", '{"id": 1}\n'):
        file = tmp_path / "other"
        file.write_text(text_of_file)
        assert checked(file)[0] == 1


def test_no_cell_of_the_csv_is_a_formula(auditor: httpx.Client):
    answer = auditor.get("/audit/export", params={"format": "csv"})
    assert answer.headers["content-disposition"].endswith('.csv"')
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[51][5] == "'" + FORMULA
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_an_export_of_an_empty_log_is_a_whole_file(server: Server):
    with server.installation.sessions.begin() as session:
        key = api_keys.issue(session, people.create(session, "watcher", Role.AUDITOR), "watcher", [Right.AUDIT])
    answer = server.http.get("/audit/export", headers={"Authorization": f"Bearer {key}"})
    assert json.loads(answer.text) == {"end": True, "entries": 0, "last": 0, "hash": "00" * 32}


def test_an_edited_entry_is_named_by_the_list_the_walk_and_the_command(server: Server, auditor: httpx.Client, tmp_path: Path):
    by_hand(server, "UPDATE audit_log SET actor = 'li' WHERE id = 42")
    by_hand(server, "DELETE FROM audit_log WHERE id = 60")
    listed = auditor.get("/audit", params={"limit": 500}).json()["entries"]
    assert [one["number"] for one in listed if not one["whole"]] == [42]
    breaks, after = [], 0
    while after is not None:
        piece = auditor.get("/audit/check", params={"after": after, "limit": 25}).json()
        breaks += [(one["kind"], one["first"], one["last"]) for one in piece["breaks"]]
        after = piece["next"]
    assert breaks == [("changed", 42, 42), ("missing", 60, 60)]
    told = CliRunner().invoke(
        main, ["check", "--rpc", "", "--home", str(tmp_path), "--database", server.installation.settings.database_url]
    )
    assert told.exit_code == 1
    assert told.output.startswith("entry 42 is changed after being written\nentry 60 is missing\n99 entries: 2 breaks")
    assert checked(exported(auditor, tmp_path))[0] == 1
    assert auditor.get("/audit/check", params={"after": 60}).status_code == 404


def test_a_write_over_http_is_read_back_with_its_request(server: Server, auditor: httpx.Client):
    answer = server.post(event())
    found = auditor.get("/audit", params={"request": answer.headers["x-request-id"]}).json()["entries"]
    assert [(one["actor"], one["action"], one["accountId"] is not None) for one in found] == [("member-1", "post_event", True)]
