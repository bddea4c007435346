"""Documents, receipts of erasures and seals of the audit log are held against the records that they tell of."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from sqlalchemy import delete, insert, select, text, update

from accounts.models import Seal
from records import capture, erasure
from records.erasure import Person
from records.erasure_models import Erasure
from records.key_models import CaptureKey
from records.models import Capture, CaptureResult, Record
from tests.api.served import Installation, document, event
from tests.conftest import address_of
from tests.sentinel.watched import by_hand, checked, fill, fill_papers, named, record

ONE, OTHER = Person(1, "王芳"), Person(2, "Li")


@pytest.fixture
def papers(installation: Installation) -> Installation:
    fill(installation)
    fill_papers(installation)
    assert checked(installation) == []
    return installation


def send(installation: Installation, *events: dict[str, Any], behaviour: str = "proceed") -> str:
    """Hand in a document that is not worked off yet; its id."""
    with installation.sessions.begin() as session:
        return capture.accept(session, address_of(installation.ledger.signers[0]), orjson.dumps(document(*events)), behaviour).id


def stored(installation: Installation) -> CaptureResult:
    with installation.sessions() as session:
        return session.scalars(select(CaptureResult).where(CaptureResult.outcome == "stored")).first()


@pytest.mark.parametrize("behaviour", ["proceed", "rollback"])
def test_a_document_that_is_being_worked_off_is_no_finding(installation: Installation, behaviour: str):
    installation.mirror()
    send(installation, event(), event(day=2), event(), behaviour=behaviour)
    assert checked(installation) == []
    with installation.sessions.begin() as session:
        capture.step(session, 2)
    assert checked(installation) == []
    installation.work()
    assert checked(installation) == []


def test_results_of_rejected_and_repeated_events_are_no_finding(installation: Installation):
    own = {"eventID": "urn:uuid:0e4b1a2c-3d4e-4f50-8a6b-7c8d9e0f1a2b"}
    send(installation, event(**own), event(day=2, **own), behaviour="rollback")
    send(installation, event(**own), event(day=2, **own), event(**own))
    send(installation, event(day=3), event(**own), event(day=4, **own), behaviour="rollback")
    installation.work()
    assert checked(installation) == []


def test_a_removed_result_and_a_removed_document_are_missing(papers: Installation):
    one = stored(papers)
    with by_hand(papers.engine) as connection:
        connection.execute(delete(CaptureResult).where(CaptureResult.capture_id == one.capture_id, CaptureResult.index == one.index))
    assert named(checked(papers)) == {("missing", "capture_results", f"{one.capture_id} {one.index}", "")}
    with by_hand(papers.engine) as connection:
        connection.execute(delete(Capture).where(Capture.id == one.capture_id))
    assert ("missing", "captures", one.capture_id, "") in named(checked(papers))


def test_a_result_that_names_another_record_or_claims_another_s_storing_is_altered(papers: Installation):
    one = stored(papers)
    key = f"{one.capture_id} {one.index}"
    with by_hand(papers.engine) as connection:
        connection.execute(update(CaptureResult).where(CaptureResult.record_id == one.record_id).values(record_id=1))
    assert named(checked(papers)) >= {("altered", "capture_results", key, "record_id")}
    with by_hand(papers.engine) as connection:
        connection.execute(
            update(CaptureResult)
            .where(CaptureResult.capture_id == one.capture_id, CaptureResult.index == one.index)
            .values(record_id=one.record_id)
        )
        connection.execute(
            update(CaptureResult).where(CaptureResult.outcome == "duplicate").values(outcome="stored", record_id=one.record_id)
        )
    found = named(checked(papers))
    assert any(table == "capture_results" and column == "outcome" for _, table, _, column in found)


def test_a_document_that_was_taken_away_before_it_was_read_is_told(installation: Installation):
    installation.mirror()
    job = send(installation, event(), event(day=2))
    with by_hand(installation.engine) as connection:
        connection.execute(update(Capture).values(sealed=None))
    assert named(checked(installation)) == {("altered", "captures", job, "sealed")}
    with by_hand(installation.engine) as connection:
        connection.execute(delete(CaptureKey))
    installation.work()
    assert named(checked(installation)) == {("added", "captures", job, "id")}


def test_a_removed_erasure_and_a_removed_seal_are_missing(papers: Installation):
    with papers.sessions() as session:
        asked, seal = session.scalars(select(Erasure)).one(), session.scalars(select(Seal)).one()
    with by_hand(papers.engine) as connection:
        connection.execute(delete(Erasure))
        connection.execute(delete(Seal))
    found = named(checked(papers))
    assert {("missing", "erasures", asked.id, ""), ("missing", "audit_seals", str(seal.entries), "")} <= found
    assert any(
        row == str(asked.record_id) and table == "record_keys" for _, table, row, _ in found
    )  # its contents are gone without a receipt


def test_an_erasure_and_a_seal_that_nothing_on_the_chain_tells_of_are_added(papers: Installation):
    with by_hand(papers.engine) as connection:
        row = dict(connection.execute(select(Erasure.__table__)).mappings().one())
        connection.execute(insert(Erasure.__table__).values(row | {"id": "00000000-0000-4000-8000-000000000000", "record_id": 1}))
        connection.execute(insert(Seal.__table__).values(entries=99, hash=b"\7" * 32, at=row["asked_at"], event_id="urn:uuid:1"))
    found = named(checked(papers))
    assert {("added", "erasures", "00000000-0000-4000-8000-000000000000", "id"), ("added", "audit_seals", "99", "")} <= found


def test_a_request_that_waits_or_was_turned_down_is_no_finding(installation: Installation):
    fill(installation)
    with installation.sessions.begin() as session:
        asked = erasure.ask(session, session.get_one(Record, 1), ONE, "the data subject", "a request under the law")
        other = erasure.ask(session, session.get_one(Record, 3), ONE, "the data subject", "a request under the law")
    with installation.sessions.begin() as session:
        erasure.reject(session, other.id, OTHER)
    assert checked(installation) == []
    with by_hand(installation.engine) as connection:
        connection.execute(text("UPDATE erasures SET state = 'erased' WHERE record_id = 1"))
    assert named(checked(installation)) == {("added", "erasures", asked.id, "id")}


def test_a_receipt_that_somebody_recorded_by_themselves_is_told(installation: Installation):
    forged = {"epcList": ["https://id.traceledger.org/erasure/11111111-1111-4111-8111-111111111111"]}
    context = [*event()["@context"], {"traceledger": "https://id.traceledger.org/terms/"}]
    record(installation, event(**forged) | {"@context": context, "traceledger:erasedCommitment": "0x" + "00" * 32})
    assert named(checked(installation)) == {("missing", "erasures", "11111111-1111-4111-8111-111111111111", "")}
