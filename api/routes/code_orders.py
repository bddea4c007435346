"""Orders of codes over JSON: place one, follow it, take its codes along, say what became of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi import Path as InPath
from fastapi.responses import StreamingResponse

from accounts.roles import Right
from api.body import described, json_of
from api.callers import Caller, allowed
from api.code_schemas import OrderChange, OrderIn, OrderOut, OrdersOut
from api.codes import order_out
from api.dependencies import Db
from api.members_here import member_of, seen_by
from api.problems import documented
from api.routes.coding_rules import PROBLEMS, ReaderOf
from issuing import export, orders, rules, states
from issuing.export import Line
from issuing.models import Purpose
from issuing.orders import Wanted
from ledger_client.errors import Conflict

router = APIRouter(prefix="/code-orders", tags=["codes"])
Issuer = Annotated[Caller, Depends(allowed(Right.ISSUE), scope="function")]
OrderNumber = Annotated[int, InPath(ge=1, le=2**62, description="number of the order")]
COLUMNS = ("number", "code", "printed", "state")


@router.post(
    "",
    operation_id="orderCodes",
    summary="Order codes, or reserve a range",
    status_code=201,
    responses=documented(
        *PROBLEMS, 404, 409, 413, 415, http_200={"model": OrderOut, "description": "Placed before: the same order under the same key"}
    ),
    openapi_extra=described(OrderIn),
)
def order_codes(
    request: Request, response: Response, db: Db, caller: Issuer, wanted: Annotated[OrderIn, Depends(json_of(OrderIn))]
) -> OrderOut:
    """Up to 1,000,000 at once; the counter's range is reserved with the answer, a background job makes the codes. `Location` tells how far
    it is. Give a `key` of your own, so that an order that is sent twice is one."""
    told = Wanted(wanted.rule, wanted.quantity, wanted.key, wanted.purpose, wanted.holder, wanted.day, wanted.names, wanted.note)
    order, new = orders.place(db, member_of(db, caller), told, caller.display_name or caller.name)
    caller.note(f"order {order.id}", rule=order.rule_id, quantity=order.quantity, key=order.key)
    response.headers["Location"] = str(request.app.url_path_for("getCodeOrder", order_id=order.id))
    response.status_code = 201 if new else 200
    return order_out(db, order, rules.one(db, order.rule_id).name)


@router.get("", operation_id="listCodeOrders", summary="Orders of codes, newest first", responses=documented(*PROBLEMS))
def list_orders(
    db: Db,
    caller: ReaderOf,
    purpose: Annotated[Purpose | None, Query(description="range: only what is reserved for others")] = None,
    rule: Annotated[int | None, Query(ge=1, le=2**62, description="only of this rule")] = None,
    before: Annotated[int | None, Query(ge=1, le=2**62, description="the `next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=500, description="orders on a page")] = 50,
) -> OrdersOut:
    """Those of the caller's member, ranges among them."""
    found = orders.listed(db, seen_by(db, caller), purpose, rule, before, limit + 1)
    names = {row.id: row.name for row in rules.listed(db)}
    shown = [order_out(db, order, names[order.rule_id]) for order in found[:limit]]
    return OrdersOut(orders=shown, next=found[limit - 1].id if len(found) > limit else None)


@router.get(
    "/{order_id}",
    operation_id="getCodeOrder",
    name="getCodeOrder",
    summary="How far an order is, and where its codes stand",
    responses=documented(*PROBLEMS, 404),
)
def get_order(db: Db, caller: ReaderOf, order_id: OrderNumber) -> OrderOut:
    """`done` of `quantity` codes are made; `states` counts them by state."""
    order = orders.one(db, order_id, seen_by(db, caller))
    return order_out(db, order, rules.one(db, order.rule_id).name, counted=True)


@router.post(
    "/{order_id}/state",
    operation_id="moveCodeOrder",
    summary="Say that all codes of an order are printed, applied or void",
    responses=documented(*PROBLEMS, 404, 409, 413, 415),
    openapi_extra=described(OrderChange),
)
def move_order(db: Db, caller: Issuer, order_id: OrderNumber, change: Annotated[OrderChange, Depends(json_of(OrderChange))]) -> OrderOut:
    """Codes that are further already stay where they are: void, said of a range that came back, voids what was not used of it."""
    order = orders.one(db, order_id, member_of(db, caller))
    states.move_order(db, order, change.state, caller.display_name or caller.name, change.reason)
    caller.note(f"order {order.id}", state=str(change.state), reason=change.reason)
    return order_out(db, order, rules.one(db, order.rule_id).name, counted=True)


@router.get(
    "/{order_id}/codes",
    operation_id="exportCodes",
    summary="The codes of an order as a file",
    response_class=StreamingResponse,
    responses=documented(
        *PROBLEMS,
        404,
        409,
        http_200={
            "description": "the file",
            "content": {"text/csv": {"schema": {"type": "string"}}, "application/json": {"schema": {"type": "object"}}},
        },
    ),
)
def export_codes(
    request: Request,
    db: Db,
    caller: ReaderOf,
    order_id: OrderNumber,
    form: Annotated[Literal["csv", "json"], Query(alias="format", description="CSV for printers and spreadsheets, or JSON")] = "csv",
) -> StreamingResponse:
    """In the order of their numbers, with the text that is printed under the symbol and the state. 409 while they are being made."""
    order = orders.one(db, order_id, seen_by(db, caller))
    if order.state == "running":
        raise Conflict(f"order {order.id} is still being made: {order.done:,} of {order.quantity:,} codes")
    pieces = export.pieces(request.app.state.sessions, order.id)
    head = order_out(db, order, rules.one(db, order.rule_id).name).model_dump_json(by_alias=True)
    kind, body = ("text/csv; charset=utf-8", csv_of(pieces)) if form == "csv" else ("application/json", json_of_order(head, pieces))
    headers = {"Content-Disposition": f'attachment; filename="codes-{order.id}.{form}"', "Cache-Control": "no-store"}
    return StreamingResponse(body, media_type=kind, headers=headers)


def csv_of(pieces: Iterable[list[Line]]) -> Iterator[bytes]:
    """With a first line of names. No code begins with a sign that a spreadsheet would compute."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for piece in pieces:
        writer.writerows(piece)
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode()


def json_of_order(head: str, pieces: Iterable[list[Line]]) -> Iterator[bytes]:
    """One object: the order, then its codes."""
    yield b'{"order":' + head.encode() + b',"codes":['
    comma = b""
    for piece in pieces:
        yield comma + b",".join(orjson.dumps(dict(zip(COLUMNS, line, strict=True))) for line in piece)
        comma = b","
    yield b"]}"
