"""Records by how far they are on their way to the chain: what waits since when, what hinders it, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from api.console.event_rows import event_url, item_text, item_url, title_of
from api.console.frame import Frame
from api.console.paging import pager_of
from api.console.refusals import put
from api.console.shown import Digest, Moment, Option, Pager, digest, link, moment
from api.console.visit import Visit
from api.console.words import ConsoleWords
from api.told_items import Tellable
from records.lists.anchorings import Anchoring, Sending
from records.lists.counts import MOST, Open
from records.lists.paging import Page
from records.models import Lane, LaneState
from records.queries import RecordState

RECORDS = "/console/records"
FAILED = "failed"
TABS = (*map(str, RecordState), FAILED)


@dataclass(frozen=True, slots=True)
class Tab:
    """One state, and how many there are in it."""

    option: Option
    count: str  # empty: not counted


@dataclass(frozen=True, slots=True)
class Hindrance:
    """A lane that does not go, why, and what to do."""

    tone: str
    text: str
    problem: str
    todo: str
    since: Moment


@dataclass(frozen=True, slots=True)
class AnchoringLine:
    """One anchor on its way, or there."""

    item: str
    item_url: str
    title: str
    url: str
    member: str
    stored: Moment
    transaction: Digest | None
    block: str


@dataclass(frozen=True, slots=True)
class FailedLine:
    """A transaction that failed; its anchors stand in the queue again."""

    transaction: Digest
    member: str
    anchors: str
    changed: Moment
    problem: str


@dataclass(frozen=True, slots=True)
class RecordsPage:
    """templates/console/records.html"""

    template: ClassVar[str] = "console/records.html"
    frame: Frame
    tabs: tuple[Tab, ...]
    state: str
    about: str
    oldest: Moment | None
    hindrances: tuple[Hindrance, ...]
    rows: tuple[AnchoringLine, ...]
    failed: tuple[FailedLine, ...]
    pager: Pager


def records_page(
    visit: Visit,
    state: str,
    found: Page[Anchoring] | Page[Sending],
    counts: Open,
    lanes: Sequence[Lane],
    names: Mapping[bytes, str],
    tellable: Tellable,
) -> RecordsPage:
    """The page of one state; `names` are those of members by their signers."""
    words = visit.words
    return RecordsPage(
        frame=visit.frame(words.say("records.title")),
        tabs=tuple(_tab(one, state, counts, words) for one in TABS),
        state=state,
        about=words.say(f"records.about.{state}"),
        oldest=moment(counts.oldest, words) if counts.oldest else None,
        hindrances=hindrances(lanes, names, words),
        rows=tuple(_line(row, names, words, tellable) for row in found.rows if isinstance(row, Anchoring)),
        failed=tuple(_failed(row, names, words) for row in found.rows if isinstance(row, Sending)),
        pager=pager_of(RECORDS, visit.request.query_params, found, words),
    )


def hindrances(lanes: Sequence[Lane], names: Mapping[bytes, str], words: ConsoleWords) -> tuple[Hindrance, ...]:
    """Lanes that do not go."""
    return tuple(
        Hindrance(
            tone="warn" if lane.state == LaneState.WAITING else "bad",
            text=words.say(f"overview.lane.{lane.state}", member=names.get(lane.signer, "")),
            problem=put(lane.problem or "", words),
            todo=words.say(f"records.todo.{lane.state}"),
            since=moment(lane.since, words),
        )
        for lane in lanes
        if lane.state != LaneState.READY
    )


def counted(count: int, words: ConsoleWords) -> str:
    """A count, as far as it was counted."""
    return words.number(count) if count <= MOST else words.say("records.more_than", count=words.number(MOST))


def _tab(state: str, chosen: str, counts: Open, words: ConsoleWords) -> Tab:
    known = {"pending": counts.pending, "sent": counts.sent, "anchored": counts.anchored, FAILED: counts.failed}
    text = words.say("records.failed") if state == FAILED else words.say(f"events.state.{state}")
    option = Option(state, text, state == chosen, link(RECORDS, state=state))
    return Tab(option, counted(known[state], words) if state in known else "")


def _line(row: Anchoring, names: Mapping[bytes, str], words: ConsoleWords, tellable: Tellable) -> AnchoringLine:
    code = row.item if tellable.may(row.record_id, row.item) else ""
    return AnchoringLine(
        item=item_text(code),
        item_url=item_url(code),
        title=title_of(row.event_type, row.biz_step, words, declaration=row.declaration, item=code)[0],
        url=event_url(row.event_id, row.record_id if row.declaration else None),
        member=names.get(row.signer, ""),
        stored=moment(row.captured_at, words),
        transaction=digest(row.tx_hash) if row.tx_hash else None,
        block=words.number(row.block) if row.block is not None else "",
    )


def _failed(row: Sending, names: Mapping[bytes, str], words: ConsoleWords) -> FailedLine:
    return FailedLine(
        digest(row.hash), names.get(row.signer, ""), words.number(row.items), moment(row.changed_at, words), put(row.problem, words)
    )
