"""What a scanned text is: the one resolver of every spelling (docs/scan.md), for scanners and programs. Public."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.callers import Reader
from api.console.event_rows import item_url
from api.dependencies import Db
from api.problems import documented
from api.routes.pages import path_of
from api.scanning import scanned
from api.schemas import ScanOut

router = APIRouter(tags=["read"])


@router.get("/scan", operation_id="scan", summary="What a scanned text is", responses=documented(400, 401, 503))
def what_it_is(
    db: Db,
    reader: Reader,
    text: Annotated[
        str,
        Query(
            description="whatever a barcode scanner, a camera or an RFID reader gave, percent-encoded; FNC1 is %1D",
            max_length=2048,
            examples=["]d2010690123456789210L7\x1d21A1"],
        ),
    ],
) -> ScanOut:
    """Its scheme, canonical code and parts, and where the item's pages are; 400 with what is wrong and the fix if it is nothing.

    The same as `ledger scan --json`; with a key also the codes of the caller's own company, by its coding rules.
    Whether anything is recorded about the item is for `/verify` and `/items/{code}/events` to say.
    """
    found = scanned(db, reader, text)
    return ScanOut.model_validate({"text": text, **found.as_json(), "page": path_of(found.item), "console": item_url(found.item.uri)})
