"""What several pages of codes show: addresses, states, capacity, warnings and segments in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from api.console.shown import Badge
from api.console.words import ConsoleWords
from issuing.alphabets import ALPHABETS
from issuing.capacity import Capacity
from issuing.definition import Definition
from issuing.judging import Warned
from issuing.models import CodeOrder, CodeState, OrderState
from issuing.segments import FIELDS, GS1_CHECK, Kind, Reset, Segment

RULES, ORDERS, LOOK_UP = "/console/codes/rules", "/console/codes/orders", "/console/codes/look-up"
TONES = {
    CodeState.ISSUED: "quiet",
    CodeState.PRINTED: "wait",
    CodeState.APPLIED: "wait",
    CodeState.ACTIVATED: "good",
    CodeState.VOID: "bad",
}
ORDER_TONES = {OrderState.RUNNING: "wait", OrderState.DONE: "good", OrderState.FAILED: "bad"}


@dataclass(frozen=True, slots=True)
class Said:
    """A segment in words."""

    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """A warning, with the box that confirms it."""

    field: str
    text: str
    confirmed: bool


def rule_url(number: int) -> str:
    """The page of a rule."""
    return f"{RULES}/{number}"


def order_url(number: int) -> str:
    """The page of an order."""
    return f"{ORDERS}/{number}"


def code_url(code: str) -> str:
    """The page of a code."""
    return f"{LOOK_UP}?{urlencode({'code': code})}"


def state_badge(state: CodeState, words: ConsoleWords) -> Badge:
    """Where a code stands."""
    return Badge(words.say(f"codes.state.{state}"), TONES[state])


def order_badge(order: CodeOrder, words: ConsoleWords) -> Badge:
    """How the making of an order goes, or what was said of all its codes."""
    state = OrderState(order.state)
    if state == OrderState.DONE and order.level != CodeState.ISSUED:
        return state_badge(CodeState(order.level), words)
    return Badge(words.say(f"codes.order.{state}"), ORDER_TONES[state])


def capacity_lines(rule: Definition, found: Capacity, words: ConsoleWords) -> tuple[str, ...]:
    """How many codes, for how long, how hard to guess."""
    if rule.first(Kind.COUNTER) is None and rule.first(Kind.RANDOM) is None:
        return (words.say("codes.capacity.named"),)
    told = [words.say(f"codes.most.{found.period}", most=words.number(found.most))]
    numbers = {"wanted": words.number(found.wanted), "yearly": words.number(rule.yearly)}
    if found.until is not None:
        told.append(words.say("codes.capacity.until", until=found.until, yearly=numbers["yearly"]))
    else:
        told.append(words.say("codes.capacity.enough" if found.enough else "codes.capacity.short", **numbers))
    if found.guess is not None:
        told.append(words.say("codes.capacity.guess", guess=words.number(found.guess)))
    return tuple(told)


def warnings(found: Sequence[Warned], confirmed: frozenset[str], words: ConsoleWords) -> tuple[ToConfirm, ...]:
    """What has to be confirmed, in the reader's language."""
    return tuple(
        ToConfirm(
            f"confirm.{one.name}",
            words.say(f"codes.warning.{one.name}", **_numbers(one.values, words)),
            one.name in confirmed,
        )
        for one in found
    )


def said(one: Segment, words: ConsoleWords) -> Said:
    """A segment with what its kind says."""
    told = [_detail(one, name, words) for name in FIELDS[one.kind] if name != "start"]
    return Said(words.say(f"codes.kind.{one.kind}"), " · ".join(told))


def _detail(one: Segment, name: str, words: ConsoleWords) -> str:
    match name:
        case "text":
            return one.text
        case "part":
            return words.say(f"codes.part.{one.part}")
        case "width":
            return words.say("codes.width.of", count=one.width)
        case "alphabet":
            return words.say(f"codes.alphabet.{one.alphabet}") if one.alphabet in ALPHABETS else one.alphabet
        case "reset":
            return words.say(f"codes.reset.{one.reset}") if one.reset != Reset.NEVER else words.say("codes.reset.never")
        case _:
            return system_name(one.system)


def system_name(system: str) -> str:
    """A check character system as the standards call it."""
    return "GS1 MOD 10" if system == GS1_CHECK else f"ISO 7064 MOD {system}"


def _numbers(values: Mapping[str, int], words: ConsoleWords) -> dict[str, str]:
    return {name: str(value) if name == "until" else words.number(value) for name, value in values.items()}
