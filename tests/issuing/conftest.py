"""The databases of `tests.postgres`, and a company with a rule."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from issuing import rules
from issuing.models import CodingRule
from tests.issuing.rules import counter, rule
from tests.postgres import database_url, engine, postgres_server, postgres_url, sessions, sqlite_url

__all__ = ["database_url", "engine", "postgres_server", "postgres_url", "sessions", "sqlite_url"]

MEMBER = 1
CONFIRMED = ("countable", "runs_out", "too_few", "guessable", "lot_granularity", "escaped", "drug_platform", "recorded_before")


@pytest.fixture
def made(sessions: sessionmaker[Session]) -> Callable[..., CodingRule]:
    """`made(counter(6))` keeps a rule of member 1."""

    def make(*segments: dict[str, Any], name: str = "milk", member: int = MEMBER, **more: Any) -> CodingRule:
        with sessions.begin() as session:
            return rules.make(session, member, name, rule(*(segments or (counter(6),)), **more), CONFIRMED, "王芳")

    return make
