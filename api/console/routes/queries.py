"""/console/queries: named queries and subscriptions to them, of everybody who may read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi import Path as InPath
from fastapi.responses import Response
from pydantic_core import from_json
from sqlalchemy.orm import Session

from accounts import people
from accounts.roles import Right
from api.console.events import filters_in
from api.console.queries.conditions import left_out, of_filters
from api.console.queries.list import NEW, QUERIES, queries_page, url_of
from api.console.queries.new import new_query_page
from api.console.queries.one import EPCS, Told, query_page, signing_page
from api.console.visit import Refilled, Visit, visiting
from api.dependencies import Configured, Db
from api.forms import Fields
from api.problems import NotAllowed
from api.routes.subscriptions import whose
from api.routes.webhooks import maker
from exchange import history, queries, subscriptions, webhooks
from exchange.making import drawn_secret
from exchange.models import NamedQuery
from exchange.subscriptions import Wanted
from ledger_client.epcis.query.document import JSON, Form
from ledger_client.errors import Conflict, InvalidInput
from ledger_client.sentences import sentence

router = APIRouter()
LINES = 20  # of the log on a page
MOST = 50  # subscriptions on a page
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
Reading = Annotated[Visit, Depends(visiting(Right.READ), scope="function")]
Name = Annotated[str, InPath(max_length=100)]
Id = Annotated[str, InPath(max_length=36)]


@router.get(QUERIES)
def list_queries_page(db: Db, visit: Reading) -> Response:
    """Every query, and how many are told of it."""
    rows = queries.listed(db, limit=queries.MOST)
    makers = people.shown_names(db, [row.account_id for row in rows])
    return visit.show(queries_page(visit, rows, makers, subscriptions.counted(db, whose(visit.acting))))


@router.get(NEW)
def new_query(visit: Reading) -> Response:
    """The form, with what the address narrows the list of events by."""
    filters = filters_in(visit.request.query_params, visit.words.zone)
    return visit.show(new_query_page(visit, of_filters(filters), note=left_out(filters)))


@router.post(NEW)
def create_query(db: Db, visit: Reading, fields: Fields) -> Response:
    """The page of the new query; the form again if it may not be."""
    name, typed = fields.get("name", "").strip(), fields.get("query", "")
    asked: Mapping[str, Any] | None = None
    try:
        asked = _read(typed)
        row = queries.make(db, maker(visit.acting), name, asked, {})
    except (InvalidInput, Conflict) as problem:
        wrong = problem if isinstance(problem, InvalidInput) else InvalidInput("name", problem.args[0])
        raise Refilled(visit.show(new_query_page(visit, asked, name, typed, wrong), 400)) from None
    visit.acting.note(f"query {row.name}")
    return visit.go(url_of(row.name), done="queries.done.made")


@router.get(QUERIES + "/{query_name}")
def show_query(
    db: Db, visit: Reading, settings: Configured, query_name: Name, subscription: Annotated[str | None, Query(max_length=36)] = None
) -> Response:
    """One query; `subscription` narrows the log to one."""
    return _shown(db, visit, settings.public_url, queries.named(db, query_name), {}, only=subscription)


@router.post(QUERIES + "/{query_name}/delete")
def delete_query(db: Db, visit: Reading, query_name: Name) -> Response:
    """By whoever made it, or an operator; it ends every subscription."""
    row = queries.named(db, query_name)
    if not _may_delete(visit, row):
        raise NotAllowed(sentence("query {name} was made by another account; it, or an operator, deletes it", name=row.name))
    visit.acting.note(f"query {row.name}", ended=queries.remove(db, row))
    return visit.go(QUERIES, done="queries.done.deleted")


@router.post(QUERIES + "/{query_name}/subscriptions")
def subscribe(db: Db, visit: Reading, settings: Configured, query_name: Name, fields: Fields) -> Response:
    """The secret of the new subscription; the form again if it may not be."""
    query, secret = queries.named(db, query_name), drawn_secret()
    try:
        times, form = _times(fields), _form(fields)
        wanted = Wanted(fields.get("dest", "").strip(), secret, times, stream=times is None, form=form)
        row = subscriptions.make(db, maker(visit.acting), query, wanted, settings.outgoing)
    except (InvalidInput, Conflict) as problem:
        wrong = problem if isinstance(problem, InvalidInput) else InvalidInput("other", problem.args[0])
        raise Refilled(_shown(db, visit, settings.public_url, query, fields, wrong)) from None
    visit.acting.note(f"subscription {row.id}", query=query.name, dest=row.dest)
    return visit.show(signing_page(visit, row, query.name, secret))


@router.post(QUERIES + "/{query_name}/subscriptions/{subscription_id}/end")
def unsubscribe(db: Db, visit: Reading, query_name: Name, subscription_id: Id) -> Response:
    """What waits is not sent any more."""
    row = subscriptions.one(db, queries.named(db, query_name), subscription_id, whose(visit.acting))
    subscriptions.leave(db, row)
    visit.acting.note(f"subscription {row.id}", dest=row.dest)
    return visit.go(url_of(query_name), done="exchange.done.ended")


def _shown(
    db: Session,
    visit: Visit,
    public_url: str,
    row: NamedQuery,
    typed: Mapping[str, str],
    problem: InvalidInput | None = None,
    only: str | None = None,
) -> Response:
    rows = subscriptions.of_query(db, row, whose(visit.acting), limit=MOST)
    numbers = [one.id for one in rows if only in (None, one.id)]
    operates = visit.may(Right.OPERATE)
    sent = Told(rows, webhooks.waiting(db), history.of_all(db, numbers, LINES), may_send_again=operates)
    base = public_url or str(visit.request.base_url).rstrip("/")
    by = people.shown_names(db, [row.account_id]).get(row.account_id, "")
    page = query_page(visit, row, by, base, sent, typed, problem, may_delete=_may_delete(visit, row))
    return visit.show(page, 400 if problem else 200)


def _may_delete(visit: Visit, row: NamedQuery) -> bool:
    return row.account_id == visit.acting.account_id or visit.may(Right.OPERATE)


def _read(text: str) -> Mapping[str, Any]:
    try:
        query = from_json(text or "{}", allow_inf_nan=False)
    except ValueError:
        query = None
    if not isinstance(query, dict):
        raise InvalidInput("query", "is no JSON object", 'write it like {"EQ_bizStep": ["shipping"]}')
    return query


def _times(fields: Mapping[str, str]) -> dict[str, str] | None:
    if fields.get("when") == "hourly":
        return {"minute": "0"}
    if fields.get("when") != "daily":
        return None
    time = _TIME.fullmatch(fields.get("time", ""))
    if time is None:
        raise InvalidInput("time", "is no time of day", "write it like 06:00")
    return {"hour": str(int(time[1])), "minute": str(int(time[2]))}


def _form(fields: Mapping[str, str]) -> Form:
    epcs = next((one for one in EPCS if one == fields.get("epcs")), EPCS[0])
    return Form("application/xml" if fields.get("form") == "xml" else JSON, epcs)
