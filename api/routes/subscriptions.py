"""Subscriptions of EPCIS 2.0: the events of a named query, posted to the client as they come or by a schedule."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi import Path as InPath

from accounts.roles import Right
from api.body import described, json_of
from api.callers import Caller
from api.dependencies import Configured, Db
from api.epcis import answers, tokens
from api.epcis.asked import page_asked
from api.epcis.negotiation import agreed_also_xml, subscribed_form
from api.problems import documented
from api.query_schemas import SubscriptionIn, SubscriptionOut, subscription_out
from api.routes.epcis import CBV, EPCS, PAGING
from api.routes.queries import PROBLEMS, Name, Reader
from api.routes.webhooks import maker
from exchange import queries, subscriptions
from exchange.bodies import form_of
from exchange.subscriptions import Wanted
from records.keyring import keyring_of

router = APIRouter(
    prefix="/queries/{query_name}/subscriptions", tags=["exchange"], dependencies=[Depends(agreed_also_xml)], responses=documented(406)
)
Id = Annotated[str, InPath(max_length=36, description="`subscriptionID`")]


@router.post(
    "",
    operation_id="subscribe",
    summary="Subscribe to a named query",
    status_code=201,
    response_model_exclude_none=True,
    responses=documented(*PROBLEMS, 404, 409, 413, 415),
    openapi_extra=described(SubscriptionIn) | {"parameters": [EPCS, CBV]},
)
def subscribe(
    request: Request,
    response: Response,
    db: Db,
    caller: Reader,
    settings: Configured,
    query_name: Name,
    wanted: Annotated[SubscriptionIn, Depends(json_of(SubscriptionIn))],
) -> SubscriptionOut:
    """Events are posted as EPCISQueryDocuments, each once and in the order of capture, signed in the header GS1-Signature, until they are
    taken (docs/webhooks.md). A subscription sees what its account may see, and ends with it, or with the key it was made with.

    `GS1-EPC-Format` says how their EPCs are spelled; with `GS1-CBV-XML-Format`, or `Accept: application/xml`, they are sent in XML."""
    query = queries.named(db, query_name)
    since, form = wanted.initial_record_time, subscribed_form(request)
    asked = Wanted(wanted.dest, wanted.signing(), wanted.schedule, wanted.stream, wanted.report_if_empty, since, form)
    row = subscriptions.make(db, maker(caller), query, asked, settings.outgoing)
    caller.note(f"subscription {row.id}", query=query.name, dest=row.dest)
    path = request.app.url_path_for("getSubscription", query_name=query.name, subscription_id=row.id)
    response.headers.update(answers.ABILITIES | answers.formed(form) | {"Location": str(path)})
    return subscription_out(row, query)


@router.get(
    "",
    operation_id="listSubscriptions",
    summary="Subscriptions to a named query",
    response_model_exclude_none=True,
    responses=documented(*PROBLEMS, 404),
    openapi_extra={"parameters": PAGING},
)
def list_subscriptions(request: Request, response: Response, db: Db, caller: Reader, query_name: Name) -> list[SubscriptionOut]:
    """Those that go on: one's own, for an operator all."""
    query, wanted, key = queries.named(db, query_name), page_asked(request), keyring_of(db).lookup()
    after = tokens.read(key, wanted.subject, wanted.token)[0] if wanted.token else ""
    rows = subscriptions.of_query(db, query, whose(caller), after, wanted.limit + 1)
    more = (rows[wanted.limit - 1].id,) if len(rows) > wanted.limit else None
    response.headers.update(answers.VERSIONS | answers.EXTENSIONS | answers.following(request, key, wanted.subject, more))
    return [subscription_out(row, query) for row in rows[: wanted.limit]]


@router.get(
    "/{subscription_id}",
    operation_id="getSubscription",
    name="getSubscription",
    summary="One subscription",
    response_model_exclude_none=True,
    responses=documented(*PROBLEMS, 404),
)
def get_subscription(response: Response, db: Db, caller: Reader, query_name: Name, subscription_id: Id) -> SubscriptionOut:
    """404 once it has ended."""
    query = queries.named(db, query_name)
    row = subscriptions.one(db, query, subscription_id, whose(caller))
    response.headers.update(answers.VERSIONS | answers.EXTENSIONS | answers.formed(form_of(row)))
    return subscription_out(row, query)


@router.delete(
    "/{subscription_id}", operation_id="unsubscribe", summary="End a subscription", status_code=204, responses=documented(*PROBLEMS, 404)
)
def unsubscribe(db: Db, caller: Reader, query_name: Name, subscription_id: Id) -> None:
    """What waits is not sent any more."""
    row = subscriptions.one(db, queries.named(db, query_name), subscription_id, whose(caller))
    subscriptions.leave(db, row)
    caller.note(f"subscription {row.id}", dest=row.dest)


def whose(caller: Caller) -> int | None:
    """Whose subscriptions a caller may know of: their own; for an operator everybody's (None)."""
    return None if caller.may(Right.OPERATE) else caller.account_id
