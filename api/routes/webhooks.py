"""Webhooks and the log of deliveries over JSON."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi import Path as InPath

from api.body import described, json_of
from api.callers import Caller
from api.dependencies import Configured, Db
from api.problems import documented
from api.routes.metrics import Operator
from api.webhook_schemas import DeliveriesOut, DeliveryOut, WebhookIn, WebhookMade, WebhookOut, WebhooksOut, delivery_out, webhook_out
from exchange import history, queries, webhooks
from exchange.making import Maker
from exchange.models import DeliveryState

router = APIRouter(tags=["exchange"])
PROBLEMS = (400, 401, 403, 503)
MOST_NUMBER = 2**53
Id = Annotated[str, InPath(max_length=36, description="`id` of the webhook")]
Key = Annotated[str, InPath(max_length=36, description="`key` of the delivery")]


@router.get("/webhooks", operation_id="listWebhooks", summary="Webhooks and subscriptions", responses=documented(*PROBLEMS))
def list_webhooks(db: Db, _caller: Operator, ended: Annotated[bool, Query(description="those that ended instead")] = False) -> WebhooksOut:
    """All that goes out by itself, newest first, and how sending goes; never the secrets."""
    waiting = webhooks.waiting(db)
    return WebhooksOut(webhooks=[webhook_out(row, waiting.get(row.id, 0)) for row in webhooks.listed(db, ended=ended)])


@router.post(
    "/webhooks",
    operation_id="createWebhook",
    summary="Have another system told of what happens",
    status_code=201,
    responses=documented(*PROBLEMS, 404, 409, 413, 415),
    openapi_extra=described(WebhookIn),
)
def create_webhook(
    db: Db, caller: Operator, settings: Configured, wanted: Annotated[WebhookIn, Depends(json_of(WebhookIn))]
) -> WebhookMade:
    """From now on. The answer shows once the secret that messages are signed with (header GS1-Signature). An address in a private network
    is refused unless the operator of the server allows its network (TRACELEDGER_OUTGOING)."""
    query = queries.named(db, wanted.query) if wanted.query is not None else None
    row, secret = webhooks.make(db, maker(caller), wanted.name, wanted.dest, wanted.kinds, query, settings.outgoing)
    caller.note(f"webhook {row.id}", name=row.name, dest=row.dest, kinds=list(row.kinds))
    return WebhookMade(**webhook_out(row, 0).model_dump(), secret=secret)


@router.post(
    "/webhooks/{webhook_id}/secret",
    operation_id="renewWebhookSecret",
    summary="Draw another secret",
    responses=documented(*PROBLEMS, 404, 409),
)
def renew_secret(db: Db, caller: Operator, webhook_id: Id) -> WebhookMade:
    """The old one is not used any more, not for what waits either. The new one is shown once."""
    row = webhooks.one(db, webhook_id)
    secret = webhooks.renew(db, row)
    caller.note(f"webhook {row.id}", name=row.name)
    return WebhookMade(**webhook_out(row, webhooks.waiting(db).get(row.id, 0)).model_dump(), secret=secret)


@router.delete(
    "/webhooks/{webhook_id}", operation_id="endWebhook", summary="End a webhook or a subscription", responses=documented(*PROBLEMS, 404)
)
def end_webhook(db: Db, caller: Operator, webhook_id: Id) -> WebhookOut:
    """What waits is not sent; the log stays. Ending it again changes nothing."""
    row = webhooks.one(db, webhook_id)
    webhooks.stop(db, row, caller.display_name or caller.name)
    caller.note(f"webhook {row.id}", name=row.name, dest=row.dest)
    return webhook_out(row, 0)


@router.get("/deliveries", operation_id="listDeliveries", summary="The log of what was sent", responses=documented(*PROBLEMS, 404))
def list_deliveries(
    db: Db,
    _caller: Operator,
    webhook: Annotated[str | None, Query(max_length=36, description="only to this one")] = None,
    state: Annotated[DeliveryState | None, Query(description="waiting, delivered, given_up, cancelled")] = None,
    before: Annotated[int | None, Query(ge=1, le=MOST_NUMBER, description="the `next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=500, description="deliveries on a page")] = 50,
) -> DeliveriesOut:
    """Newest first, with every try's last answer. What is over is kept for 30 days."""
    rows = history.listed(db, webhooks.one(db, webhook).id if webhook else None, state, before, limit + 1)
    return DeliveriesOut(deliveries=[delivery_out(row) for row in rows[:limit]], next=rows[limit - 1].id if len(rows) > limit else None)


@router.post(
    "/deliveries/{key}/again", operation_id="sendAgain", summary="Send a delivery again", responses=documented(*PROBLEMS, 404, 409)
)
def send_again(db: Db, caller: Operator, key: Key) -> DeliveryOut:
    """Under the same key, at once and before all that waits; also one that was taken. 409 when its webhook has ended."""
    row = history.one(db, key)
    history.send_again(db, row)
    caller.note(f"delivery {row.key}", webhook=row.subscription_id)
    return delivery_out(row)


def maker(caller: Caller) -> Maker:
    """Who makes a webhook or a subscription: it ends with the account, or with the key it was made with."""
    return Maker(caller.account_id, caller.credential if caller.via == "key" else None)
