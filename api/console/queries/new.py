"""The form of a new query: its name, and what it asks, which the filters of the list of events fill in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from api.console.accounts.parts import Wrong
from api.console.frame import Frame
from api.console.queries.conditions import told
from api.console.queries.list import NEW, QUERIES
from api.console.refusals import refusal
from api.console.shown import Fact, Link
from api.console.visit import Visit
from ledger_client.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class NewQueryPage:
    """templates/console/queries/new.html"""

    template: ClassVar[str] = "console/queries/new.html"
    frame: Frame
    action: str
    wrong: Wrong | None
    name: str
    query: str  # JSON, as it is typed
    asked: tuple[Fact, ...]  # empty where the JSON cannot be read
    note: str  # what of the filters no query can ask


def new_query_page(
    visit: Visit,
    query: Mapping[str, Any] | None,
    name: str = "",
    typed: str = "",
    problem: InvalidInput | None = None,
    *,
    note: bool = False,
) -> NewQueryPage:
    """The form. `typed`: the JSON as it was sent, if it was."""
    words = visit.words
    field = "" if problem is None else "name" if problem.field == "name" else "query"
    return NewQueryPage(
        frame=visit.frame(words.say("queries.new"), Link(QUERIES, words.say("queries.title"))),
        action=NEW,
        wrong=Wrong(field, words.say(f"queries.wrong.{field}"), refusal(problem, words)) if problem else None,
        name=name[:200],
        query=typed[:10_000] or json.dumps(query or {}, ensure_ascii=False, indent=2),
        asked=told(query, words) if query else (),
        note=words.say("queries.left_out") if note else "",
    )
