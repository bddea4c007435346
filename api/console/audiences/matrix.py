"""Audiences at a glance: kinds of events × properties, who may see each; and the newest version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from api.console.audiences.known import Known
from api.console.audiences.named import HOME, audience_badge, kind_name, kind_url, property_name
from api.console.audiences.versions import VersionLine, version_line
from api.console.frame import Frame
from api.console.shown import Badge, Option
from api.console.visit import Visit
from api.console.words import ConsoleWords
from ledger_client.disclosure import ANY, AUDIENCES, EVENT_TYPES, Kind, Policy
from ledger_client.epcis.vocabulary import terms
from ledger_client.property_names import ALWAYS
from records.models import DisclosurePolicy

MOST_KINDS = 9  # columns; the others are reached by their form


@dataclass(frozen=True, slots=True)
class Column:
    """A kind of event."""

    url: str
    name: str
    count: str  # how many of the newest events are of it


@dataclass(frozen=True, slots=True)
class Cell:
    """Who may see a property in a kind. `own`: a rule of the policy decides, not the default."""

    kind: str
    badge: Badge
    own: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A property in all kinds. `locked`: it is always public."""

    property: str
    name: str
    locked: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class MatrixPage:
    """templates/console/audiences/matrix.html"""

    template: ClassVar[str] = "console/audiences/matrix.html"
    frame: Frame
    lead: str
    newest: VersionLine | None
    history_url: str
    preview_url: str
    legend: tuple[tuple[Badge, str], ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    more: str  # kinds that are no column
    types: tuple[Option, ...]
    steps: tuple[Option, ...]


def matrix_page(visit: Visit, member: str, known: Known, policy: Policy, newest: DisclosurePolicy | None, before: Policy) -> MatrixPage:
    """The page; `before`: what the version before the newest said."""
    words, kinds = visit.words, known.kinds_with(policy)
    columns = kinds[:MOST_KINDS]
    return MatrixPage(
        frame=visit.frame(words.say("audiences.title")),
        lead=words.say("audiences.lead", member=member, count=known.looked),
        newest=version_line(newest, policy, before, words) if newest else None,
        history_url=f"{HOME}/versions",
        preview_url=f"{HOME}/preview",
        legend=tuple((audience_badge(one, words), words.say(f"audiences.who.{one}")) for one in AUDIENCES),
        columns=tuple(_column(kind, known, words) for kind in columns),
        rows=tuple(_row(name, columns, policy, words) for name in known.names_in(ANY, policy)),
        more=words.say("audiences.more_kinds", count=len(kinds) - len(columns)) if len(kinds) > len(columns) else "",
        types=(
            Option("", words.say("audiences.any_type"), True),
            *(Option(one, words.say(f"events.type.{one}"), False) for one in EVENT_TYPES),
        ),
        steps=(
            Option("", words.say("audiences.any_step"), True),
            *(Option(one, words.term("step", one), False) for one in sorted(terms("BizStep"))),
        ),
    )


def _column(kind: Kind, known: Known, words: ConsoleWords) -> Column:
    return Column(kind_url(kind), kind_name(kind, words), words.say("audiences.seen", count=known.of_kind(kind)))


def _row(name: str, kinds: list[Kind], policy: Policy, words: ConsoleWords) -> Row:
    cells = tuple(
        Cell(kind_name(kind, words), audience_badge(policy.lowest(kind, name), words), policy.deciding(kind, name) is not None)
        for kind in kinds
    )
    return Row(name, property_name(name, words), name in ALWAYS, cells)
