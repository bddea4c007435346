"""Figures for Prometheus."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from accounts.roles import Right
from api.callers import Caller, allowed
from api.dependencies import Configured, Db
from api.exposition import encoded
from api.problems import documented

router = APIRouter(tags=["operate"])
Operator = Annotated[Caller, Depends(allowed(Right.OPERATE), scope="function")]


@router.get(
    "/metrics",
    operation_id="metrics",
    summary="Figures for Prometheus",
    response_class=Response,
    responses=documented(401, 403, 503, http_200={"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "the figures"}),
)
def metrics(request: Request, db: Db, settings: Configured, _caller: Operator) -> Response:
    """Of this process, of every background job, and of the database; `docs/metrics.md` says what each means.

    Needs the right `operate`, so a scraper sends a bearer key of that scope."""
    body, media_type = encoded(db, settings.label, request.headers.get("accept", ""))
    return Response(body, headers={"Content-Type": media_type, "Cache-Control": "no-store"})
