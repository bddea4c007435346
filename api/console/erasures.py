"""Erasures in the console: what was asked for, by whom, what became of it; and the form that asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote

from api.console.event_rows import event_url, item_url
from api.console.frame import Frame
from api.console.paging import pager_of
from api.console.shown import Badge, Digest, Link, Moment, Option, Pager, hash_id, link, moment, moment_or_none
from api.console.visit import Visit
from records.erasure import LONGEST, item_of
from records.erasure_models import Erasure, ErasureState
from records.lists.paging import Page
from records.models import Record

ERASURES = "/console/erasures"
TONES = {ErasureState.ASKED: "wait", ErasureState.ERASED: "quiet", ErasureState.REJECTED: "warn"}


@dataclass(frozen=True, slots=True)
class ErasureLine:
    """One request."""

    id: str
    event: Digest
    url: str
    state: Badge
    ordered_by: str
    reason: str
    asked_by: str
    asked: Moment
    decided_by: str
    decided: Moment | None
    receipt: str  # address of the receipt's page; empty: there is none
    bundle: str  # its proof
    open: bool
    own: bool  # asked by the reader, who cannot approve it


@dataclass(frozen=True, slots=True)
class ErasuresPage:
    """templates/console/erasures.html"""

    template: ClassVar[str] = "console/erasures.html"
    frame: Frame
    tabs: tuple[Option, ...]
    lines: tuple[ErasureLine, ...]
    problem: str
    pager: Pager


@dataclass(frozen=True, slots=True)
class AskPage:
    """templates/console/erasure.html"""

    template: ClassVar[str] = "console/erasure.html"
    frame: Frame
    event: Digest
    url: str
    event_id: str
    record: str
    ordered_by: str
    reason: str
    problem: str
    longest: int


def erasures_page(
    visit: Visit, state: ErasureState | None, found: Page[Erasure], records: Mapping[int, Record], problem: str = ""
) -> ErasuresPage:
    """A page of requests; `records` by number, those that they speak of."""
    words = visit.words
    tabs = [Option("", words.say("erasures.all"), state is None, ERASURES)]
    tabs += [Option(one, words.say(f"erasures.state.{one}"), one == state, link(ERASURES, state=one)) for one in ErasureState]
    return ErasuresPage(
        frame=visit.frame(words.say("erasures.title")),
        tabs=tuple(tabs),
        lines=tuple(_line(one, records[one.record_id], visit) for one in found.rows),
        problem=problem,
        pager=pager_of(ERASURES, visit.request.query_params, found, words),
    )


def ask_page(visit: Visit, record: Record, fields: Mapping[str, str], problem: str = "") -> AskPage:
    """The form for one record, as it was typed so far."""
    words = visit.words
    return AskPage(
        frame=visit.frame(words.say("erasures.ask.title"), Link(ERASURES, words.say("erasures.title"))),
        event=hash_id(record.event_id),
        url=event_url(record.event_id, record.id),
        event_id=record.event_id,
        record=str(record.id),
        ordered_by=fields.get("orderedBy", ""),
        reason=fields.get("reason", ""),
        problem=problem,
        longest=LONGEST,
    )


def numbers(rows: Sequence[Erasure]) -> list[int]:
    """The records that some requests speak of."""
    return [one.record_id for one in rows]


def _line(one: Erasure, record: Record, visit: Visit) -> ErasureLine:
    words, item = visit.words, item_of(one)
    done = one.state == ErasureState.ERASED
    return ErasureLine(
        id=one.id,
        event=hash_id(record.event_id),
        url=event_url(record.event_id, record.id),
        state=Badge(words.say(f"erasures.state.{one.state}"), TONES[ErasureState(one.state)]),
        ordered_by=one.ordered_by,
        reason=one.reason,
        asked_by=one.asked_name,
        asked=moment(one.asked_at, words),
        decided_by=one.decided_name or "",
        decided=moment_or_none(one.decided_at, words),
        receipt=item_url(item) if done else "",
        bundle=f"/items/{quote(item, safe='')}/bundle?audience=partners" if done else "",
        open=one.state == ErasureState.ASKED,
        own=visit.caller is not None and visit.caller.account_id == one.asked_by,
    )
