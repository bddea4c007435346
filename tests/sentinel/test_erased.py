"""An erased record is no finding as long as its receipt opens; one whose contents were only taken away is."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, text

from records import erasure
from records.erasure import Person
from records.key_models import RecordKey
from records.models import Record
from tests.api.served import Installation
from tests.sentinel.watched import by_hand, checked, fill, named

ONE, OTHER = Person(1, "王芳"), Person(2, "Li")


@pytest.fixture
def erased(installation: Installation) -> Installation:
    fill(installation)
    with installation.sessions.begin() as session:
        asked = erasure.ask(session, session.get_one(Record, 2), ONE, "the data subject", "a request under the law")
    with installation.sessions.begin() as session:
        erasure.approve(session, asked.id, OTHER)
    return installation


def test_an_erased_record_is_no_finding(erased: Installation):
    assert checked(erased) == []  # before its receipt is on the chain
    erased.work()
    assert checked(erased) == []


def test_contents_that_were_taken_away_without_a_receipt_are_missed(erased: Installation):
    with by_hand(erased.engine) as connection:
        connection.execute(text("UPDATE records SET sealed = NULL, payload_mac = NULL, biz_step = NULL WHERE id = 1"))
        connection.execute(delete(RecordKey).where(RecordKey.record_id == 1))
    assert ("missing", "record_keys", "1", "") in named(checked(erased))


def test_an_erased_record_whose_receipt_is_gone_or_whose_commitment_was_changed_is_found(erased: Installation):
    erased.work()
    with by_hand(erased.engine) as connection:
        connection.execute(text("UPDATE records SET commitment = :forged WHERE id = 2"), {"forged": b"\x07" * 32})
    assert any(row == "2" for _, table, row, _ in named(checked(erased)) if table in ("records", "record_keys"))


def test_what_is_left_of_an_erased_record_is_compared(erased: Installation):
    erased.work()
    with by_hand(erased.engine) as connection:
        connection.execute(
            text("UPDATE record_items SET item_code = 'https://id.gs1.org/01/06901234567892/21/Z9' WHERE record_id = 2 AND id = 2")
        )
        connection.execute(text("UPDATE records SET biz_step = 'shipping' WHERE id = 2"))
    found = named(checked(erased))
    assert ("altered", "record_items", "2", "item_code") in found
    assert ("altered", "records", "2", "biz_step") in found
