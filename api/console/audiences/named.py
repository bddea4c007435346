"""Kinds, properties, audiences and changes in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from api.console.shown import Badge, link
from api.console.words import ConsoleWords
from ledger_client.disclosure import EVENT_TYPES, Audience, Change, Kind
from ledger_client.property_names import EVERY_OTHER, STANDARD

TONES = {"public": "good", "partners": "wait", "regulator": "quiet"}
HOME = "/console/audiences"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that a version or a draft changes. `before`, `after`: in words; no badge where no rule is."""

    property: str
    kind: str
    before: Badge
    after: Badge


def kind_name(kind: Kind, words: ConsoleWords) -> str:
    """`Shipped · Object event`, `All events`."""
    step = words.term("step", kind.step) if kind.step else ""
    known = f"events.type.{kind.type}" if kind.type in EVENT_TYPES else ""
    said = words.say(known) if known else kind.type
    return " · ".join(part for part in (step, said) if part) or words.say("audiences.kind.any")


def property_name(name: str, words: ConsoleWords) -> str:
    """What a property says, in the reader's words; empty for an extension, which only its company can name."""
    if name == EVERY_OTHER:
        return words.say("audiences.every_other")
    if name.endswith(":*"):
        return words.say("audiences.whole_prefix", prefix=name[:-2])
    return words.say(f"audiences.property.{name.lstrip('@')}") if name in STANDARD else ""


def audience_badge(audience: Audience, words: ConsoleWords) -> Badge:
    """Who may see something."""
    return Badge(words.say(f"audiences.audience.{audience}"), TONES[audience])


def difference(change: Change, words: ConsoleWords) -> Difference:
    """A change in words."""
    none = Badge(words.say("audiences.no_rule"), "quiet")
    before, after = (audience_badge(one, words) if one else none for one in (change.before, change.after))
    return Difference(change.property, kind_name(change.kind, words), before, after)


def kind_query(kind: Kind) -> dict[str, str]:
    """A kind as the parameters of an address."""
    return {name: value for name, value in (("type", kind.type), ("step", kind.step)) if value}


def kind_url(kind: Kind, draft: Mapping[str, str] | None = None) -> str:
    """The address of the form of a kind, with a draft filled in."""
    return link(f"{HOME}/kind", **(kind_query(kind) | dict(draft or {})))
