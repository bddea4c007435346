"""Subscriptions by websocket: the events of a named query over a connection that is held open (EPCIS 2.0)."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from api.address import without_nul
from api.epcis.answers import ABILITIES, formed, zulu
from api.problems import MEDIA_TYPE, headers_of, problem_of
from api.streams.stream import opened
from api.streams.telling import tell
from ledger_client.errors import LedgerError
from records.columns import now
from telemetry.logs import log

router = APIRouter()


async def listen(websocket: WebSocket) -> None:
    """Whoever may read listens to a named query; what is wrong is answered as a problem document, before the connection is made."""
    state = websocket.app.state
    try:
        await without_nul(websocket)
        stream = await run_in_threadpool(opened, websocket, websocket.path_params["query_name"])
        with state.places.one(stream.account_id):
            since = zulu(stream.wanted.since or now())
            headers = ABILITIES | formed(stream.wanted.form) | {"GS1-Query-Min-Record-Time": since}
            await websocket.accept(headers=[(name.lower().encode(), value.encode()) for name, value in headers.items()])
            log.info("stream.opened", subscription=stream.id)
            why = await tell(websocket, stream, state.tide)
            log.info("stream.closed", subscription=stream.id, reason=why)
    except LedgerError as error:
        problem = problem_of(error)
        await websocket.send_denial_response(JSONResponse(problem.model_dump(), problem.status, headers_of(error), MEDIA_TYPE))


router.routes.append(WebSocketRoute("/queries/{query_name}/events", listen, name="listen"))
