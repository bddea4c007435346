"""What a definition looks like before it is a rule: three codes, how they are printed, how long they are, how long they last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from issuing.capacity import Capacity, capacity, statement
from issuing.composing import Context, texts
from issuing.definition import Definition
from issuing.judging import check, example
from issuing.segments import Kind

EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Example:
    """A code as it might come out; none of them is issued."""

    text: str  # the generated part
    code: str  # canonical item code
    printed: str


@dataclass(frozen=True, slots=True)
class Preview:
    """A definition at a glance."""

    examples: Sequence[Example]
    length: int  # of the generated part
    capacity: Capacity
    statement: str


def preview(rule: Definition, today: date, following: int = 0) -> Preview:
    """InvalidInput for a definition that must not become a rule."""
    check(rule)
    counter = rule.first(Kind.COUNTER)
    begin = max(following, counter.start) if counter else 0
    count = min(EXAMPLES, counter.variants - begin) if counter else EXAMPLES if rule.first(Kind.RANDOM) else 1
    made = texts(rule, Context(today, example(rule).names), range(begin, begin + max(count, 1)))
    room = capacity(rule, today, following)
    return Preview([shown(rule, text) for text in made], rule.length, room, statement(room, rule))


def shown(rule: Definition, text: str) -> Example:
    """A generated text in all its forms."""
    return Example(text, rule.scheme.code(rule.base, text), rule.scheme.printed(rule.base, text))
