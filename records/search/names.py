"""Products, places and parties by what master data call them, or by a part of their code. Their writer's word; not anchored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from records.keyring import keyring_of
from records.models import Vocabulary
from records.search.codes import part_of
from records.search.endings import between
from records.search.found import Found, first_of
from records.search.marks import NAMES, kept
from records.search.models import SearchName, SearchNameTerm
from records.search.name_index import below_zero, texts_in
from records.search.words import needed, normal, runs, spans

READ = 120  # codes that one search looks at
PRODUCT = "urn:epcglobal:epcis:vtype:EPCClass"
_THINGS = frozenset((PRODUCT, "urn:epcglobal:epcis:vtype:EPCInstance"))


@dataclass(frozen=True, slots=True)
class Named:
    """A code, the kinds of master data that speak of it, and the text in which the words stand; empty: they stand in the code."""

    code: str
    types: frozenset[str]
    text: str

    @property
    def product(self) -> bool:
        """Whether it is a thing or a class of things, and no place or party."""
        return bool(_THINGS & self.types)


def names(session: Session, asked: str) -> Found[Named]:
    """What master data name so, the shortest text first; up to READ by words and as many by a part of the code."""
    wanted, part = (runs(asked) if needed(runs(asked)) else ()), part_of(asked)
    by_words, by_part = _with_words(session, wanted), _with_part(session, part)
    ids = [*by_words[:READ], *by_part[:READ]]
    codes = list(session.scalars(select(SearchName.code).where(SearchName.id.in_(ids)))) if ids else []
    waiting = select(Vocabulary.code).where(Vocabulary.indexed.is_(None)).limit(READ + 1)
    unindexed = list(session.scalars(waiting))
    rows = _rows(session, [*codes, *unindexed[:READ]])
    found = [one for code, said in rows.items() if (one := _named(code, said, wanted, part))]
    unread = 1 if len(unindexed) > READ else 0
    more = max(len(by_words), len(by_part)) > READ
    return first_of(sorted(found, key=lambda one: (len(one.text), one.text, one.code)), 2 * READ, more=more, unread=unread)


def _with_words(session: Session, wanted: Sequence[str]) -> list[int]:
    lookup = keyring_of(session).lookup()
    terms = [kept(lookup, NAMES, term) for term in needed(wanted)]
    if not terms:
        return []
    counted = select(SearchNameTerm.name_id).where(SearchNameTerm.term.in_(terms)).group_by(SearchNameTerm.name_id)
    return _numbers(session, counted.having(func.count() == len(set(terms))))


def _with_part(session: Session, part: str) -> list[int]:
    if not part:
        return []
    low, high = between(part)
    ends = SearchNameTerm.term.between(below_zero(high), below_zero(low))
    return _numbers(session, select(SearchNameTerm.name_id).where(ends).distinct())


def _numbers(session: Session, rows: Select[int]) -> list[int]:
    return list(session.scalars(rows.limit(READ + 1)))


def _rows(session: Session, codes: Iterable[str]) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    found: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    rows = select(Vocabulary.code, Vocabulary.type, Vocabulary.attributes).where(Vocabulary.code.in_(sorted(set(codes))))
    for row in session.execute(rows.order_by(Vocabulary.code, Vocabulary.signer)):
        found.setdefault(row.code, []).append((row.type, row.attributes))
    return found


def _named(code: str, said: list[tuple[str, dict[str, Any]]], wanted: Sequence[str], part: str) -> Named | None:
    """All words stand in what is said of the code, or the part stands in the code."""
    texts = [text for _, attributes in said for text in texts_in(attributes)]
    held = [set(spans(normal(text), wanted)) for text in texts]
    types = frozenset(kind for kind, _ in said)
    if wanted and set().union(*held) == set(wanted):
        best = max(range(len(texts)), key=lambda at: (len(held[at]), -len(texts[at])))
        return Named(code, types, texts[best])
    return Named(code, types, "") if part and part in code.lower() else None
