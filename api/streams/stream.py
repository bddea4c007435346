"""The database's side of one listener: who it is, which query it listens to, and what is told next. Runs in threads.

Every look asks anew who listens: a key that is withdrawn or a person who signs out ends what was begun with it, and a policy holds from
the moment it is made.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session
from starlette.requests import HTTPConnection

from accounts.roles import Right
from api.callers import Caller, permitted, same_origin, view_of
from api.epcis import tokens
from api.streams.asked import Wanted, wanted
from exchange import queries, subscriptions
from exchange.bodies import document_or_json
from exchange.models import NamedQuery
from exchange.pieces import piece
from ledger_client.epcis.query.document import About
from ledger_client.errors import NotFound
from records.columns import now
from records.keyring import keyring_of
from records.query.run import Found

RESUMED_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Stream:
    """One listener. `begins_at`: the number of the record behind which it is told; `id`: the `subscriptionID` of its documents."""

    connection: HTTPConnection
    wanted: Wanted
    query_id: int
    account_id: int
    begins_at: int
    id: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look found: a document to be sent, if there is one, and where the next look begins."""

    document: bytes | None
    position: int
    more: bool


def opened(connection: HTTPConnection, query_name: str) -> Stream:
    """The stream that a handshake asks for; LedgerError says why there is none."""
    with connection.app.state.sessions.begin() as db:
        caller = _listener(connection, db)
        asked, query = wanted(connection), queries.named(db, query_name)
        subscriptions.require_streamable(query)
        if asked.token is None:
            begins_at = subscriptions.beginning(db, asked.since)
        else:
            [begins_at] = tokens.read(keyring_of(db).lookup(), _subject(query.id), asked.token)
        return Stream(connection, asked, query.id, caller.account_id, begins_at, str(uuid.uuid4()))


def look(stream: Stream, position: int, *, read: bool, even_empty: bool = False) -> Looked:
    """What is new behind a position, if it is to be read now; LedgerError when the stream may not go on.

    `even_empty`: a document also when there is nothing.
    """
    with stream.connection.app.state.sessions.begin() as db:
        caller = _listener(stream.connection, db)
        query = db.get(NamedQuery, stream.query_id)
        if query is None:
            raise NotFound("the query was deleted")
        if not read:
            return Looked(None, position, more=False)
        asked = queries.recorded_since(queries.query_of(query), stream.wanted.since)
        found = piece(db, asked, view_of(db, caller), position, stream.wanted.most)
        told = found.events or (even_empty and not found.more)
        document = _document(db, stream, query, found.events, found.position) if told else None
        return Looked(document, found.position, found.more)


def _document(db: Session, stream: Stream, query: NamedQuery, found: Sequence[Found], position: int) -> bytes:
    """An EPCISQueryDocument with where to go on behind it."""
    token, _ = tokens.made(keyring_of(db).lookup(), _subject(query.id), (position,), RESUMED_WITHIN)
    about = About(now(), query.name, stream.id, token)
    return document_or_json([one.event for one in found], about, stream.wanted.form)[0]


def _listener(connection: HTTPConnection, db: Session) -> Caller:
    caller = permitted(connection, db, Right.READ)
    if caller.via == "session":  # a browser sends its cookie along, whichever page opens the connection
        same_origin(connection)
    return caller


def _subject(query_id: int) -> str:
    return f"the stream of query {query_id}"
