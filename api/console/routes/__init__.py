"""The console's routes, one file a page or a group of pages: every module here has a `router`, and all of them are taken, by name.

None stands in the OpenAPI description, which is for programs.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)
for name in sorted(module.name for module in iter_modules(__path__)):
    router.include_router(import_module(f"{__name__}.{name}").router)
