"""Every page of the console from values alone: `samples/<area>.py` holds `PAGES`, a name -> a function of a visit to the page.

A page that is added to the console adds its samples in a file of its own; the tests of `test_pages` render them all.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from fastapi import Request

from accounts.audit import Actor
from accounts.roles import Role, rights_of
from api.callers import Caller
from api.console.render import ConsolePage
from api.console.visit import Visit
from api.console.words import ConsoleWords
from api.pages.words import Language

NOW = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)
FOLDER = Path(__file__).parent / "samples"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
Sample = Callable[[Visit], ConsolePage]


def samples() -> dict[str, Sample]:
    """All samples, as `area.name`."""
    areas = sorted(path.stem for path in FOLDER.glob("*.py"))
    return {f"{area}.{name}": make for area in areas for name, make in import_module(f"tests.console.samples.{area}").PAGES.items()}


def visit_for(language: Language = "zh", role: Role = Role.OPERATOR, path: str = "/console", query: str = "", theme: str = "auto") -> Visit:
    """A visit without a server."""
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": [], "scheme": "http"}
    caller = Caller(1, "wang.fang", "王芳", role, None, rights_of(role), "session", Actor(1, "wang.fang"))
    return Visit(
        Request(scope), caller, ConsoleWords(language, UTC, NOW), theme, caller.rights if caller else frozenset(), owns=True, notices=3
    )
