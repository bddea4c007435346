"""GET and POST /console/exchange and below: webhooks, subscriptions, and the log of what was sent."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi import Path as InPath
from fastapi.responses import Response
from sqlalchemy.orm import Session

from accounts.roles import Right
from api.console.exchange import HOME, chosen_kinds, exchange_page, new_webhook_page, secret_page
from api.console.visit import Refilled, Visit, visiting
from api.dependencies import Configured, Db
from api.forms import Fields
from api.routes.webhooks import maker
from exchange import history, queries, webhooks
from exchange.models import WEBHOOK_KINDS, DeliveryState, HappeningKind
from ledger_client.errors import Conflict, InvalidInput, NotFound

router = APIRouter()
LINES = 20  # of the log on a page
MOST_NUMBER = 2**53

Operator = Annotated[Visit, Depends(visiting(Right.OPERATE), scope="function")]
Id = Annotated[str, InPath(max_length=36)]


@router.get("/console/exchange")
def show_exchange(
    db: Db,
    visit: Operator,
    state: DeliveryState | None = None,
    webhook: Annotated[str | None, Query(max_length=36)] = None,
    before: Annotated[int | None, Query(ge=1, le=MOST_NUMBER)] = None,
) -> Response:
    """Who is told what, and how it goes."""
    only = webhooks.one(db, webhook) if webhook else None
    rows = history.listed(db, webhook or None, state, before, LINES + 1)
    names = {row.id: row.name for row in queries.listed(db, limit=queries.MOST)}
    hooks, waiting = webhooks.listed(db), webhooks.waiting(db)
    return visit.show(exchange_page(visit, hooks, waiting, names, rows[:LINES], state=state, only=only, more=len(rows) > LINES))


@router.get("/console/exchange/new")
def new_webhook(db: Db, visit: Operator) -> Response:
    """The empty form."""
    return visit.show(new_webhook_page(visit, _names(db), {f"kind.{HappeningKind.STORED}": "on"}))


@router.post("/console/exchange/new")
def create_webhook(db: Db, visit: Operator, settings: Configured, fields: Fields) -> Response:
    """The secret of the new webhook; the form again if it may not be."""
    try:
        kinds = [kind for kind in WEBHOOK_KINDS if kind in chosen_kinds(fields)]
        query = queries.named(db, fields["query"]) if fields.get("query") else None
        row, secret = webhooks.make(
            db, maker(visit.acting), fields.get("name", ""), fields.get("dest", "").strip(), kinds, query, settings.outgoing
        )
    except (InvalidInput, Conflict, NotFound) as problem:
        told = problem if isinstance(problem, InvalidInput) else InvalidInput("other", problem.args[0])
        raise Refilled(visit.show(new_webhook_page(visit, _names(db), fields, told), 400)) from None
    visit.acting.note(f"webhook {row.id}", name=row.name, dest=row.dest, kinds=list(row.kinds))
    return visit.show(secret_page(visit, row, secret))


@router.post("/console/exchange/{webhook_id}/secret")
def renew_secret(db: Db, visit: Operator, webhook_id: Id) -> Response:
    """Another secret, shown once."""
    row = webhooks.one(db, webhook_id)
    secret = webhooks.renew(db, row)
    visit.acting.note(f"webhook {row.id}", name=row.name)
    return visit.show(secret_page(visit, row, secret))


@router.post("/console/exchange/{webhook_id}/end")
def end_webhook(db: Db, visit: Operator, webhook_id: Id) -> Response:
    """It is told nothing any more."""
    row = webhooks.one(db, webhook_id)
    webhooks.stop(db, row, visit.acting.display_name)
    visit.acting.note(f"webhook {row.id}", name=row.name, dest=row.dest)
    return visit.go(HOME, done="exchange.done.ended")


@router.post("/console/exchange/deliveries/{key}/again")
def send_again(db: Db, visit: Operator, key: Id) -> Response:
    """At once, under the same key."""
    row = history.one(db, key)
    history.send_again(db, row)
    visit.acting.note(f"delivery {row.key}", webhook=row.subscription_id)
    return visit.go(HOME, done="exchange.done.again")


def _names(db: Session) -> list[str]:
    return [row.name for row in queries.listed(db, limit=queries.MOST)]
