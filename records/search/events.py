"""Events by the words in their texts, newest first, as the asker may see them.

Each word is looked up in every group of properties that some record may show the asker; the records of a block that have all words are
bits that are ANDed. Of those that a policy may hide something of, SQL says first what; the others are opened, and the words looked for in
what is shown. Records that are in no block yet are opened all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from records.audiences import View
from records.keyring import keyring_of
from records.models import Record
from records.query.visibility import shown_extension, shown_property
from records.search.found import Found, first_of
from records.search.marks import kept
from records.search.models import SearchTerm
from records.search.opening import Behind, Opened, behind, content, opened
from records.search.text_index import BLOCK
from records.search.texts import EXTENSION, PROPERTIES, Text
from records.search.words import needed, normal, runs, spans

Blocks = dict[int, int]  # block -> its records, as bits
LOOKED_AT = 600  # records that one search opens
_AT_ONCE = 32
_STRETCHES = (128, 1024)  # blocks that are looked at together: the newest, those before them, then all others


@dataclass(frozen=True, slots=True)
class Passage:
    """A text in which words stand; `spans`: where, by characters, as far as that can be said of the text as it is written."""

    text: Text
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """An event that holds all words, and where they stand; `event` is what the asker may see of it."""

    record_id: int
    event_id: str
    event_type: str
    biz_step: str
    event_time: datetime
    declaration: bool
    signer: bytes
    event: Mapping[str, Any]
    passages: tuple[Passage, ...]


def long_enough(asked: str) -> bool:
    """Whether there is a word that can be looked up: two characters, or more."""
    return bool(needed(runs(asked)))


def events(session: Session, asked: str, view: View, limit: int, only: str | None = None, newest: Behind | None = None) -> Found[Hit]:
    """The newest events that hold what was asked; `only`: in this property alone. `newest`: from `behind`."""
    hits = Search(session, asked, view, newest or behind(session, view), only)
    found = list(islice(hits.found(), limit + 1))
    return first_of(found, limit, more=hits.stopped, unread=hits.newest.unread)


class Search:
    """One search under way. `stopped`: it gave up before the end."""

    def __init__(self, session: Session, asked: str, view: View, newest: Behind, only: str | None = None) -> None:
        self.session, self.view, self.newest, self.only = session, view, newest, only
        self.runs = runs(asked)
        self.terms = needed(self.runs)
        self.lookup = keyring_of(session).lookup()
        self.stopped = False
        clauses = {name: _shown(view, name) for name in ((only,) if only else PROPERTIES)}
        self.groups = {name: clause for name, clause in clauses.items() if clause is not False}

    def found(self) -> Iterator[Hit]:
        """Newest first; call it once."""
        if not self.terms or not self.groups:
            return
        yield from self._judged(self.newest.records)
        candidates, looked = self._candidates(), 0
        while numbers := list(islice(candidates, _AT_ONCE)):
            rows = self.session.execute(content().where(Record.id.in_(numbers)).order_by(Record.id.desc())).all()
            yield from self._judged(opened(self.session, self.view, rows))
            looked += len(numbers)
            if looked >= LOOKED_AT:
                self.stopped = True
                return

    def _candidates(self) -> Iterator[int]:
        """Numbers of records that have every word in some group that may be shown."""
        top = (self.newest.done + 1) // BLOCK - 1
        for size in (*_STRETCHES, top + 1):
            low = max(-1, top - size)
            held = self._held(low, top) if low < top else []
            first, *others = [_merged(list(groups.values())) for groups in held] or [{}]
            for block in sorted(first, reverse=True):
                bits = first[block]
                for other in others:
                    bits &= other.get(block, 0)
                if bits:
                    yield from self._visible(block, held, [block * BLOCK + bit for bit in _set(bits)])
            top = low

    def _held(self, low: int, top: int) -> list[dict[str, Blocks]]:
        """Of each word, by group of properties, the records that have it there."""
        kinds = {kept(self.lookup, group, term): (at, group) for at, term in enumerate(self.terms) for group in self.groups}
        found: list[dict[str, Blocks]] = [{} for _ in self.terms]
        places = {kind: found[at].setdefault(group, {}) for kind, (at, group) in kinds.items()}
        rows = select(SearchTerm.term, SearchTerm.block, SearchTerm.records).where(SearchTerm.term.in_(list(kinds)))
        rows = rows.where(SearchTerm.block > low, SearchTerm.block <= top)
        for term, block, records in self.session.connection().execute(rows).fetchall():  # at once: row by row takes three times as long
            places[term][block] = int.from_bytes(records, "little")
        return found

    @property
    def _depends(self) -> dict[str, ColumnElement[bool]]:
        """Groups that some records show the asker and others do not."""
        return {name: clause for name, clause in self.groups.items() if not isinstance(clause, bool)}

    def _visible(self, block: int, held: list[dict[str, Blocks]], numbers: list[int]) -> Iterable[int]:
        """Those that have every word in a group that they show."""
        if not self._depends:
            return numbers
        columns = [clause.label(f"shown_{at}") for at, clause in enumerate(self._depends.values())]
        rows = self.session.execute(select(Record.id, *columns).where(Record.id.in_(numbers)).order_by(Record.id.desc()))
        hidden = {row.id: {name for name, seen in zip(self._depends, row[1:], strict=True) if not seen} for row in rows}

        def has(number: int, groups: dict[str, Blocks]) -> bool:
            bit = 1 << (number - block * BLOCK)
            return any(blocks.get(block, 0) & bit for name, blocks in groups.items() if name not in hidden[number])

        return [number for number in hidden if all(has(number, groups) for groups in held)]

    def _judged(self, opened: Iterable[Opened]) -> Iterator[Hit]:
        for one in opened:
            passages = passages_in([text for text in one.texts if self.only in (None, text.of)], self.runs)
            if passages:
                row = one.row
                named = (row.id, row.event_id, row.event_type, row.biz_step or "", row.event_time, row.original is None, row.signer)
                yield Hit(*named, one.event, passages)


def passages_in(texts: Sequence[Text], wanted: Sequence[str]) -> tuple[Passage, ...]:
    """The fewest of the texts that hold all the words together; none where some word stands in no text."""
    missing, found = set(wanted), list[Passage]()
    held = [(text, compared, spans(compared, wanted)) for text in texts for compared in (normal(text.text),)]
    for text, compared, places in sorted(held, key=lambda one: -len(one[2])):
        if missing & places.keys():
            missing -= places.keys()
            same = len(compared) == len(text.text)
            found.append(Passage(text, tuple(sorted(places.values())) if same else ()))
    return () if missing else tuple(found)


def _shown(view: View, name: str) -> bool | ColumnElement[bool]:
    return shown_extension(view) if name == EXTENSION else shown_property(view, name)


def _merged(groups: list[Blocks]) -> Blocks:
    """The records that have a word in any group."""
    most = max(groups, key=len)
    merged = dict(most)
    for one in groups:
        if one is not most:
            for block, bits in one.items():
                merged[block] = merged.get(block, 0) | bits
    return merged


def _set(bits: int) -> Iterator[int]:
    """The bits that are set, the highest first."""
    while bits:
        highest = bits.bit_length() - 1
        yield highest
        bits ^= 1 << highest
