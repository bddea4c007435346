"""The list of named queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote

from api.console.frame import Frame
from api.console.queries.conditions import told
from api.console.shown import Fact, Moment, moment
from api.console.visit import Visit
from exchange.models import NamedQuery

QUERIES = "/console/queries"
NEW = f"{QUERIES}/new"


@dataclass(frozen=True, slots=True)
class QueryLine:
    """One query. `subscribed`: how many are told of it."""

    name: str
    url: str
    asked: tuple[Fact, ...]
    by: str
    made: Moment
    subscribed: str


@dataclass(frozen=True, slots=True)
class QueriesPage:
    """templates/console/queries/list.html"""

    template: ClassVar[str] = "console/queries/list.html"
    frame: Frame
    rows: tuple[QueryLine, ...]


def queries_page(visit: Visit, rows: Sequence[NamedQuery], makers: Mapping[int, str], subscribed: Mapping[int, int]) -> QueriesPage:
    """The page. `makers`: account -> name; `subscribed`: query -> subscriptions that the reader may know of."""
    words = visit.words
    lines = [
        QueryLine(
            name=row.name,
            url=url_of(row.name),
            asked=told(row.query, words),
            by=makers.get(row.account_id, ""),
            made=moment(row.made_at, words),
            subscribed=words.number(subscribed.get(row.id, 0)),
        )
        for row in rows
    ]
    return QueriesPage(visit.frame(words.say("queries.title")), tuple(lines))


def url_of(name: str) -> str:
    """The page of one query."""
    return f"{QUERIES}/{quote(name, safe='')}"
