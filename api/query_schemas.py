"""The JSON of named queries and subscriptions (EPCIS 2.0, openapi.json). A subscription's secret never leaves again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, Field

from api.account_schemas import Request
from api.schemas import Reply
from exchange.models import NamedQuery, Subscription
from ledger_client.errors import InvalidInput

_QUERY = {"eventType": ["ObjectEvent"], "EQ_bizStep": ["shipping", "receiving"]}


class QueryIn(Request):
    """A named query to be made."""

    name: Annotated[str, Field(examples=["outgoing"])]
    query: Annotated[dict[str, Any], Field(description="parameters as in docs/epcis-query.md, lists as arrays", examples=[_QUERY])]


class QueryOut(Reply):
    """A named query."""

    name: str
    query: dict[str, Any]


class SubscriptionIn(Request):
    """What a client wants to be sent. Either `stream: true` or a `schedule`."""

    dest: Annotated[str, Field(description="address that events are posted to", examples=["https://client.example.com/queryCallback"])]
    signature_token: Annotated[
        str | None, Field(description="secret of your own, 16 to 200 characters: GS1-Signature is made with it (docs/webhooks.md)")
    ] = None
    secret: Annotated[str | None, Field(description="the same, under the other name that the standard has for it")] = None
    stream: Annotated[bool, Field(description="as events are captured")] = False
    schedule: Annotated[
        dict[str, str] | None,
        Field(description="second, minute, hour, dayOfMonth, month, dayOfWeek, in UTC", examples=[{"hour": "1", "minute": "5"}]),
    ] = None
    report_if_empty: Annotated[bool, Field(description="of a schedule: say so when there is nothing new")] = False
    initial_record_time: Annotated[AwareDatetime | None, Field(description="also what was recorded from then on")] = None

    def signing(self) -> str:
        """The secret, under whichever name it was given."""
        given = {one for one in (self.signature_token, self.secret) if one is not None}
        if len(given) != 1:
            raise InvalidInput("signatureToken", "is missing" if not given else "differs from secret", "give one secret of your own")
        return given.pop()


class SubscriptionOut(Reply):
    """A subscription that goes on."""

    subscription_id: str = Field(alias="subscriptionID", examples=["df5a33e3-5aa3-4403-ae01-99b83234e27b"])
    query_name: str
    dest: str
    created_at: datetime
    stream: bool | None = None
    schedule: dict[str, str] | None = None
    report_if_empty: bool | None = None
    initial_record_time: datetime | None = None
    last_notified_at: datetime | None = Field(default=None, description="last time something was taken")
    problem: str | None = Field(default=None, description="what keeps it from going on")


def query_out(row: NamedQuery) -> QueryOut:
    """A named query as it leaves."""
    return QueryOut(name=row.name, query=row.query)


def subscription_out(row: Subscription, query: NamedQuery) -> SubscriptionOut:
    """A subscription as it leaves."""
    return SubscriptionOut(
        subscriptionID=row.id,
        query_name=query.name,
        dest=row.dest,
        created_at=row.made_at,
        stream=True if row.schedule is None else None,
        schedule=row.schedule,
        report_if_empty=row.report_if_empty if row.schedule is not None else None,
        initial_record_time=row.initial_record_time,
        last_notified_at=row.notified_at,
        problem=row.problem,
    )
