"""The rule editor: the form, segment by segment, and beside it what the rule would make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from api.console.codes.draft import Draft
from api.console.codes.parts import RULES, ToConfirm, capacity_lines, rule_url, system_name, warnings
from api.console.frame import Frame
from api.console.refusals import refusal
from api.console.shown import Link, Option
from api.console.visit import Visit
from api.console.words import ConsoleWords
from issuing.alphabets import ALPHABETS
from issuing.definition import MOST_SEGMENTS, Definition
from issuing.judging import Warned
from issuing.models import CodingRule
from issuing.preview import Preview
from issuing.rules import LONGEST_NAME, LONGEST_REASON
from issuing.schemes import SCHEMES, Level
from issuing.segments import CHECKS, FIELDS, DatePart, Kind, Reset
from ledger_client.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class FieldShown:
    """One field of a segment: an input, or with `options` a select."""

    name: str
    label: str
    value: str
    options: tuple[Option, ...]
    longest: int


@dataclass(frozen=True, slots=True)
class SegmentShown:
    """One segment of the form."""

    number: int  # from 0
    title: str
    kind: str  # name of the field
    kinds: tuple[Option, ...]
    fields: tuple[FieldShown, ...]
    first: bool
    last: bool


@dataclass(frozen=True, slots=True)
class PreviewShown:
    """What the rule would make; `problem` if it must not become one."""

    codes: tuple[str, ...]
    uri: str
    length: str
    capacity: tuple[str, ...]
    warnings: tuple[ToConfirm, ...]
    problem: str


@dataclass(frozen=True, slots=True)
class EditorPage:
    """templates/console/codes/editor.html"""

    template: ClassVar[str] = "console/codes/editor.html"
    frame: Frame
    here: str
    name: str
    schemes: tuple[Option, ...]
    levels: tuple[Option, ...]
    base: str
    base_hint: str
    yearly: str
    only_issued: bool
    segments: tuple[SegmentShown, ...]
    more: bool  # there is room for another segment
    fixed: tuple[Link, ...]  # of a version: scheme, level and base, which stay
    based_on: str
    reason: str
    focus: str
    preview: PreviewShown
    wrong: str
    cancel: str
    longest_name: int
    longest_reason: int


def editor_page(visit: Visit, draft: Draft, shown: PreviewShown, found: CodingRule | None, wrong: str = "") -> EditorPage:
    """The form as it was typed; `found`: the rule that a version is added to."""
    words = visit.words
    trail = [Link(RULES, words.say("codes.rules"))] + ([Link(rule_url(found.id), found.name)] if found else [])
    scheme = SCHEMES.get(draft.scheme)
    levels = scheme.levels if scheme else tuple(Level)
    return EditorPage(
        frame=visit.frame(words.say("codes.change" if found else "codes.new"), *trail),
        here=f"{rule_url(found.id)}/change" if found else f"{RULES}/new",
        name=draft.name,
        schemes=tuple(Option(one, words.say(f"codes.scheme.{one}"), one == draft.scheme) for one in SCHEMES),
        levels=tuple(Option(one, words.say(f"codes.level.{one}"), one == draft.level) for one in levels),
        base=draft.base,
        base_hint=words.say(f"codes.base.{draft.scheme}") if scheme else "",
        yearly=draft.yearly,
        only_issued=draft.only_issued,
        segments=tuple(_segment(draft, place, words) for place in range(len(draft.segments))),
        more=len(draft.segments) < MOST_SEGMENTS,
        fixed=_fixed(found, draft, words) if found else (),
        based_on=draft.based_on,
        reason=draft.reason,
        focus=draft.focus,
        preview=shown,
        wrong=wrong,
        cancel=rule_url(found.id) if found else RULES,
        longest_name=LONGEST_NAME,
        longest_reason=LONGEST_REASON,
    )


def preview_shown(
    rule: Definition, found: Preview, warned: Sequence[Warned], confirmed: frozenset[str], words: ConsoleWords
) -> PreviewShown:
    """What a definition makes."""
    return PreviewShown(
        codes=tuple(one.printed for one in found.examples),
        uri=found.examples[0].code,
        length=words.say("codes.length", count=found.length),
        capacity=capacity_lines(rule, found.capacity, words),
        warnings=warnings(warned, confirmed, words),
        problem="",
    )


def refused(problem: InvalidInput, words: ConsoleWords) -> PreviewShown:
    """Why there is nothing to show."""
    return PreviewShown((), "", "", (), (), refusal(problem, words))


def _fixed(found: CodingRule, draft: Draft, words: ConsoleWords) -> tuple[Link, ...]:
    told = (words.say(f"codes.scheme.{found.scheme}"), words.say(f"codes.level.{found.level}"), draft.base)
    return tuple(Link(value, text) for value, text in zip((draft.scheme, draft.level, draft.base), told, strict=True))


def _segment(draft: Draft, place: int, words: ConsoleWords) -> SegmentShown:
    given = draft.segments[place]
    kind = given["kind"]
    return SegmentShown(
        number=place,
        title=words.say("codes.segment", number=place + 1),
        kind=f"s{place}.kind",
        kinds=tuple(Option(one, words.say(f"codes.kind.{one}"), one == kind) for one in Kind),
        fields=tuple(_field(given, name, place, words) for name in (FIELDS[Kind(kind)] if kind in tuple(Kind) else ())),
        first=place == 0,
        last=place == len(draft.segments) - 1,
    )


def _field(given: Mapping[str, str], name: str, place: int, words: ConsoleWords) -> FieldShown:
    value = given[name]
    choices: Mapping[str, list[tuple[str, str]]] = {
        "part": [(one, words.say(f"codes.part.{one}")) for one in DatePart],
        "alphabet": [(one, words.say(f"codes.alphabet.{one}")) for one in ALPHABETS],
        "reset": [(one, words.say(f"codes.reset.{one}")) for one in Reset],
        "system": [(one, system_name(one)) for one in CHECKS],
    }
    listed = choices.get(name, [])
    if listed and value not in {one for one, _ in listed}:
        listed = [*listed, (value, value)]
    options = tuple(Option(one, text, one == value) for one, text in listed)
    return FieldShown(f"s{place}.{name}", words.say(f"codes.field.{name}"), value, options, 30 if name == "text" else 16)
