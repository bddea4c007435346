"""Which records do not say what their contents do: the heavy part of a round, a pure function of rows that were read.

From `records`, which reads the rows and explains what comes back, to `facts`. With a pool (`records.pool`) every core takes a share of the
rows, while the reader asks the database for the rest; a process that is killed costs nothing but time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor
from functools import partial
from typing import Any

from ledger_client.epcis.document import no_collection
from records import contents
from records.contents import Content
from records.keyring import KeyMissing, Keyring
from sentinel import genealogy
from sentinel.facts import facts_of, payload_mac
from sentinel.genealogy import Drawn

SHARE = 250  # records that are hashed at once: few, so that all cores begin and end together

Row = tuple[Any, ...]
"""id, event id, type, time, business step, original, payload MAC, and what `contents.content` takes."""
Items = Mapping[int, list[tuple[bytes, str, bytes]]]
"""Record number -> (item id, code, signer) of its items in the order of the queue."""


def begun(pool: Executor | None, ring: Keyring, rows: Sequence[Row], queued: Items, took: Drawn) -> Callable[[], list[int]]:
    """Begin with a share; the numbers come from what is returned. Without a pool, or when it has died, all is done then and here."""
    here = partial(disagreeing, ring, rows, queued, took)
    try:
        share = pool.submit(here) if pool else None
    except BrokenExecutor:
        share = None

    def gathered() -> list[int]:
        try:
            return share.result() if share else here()
        except BrokenExecutor:
            return here()

    return gathered


def disagreeing(ring: Keyring, rows: Sequence[Row], queued: Items, took: Drawn) -> list[int]:
    """Numbers of records that do not open, are not what their contents say, column by column, or whose items or parts in the genealogy are
    not those of the event.
    """
    with no_collection():
        held = [_content(ring, row) for row in rows]
        found = facts_of([(one.payload, one.secret) for one in held])
        return [
            row[0]
            for row, one, known in zip(rows, held, found, strict=True)
            if known is None
            or one.fault
            or known[:7] != (row[1], *row[1:6], row[7])
            or payload_mac(ring, one.payload) != row[6]
            or queued.get(row[0]) != [(item, code, row[8]) for item, code in known.items]
            or ((there := took.get(row[0], [])) is not None and there != genealogy.rows(known))
        ]


def _content(ring: Keyring, row: Row) -> Content:
    try:
        return contents.content(ring, *row[7:])
    except KeyMissing as missing:  # whether the key's file is away, or the number was changed, is asked where it is explained
        return Content(fault=str(missing))
