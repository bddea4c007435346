"""Orders of codes and reserved ranges: the list, the form, and one order with how far it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from api.console.codes.parts import ORDERS, order_badge, order_url, rule_url, state_badge
from api.console.frame import Frame
from api.console.labels.parts import print_url
from api.console.refusals import put
from api.console.shown import Badge, Fact, Link, Moment, Option, Pager, link, moment, pager
from api.console.visit import Visit
from api.console.words import ConsoleWords
from issuing.definition import Definition
from issuing.models import CodeOrder, CodeState, CodingRule, OrderState, Purpose
from issuing.orders import LONGEST_HOLDER, LONGEST_NOTE, MOST
from issuing.segments import NAMED
from issuing.states import BY_HAND, LONGEST_REASON, OF_ORDERS


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An order in the list."""

    url: str
    number: str
    rule: Link
    quantity: str
    holder: str
    state: Badge
    asked: Moment
    by: str


@dataclass(frozen=True, slots=True)
class OrdersPage:
    """templates/console/codes/orders.html"""

    template: ClassVar[str] = "console/codes/orders.html"
    frame: Frame
    tabs: tuple[Option, ...]
    lines: tuple[OrderLine, ...]
    pager: Pager
    may_order: bool


@dataclass(frozen=True, slots=True)
class NameField:
    """What a product, line or shift segment is to hold."""

    name: str
    label: str
    value: str
    width: int
    hint: str


@dataclass(frozen=True, slots=True)
class NewOrderPage:
    """templates/console/codes/order_new.html"""

    template: ClassVar[str] = "console/codes/order_new.html"
    frame: Frame
    rules: tuple[Option, ...]
    names: tuple[NameField, ...]
    key: str
    quantity: str
    day: str
    holder: str
    note: str
    purposes: tuple[Option, ...]
    wrong: str
    most: str
    longest_holder: int
    longest_note: int


@dataclass(frozen=True, slots=True)
class Count:
    """How many codes of an order stand where."""

    state: Badge
    count: str


@dataclass(frozen=True, slots=True)
class OrderPage:
    """templates/console/codes/order.html"""

    template: ClassVar[str] = "console/codes/order.html"
    frame: Frame
    here: str
    state: Badge
    running: bool
    done: int
    quantity: int
    progress: str
    problem: str
    facts: tuple[Fact, ...]
    counts: tuple[Count, ...]
    examples: tuple[Link, ...]
    csv_url: str
    json_url: str
    print_url: str  # empty: it is being made, or not for this reader
    moves: tuple[Option, ...]  # what may be said of all its codes
    single: tuple[Option, ...]  # … of some
    wrong: str
    may_issue: bool
    longest_reason: int


def orders_page(
    visit: Visit,
    found: Sequence[CodeOrder],
    names: Mapping[int, str],
    purpose: Purpose | None,
    *,
    first: bool,
    more: bool,
    may_order: bool,
) -> OrdersPage:
    """A page of orders, newest first; `names`: of their rules."""
    words = visit.words
    tabs = [Option("", words.say("codes.orders.all"), purpose is None, ORDERS)]
    tabs += [Option(one, words.say(f"codes.orders.{one}"), one == purpose, link(ORDERS, purpose=one)) for one in Purpose]
    older = link(ORDERS, purpose=purpose, before=found[-1].id) if more else ""
    return OrdersPage(
        frame=visit.frame(words.say("codes.orders")),
        tabs=tuple(tabs),
        lines=tuple(_line(one, names[one.rule_id], words) for one in found),
        pager=pager(len(found), "" if first else link(ORDERS, purpose=purpose), older, words),
        may_order=may_order,
    )


def new_order_page(
    visit: Visit, rules: Sequence[CodingRule], chosen: CodingRule | None, rule: Definition | None, typed: Mapping[str, str], wrong: str = ""
) -> NewOrderPage:
    """The form as it was typed; what it asks follows the rule that is chosen."""
    words = visit.words
    return NewOrderPage(
        frame=visit.frame(words.say("codes.order.new"), Link(ORDERS, words.say("codes.orders"))),
        rules=tuple(Option(str(one.id), one.name, chosen is not None and one.id == chosen.id) for one in rules),
        names=tuple(_name(one.kind, one.width, typed, words) for one in (rule.segments if rule else ()) if one.kind in NAMED),
        key=typed.get("key", ""),
        quantity=typed.get("quantity", ""),
        day=typed.get("day", ""),
        holder=typed.get("holder", ""),
        note=typed.get("note", ""),
        purposes=tuple(Option(one, words.say(f"codes.purpose.{one}"), one == typed.get("purpose", Purpose.OWN)) for one in Purpose),
        wrong=wrong,
        most=words.number(MOST),
        longest_holder=LONGEST_HOLDER,
        longest_note=LONGEST_NOTE,
    )


def order_page(
    visit: Visit,
    order: CodeOrder,
    rule: CodingRule,
    counts: Mapping[CodeState, int],
    examples: Sequence[Link],
    *,
    may_issue: bool,
    wrong: str = "",
) -> OrderPage:
    """One order; `examples`: its first codes."""
    words = visit.words
    running = order.state == OrderState.RUNNING
    return OrderPage(
        frame=visit.frame(words.say("codes.order.number", number=order.id), Link(ORDERS, words.say("codes.orders"))),
        here=order_url(order.id),
        state=order_badge(order, words),
        running=running,
        done=order.done,
        quantity=order.quantity,
        progress=words.say("codes.progress", done=words.number(order.done), quantity=words.number(order.quantity)),
        problem=put(order.problem or "", words),
        facts=_facts(order, rule, words),
        counts=tuple(Count(state_badge(state, words), words.number(count)) for state, count in counts.items() if count),
        examples=tuple(examples),
        csv_url="" if running else f"/code-orders/{order.id}/codes?format=csv",
        json_url="" if running else f"/code-orders/{order.id}/codes?format=json",
        print_url=print_url(order.id) if may_issue and not running else "",
        moves=() if running else tuple(_move(one, words) for one in OF_ORDERS[CodeState(order.level)]),
        single=() if running else tuple(_move(one, words) for one in BY_HAND),
        wrong=wrong,
        may_issue=may_issue,
        longest_reason=LONGEST_REASON,
    )


def _line(order: CodeOrder, name: str, words: ConsoleWords) -> OrderLine:
    quantity = words.number(order.quantity)
    shown = words.say("codes.progress", done=words.number(order.done), quantity=quantity) if order.done != order.quantity else quantity
    asked = moment(order.asked_at, words)
    return OrderLine(
        order_url(order.id),
        str(order.id),
        Link(rule_url(order.rule_id), name),
        shown,
        order.holder,
        order_badge(order, words),
        asked,
        order.asked_by,
    )


def _name(kind: str, width: int, typed: Mapping[str, str], words: ConsoleWords) -> NameField:
    return NameField(
        f"name.{kind}", words.say(f"codes.kind.{kind}"), typed.get(f"name.{kind}", ""), width, words.say("codes.width.of", count=width)
    )


def _facts(order: CodeOrder, rule: CodingRule, words: ConsoleWords) -> tuple[Fact, ...]:
    told = [
        Fact(words.say("codes.rule"), rule.name, url=rule_url(rule.id), note=words.say("codes.version", number=order.version)),
        Fact(words.say("codes.asked"), order.asked_by, note=words.exact(order.asked_at)),
        Fact(words.say("codes.day"), order.day),
    ]
    if order.holder:
        told.append(Fact(words.say("codes.holder"), order.holder))
    if order.first is not None:
        interval = f"{words.number(order.first)} – {words.number(order.first + order.quantity - 1)}"
        told.append(Fact(words.say("codes.interval"), interval, note=order.period))
    told += [Fact(words.say(f"codes.kind.{name}"), value) for name, value in order.names.items()]
    told += [Fact(words.say("codes.key"), order.key)]
    return (*told, Fact(words.say("codes.note"), order.note)) if order.note else tuple(told)


def _move(state: CodeState, words: ConsoleWords) -> Option:
    return Option(state, words.say(f"codes.move.{state}"), chosen=False)
