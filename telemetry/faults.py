"""An exception as fields of a log line: its kind, where it happened, what it came from, and never what it said.

Messages repeat what they were given: a driver's error holds the whole row, a parser's the text it stumbled over. Only errors that
speak of the chain's node, of two sources that differ, or of the database's connection are quoted, because these know no payload.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import Path

from ledger_client.errors import EvidenceError, NodeRefused, Retryable

ROOT = Path(__file__).parents[1]
_QUOTABLE = (Retryable, EvidenceError, NodeRefused)
_MOST_FRAMES = 6


def told(error: BaseException) -> dict[str, object]:
    """Fields of `fields.FIELDS`; `trace` has the innermost frames of our own code, the deepest last."""
    causes = list(_causes(error))
    facts: dict[str, object] = {"error": type(error).__name__, "trace": _trace(error)}
    if isinstance(error, _QUOTABLE):
        facts["reason"] = str(error)
    if causes:
        facts["caused_by"] = [type(cause).__name__ for cause in causes]
    for cause in (error, *causes):
        facts |= _of_the_database(cause)
    return facts


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen = {id(error)}
    following = error.__cause__ or error.__context__
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        following = following.__cause__ or following.__context__


def _of_the_database(error: BaseException) -> dict[str, object]:
    """The code of a driver's error and the constraint it names; both are words of the schema."""
    code = getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None)
    constraint = getattr(getattr(error, "diag", None), "constraint_name", None)
    return {name: value for name, value in (("sqlstate", f"E{code}" if code else None), ("constraint", constraint)) if value}


def _trace(error: BaseException) -> str:
    """`records/store.py:83 _insert < …`, without arguments and local variables."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(ROOT) and ".venv" not in frame.filename]
    places = [f"{_name(frame.filename)}:{frame.lineno} {frame.name}" for frame in (ours or frames)[-_MOST_FRAMES:]]
    return " > ".join(places)


def _name(path: str) -> str:
    file = Path(path)
    return str(file.relative_to(ROOT)) if file.is_relative_to(ROOT) else file.name
