"""HEAD and OPTIONS at the items' paths, which a GS1-Conformant Resolver answers beside GET; browsers ask OPTIONS first (CORS)."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter
from fastapi.responses import Response

from api.resolving import HEADERS, METHODS
from api.routes.pages import KEYS, gs1_item, other_item

router = APIRouter(include_in_schema=False)


def options() -> Response:
    """What may be asked at an item's path."""
    return Response(status_code=204, headers=HEADERS | {"Allow": METHODS, "Access-Control-Allow-Headers": "Accept, Accept-Language"})


PAGES: dict[str, Callable[..., Response]] = {f"/{key}/{{rest:path}}": gs1_item for key in KEYS} | {"/item/{code:path}": other_item}
for path, page in PAGES.items():
    router.add_api_route(path, page, methods=["HEAD"])
    router.add_api_route(path, options, methods=["OPTIONS"])
