"""Named queries of EPCIS 2.0: made once, asked by name."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi import Path as InPath

from accounts.roles import Right
from api.body import described, json_of
from api.callers import Caller, allowed, view_of
from api.dependencies import Db
from api.epcis import answers, tokens
from api.epcis.asked import declared, page_asked, require_short
from api.epcis.negotiation import agreed, agreed_also_xml, form_of
from api.problems import NotAllowed, documented
from api.query_schemas import QueryIn, QueryOut, query_out
from api.rates import lists
from api.routes.epcis import CBV, DOCUMENT, EPCS, PAGING
from api.routes.webhooks import maker
from exchange import queries
from ledger_client.epcis.query import QueryParameter
from records.keyring import keyring_of
from records.query.run import Place, run

router = APIRouter(prefix="/queries", tags=["exchange"])
PROBLEMS = (400, 401, 403, 503)
Reader = Annotated[Caller, Depends(allowed(Right.READ), scope="function")]
Name = Annotated[str, InPath(max_length=100, description="name of the query")]


@router.post(
    "",
    operation_id="createQuery",
    summary="Make a named query",
    status_code=201,
    dependencies=[Depends(agreed)],
    responses=documented(*PROBLEMS, 406, 409, 413, 415),
    openapi_extra=described(QueryIn),
)
def create_query(
    request: Request, response: Response, db: Db, caller: Reader, wanted: Annotated[QueryIn, Depends(json_of(QueryIn))]
) -> QueryOut:
    """For everybody who may read; each is answered what they may see. `Location` leads to it. 409 for a name that is taken."""
    row = queries.make(db, maker(caller), wanted.name, wanted.query, declared(request))
    caller.note(f"query {row.name}")
    response.headers.update(answers.ABILITIES | {"Location": str(request.app.url_path_for("getQuery", query_name=row.name))})
    return query_out(row)


@router.get(
    "",
    operation_id="listQueries",
    summary="Named queries",
    dependencies=[Depends(agreed), Depends(lists)],
    responses=documented(*PROBLEMS, 406, 429),
    openapi_extra={"parameters": PAGING},
)
def list_queries(request: Request, response: Response, db: Db, _caller: Reader) -> list[QueryOut]:
    """In the order in which they were made; `Link` leads to the next page."""
    wanted, key = page_asked(request), keyring_of(db).lookup()
    after = tokens.read(key, wanted.subject, wanted.token)[0] if wanted.token else 0
    rows = queries.listed(db, after, wanted.limit + 1)
    more = (rows[wanted.limit - 1].id,) if len(rows) > wanted.limit else None
    response.headers.update(answers.VERSIONS | answers.EXTENSIONS | answers.following(request, key, wanted.subject, more))
    return [query_out(row) for row in rows[: wanted.limit]]


@router.get(
    "/{query_name}",
    operation_id="getQuery",
    name="getQuery",
    summary="What a named query asks",
    dependencies=[Depends(agreed)],
    responses=documented(*PROBLEMS, 404, 406),
)
def get_query(response: Response, db: Db, _caller: Reader, query_name: Name) -> QueryOut:
    """Its parameters, as they were given."""
    response.headers.update(answers.VERSIONS | answers.EXTENSIONS)
    return query_out(queries.named(db, query_name))


@router.delete(
    "/{query_name}", operation_id="deleteQuery", summary="Delete a named query", status_code=204, responses=documented(*PROBLEMS, 404)
)
def delete_query(db: Db, caller: Reader, query_name: Name) -> None:
    """By whoever made it, or an operator. Every subscription to it ends, and every webhook that it narrows."""
    row = queries.named(db, query_name)
    if row.account_id != caller.account_id and not caller.may(Right.OPERATE):
        raise NotAllowed(f"query {row.name} was made by another account; it, or an operator, deletes it")
    caller.note(f"query {row.name}", ended=queries.remove(db, row))


@router.get(
    "/{query_name}/events",
    operation_id="queryEventsByName",
    summary="The events of a named query",
    response_class=Response,
    dependencies=[Depends(agreed_also_xml), Depends(lists)],
    responses=documented(406, *PROBLEMS, 404, 413, 414, 429, http_200=DOCUMENT),
    openapi_extra={"parameters": [*PAGING, EPCS, CBV]},
)
def query_events_by_name(request: Request, db: Db, caller: Reader, query_name: Name) -> Response:
    """As at `/events`: page by page, each event as its reader may see it. With `Upgrade: websocket` and `?stream=true`, or a schedule
    such as `?hour=1&minute=5`, the connection stays open and each message is an EPCISQueryDocument (docs/webhooks.md)."""
    if "stream" in request.query_params:
        raise QueryParameter("stream", "is for websockets", "send `Upgrade: websocket` and `Connection: Upgrade`, or leave it out")
    require_short(request)
    row, wanted, key = queries.named(db, query_name), page_asked(request), keyring_of(db).lookup()
    place = Place(*tokens.read(key, wanted.subject, wanted.token)) if wanted.token else None
    answer = run(db, queries.query_of(row), view_of(db, caller), place=place, limit=wanted.limit)
    following = (answer.next.key, answer.next.given, answer.next.upto) if answer.next else None
    return answers.document(answer.events, form_of(request), answers.following(request, key, wanted.subject, following), row.name)
