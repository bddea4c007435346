"""How a company takes an event back: EPCIS 2.0, 7.4.1.2 (error declaration).

The wrong event is sent once more, unchanged but for its errorDeclaration; being otherwise equal, it has the same event id.
`correctiveEventIDs` names the event that says it right.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from scripts.demo.diary import Diary, Event
from scripts.demo.document import identity


def correct(diary: Diary, member: str, wrong: Event, right: Event, declared_at: datetime) -> Event:
    """Declare `wrong` mistaken and write `right` in its place; both go out in one upload at `declared_at`."""
    _declare(diary, member, wrong, declared_at, {"reason": "incorrect_data", "correctiveEventIDs": [identity(right)]})
    return diary.write(member, right, captured_at=declared_at + timedelta(minutes=5))


def take_back(diary: Diary, member: str, wrong: Event, declared_at: datetime) -> None:
    """Declare that `wrong` did not occur at all."""
    _declare(diary, member, wrong, declared_at, {"reason": "did_not_occur"})


def _declare(diary: Diary, member: str, wrong: Event, declared_at: datetime, why: dict[str, Any]) -> None:
    declaration = {"declarationTime": declared_at.isoformat(), **why}
    diary.write(member, wrong | {"errorDeclaration": declaration}, captured_at=declared_at + timedelta(minutes=5))
