"""The versions of a policy: who changed what, when, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from api.console.audiences.named import HOME, Difference, difference
from api.console.frame import Frame
from api.console.shown import Link, Moment, Pager, link, moment, pager
from api.console.visit import Visit
from api.console.words import ConsoleWords
from ledger_client.disclosure import Policy, changes
from records.models import DisclosurePolicy


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version and what it changed."""

    title: str
    made: Moment
    by: str
    reason: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class VersionsPage:
    """templates/console/audiences/versions.html"""

    template: ClassVar[str] = "console/audiences/versions.html"
    frame: Frame
    lead: str
    versions: tuple[VersionLine, ...]
    pager: Pager


def versions_page(visit: Visit, member: str, rows: Sequence[tuple[DisclosurePolicy, Policy, Policy]], *, more: bool) -> VersionsPage:
    """The page of some versions, newest first, each with what it says and what the one before it said."""
    words = visit.words
    older = link(f"{HOME}/versions", before=rows[-1][0].version) if more else ""
    return VersionsPage(
        frame=visit.frame(words.say("audiences.versions"), Link(HOME, words.say("audiences.title"))),
        lead=words.say("audiences.versions.lead", member=member),
        versions=tuple(version_line(row, said, before, words) for row, said, before in rows),
        pager=pager(len(rows), "", older, words),
    )


def version_line(row: DisclosurePolicy, said: Policy, before: Policy, words: ConsoleWords) -> VersionLine:
    """A version in words."""
    told = tuple(difference(change, words) for change in changes(before, said))
    return VersionLine(words.say("audiences.version", number=row.version), moment(row.made_at, words), row.made_by, row.reason, told)
