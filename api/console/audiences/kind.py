"""The form for one kind of event: of each property, who may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from api.console.audiences.draft import MARK, NO_RULE, Draft
from api.console.audiences.known import Known
from api.console.audiences.named import HOME, Difference, difference, kind_name, kind_query, property_name
from api.console.frame import Frame
from api.console.shown import Link, Option
from api.console.visit import Visit
from api.console.words import ConsoleWords
from ledger_client.disclosure import AUDIENCES, Change, Kind, Policy
from ledger_client.property_names import ALWAYS, EVERY_OTHER
from records.audiences import LONGEST_REASON


@dataclass(frozen=True, slots=True)
class Choice:
    """One radio button."""

    id: str
    value: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A property with its choices; the first is no rule, which says what then holds."""

    field: str
    property: str
    name: str
    seen: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Locked:
    """A property that everybody is always shown, and why."""

    property: str
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with the form as it was sent; `changes`: what somebody else changed meanwhile."""

    headline: str
    text: str
    changes: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class KindPage:
    """templates/console/audiences/kind.html"""

    template: ClassVar[str] = "console/audiences/kind.html"
    frame: Frame
    lead: str
    kind: dict[str, str]  # hidden fields
    based_on: str
    wrong: Wrong | None
    lines: tuple[Line, ...]
    locked: tuple[Locked, ...]
    new: str
    new_audiences: tuple[Option, ...]
    reason: str
    longest_reason: int
    save_url: str
    preview_url: str


def kind_page(
    visit: Visit, member: str, known: Known, policy: Policy, draft: Draft, wrong: Wrong | None = None, reason: str = ""
) -> KindPage:
    """The form of the draft's kind, filled with the policy and, over it, with what the draft chose."""
    words, kind = visit.words, draft.kind
    names = [*known.names_in(kind, policy), *(name for name in draft.choices if ":" in name)]
    return KindPage(
        frame=visit.frame(kind_name(kind, words), Link(HOME, words.say("audiences.title"))),
        lead=words.say("audiences.kind.lead", member=member, count=known.of_kind(kind), looked=known.looked),
        kind=kind_query(kind),
        based_on=str(draft.based_on),
        wrong=wrong,
        lines=tuple(
            _line(number, name, known, policy, draft, words)
            for number, name in enumerate(name for name in dict.fromkeys(names) if name not in ALWAYS)
        ),
        locked=tuple(Locked(name, property_name(name, words), words.say(f"audiences.always.{name}")) for name in ALWAYS),
        new=draft.added,
        new_audiences=tuple(
            Option(one, words.say(f"audiences.audience.{one}"), one == (draft.added_audience or "partners")) for one in AUDIENCES
        ),
        reason=reason,
        longest_reason=LONGEST_REASON,
        save_url=HOME,
        preview_url=f"{HOME}/preview",
    )


def overtaken(by: str, version: int, theirs: Sequence[Change], words: ConsoleWords) -> Wrong:
    """Somebody else saved first."""
    told = tuple(difference(change, words) for change in theirs)
    return Wrong(words.say("audiences.overtaken", name=by, version=version), words.say("audiences.overtaken.text"), told)


def refused(problem: str, words: ConsoleWords) -> Wrong:
    """The draft may not be a policy; `problem` is in the words of whoever refused."""
    return Wrong(words.say("audiences.refused"), problem)


def _line(number: int, name: str, known: Known, policy: Policy, draft: Draft, words: ConsoleWords) -> Line:
    kind = draft.kind
    own = next((rule.audience for rule in policy.rules if (rule.kind, rule.property) == (kind, name)), NO_RULE)
    chosen = draft.choices.get(name, own)
    without = Policy(tuple(rule for rule in policy.rules if (rule.kind, rule.property) != (kind, name)))
    said = words.say("audiences.inherited", audience=words.say(f"audiences.audience.{without.lowest(kind, name)}"))
    texts = [
        (NO_RULE, said),
        *((one, words.say(f"audiences.audience.{one}")) for one in AUDIENCES if (name, one) != (EVERY_OTHER, "public")),
    ]
    seen = known.count(kind, name)
    return Line(
        field=MARK + name,
        property=name,
        name=property_name(name, words),
        seen=words.say("audiences.seen", count=seen) if seen else "",
        choices=tuple(Choice(f"c{number}-{value}", value, text, chosen == value) for value, text in texts),
    )


def empty_draft(kind: Kind, based_on: int) -> Draft:
    """The draft that changes nothing."""
    return Draft(kind, based_on, {})
