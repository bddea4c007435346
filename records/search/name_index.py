"""Fills the index of master data: of each code that they speak of, the words of what they say and the endings of the code.

A row of `vocabulary` says for itself whether it is indexed: capturing writes NULL, this step takes it up. What several companies say of a
code is indexed together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.orm import Session

from ledger_client.epcis.query.master_data import CHILDREN
from records.bulk import insert_rows
from records.database import insert_for
from records.keyring import keyring_of
from records.models import Vocabulary
from records.search.endings import endings, start_of
from records.search.marks import NAMES, begun, kept
from records.search.models import SearchName, SearchNameTerm
from records.search.words import terms

AT_ONCE = 200  # rows
_KEY = (Vocabulary.type, Vocabulary.code, Vocabulary.signer)


def step(session: Session, at_once: int = AT_ONCE) -> int:
    """Index the next rows; returns how many, 0 when none waits. The caller commits."""
    if not begun(session, NAMES, [SearchNameTerm, SearchName]):
        session.execute(update(Vocabulary).values(indexed=None).execution_options(synchronize_session=False))
        return 1
    waiting = session.execute(select(*_KEY).where(Vocabulary.indexed.is_(None)).limit(at_once)).all()
    if not waiting:
        return 0
    # Locked by this before they are read: what is captured meanwhile waits, and makes them NULL again.
    taken = update(Vocabulary).where(tuple_(*_KEY).in_([tuple(row) for row in waiting])).values(indexed=True)
    session.execute(taken.execution_options(synchronize_session=False))
    codes = sorted({row.code for row in waiting})
    numbers, said = _numbered(session, codes), _said(session, codes)
    lookup = keyring_of(session).lookup()
    for code in codes:
        _replace(session, numbers[code], set(_terms(lookup, code, said.get(code, []))))
    return len(waiting)


def texts_in(attributes: Mapping[str, Any]) -> Iterator[str]:
    """What master data say, without the codes of what lies within."""
    for name, value in attributes.items():
        if name != CHILDREN:
            yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str))


def below_zero(ending: int) -> int:
    """An ending of a code as a term."""
    return -1 - ending


def _terms(lookup: bytes, code: str, said: Iterable[Mapping[str, Any]]) -> Iterator[int]:
    yield from (below_zero(ending) for ending in endings(code, start_of(code)))
    yield from (kept(lookup, NAMES, term) for attributes in said for text in texts_in(attributes) for term in terms(text))


def _numbered(session: Session, codes: list[str]) -> dict[str, int]:
    known = insert_for(session, SearchName).on_conflict_do_nothing()
    session.execute(known, [{"code": code} for code in codes])
    return {row.code: row.id for row in session.execute(select(SearchName.id, SearchName.code).where(SearchName.code.in_(codes)))}


def _said(session: Session, codes: list[str]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in session.execute(select(Vocabulary.code, Vocabulary.attributes).where(Vocabulary.code.in_(codes))):
        found.setdefault(row.code, []).append(row.attributes)
    return found


def _replace(session: Session, name: int, wanted: set[int]) -> None:
    """Only what differs is written: companies send the same master data with every document."""
    held = set(session.scalars(select(SearchNameTerm.term).where(SearchNameTerm.name_id == name)))
    gone = SearchNameTerm.name_id == name, SearchNameTerm.term.in_(held - wanted)
    if held - wanted:
        session.execute(delete(SearchNameTerm).where(*gone).execution_options(synchronize_session=False))
    insert_rows(session, SearchNameTerm, [{"term": term, "name_id": name} for term in wanted - held], skip_known=True)
