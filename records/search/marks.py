"""How far each index of search is filled. A mark of another form, or none, as after a restore, has its index emptied and filled anew."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from records.database import Base, changed, insert_for
from records.keyring import keyring_of
from records.query.hashing import hashed
from records.search.models import SearchMark

TEXTS, CODES, NAMES = "texts", "codes", "names"
FORMS = {TEXTS: "1", CODES: "2", NAMES: "2"}  # others whenever `words` and `texts`, or `endings`, change


def mark(session: Session, name: str) -> int:
    """Up to which record an index is filled; 0 for one that is of no use."""
    row = _row(session, name)
    return row if row is not None else 0


def begun(session: Session, name: str, tables: Sequence[type[Base]]) -> bool:
    """Whether the index is of this form; if not, it is emptied and begun now."""
    if _row(session, name) is not None:
        return True
    for table in tables:
        session.execute(delete(table).execution_options(synchronize_session=False))
    first = {"name": name, "form": _form(session, name), "record_id": 0}
    session.execute(insert_for(session, SearchMark).values(first).on_conflict_do_update(index_elements=["name"], set_=first))
    return False


def advance(session: Session, name: str, seen: int, done: int) -> bool:
    """Move a mark on; False if another process did. Locks it until the transaction ends."""
    here = (SearchMark.name == name, SearchMark.record_id == seen)
    return changed(session, update(SearchMark).where(*here).values(record_id=done)) == 1


def lock(session: Session, name: str) -> None:
    """Wait for a step that is under way, and let none begin until the transaction ends."""
    changed(session, update(SearchMark).where(SearchMark.name == name).values(record_id=SearchMark.record_id))


def kept(lookup: bytes, group: str, term: str) -> int:
    """What is kept of a word of a group of properties, under the keyring's lookup key: 63 bits."""
    return hashed(lookup, f"search {group} {term}")


def _row(session: Session, name: str) -> int | None:
    row = session.execute(select(SearchMark.form, SearchMark.record_id).where(SearchMark.name == name)).one_or_none()
    return row.record_id if row and row.form == _form(session, name) else None


def _form(session: Session, name: str) -> int:
    return hashed(keyring_of(session).lookup(), f"search form {FORMS[name]}")
