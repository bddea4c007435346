"""What goes out by itself: webhooks and subscriptions with how sending goes, the log of deliveries, and the form of a new webhook."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from api.console.accounts.made import MadePage
from api.console.accounts.parts import Wrong
from api.console.frame import Frame
from api.console.refusals import mend, put
from api.console.shown import Badge, Digest, Link, Moment, Option, Pager, link, moment, moment_or_none, pager
from api.console.visit import Visit
from api.console.words import ConsoleWords
from exchange.models import WEBHOOK_KINDS, Delivery, DeliveryState, State, Subscription
from ledger_client.errors import InvalidInput

HOME = "/console/exchange"
NEW = f"{HOME}/new"
_TONES = {DeliveryState.DELIVERED: "good", DeliveryState.GIVEN_UP: "bad", DeliveryState.CANCELLED: "quiet"}
_FIELDS = ("name", "dest", "kinds", "query")


@dataclass(frozen=True, slots=True)
class HookLine:
    """A webhook or a subscription. `actions`: where its forms post to, empty once it has ended."""

    number: str
    name: str
    dest: str
    kinds: str
    state: Badge
    notified: Moment | None
    waiting: str
    problem: str
    log: str
    secret: str
    end: str


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One message, and what became of it."""

    key: Digest
    made: Moment
    to: str
    what: str
    state: Badge
    tries: str
    problem: str
    again: str  # where the button posts to; empty where its subscription has ended


@dataclass(frozen=True, slots=True)
class ExchangePage:
    """templates/console/exchange.html"""

    template: ClassVar[str] = "console/exchange.html"
    frame: Frame
    hooks: tuple[HookLine, ...]
    tabs: tuple[Option, ...]
    narrowed: str  # to whom the log is narrowed
    deliveries: tuple[DeliveryLine, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class NewWebhookPage:
    """templates/console/exchange_new.html"""

    template: ClassVar[str] = "console/exchange_new.html"
    frame: Frame
    action: str
    wrong: Wrong | None
    name: str
    dest: str
    kinds: tuple[Option, ...]
    queries: tuple[Option, ...]


def exchange_page(
    visit: Visit,
    hooks: Sequence[Subscription],
    waiting: Mapping[str, int],
    queries: Mapping[int, str],
    deliveries: Sequence[Delivery],
    *,
    state: DeliveryState | None = None,
    only: Subscription | None = None,
    more: bool = False,
) -> ExchangePage:
    """The page. `only`: the one that the log is narrowed to."""
    words = visit.words
    names = {row.id: name_of(row, queries, words) for row in [*hooks, *([only] if only else [])]}
    active = {row.id for row in hooks}
    webhook = only.id if only else None
    older = link(HOME, state=state, webhook=webhook, before=deliveries[-1].id) if more else ""
    return ExchangePage(
        frame=visit.frame(words.say("exchange.title")),
        hooks=tuple(_hook(row, names[row.id], waiting.get(row.id, 0), words) for row in hooks),
        tabs=tuple(
            Option(one or "", words.say(f"exchange.tab.{one or 'all'}"), one == state, link(HOME, state=one, webhook=webhook))
            for one in (None, DeliveryState.WAITING, DeliveryState.GIVEN_UP, DeliveryState.DELIVERED)
        ),
        narrowed=names[only.id] if only else "",
        deliveries=tuple(
            delivery_line(row, names.get(row.subscription_id, ""), row.subscription_id in active, words) for row in deliveries
        ),
        pager=pager(len(deliveries), "", older, words),
    )


def new_webhook_page(
    visit: Visit, queries: Collection[str], typed: Mapping[str, str], problem: InvalidInput | None = None
) -> NewWebhookPage:
    """The form, as it was typed."""
    words = visit.words
    chosen = chosen_kinds(typed)
    return NewWebhookPage(
        frame=visit.frame(words.say("exchange.new"), Link(HOME, words.say("exchange.title"))),
        action=NEW,
        wrong=_wrong(problem, words) if problem else None,
        name=typed.get("name", "")[:200],
        dest=typed.get("dest", "")[:2000],
        kinds=tuple(Option(f"kind.{kind}", words.say(f"exchange.kind.{kind}"), kind in chosen) for kind in WEBHOOK_KINDS),
        queries=(
            Option("", words.say("exchange.query.none"), not typed.get("query")),
            *(Option(name, name, name == typed.get("query")) for name in queries),
        ),
    )


def secret_page(visit: Visit, row: Subscription, secret: str) -> MadePage:
    """The secret of a webhook, which is shown this once."""
    words = visit.words
    return MadePage(
        frame=visit.frame(words.say("exchange.secret.made"), Link(HOME, words.say("exchange.title"))),
        lead=words.say("exchange.secret.lead", name=row.name or row.dest),
        value=Digest(secret, f"{secret[:8]}…"),
        what_next=words.say("exchange.secret.next"),
        on=Link(HOME, words.say("exchange.secret.on")),
    )


def chosen_kinds(typed: Mapping[str, str]) -> list[str]:
    """The kinds whose boxes are ticked."""
    return [name.removeprefix("kind.") for name in typed if name.startswith("kind.")]


def name_of(row: Subscription, queries: Mapping[int, str], words: ConsoleWords) -> str:
    """What a webhook is called; of a subscription, the query it is to."""
    return row.name or words.say("exchange.subscription", name=queries.get(row.query_id or 0, words.say("exchange.query.gone")))


def state_of(row: Subscription, words: ConsoleWords) -> Badge:
    """How sending to a webhook or a subscription goes."""
    failing = row.failures > 0 or bool(row.problem)
    said = "failing" if failing else row.state
    return Badge(words.say(f"exchange.state.{said}"), "quiet" if row.state == State.ENDED else "bad" if failing else "good")


def _hook(row: Subscription, name: str, waiting: int, words: ConsoleWords) -> HookLine:
    return HookLine(
        number=row.id,
        name=name,
        dest=row.dest,
        kinds=" · ".join(words.say(f"exchange.kind.{kind}") for kind in row.kinds),
        state=state_of(row, words),
        notified=moment_or_none(row.notified_at, words),
        waiting=words.number(waiting),
        problem=put(row.problem or "", words),
        log=link(HOME, webhook=row.id),
        secret=f"{HOME}/{row.id}/secret" if row.name else "",
        end=f"{HOME}/{row.id}/end",
    )


def delivery_line(row: Delivery, to: str, may_send_again: bool, words: ConsoleWords) -> DeliveryLine:
    """One entry of the log. `to`: whom it went to, empty once that has ended."""
    failing = row.state == DeliveryState.WAITING and row.tries > 0
    text = words.say("exchange.delivery.failing" if failing else f"exchange.delivery.{row.state}")
    return DeliveryLine(
        key=Digest(row.key, row.key[:8]),
        made=moment(row.made_at, words),
        to=to or words.say("exchange.ended"),
        what=words.say(f"exchange.kind.{row.kind}"),
        state=Badge(text, "warn" if failing else _TONES.get(DeliveryState(row.state), "wait")),
        tries=words.number(row.tries),
        problem=put(row.problem or "", words),
        again=f"{HOME}/deliveries/{row.key}/again" if may_send_again and (row.state != DeliveryState.WAITING or failing) else "",
    )


def _wrong(problem: InvalidInput, words: ConsoleWords) -> Wrong:
    known = problem.field in _FIELDS
    return Wrong(problem.field, words.say(f"exchange.wrong.{problem.field if known else 'other'}"), mend(problem, words))
