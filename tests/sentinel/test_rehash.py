"""Other processes may re-hash the records: a round finds the same, and a killed process costs nothing but time."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor

import pytest
from sqlalchemy import select, update

from records.models import Record, RecordItem
from records.pool import open_pool
from sentinel import records
from tests.api.served import Installation
from tests.sentinel.watched import CODE, by_hand, checked, fill, flipped, named

ALTERED = {
    ("altered", "records", "2", "biz_step"),
    ("altered", "records", "4", "sealed"),
    ("altered", "record_items", "5", "item_code"),
}


@pytest.fixture
def altered(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Installation:
    monkeypatch.setattr(records, "SHARE", 2)
    fill(installation)
    with by_hand(installation.engine) as connection:
        sealed = connection.scalar(select(Record.sealed).where(Record.id == 4))
        connection.execute(update(Record).where(Record.id == 2).values(biz_step="shipping"))
        connection.execute(update(Record).where(Record.id == 4).values(sealed=flipped(Record.__table__, "sealed", sealed)))
        connection.execute(update(RecordItem).where(RecordItem.id == 5).values(item_code=CODE.format("ZZ")))
    return installation


@pytest.fixture
def pool() -> Iterator[Executor]:
    with open_pool(2, "sentinel") as pool:
        yield pool


def test_records_that_other_processes_re_hash_are_found_altered_like_any_other(altered: Installation, pool: Executor):
    assert named(checked(altered, 500, pool)) == ALTERED
    assert named(checked(altered, 500)) == ALTERED


def test_a_killed_process_hides_no_finding(altered: Installation, pool: Executor):
    os.kill(pool.submit(os.getpid).result(), signal.SIGKILL)
    assert named(checked(altered, 500, pool)) == ALTERED
