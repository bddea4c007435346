"""GET /console/settings"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from accounts.roles import Right
from api import installed
from api.console.settings import Found, settings_page
from api.console.visit import Visit, visiting
from api.dependencies import Configured, Db, Node

router = APIRouter()


@router.get("/console/settings")
def show_settings(
    db: Db, chain: Node, settings: Configured, visit: Annotated[Visit, Depends(visiting(Right.OPERATE), scope="function")]
) -> Response:
    """What the installation runs with, as it is found now."""
    client, problem = installed.node(chain)
    found = Found(
        settings=settings,
        database=installed.database(db, settings.database_url),
        node=client,
        node_problem=problem,
        certificate=installed.certificate(settings.report_signer),
        versions=installed.versions(),
        jobs=installed.jobs(db, settings.label),
    )
    return visit.show(settings_page(visit, found))
