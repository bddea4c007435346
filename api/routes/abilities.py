"""OPTIONS of the EPCIS paths: which methods they take, and which versions, formats and limits hold here (EPCIS 2.0, discovery)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Response

from api.epcis.answers import ABILITIES
from api.routes.capture import LIMITS
from api.routes.resources import RESOURCES

router = APIRouter(include_in_schema=False)
CAPTURE = LIMITS | {"GS1-Capture-Error-Behaviour": "all"}
PATHS: dict[str, tuple[str, dict[str, str]]] = {
    "/": ("OPTIONS, GET", {}),
    "/capture": ("OPTIONS, GET, POST", CAPTURE),
    "/capture/{capture_id}": ("OPTIONS, GET", {}),
    "/events": ("OPTIONS, GET, POST", {}),
    "/events/{event_id:path}": ("OPTIONS, GET", {}),
    "/queries": ("OPTIONS, GET, POST", {}),
    "/queries/{query_name}": ("OPTIONS, GET, DELETE", {}),
    "/queries/{query_name}/events": ("OPTIONS, GET", {}),
    "/queries/{query_name}/subscriptions": ("OPTIONS, GET, POST", {}),
    "/queries/{query_name}/subscriptions/{subscription_id}": ("OPTIONS, GET, DELETE", {}),
    **{
        path: ("OPTIONS, GET", {})
        for one in RESOURCES
        for path in (f"/{one.path}", f"/{one.path}/{{value:path}}/events", f"/{one.path}/{{value:path}}")
    },
}


def _options(methods: str, more: dict[str, str]) -> Callable[[], Awaitable[Response]]:
    async def options() -> Response:
        """What this path can do."""
        return Response(status_code=204, headers={"Allow": methods} | ABILITIES | more)

    return options


for _path, (_methods, _more) in PATHS.items():
    router.add_api_route(_path, _options(_methods, _more), methods=["OPTIONS"], status_code=204, response_class=Response)
