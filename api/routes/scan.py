"""What a scanned text is: the one resolver of every spelling (docs/scan.md), for scanners and programs. Public, and asks no database."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.console.event_rows import item_url
from api.problems import documented
from api.routes.pages import path_of
from api.schemas import ScanOut
from ledger_client.codes.scan import scan

router = APIRouter(tags=["read"])


@router.get("/scan", operation_id="scan", summary="What a scanned text is", responses=documented(400))
async def what_it_is(
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

    The same as `ledger scan --json`. Whether anything is recorded about the item is for `/verify` and `/items/{code}/events` to say.
    """
    found = scan(text)
    return ScanOut.model_validate({"text": text, **found.as_json(), "page": path_of(found.item), "console": item_url(found.item.uri)})
