"""Two people erase a record: nothing of its content is left, the chain still proves that it stood there, and a receipt says who did it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from accounts import api_keys, people
from accounts.models import AuditEntry
from accounts.roles import RIGHTS, Role
from api import figures, histories
from api.pages import render
from ledger_client import prove
from ledger_client.cli import main as ledger
from records import documents, erasure
from records.key_models import RecordKey
from records.models import Capture, Record
from tests.api.served import CONTEXT, Server, document, event, installed, serving
from tests.conftest import LedgerChain, address_of
from tests.postgres import database_url, postgres_server, postgres_url, sqlite_url

__all__ = ["database_url", "postgres_server", "postgres_url", "sqlite_url"]
CODE = "https://id.gs1.org/01/06901234567892/21/A1"
PATH = "/01/06901234567892/21/A1"
MARKER = "swordfish"
NOTE: dict[str, Any] = {"@context": [CONTEXT, {"ex": "https://ex.example/"}], "ex:note": MARKER}
ORDER = {"orderedBy": "Data subject, letter of 2 November", "reason": "a driver's name stood in a note"}


@pytest.fixture
def server(ledger_chain: LedgerChain, database_url: str) -> Iterator[Server]:
    with installed(ledger_chain, database_url) as installation, serving(installation) as served:
        yield served


class Told:
    """A server with two events of one item on the chain, the second with the marker; two people who may erase it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        first, second = server.record(event("commissioning", 1, action="ADD"), event("shipping", 2, **NOTE))
        self.event_id, self.first_id = second["eventID"], first["eventID"]
        self.lin, self.mei = self.key("lin"), self.key("mei")

    def key(self, name: str, role: Role = Role.OPERATOR, **more: Any) -> dict[str, str]:
        with self.server.installation.sessions.begin() as session:
            account = people.by_name(session, name) or people.create(session, name, role, **more)
            return {"Authorization": f"Bearer {api_keys.issue(session, account, 'a key', RIGHTS[Role(account.role)])}"}

    def post(self, path: str, who: dict[str, str], **body: Any) -> httpx.Response:
        return self.server.http.post(path, json=body, headers=who) if body else self.server.http.post(path, headers=who)

    def ask(self, who: dict[str, str] | None = None, event_id: str = "") -> dict[str, Any]:
        answer = self.post("/erasures", who or self.lin, eventID=event_id or self.event_id, **ORDER)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def erase(self) -> dict[str, Any]:
        answer = self.post(f"/erasures/{self.ask()['id']}/approve", self.mei)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def verdict(self) -> dict[str, Any]:
        return self.server.http.get("/verify", params={"code": CODE}).json()


@pytest.fixture
def told(server: Server) -> Told:
    return Told(server)


def states(found: dict[str, Any]) -> list[str]:
    return [record["verdict"] for record in found["items"][0]["records"]]


def test_two_people_erase_a_record_and_everything_that_shows_it_says_so(told: Told):
    http = told.server.http
    assert MARKER in http.get("/records", headers=told.key("see", Role.QUALITY)).text
    asked = told.ask()
    assert (asked["state"], asked["askedBy"], asked["decidedBy"], asked["receiptItem"]) == ("asked", "lin", None, None)
    assert states(told.verdict()) == ["verified", "verified"]
    done = told.post(f"/erasures/{asked['id']}/approve", told.mei).json()
    assert (done["state"], done["askedBy"], done["decidedBy"], done["orderedBy"]) == ("erased", "lin", "mei", ORDER["orderedBy"])
    found = told.verdict()
    assert (found["verdict"], found["items"][0]["complete"], states(found)) == ("verified", True, ["verified", "erased"])
    assert http.get("/verify", params={"event": told.event_id}).json()["verdict"] == "erased"
    one = http.get("/records", params={"event": told.event_id}, headers=told.key("see")).json()["events"][0]
    assert (one["erased"], one["event"], one["withheld"]) == (True, {}, 0)
    bundle = http.get(f"/items/{quote(CODE, safe='')}/bundle")
    assert [one.get("withheld") for one in bundle.json()["records"]] == [None, "erased"]
    page = http.get(PATH, headers={"accept": "text/html", "accept-language": "en"}).text
    assert "A record that was erased" in page
    for answer in (page, bundle.text, http.get("/records", headers=told.key("see")).text):
        assert MARKER not in answer


def test_every_process_forgets_what_it_remembered_of_records_once_one_is_erased(told: Told):
    """The one that erases, at once; another one, which was told nothing, at its next look into the database."""

    async def another_process() -> None:
        async with figures.left(told.server.installation.sessions, "api-2"):
            await asyncio.sleep(0.5)

    remembered = (prove._remembered, histories._read, render._entry)
    told.server.http.get(PATH, headers={"accept": "text/html"})
    assert all(one.cache_info().currsize for one in remembered)
    asked = told.ask()
    told.post(f"/erasures/{asked['id']}/approve", told.mei)
    assert not any(one.cache_info().currsize for one in remembered)
    told.server.http.get(PATH, headers={"accept": "text/html"})
    assert all(one.cache_info().currsize for one in remembered)
    asyncio.run(another_process())
    assert not any(one.cache_info().currsize for one in remembered)


def test_nothing_of_the_content_is_left_in_the_database(told: Told, database_url: str):
    with told.server.installation.sessions() as session:
        row = session.scalars(select(Record).where(Record.event_id == told.event_id)).one()
        key = session.get_one(RecordKey, row.id)
        content = [bytes(row.sealed or b""), bytes(key.wrapped), bytes(row.payload_mac or b""), MARKER.encode()]
    assert sum(part in bytes_of(told, database_url) for part in content) == 3
    told.erase()
    told.server.installation.work()
    left = bytes_of(told, database_url)
    assert [part for part in content if part in left] == []
    assert told.event_id.encode() in left


def bytes_of(told: Told, database_url: str) -> bytes:
    """SQLite's files as they lie on the disk; of PostgreSQL every row of every table."""
    if database_url.startswith("sqlite"):
        path = Path(database_url.removeprefix("sqlite:///"))
        return b"".join(file.read_bytes() for file in (path, path.with_name(path.name + "-wal")) if file.exists())
    found = []
    with told.server.installation.engine.connect() as connection:
        for table in connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')):
                found += [bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode() for value in row]
    return b"|".join(found)


def test_the_receipt_proves_what_was_erased_and_by_whom(told: Told, tmp_path: Path):
    done = told.erase()
    told.server.installation.work()
    item = done["receiptItem"]
    assert item == f"https://id.traceledger.org/erasure/{done['id']}"
    found = told.server.http.get("/verify", params={"code": item}).json()
    assert (found["verdict"], found["items"][0]["count"]) == ("verified", 1)
    everything = told.key("whole", Role.QUALITY)
    file = tmp_path / "receipt.json"
    file.write_bytes(told.server.http.get(f"/items/{quote(item, safe='')}/bundle?audience=regulator", headers=everything).content)
    assert CliRunner().invoke(ledger, ["verify", str(file)]).exit_code == 0
    (receipt,) = told.server.http.get("/records", params={"event": done["receiptEventID"]}, headers=everything).json()["events"]
    said = {name.removeprefix("traceledger:"): value for name, value in receipt["event"].items()}
    assert said["erasedEvent"] == told.event_id
    assert said["erasedCommitment"] == done["commitment"]
    assert (said["erasureAskedBy"], said["erasureApprovedBy"]) == ("lin", "mei")
    assert (said["erasureOrderedBy"], said["erasureReason"]) == (ORDER["orderedBy"], ORDER["reason"])
    (anchors,) = said["erasedAnchors"]
    assert anchors["traceledger:block"] > 0


def test_the_account_that_asked_cannot_approve_not_even_by_another_key(told: Told):
    asked = told.ask()
    for who in (told.lin, told.key("lin")):
        answer = told.post(f"/erasures/{asked['id']}/approve", who)
        assert (answer.status_code, "another account approves" in answer.json()["detail"]) == (409, True)
    assert states(told.verdict()) == ["verified", "verified"]


def test_what_was_decided_stays_and_what_was_rejected_can_be_asked_again(told: Told):
    asked = told.ask()
    assert told.post("/erasures", told.mei, eventID=told.event_id, **ORDER).status_code == 409
    assert told.post(f"/erasures/{asked['id']}/reject", told.lin).json()["state"] == "rejected"
    assert told.post(f"/erasures/{asked['id']}/approve", told.mei).status_code == 409
    done = told.erase()
    assert told.post(f"/erasures/{done['id']}/approve", told.key("third")).status_code == 409
    assert told.post("/erasures", told.mei, eventID=told.event_id, **ORDER).status_code == 409
    listed = told.server.http.get("/erasures", headers=told.mei).json()
    assert ([one["state"] for one in listed["erasures"]], listed["next"]) == (["erased", "rejected"], None)
    first = told.server.http.get("/erasures", params={"limit": 1}, headers=told.mei).json()
    rest = told.server.http.get("/erasures", params={"limit": 1, "after": first["next"]}, headers=told.mei).json()
    assert [one["state"] for one in (*first["erasures"], *rest["erasures"])] == ["erased", "rejected"]
    with told.server.installation.sessions() as session:
        assert erasure.count(session) == 1
        actions = session.scalars(select(AuditEntry.action).where(AuditEntry.subject == told.event_id).order_by(AuditEntry.id)).all()
    assert [one for one in actions if "erasure" in one] == ["ask_erasure", "reject_erasure", "ask_erasure", "approve_erasure"]


def test_the_same_event_sent_again_is_refused_and_says_why(told: Told):
    told.erase()
    answer = told.server.post(event("shipping", 2, **NOTE))
    assert (answer.status_code, "was erased" in answer.json()["detail"]) == (409, True)
    assert MARKER not in answer.text


def test_a_document_that_held_the_event_is_destroyed_with_it(told: Told):
    installation = told.server.installation
    secret, broken = event("packing", 3, **NOTE), event("packing", 4, action="WRONG")
    headers = told.server.as_writer() | {"GS1-Capture-Error-Behaviour": "proceed"}
    told.server.http.post("/capture", json=document(secret, broken), headers=headers)
    asked = told.ask(event_id=told.first_id)
    waits = told.post(f"/erasures/{asked['id']}/approve", told.mei)
    assert (waits.status_code, "being worked off" in waits.json()["detail"]) == (503, True)
    installation.capture()
    with installation.sessions() as session:
        (job,) = session.scalars(select(Capture)).all()
        assert MARKER.encode() in (documents.opened(session, job) or b"")
        event_id = session.scalars(select(Record.event_id).order_by(Record.id.desc())).first() or ""
    asked = told.ask(event_id=event_id)
    assert told.post(f"/erasures/{asked['id']}/approve", told.mei).status_code == 200
    with installation.sessions() as session:
        assert documents.opened(session, session.get_one(Capture, job.id)) is None


@pytest.mark.parametrize(
    "statement", ["DELETE FROM erasures", "UPDATE erasures SET receipt_id = 1", "UPDATE erasures SET state = 'rejected'"]
)
def test_a_content_that_is_gone_without_its_receipt_is_altered(told: Told, statement: str):
    told.erase()
    with told.server.installation.engine.begin() as connection:
        connection.execute(text(statement))
    assert told.verdict()["verdict"] == "altered"


def test_an_account_erases_only_what_its_own_member_recorded(told: Told):
    signers = told.server.installation.ledger.signers
    other = told.key("other", Role.QUALITY, signer=address_of(signers[1]))
    assert told.post("/erasures", other, eventID=told.event_id, **ORDER).status_code == 403
    own = told.key("own", Role.QUALITY, signer=address_of(signers[0]))
    asked = told.ask(own)
    assert told.post(f"/erasures/{asked['id']}/approve", other).status_code == 403


def test_a_receipt_is_not_erased_and_what_is_missing_is_named(told: Told):
    done = told.erase()
    refused = told.post("/erasures", told.lin, eventID=done["receiptEventID"], **ORDER)
    assert (refused.status_code, "system's own" in refused.text) == (400, True)
    for body, field in (({"orderedBy": " "}, "orderedBy"), ({"reason": "a\x00b"}, "reason"), ({"reason": "x" * 501}, "reason")):
        answer = told.post("/erasures", told.lin, **({"eventID": told.first_id} | ORDER | body))
        assert (answer.status_code, field in answer.text) == (400, True)
    assert told.post("/erasures", told.lin, eventID="urn:x:none", **ORDER).status_code == 404
    assert told.post("/erasures/nothing/approve", told.mei).status_code == 404


def test_an_erasure_that_breaks_off_erases_nothing(told: Told, monkeypatch: pytest.MonkeyPatch):
    asked = told.ask()
    monkeypatch.setattr(documents, "destroy", lambda *_: 1 / 0)
    assert told.post(f"/erasures/{asked['id']}/approve", told.mei).status_code == 500
    monkeypatch.undo()
    assert states(told.verdict()) == ["verified", "verified"]
    assert told.post(f"/erasures/{asked['id']}/approve", told.mei).status_code == 200


def test_a_nul_that_no_database_looks_for_is_named(told: Told):
    answer = told.post("/erasures", told.lin, eventID="urn:uuid:\0", **ORDER)
    assert (answer.status_code, "eventID" in answer.text) == (400, True)
    escaped = told.post("/erasures", told.lin, eventID="urn:uuid:\\u0000", **ORDER)
    assert escaped.status_code == 404  # a backslash and five characters
