"""The company's coding rules, and one of them with all that it ever said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from api.console.codes.parts import ORDERS, RULES, Said, capacity_lines, rule_url, said
from api.console.frame import Frame
from api.console.shown import Badge, Fact, Link, Moment, link, moment
from api.console.visit import Visit
from api.console.words import ConsoleWords
from issuing.capacity import Capacity
from issuing.definition import Definition
from issuing.models import CodingRule, CodingRuleVersion


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule in the list."""

    url: str
    name: str
    scheme: str
    level: str
    stem: str
    capacity: tuple[str, ...]
    only_issued: Badge
    order_url: str


@dataclass(frozen=True, slots=True)
class RulesPage:
    """templates/console/codes/rules.html"""

    template: ClassVar[str] = "console/codes/rules.html"
    frame: Frame
    lines: tuple[RuleLine, ...]
    may_make: bool
    may_order: bool


@dataclass(frozen=True, slots=True)
class VersionShown:
    """A version of a rule."""

    title: str
    by: str
    made: Moment
    reason: str
    segments: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class RulePage:
    """templates/console/codes/rule.html"""

    template: ClassVar[str] = "console/codes/rule.html"
    frame: Frame
    facts: tuple[Fact, ...]
    examples: tuple[str, ...]
    versions: tuple[VersionShown, ...]
    change_url: str
    order_url: str
    may_change: bool
    may_order: bool


def rules_page(visit: Visit, found: Sequence[tuple[CodingRule, Definition, Capacity]], *, may_make: bool, may_order: bool) -> RulesPage:
    """Every rule with how long it lasts."""
    return RulesPage(visit.frame(visit.words.say("codes.rules")), tuple(_line(visit.words, *one) for one in found), may_make, may_order)


def rule_page(
    visit: Visit,
    row: CodingRule,
    rule: Definition,
    room: Capacity,
    examples: Sequence[str],
    versions: Sequence[tuple[CodingRuleVersion, Definition]],
    *,
    may_change: bool,
    may_order: bool,
) -> RulePage:
    """A rule as it is now, and its versions, newest first."""
    words = visit.words
    return RulePage(
        frame=visit.frame(row.name, Link(RULES, words.say("codes.rules"))),
        facts=(
            Fact(words.say("codes.scheme"), words.say(f"codes.scheme.{row.scheme}")),
            Fact(words.say("codes.level"), words.say(f"codes.level.{row.level}")),
            Fact(words.say("codes.base"), rule.base),
            Fact(words.say("codes.stem"), row.stem),
            Fact(words.say("codes.only"), badge=_only(row, words)),
            Fact(words.say("codes.capacity"), words.say("codes.join").join(capacity_lines(rule, room, words))),
        ),
        examples=tuple(examples),
        versions=tuple(_version(one, told, words) for one, told in versions),
        change_url=f"{rule_url(row.id)}/change",
        order_url=link(f"{ORDERS}/new", rule=row.id),
        may_change=may_change,
        may_order=may_order,
    )


def _line(words: ConsoleWords, row: CodingRule, rule: Definition, room: Capacity) -> RuleLine:
    return RuleLine(
        url=rule_url(row.id),
        name=row.name,
        scheme=words.say(f"codes.scheme.{row.scheme}"),
        level=words.say(f"codes.level.{row.level}"),
        stem=row.stem,
        capacity=capacity_lines(rule, room, words),
        only_issued=_only(row, words),
        order_url=link(f"{ORDERS}/new", rule=row.id),
    )


def _only(row: CodingRule, words: ConsoleWords) -> Badge:
    return Badge(words.say("codes.only.on"), "good") if row.only_issued else Badge(words.say("codes.only.off"), "quiet")


def _version(row: CodingRuleVersion, rule: Definition, words: ConsoleWords) -> VersionShown:
    title = words.say("codes.version", number=row.version)
    return VersionShown(title, row.made_by, moment(row.made_at, words), row.reason, tuple(said(one, words) for one in rule.segments))
