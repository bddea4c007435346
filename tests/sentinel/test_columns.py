"""Any single byte of any protected column that is changed by hand is found and named: every column of every covered table is walked."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Table, select

from indexer.models import Base as Mirror
from ledger_client.council import actions
from ledger_client.council.council import Council
from ledger_client.council.sending import connect
from records.database import Base
from sentinel.protected import PROTECTED, UNPROTECTED
from tests.api.served import Installation, installed
from tests.conftest import LedgerChain
from tests.sentinel.watched import by_hand, checked, fill, fill_made, fill_papers, flipped, named, put

TABLES: dict[str, Table] = {name: (Base.metadata.tables | Mirror.metadata.tables)[name] for name in PROTECTED}


OTHER = {  # where the database takes some words only
    ("transactions", "final"): "failed",
    ("captures", "success"): "failure",
    ("capture_results", "stored"): "invalid",
    ("erasures", "erased"): "rejected",
    ("code_orders", "done"): "failed",
    ("code_orders", "own"): "range",
    ("code_orders", "printed"): "applied",
    ("subscriptions", "active"): "ended",
    ("subscriptions", "ended"): "active",
    ("imports", "proceed"): "rollback",
}
ON_POSTGRESQL = ("records", "anchors")  # the others say the same there


@pytest.fixture(params=[("sqlite", name) for name in TABLES] + [("postgres", name) for name in ON_POSTGRESQL], ids="-".join)
def walk(request: pytest.FixtureRequest, ledger_chain: LedgerChain) -> Iterator[tuple[Installation, Table]]:
    """An installation with rows in every covered table, and the table whose columns are walked."""
    database, name = request.param
    with installed(ledger_chain, request.getfixturevalue(f"{database}_url")) as made:
        Council(connect(ledger_chain.url), ledger_chain.deployment).propose(ledger_chain.governors[0], actions.suspend(2))
        fill(made)
        fill_papers(made)
        fill_made(made)
        assert checked(made) == []
        yield made, TABLES[name]


def test_every_column_of_a_covered_table_is_covered_or_says_why_not():
    for name, table in TABLES.items():
        told = set(PROTECTED[name]) | set(UNPROTECTED.get(name, {}))
        assert told == {column.name for column in table.columns}, name
        assert not set(PROTECTED[name]) & set(UNPROTECTED.get(name, {})), name


def test_one_changed_byte_is_found_and_named(walk: tuple[Installation, Table]):
    installation, table = walk
    keys = [column.name for column in table.primary_key.columns]
    with installation.engine.connect() as connection:
        rows = [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns)).mappings()]
    rows.sort(key=lambda row: row.get("state", row.get("outcome")) in ("failure", "invalid", "rolled_back"))  # those that led to a record
    unseen: dict[str, Any] = {}
    for column in PROTECTED[table.name]:
        row = next((row for row in rows if row[column] not in (None, b"", "")), rows[0])
        key = {each: row[each] for each in keys}
        changed = OTHER.get((table.name, str(row[column]))) or flipped(table, column, row[column])
        with by_hand(installation.engine) as connection:
            put(connection, table, key, **{column: changed})
        found = checked(installation)
        if not seen(found, table.name, key, column, changed):
            unseen[column] = sorted(named(found))
        with by_hand(installation.engine) as connection:
            put(connection, table, key | ({column: changed} if column in key else {}), **{column: row[column]})
        assert checked(installation) == [], column
    assert unseen == {}


def seen(found: list[Any], table: str, key: dict[str, Any], column: str, changed: Any) -> bool:
    """The column by its name; of a number that names the row itself, the row that went or the one that came."""
    own = " ".join(word(value) for value in key.values())
    if column not in key:
        return ("altered", table, own, column) in named(found)
    other = " ".join(word(value) for value in (key | {column: changed}).values())
    return any(one.table_name == table and one.row_key in (own, other) and one.column_name in (column, "") for one in found)


def word(value: Any) -> str:
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)


def test_the_sentinels_process_knows_every_table_that_it_walks():
    code = """
from types import SimpleNamespace
from records import row_seals as it
from scripts import run
run.sentinel(SimpleNamespace(rpc_url="http://127.0.0.1:1", deployment=None, sentinel_pace=1.0, public_url="", channels=()), None, None)
print(*(it.SEALED.keys() - it.Base.metadata.tables.keys()))
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []
