"""Opens records for a search: what the asker may see of each, and the texts in that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from records import contents
from records.audiences import View
from records.key_models import RecordKey
from records.keyring import keyring_of
from records.models import Record
from records.search.marks import TEXTS, mark
from records.search.texts import Text, texts_of

BEHIND = 1500  # of the newest that are in no block yet
_COLUMNS = (Record.id, Record.event_id, Record.event_type, Record.biz_step, Record.event_time, Record.original, *contents.COLUMNS)


@dataclass(frozen=True, slots=True)
class Opened:
    """A record, what the asker may see of its event, and the texts in that."""

    row: Row[Any]
    event: Mapping[str, Any]
    texts: list[Text]


@dataclass(frozen=True, slots=True)
class Behind:
    """The records that no index holds yet, opened once for all that is searched among them; `unread`: how many are too many for that."""

    done: int
    records: tuple[Opened, ...]
    unread: int


def behind(session: Session, view: View) -> Behind:
    """The newest records, newest first, up to BEHIND of them. KeyMissing where nothing can be opened."""
    done = mark(session, TEXTS)
    rows = session.execute(content().where(Record.id > done).order_by(Record.id.desc()).limit(BEHIND)).all()
    return Behind(done, tuple(opened(session, view, rows)), max(0, rows[-1].id - done - 1) if len(rows) == BEHIND else 0)


def content() -> Select[*tuple[Any, ...]]:
    """Records with their sealed contents."""
    rows: Select[*tuple[Any, ...]] = select(*_COLUMNS).outerjoin(RecordKey, RecordKey.record_id == Record.id)
    return rows


def opened(session: Session, view: View, rows: Iterable[Row[Any]]) -> Iterator[Opened]:
    """Those that can be read."""
    ring = keyring_of(session)
    for row in rows:
        held = contents.of_row(ring, row)
        whole = held.event()
        if whole is not None:
            event = view.shown(held.signer, whole)
            yield Opened(row, event, texts_of(event))
