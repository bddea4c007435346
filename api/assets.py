"""Static files: ours alone, and cached for ever, because their addresses carry the digest of their content."""

from __future__ import annotations

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api.pages.render import STATIC

FOREVER = "public, max-age=31536000, immutable"


class _Files(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file; one that was asked for with its digest may be kept."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = FOREVER if scope["query_string"].startswith(b"v=") else "no-cache"
        return response


def files() -> StaticFiles:
    """The application that serves `static/`."""
    return _Files(directory=STATIC)
