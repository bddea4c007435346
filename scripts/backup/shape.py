"""The tables of a schema revision, as its own migrations make them on an empty database in memory.

So a backup of any age says what its columns are, on either database, and a restore makes exactly those tables before it brings them
forward. From `records.migrations` to `snapshot` (how to read a column) and `scripts.restore.load` (how to write it).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import JSON, Boolean, Column, DateTime, Float, Integer, LargeBinary, MetaData
from sqlalchemy.types import TypeEngine

from records.database import VERSION_TABLE, open_engine, upgrade

# Figures of processes that are gone, and answers that a client owes within minutes: nothing that anybody would want back.
_OF_THE_MOMENT = {VERSION_TABLE, "process_samples", "challenges"}
# What is made again of the records themselves, by the job `keep` (`records.query.index`, `records.genealogy.fill`, `records.search`,
# `inventory`).
_MADE_AGAIN = {"record_terms", "known_values", "index_marks", "things", "participations", "genealogy_marks"}
_MADE_AGAIN |= {"search_terms", "search_codes", "search_names", "search_name_terms", "search_marks"}
_MADE_AGAIN |= {"stock_goods", "stock_stays", "stock_kinds", "stock_goods_kinds", "stock_marks"}
# Data keys are in a file of their own (`keyfile`), so that an erased record is erased in every backup. Shared secrets are in none.
_KEYS = {"record_keys", "capture_keys", "key_versions", "held_secrets"}
_KINDS: list[tuple[type[TypeEngine[Any]], str]] = [
    (LargeBinary, "bytes"),
    (DateTime, "time"),
    (JSON, "json"),
    (Boolean, "boolean"),
    (Float, "float"),
    (Integer, "integer"),
]


@dataclass(frozen=True, slots=True)
class Table:
    """One table. `columns`: name -> bytes, time, json, boolean, float, integer or text, in the order of a dumped row."""

    name: str
    columns: dict[str, str]
    key: tuple[str, ...]  # primary key: the order of the rows


@cache
def tables(revision: str) -> list[Table]:
    """The tables that a backup holds, those that others refer to first."""
    found = MetaData()
    with TemporaryDirectory() as keyring:  # where a migration may draw keys
        engine = open_engine("sqlite://", Path(keyring))
        with engine.begin() as connection:
            upgrade(connection, revision)
            found.reflect(connection)
        engine.dispose()
    return [
        Table(
            str(table.name),
            {str(column.name): _kind(column) for column in table.columns},
            tuple(str(column.name) for column in table.primary_key),
        )
        for table in found.sorted_tables
        if table.name not in _OF_THE_MOMENT | _KEYS | _MADE_AGAIN
    ]


def _kind(column: Column[Any]) -> str:
    return next((kind for type_, kind in _KINDS if isinstance(column.type, type_)), "text")
