"""One event: what was recorded, as far as its reader may see it, how it came to the chain, and who else may see what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import orjson

from api.console.audiences.named import audience_badge, property_name
from api.console.erasures import ERASURES
from api.console.event_rows import EVENTS, event_url, item_text, item_url, state_badge, title_of
from api.console.frame import Frame
from api.console.shown import Badge, Digest, Fact, Link, Moment, digest, hash_id, link, moment, unix_moment
from api.console.values import MOST, Reader, Value
from api.console.visit import Visit
from api.console.words import ConsoleWords
from api.pages.facts import Names
from api.pages.payload import list_in, object_in, text_in
from api.pages.words import bare
from ledger_client.disclosure import Policy, kind_of
from ledger_client.property_names import STANDARD
from records.erasure_models import Erasure, ErasureState
from records.models import Capture, Record
from records.queries import RecordState
from records.trail import Carried

MOST_ITEMS = 30


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another record under the same event id."""

    record: Record
    event: Mapping[str, Any]  # what everybody may see is enough: only the declaration is read
    state: RecordState


@dataclass(frozen=True, slots=True)
class Seen:
    """A record and what its reader may see of it."""

    record: Record
    state: RecordState
    event: Mapping[str, Any]  # the shown properties
    withheld: int
    policy: Policy  # of its writer
    items: Sequence[str]  # those that may be told
    captures: Sequence[Capture]
    request_id: str
    carried: Sequence[Carried]
    block_time: int | None  # Unix seconds
    siblings: Sequence[Sibling]
    erasure: Erasure | None = None  # a request that stands


@dataclass(frozen=True, slots=True)
class Property:
    """A property of the event."""

    name: str
    label: str
    values: tuple[Value, ...]
    more: str
    audience: Badge


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the way from a request to a block."""

    name: str
    done: bool
    moment: Moment | None = None
    digest: Digest | None = None
    url: str = ""
    text: str = ""
    badge: Badge | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """That an event was declared wrong, or declares another wrong."""

    tone: str
    headline: str
    text: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Other:
    """A line of the records that share the event id."""

    url: str
    title: str
    member: str
    stored: Moment
    state: Badge
    here: bool


@dataclass(frozen=True, slots=True)
class EventPage:
    """templates/console/event.html"""

    template: ClassVar[str] = "console/event.html"
    frame: Frame
    kind: str
    event_id: Digest
    notices: tuple[Notice, ...]
    facts: tuple[Fact, ...]
    properties: tuple[Property, ...]
    withheld: str
    raw: str
    items: tuple[Link, ...]
    more_items: str
    stages: tuple[Stage, ...]
    others: tuple[Other, ...]
    verdict_url: str
    preview_url: str  # empty: the reader makes no policies
    erase_url: str  # empty: the reader erases nothing, or it was asked for
    public_url: str  # the first item's page as a consumer sees it


def event_page(
    visit: Visit, seen: Seen, names: Mapping[bytes, str], places: Names, public_url: str, preview_url: str, erase_url: str = ""
) -> EventPage:
    """The page of one record; `names` are those of members by their signers, `places` those of places in it."""
    words, record = visit.words, seen.record
    title, kind = title_of(record.event_type, record.biz_step or "", words, declaration=record.original is None)
    reader = Reader(seen.event, places, words)
    return EventPage(
        frame=visit.frame(title, Link(EVENTS, words.say("events.title"))),
        kind=kind,
        event_id=hash_id(record.event_id),
        notices=(*_erased(seen, words), *_notices(seen, names, words)),
        facts=_facts(seen, names, words),
        properties=tuple(_property(name, reader, seen.policy, words) for name in _order(seen.event)),
        withheld=_withheld(seen, names, words),
        raw=orjson.dumps(dict(seen.event), option=orjson.OPT_INDENT_2).decode() if seen.event else "",
        items=tuple(Link(item_url(code), item_text(code)) for code in seen.items[:MOST_ITEMS]),
        more_items=words.say("events.more_items", count=len(seen.items) - MOST_ITEMS) if len(seen.items) > MOST_ITEMS else "",
        stages=_stages(seen, words),
        others=_others(seen, names, words),
        verdict_url=link("/console/verdict", event=record.event_id, record=record.id),
        preview_url=preview_url,
        erase_url="" if seen.erasure else erase_url,
        public_url=public_url,
    )


def _withheld(seen: Seen, names: Mapping[bytes, str], words: ConsoleWords) -> str:
    if seen.erasure and seen.erasure.state == ErasureState.ERASED:
        return words.say("erasures.notice.erased")
    return words.say("event.withheld", count=seen.withheld, member=names.get(seen.record.signer, "")) if seen.withheld else ""


def _erased(seen: Seen, words: ConsoleWords) -> list[Notice]:
    one = seen.erasure
    if one is None:
        return []
    text = words.say(f"erasures.notice.{one.state}.text", asked=one.asked_name, decided=one.decided_name or "")
    return [Notice("warn", words.say(f"erasures.notice.{one.state}"), text, (Link(ERASURES, words.say("erasures.title")),))]


def _order(event: Mapping[str, Any]) -> list[str]:
    """In the order in which people ask; a company's own properties after those of the standard, the namespaces last."""
    known = [name for name in STANDARD if name in event and name != "@context"]
    return [*known, *(name for name in event if name not in STANDARD), *(["@context"] if "@context" in event else [])]


def _property(name: str, reader: Reader, policy: Policy, words: ConsoleWords) -> Property:
    values = reader.values(name)
    return Property(
        name=name,
        label=property_name(name, words),
        values=tuple(values[:MOST]),
        more=words.say("event.more_values", count=len(values) - MOST) if len(values) > MOST else "",
        audience=audience_badge(policy.lowest(kind_of(reader.event), name), words),
    )


def _facts(seen: Seen, names: Mapping[bytes, str], words: ConsoleWords) -> tuple[Fact, ...]:
    record = seen.record
    return (
        Fact(words.say("events.column.happened"), moment=moment(record.event_time, words)),
        Fact(words.say("events.column.member"), names.get(record.signer, "")),
        Fact(words.say("events.column.state"), badge=state_badge(seen.state, words)),
        Fact(words.say("event.commitment"), digest=digest(record.commitment)),
        Fact(words.say("event.signer"), digest=digest(record.signer)),
    )


def _stages(seen: Seen, words: ConsoleWords) -> tuple[Stage, ...]:
    """Request, capture, record, transactions, blocks: each with its id."""
    found = []
    if seen.request_id:
        found.append(Stage(words.say("event.stage.request"), done=True, digest=digest(seen.request_id)))
    for capture in seen.captures:
        url = f"/console/captures/{capture.id}"
        found.append(
            Stage(
                words.say("event.stage.capture"), done=True, moment=moment(capture.received_at, words), digest=digest(capture.id), url=url
            )
        )
    found.append(Stage(words.say("event.stage.stored"), done=True, moment=moment(seen.record.captured_at, words)))
    for one in seen.carried:
        found += _carried(one, seen.block_time, words)
    return tuple(found)


def _carried(one: Carried, block_time: int | None, words: ConsoleWords) -> list[Stage]:
    if one.transaction is None or one.state is None:
        return [Stage(words.say("event.stage.waits"), done=False, text=words.say("event.anchors", count=one.anchors))]
    text = words.say("event.anchors", count=one.anchors)
    state = Badge(words.say(f"event.transaction.{one.state}"), "good" if one.block_hash else "wait")
    sent = Stage(words.say("event.stage.transaction"), done=True, digest=digest(one.transaction), text=text, badge=state)
    if one.block is None or one.block_hash is None:
        return [sent, Stage(words.say("event.stage.no_block"), done=False)]
    when = unix_moment(block_time, words) if block_time is not None else None
    return [
        sent,
        Stage(words.say("event.stage.block", number=words.number(one.block)), done=True, moment=when, digest=digest(one.block_hash)),
    ]


def _others(seen: Seen, names: Mapping[bytes, str], words: ConsoleWords) -> tuple[Other, ...]:
    """Every record under the id, this one marked; none where it is the only one."""
    if not seen.siblings:
        return ()
    every = sorted([(seen.record, seen.state), *((one.record, one.state) for one in seen.siblings)], key=lambda pair: pair[0].id)
    return tuple(
        Other(
            url=event_url(record.event_id, record.id),
            title=title_of(record.event_type, record.biz_step or "", words, declaration=record.original is None)[0],
            member=names.get(record.signer, ""),
            stored=moment(record.captured_at, words),
            state=state_badge(state, words),
            here=record is seen.record,
        )
        for record, state in every
    )


def _notices(seen: Seen, names: Mapping[bytes, str], words: ConsoleWords) -> list[Notice]:
    if seen.record.original is None:
        originals = [one.record for one in seen.siblings if one.record.original]
        links = tuple(Link(event_url(one.event_id, one.id), words.say("event.declares.see")) for one in originals[:1])
        return [_notice("wait", words.say("event.declares"), seen.event, links, words)]
    found = []
    for one in seen.siblings:
        if one.record.original is None:
            own = one.record.signer == seen.record.signer
            said = words.say("event.declared" if own else "event.declared.foreign", member=names.get(one.record.signer, ""))
            see = Link(event_url(one.record.event_id, one.record.id), words.say("event.declared.see"))
            found.append(_notice("warn", said, one.event, (see,), words))
    return found


def _notice(tone: str, headline: str, event: Mapping[str, Any], links: tuple[Link, ...], words: ConsoleWords) -> Notice:
    declaration = object_in(event, "errorDeclaration")
    reason = bare(text_in(declaration, "reason"))
    known = f"event.reason.{reason}"
    text = words.say(known) if known in words.texts else reason
    corrected = tuple(Link(event_url(str(one)), words.say("event.corrected_by")) for one in list_in(declaration, "correctiveEventIDs")[:5])
    return Notice(tone, headline, text, (*links, *corrected))
