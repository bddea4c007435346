"""The JSON of webhooks and deliveries. A secret leaves once, when it is drawn."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from api.account_schemas import Request
from api.schemas import Reply
from exchange.models import WEBHOOK_KINDS, Delivery, DeliveryState, HappeningKind, State, Subscription
from exchange.webhooks import LONGEST_NAME
from ledger_client.webhook.destination import LONGEST

Url = Annotated[str, Field(max_length=LONGEST, examples=["https://erp.example.com/traceledger"])]


class WebhookIn(Request):
    """A webhook to be made."""

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME, examples=["ERP"])]
    dest: Url
    kinds: Annotated[
        list[HappeningKind],
        Field(min_length=1, max_length=len(HappeningKind), description=", ".join(WEBHOOK_KINDS), examples=[["event.stored"]]),
    ]
    query: Annotated[str | None, Field(max_length=100, description="named query: of the events stored, only those that fulfil it")] = None


class WebhookOut(Reply):
    """A webhook, or the subscription of an EPCIS client, and how sending to it goes."""

    id: str = Field(examples=["df5a33e3-5aa3-4403-ae01-99b83234e27b"])
    name: str = Field(description="empty for the subscription of an EPCIS client")
    dest: str
    kinds: list[HappeningKind]
    query: int | None = Field(description="number of the named query")
    state: State
    made_at: datetime
    ended_at: datetime | None
    notified_at: datetime | None = Field(description="last time something was taken")
    failures: int = Field(description="tries in a row that were not taken")
    next_at: datetime = Field(description="nothing is sent before")
    problem: str | None = Field(description="what keeps it from going on, or why it ended")
    waiting: int = Field(description="deliveries that wait")


class WebhookMade(WebhookOut):
    """A webhook with its secret, which is shown this once."""

    secret: str = Field(examples=["whs_8Yh1oQ2mJmVbTz0v1m8Wk3dYp6sR4uXcN7aBfLgEiHk"])


class WebhooksOut(Reply):
    """Webhooks and subscriptions, newest first."""

    webhooks: list[WebhookOut]


class DeliveryOut(Reply):
    """One message, and what became of it."""

    key: str = Field(description="header TraceLedger-Delivery of every try")
    number: int = Field(description="its place in the log")
    webhook: str
    kind: HappeningKind
    subject: str
    events: int = Field(description="how many events it brings")
    made_at: datetime
    state: DeliveryState
    tries: int
    tried_at: datetime | None
    ended_at: datetime | None
    status: int | None = Field(description="HTTP status of the last try; null if it was not answered")
    problem: str | None


class DeliveriesOut(Reply):
    """A page of the log, newest first."""

    deliveries: list[DeliveryOut]
    next: int | None = Field(description="go on with `before` set to it; null when there is no more")


def webhook_out(row: Subscription, waiting: int) -> WebhookOut:
    """A webhook as it leaves."""
    return WebhookOut(
        id=row.id,
        name=row.name,
        dest=row.dest,
        kinds=[HappeningKind(kind) for kind in row.kinds],
        query=row.query_id,
        state=State(row.state),
        made_at=row.made_at,
        ended_at=row.ended_at,
        notified_at=row.notified_at,
        failures=row.failures,
        next_at=row.next_at,
        problem=row.problem,
        waiting=waiting,
    )


def delivery_out(row: Delivery) -> DeliveryOut:
    """A delivery as it leaves."""
    return DeliveryOut(
        key=row.key,
        number=row.id,
        webhook=row.subscription_id,
        kind=HappeningKind(row.kind),
        subject=row.subject,
        events=len(row.records),
        made_at=row.made_at,
        state=DeliveryState(row.state),
        tries=row.tries,
        tried_at=row.tried_at,
        ended_at=row.ended_at,
        status=row.status,
        problem=row.problem,
    )
