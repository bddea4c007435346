"""Documents that were handed in, and what became of each of their events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from api.console.event_rows import event_url
from api.console.frame import Frame
from api.console.paging import pager_of
from api.console.refusals import put
from api.console.shown import Badge, Digest, Fact, Link, Moment, Option, Pager, digest, hash_id, link, moment, moment_or_none
from api.console.visit import Visit
from api.console.words import ConsoleWords
from ledger_client.sentences import of_json
from records.lists.captures import CaptureRow, ResultRow
from records.lists.paging import Page
from records.models import Capture, CaptureState, Outcome

CAPTURES = "/console/captures"
STATE_TONES = {CaptureState.RUNNING: "wait", CaptureState.SUCCESS: "good", CaptureState.FAILURE: "bad"}
OUTCOME_TONES = {Outcome.STORED: "good", Outcome.DUPLICATE: "quiet", Outcome.INVALID: "bad", Outcome.ROLLED_BACK: "warn"}


@dataclass(frozen=True, slots=True)
class CaptureLine:
    """One document."""

    url: str
    name: Digest
    received: Moment
    member: str
    events: str  # "3" or, while it is worked on, "2 of 3"
    behaviour: str
    state: Badge


@dataclass(frozen=True, slots=True)
class CapturesPage:
    """templates/console/captures.html"""

    template: ClassVar[str] = "console/captures.html"
    frame: Frame
    own: str  # that only the reader's own are shown; empty: all are
    tabs: tuple[Option, ...]
    rows: tuple[CaptureLine, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with an event, and how to mend it."""

    path: str
    text: str
    rule: str
    fix: str


@dataclass(frozen=True, slots=True)
class ResultLine:
    """What became of one event."""

    number: str
    outcome: Badge
    event: Digest | None
    url: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Tab:
    """One outcome, and how many events had it."""

    option: Option
    count: str


@dataclass(frozen=True, slots=True)
class CapturePage:
    """templates/console/capture_job.html"""

    template: ClassVar[str] = "console/capture_job.html"
    frame: Frame
    name: Digest
    facts: tuple[Fact, ...]
    explained: str
    tabs: tuple[Tab, ...]
    rows: tuple[ResultLine, ...]
    pager: Pager


def captures_page(visit: Visit, state: str, found: Page[CaptureRow], names: Mapping[bytes, str], *, own: bool) -> CapturesPage:
    """The page of one state, or of all; `names` are those of members by their signers."""
    words = visit.words
    every = [("", words.say("captures.all")), *((str(one), words.say(f"captures.state.{one}")) for one in CaptureState)]
    return CapturesPage(
        frame=visit.frame(words.say("captures.title")),
        own=words.say("captures.own") if own else "",
        tabs=tuple(Option(value, text, value == state, link(CAPTURES, state=value)) for value, text in every),
        rows=tuple(_line(row, names, words) for row in found.rows),
        pager=pager_of(CAPTURES, visit.request.query_params, found, words),
    )


def capture_page(
    visit: Visit, job: Capture, outcome: str, counts: Mapping[Outcome, int], found: Page[ResultRow], member: str
) -> CapturePage:
    """The page of one document, with its results of one outcome, or of all."""
    words, here = visit.words, f"{CAPTURES}/{job.id}"
    every = [("", words.say("captures.all"), sum(counts.values()))]
    every += [(str(one), words.say(f"captures.outcome.{one}"), counts[one]) for one in Outcome if counts.get(one)]
    return CapturePage(
        frame=visit.frame(words.say("captures.capture"), Link(CAPTURES, words.say("captures.title"))),
        name=digest(job.id),
        facts=_facts(job, member, words),
        explained=words.say(f"captures.explained.{job.behaviour}") if job.state == CaptureState.FAILURE else "",
        tabs=tuple(
            Tab(Option(value, text, value == outcome, link(here, outcome=value)), words.number(count)) for value, text, count in every
        ),
        rows=tuple(_result(row, words) for row in found.rows),
        pager=pager_of(here, visit.request.query_params, found, words),
    )


def _facts(job: Capture, member: str, words: ConsoleWords) -> tuple[Fact, ...]:
    state = CaptureState(job.state)
    return (
        Fact(words.say("captures.received"), moment=moment(job.received_at, words)),
        Fact(words.say("captures.finished"), moment=moment_or_none(job.finished_at, words)),
        Fact(words.say("events.column.state"), badge=Badge(words.say(f"captures.state.{state}"), STATE_TONES[state])),
        Fact(words.say("events.column.member"), member),
        Fact(words.say("captures.events"), _events(job.events_done, job.events_total, words)),
        Fact(words.say("captures.behaviour"), words.say(f"captures.behaviour.{job.behaviour}")),
        Fact(words.say("captures.request"), digest=digest(job.request_id) if job.request_id else None),
    )


def _line(row: CaptureRow, names: Mapping[bytes, str], words: ConsoleWords) -> CaptureLine:
    return CaptureLine(
        url=f"{CAPTURES}/{row.capture_id}",
        name=digest(row.capture_id),
        received=moment(row.received_at, words),
        member=names.get(row.signer, ""),
        events=_events(row.events_done, row.events_total, words),
        behaviour=words.say(f"captures.behaviour.{row.behaviour}"),
        state=Badge(words.say(f"captures.state.{row.state}"), STATE_TONES[row.state]),
    )


def _events(done: int, total: int, words: ConsoleWords) -> str:
    return words.number(total) if done == total else words.say("captures.progress", done=words.number(done), total=words.number(total))


def _result(row: ResultRow, words: ConsoleWords) -> ResultLine:
    return ResultLine(
        number=words.number(row.index + 1),
        outcome=Badge(words.say(f"captures.outcome.{row.outcome}"), OUTCOME_TONES[row.outcome]),
        event=hash_id(row.event_id) if row.event_id else None,
        url=event_url(row.event_id, row.record_id) if row.event_id and row.record_id else "",
        problems=tuple(_problem(one, words) for one in (row.problem, *row.problem.get("others", ()))) if row.problem else (),
    )


def _problem(told: Mapping[str, object], words: ConsoleWords) -> Problem:
    path, problem, rule, fix = (str(told.get(name, "")) for name in ("path", "problem", "rule", "fix"))
    made, mend = (of_json(text, told.get(f"{name}Made")) for name, text in (("problem", problem), ("fix", fix)))
    return Problem(path, put(made, words).removesuffix(f" [rule {rule}]"), rule, put(mend, words))
