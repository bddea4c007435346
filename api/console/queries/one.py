"""One named query: what it asks, where its answer is, who is told of it, what was sent, and the form of a new subscription."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote

from api.console.accounts.made import MadePage
from api.console.accounts.parts import Wrong
from api.console.exchange import DeliveryLine, delivery_line, state_of
from api.console.frame import Frame
from api.console.queries.conditions import told
from api.console.queries.list import QUERIES, url_of
from api.console.refusals import mend
from api.console.shown import Badge, Digest, Fact, Link, Moment, Option, moment, moment_or_none
from api.console.visit import Visit
from api.console.words import ConsoleWords
from exchange.models import Delivery, NamedQuery, Subscription
from ledger_client.epcis.epc_format import EpcFormat
from ledger_client.errors import InvalidInput

TIMES = ("stream", "hourly", "daily")
FORMS = ("json", "xml")
EPCS: tuple[EpcFormat, ...] = ("Never_Translates", "Always_GS1_Digital_Link", "Always_EPC_URN")
_FIELDS = ("dest", "time")


@dataclass(frozen=True, slots=True)
class SubscriptionLine:
    """Who is told. `end`: where its form posts to."""

    number: Digest
    dest: str
    when: str
    form: str
    state: Badge
    notified: Moment | None
    waiting: str
    problem: str
    log: str
    end: str


@dataclass(frozen=True, slots=True)
class QueryPage:
    """templates/console/queries/one.html"""

    template: ClassVar[str] = "console/queries/one.html"
    frame: Frame
    asked: tuple[Fact, ...]
    made: Moment
    by: str
    answers: Digest  # address of its events
    listens: Digest  # address of its websocket
    delete: str  # where its form posts to; empty for who may not
    subscriptions: tuple[SubscriptionLine, ...]
    deliveries: tuple[DeliveryLine, ...]
    subscribe: str
    wrong: Wrong | None
    dest: str
    times: tuple[Option, ...]
    time: str
    forms: tuple[Option, ...]
    epcs: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """Subscriptions that the reader may know of, how much waits for each, and the log of what was sent to them."""

    subscriptions: Sequence[Subscription]
    waiting: Mapping[str, int]
    deliveries: Sequence[Delivery]
    may_send_again: bool = False


def query_page(
    visit: Visit,
    row: NamedQuery,
    by: str,
    base: str,
    sent: Told,
    typed: Mapping[str, str],
    problem: InvalidInput | None = None,
    *,
    may_delete: bool = False,
) -> QueryPage:
    """The page. `base`: the server's public address; `typed`: the form of a new subscription."""
    words, here, path = visit.words, url_of(row.name), f"/queries/{quote(row.name, safe='')}/events"
    names = {one.id: one.dest for one in sent.subscriptions}
    return QueryPage(
        frame=visit.frame(row.name, Link(QUERIES, words.say("queries.title"))),
        asked=told(row.query, words),
        made=moment(row.made_at, words),
        by=by,
        answers=Digest(base + path, path),
        listens=Digest(f"ws{base.removeprefix('http')}{path}?stream=true", f"{path}?stream=true"),
        delete=f"{here}/delete" if may_delete else "",
        subscriptions=tuple(_subscription(one, sent.waiting.get(one.id, 0), here, words) for one in sent.subscriptions),
        deliveries=tuple(delivery_line(one, names[one.subscription_id], sent.may_send_again, words) for one in sent.deliveries),
        subscribe=f"{here}/subscriptions",
        wrong=_wrong(problem, words) if problem else None,
        dest=typed.get("dest", "")[:2000],
        times=_options("when", TIMES, typed.get("when", ""), words),
        time=typed.get("time", "06:00")[:5],
        forms=_options("form", FORMS, typed.get("form", ""), words),
        epcs=_options("epcs", EPCS, typed.get("epcs", ""), words),
    )


def signing_page(visit: Visit, row: Subscription, query: str, secret: str) -> MadePage:
    """The secret of a new subscription, which is shown this once."""
    words = visit.words
    return MadePage(
        frame=visit.frame(words.say("exchange.secret.made"), Link(QUERIES, words.say("queries.title")), Link(url_of(query), query)),
        lead=words.say("exchange.secret.lead", name=row.dest),
        value=Digest(secret, f"{secret[:8]}…"),
        what_next=words.say("exchange.secret.next"),
        on=Link(url_of(query), words.say("queries.back")),
    )


def _subscription(row: Subscription, waiting: int, here: str, words: ConsoleWords) -> SubscriptionLine:
    xml = "xml" if row.cbv_xml_format else "json"
    return SubscriptionLine(
        number=Digest(row.id, row.id[:8]),
        dest=row.dest,
        when=_when(row.schedule, words),
        form=f"{words.say(f'queries.form.{xml}')} · {words.say(f'queries.epcs.{row.epc_format}')}",
        state=state_of(row, words),
        notified=moment_or_none(row.notified_at, words),
        waiting=words.number(waiting),
        problem=row.problem or "",
        log=f"{here}?subscription={row.id}#list",
        end=f"{here}/subscriptions/{row.id}/end",
    )


def _when(schedule: Mapping[str, str] | None, words: ConsoleWords) -> str:
    if schedule is None:
        return words.say("queries.when.stream")
    if schedule == {"minute": "0"}:
        return words.say("queries.when.hourly")
    if schedule.keys() == {"hour", "minute"} and all(text.isascii() and text.isdigit() for text in schedule.values()):
        return words.say("queries.when.at", time=f"{int(schedule['hour']):02}:{int(schedule['minute']):02}")
    return " ".join(f"{name}={text}" for name, text in schedule.items())


def _options(kind: str, values: Sequence[str], chosen: str, words: ConsoleWords) -> tuple[Option, ...]:
    return tuple(Option(one, words.say(f"queries.{kind}.{one}"), one == (chosen or values[0])) for one in values)


def _wrong(problem: InvalidInput, words: ConsoleWords) -> Wrong:
    field = problem.field if problem.field in _FIELDS else "other"
    return Wrong(field, words.say(f"queries.wrong.{field}"), mend(problem, words))
