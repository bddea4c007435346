"""The form of one link, new or there already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from api.console.accounts.parts import Wrong
from api.console.frame import Frame
from api.console.links.parts import HOME, NEW, kind_shown, link_url, preview_url
from api.console.refusals import mend, refusal
from api.console.shown import Link, Option
from api.console.visit import Visit
from api.console.words import ConsoleWords
from ledger_client.errors import Conflict, InvalidInput, Refused
from resolver.links import LONGEST_TITLE, Wanted
from resolver.models import ItemLink
from resolver.pattern import prefix_of
from resolver.target import LONGEST
from resolver.types import CURIE, SETTABLE, curie

Problem = InvalidInput | Refused | Conflict
FIELDS = ("code", "companyPrefix", "linkType", "target", "title", "language", "mediaType")


@dataclass(frozen=True, slots=True)
class LinkPage:
    """templates/console/links/form.html; `typed` holds every name of `FIELDS`."""

    template: ClassVar[str] = "console/links/form.html"
    frame: Frame
    action: str
    end: str  # empty for a new link
    preview: str  # empty for a new link, and for a company prefix
    home: str
    wrong: Wrong | None
    typed: Mapping[str, str]
    first: bool
    kinds: tuple[Option, ...]
    longest_title: int
    longest_target: int


def link_page(visit: Visit, row: ItemLink | None, typed: Mapping[str, str], problem: Problem | None = None) -> LinkPage:
    """The form as it was typed; `row`: the link that it changes."""
    words = visit.words
    return LinkPage(
        frame=visit.frame(words.say("links.change" if row else "links.new"), Link(HOME, words.say("links.title"))),
        action=link_url(row.id) if row else NEW,
        end=f"{link_url(row.id)}/end" if row else "",
        preview=preview_url(row.pattern) if row and not prefix_of(row.pattern) else "",
        home=HOME,
        wrong=_wrong(problem, words) if problem else None,
        typed={name: typed.get(name, "")[: LONGEST * 2] for name in FIELDS},
        first=bool(typed.get("first")),
        kinds=tuple(
            Option(curie(name), f"{kind_shown(name, words)} · {curie(name)}", curie(name) == typed.get("linkType")) for name in SETTABLE
        ),
        longest_title=LONGEST_TITLE,
        longest_target=LONGEST,
    )


def typed_of(row: ItemLink) -> dict[str, str]:
    """What the form holds of a link that is there."""
    prefix = prefix_of(row.pattern)
    return {
        "code": "" if prefix else row.pattern,
        "companyPrefix": prefix,
        "linkType": CURIE + row.link_type,
        "target": row.target,
        "title": row.title,
        "language": row.language,
        "mediaType": row.media_type,
        "first": "on" if row.first else "",
    }


def wanted_in(typed: Mapping[str, str]) -> Wanted:
    """The link that a form asks for; InvalidInput unless it says in one way what for."""
    code, prefix = typed.get("code", "").strip(), typed.get("companyPrefix", "").strip()
    if bool(code) == bool(prefix):
        raise InvalidInput("code", "and company prefix are both given or both missing", "give one of them")
    names = {"link_type": "linkType", "target": "target", "title": "title", "language": "language", "media_type": "mediaType"}
    return Wanted(
        code=code, company_prefix=prefix, first=bool(typed.get("first")), **{name: typed.get(field, "") for name, field in names.items()}
    )


def _wrong(problem: Problem, words: ConsoleWords) -> Wrong:
    if isinstance(problem, InvalidInput):
        field = problem.field if problem.field in FIELDS else "code"  # a code names its own parts
        return Wrong(field, words.say(f"links.wrong.{field}"), mend(problem, words))
    kind = "refused" if isinstance(problem, Refused) else "conflict"
    return Wrong("code", words.say(f"links.wrong.{kind}"), refusal(problem, words))
