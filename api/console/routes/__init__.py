"""The console's routes, one file a page or a group of pages.

None stands in the OpenAPI description, which is for programs.
"""

from __future__ import annotations

from fastapi import APIRouter

from api.console.routes import (
    account,
    accounts,
    audiences,
    audit,
    capture,
    captures,
    erasures,
    event,
    events,
    item,
    items,
    members,
    overview,
    records,
    scan,
    sentinel,
    settings,
    verdict,
)

router = APIRouter(include_in_schema=False)
for page in (
    account,
    accounts,
    audiences,
    audit,
    capture,
    captures,
    erasures,
    event,
    events,
    item,
    items,
    members,
    overview,
    records,
    scan,
    sentinel,
    settings,
    verdict,
):
    router.include_router(page.router)
