"""GET /console/scan: what a scanned text is, by camera, keyboard scanner or hand."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from sqlalchemy.orm import Session

from accounts.roles import Right
from api.console.capture.steps import CAMERA
from api.console.scan import scan_page
from api.console.visit import Visit, visiting
from api.dependencies import Db
from api.scanning import scanned
from ledger_client.codes.scan import Scan
from ledger_client.errors import InvalidCode
from records.lists import items

router = APIRouter()
Reading = Annotated[Visit, Depends(visiting(Right.READ), scope="function")]
LONGEST = 2048


@router.get("/console/scan")
def recognise(db: Db, visit: Reading, text: str = "") -> Response:
    """What `text` is, and whether anything about it is recorded here."""
    given = text.strip(" \t\r\n")[:LONGEST]
    found = _found(db, visit, given) if given else None
    recorded = isinstance(found, Scan) and items.known(db, found.item.item_id)
    answer = visit.show(scan_page(visit, given, found, recorded=recorded))
    answer.headers.update(CAMERA)
    return answer


def _found(db: Session, visit: Visit, text: str) -> Scan | InvalidCode:
    try:
        return scanned(db, visit.acting, text)
    except InvalidCode as error:
        return error
