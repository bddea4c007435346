"""Named queries of EPCIS 2.0: kept by name for everybody, asked with the rights of whoever asks."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from exchange.ending import end
from exchange.making import Maker
from exchange.models import NamedQuery, State, Subscription
from ledger_client.epcis.prefixes import Prefixes
from ledger_client.epcis.query import Query, QueryParameter, of_json
from ledger_client.errors import Conflict, InvalidInput, NotFound
from ledger_client.sentences import sentence
from records.columns import now
from records.row_seals import forget, seal

MOST = 500
_LARGEST = 2**53
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII)


def make(session: Session, maker: Maker, name: str, query: Mapping[str, Any], prefixes: Prefixes) -> NamedQuery:
    """Keep a query under a name; InvalidInput names what is wrong with either, Conflict for a name that is taken."""
    if not _NAME.fullmatch(name):
        raise InvalidInput(
            "name", sentence("{name!r} cannot name a query", name=name[:40]), "use 1 to 100 letters, digits, dots, dashes and underscores"
        )
    of_json({name: _exact(name, value) for name, value in query.items()}, prefixes)
    if (session.scalar(select(func.count()).select_from(NamedQuery)) or 0) >= MOST:
        raise Conflict(sentence("there are {most} named queries; delete one first", most=MOST))
    row = NamedQuery(name=name, query=dict(query), prefixes=dict(prefixes), account_id=maker.account_id, made_at=now())
    session.add(row)
    try:
        session.flush()
    except IntegrityError:
        raise Conflict(
            sentence("name: there is a query {name} already; choose another name, or delete that one first", name=name)
        ) from None
    seal(session, row)
    return row


def named(session: Session, name: str) -> NamedQuery:
    """The query of that name; NotFound."""
    row = session.scalar(select(NamedQuery).where(NamedQuery.name == name))
    if row is None:
        raise NotFound(sentence("query {name}: there is none of that name", name=name[:100]))
    return row


def query_of(row: NamedQuery) -> Query:
    """What it asks."""
    return of_json({name: _exact(name, value) for name, value in row.query.items()}, row.prefixes)


def recorded_since(query: Query, since: datetime | None) -> Query:
    """The same, of what was recorded from then on."""
    if since is None:
        return query
    return replace(query, conditions=query.conditions + of_json({"GE_recordTime": since.isoformat()}).conditions)


def listed(session: Session, after: int = 0, limit: int = 30) -> Sequence[NamedQuery]:
    """Queries in the order in which they were made."""
    return session.scalars(select(NamedQuery).where(NamedQuery.id > after).order_by(NamedQuery.id).limit(limit)).all()


def remove(session: Session, row: NamedQuery) -> int:
    """Delete a query, and end every subscription to it; returns how many."""
    rows = session.scalars(select(Subscription).where(Subscription.query_id == row.id, Subscription.state == State.ACTIVE)).all()
    for one in rows:
        end(session, one, sentence("the query {name} was deleted", name=row.name))
    forget(session, row)
    session.delete(row)
    session.flush()
    return len(rows)


def _exact(name: str, value: Any) -> Any:  # noqa: ANN401 (JSON)
    """JSON with its numbers as decimals; QueryParameter for one that SQL's JSON cannot hold."""
    if isinstance(value, dict):
        return {key: _exact(name, one) for key, one in value.items()}
    if isinstance(value, list):
        return [_exact(name, one) for one in value]
    if (isinstance(value, float) and not math.isfinite(value)) or (isinstance(value, int) and abs(value) > _LARGEST):
        raise QueryParameter(name[:60], "holds a number that is too large", "write it as a text, in quotes")
    return Decimal(repr(value)) if isinstance(value, float) else value
