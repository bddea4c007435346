"""The databases of `tests.postgres`, and a plant that writes down what it does."""

import pytest

from tests.postgres import database_url, engine, postgres_server, postgres_url, sessions, sqlite_url
from tests.tracing.plant import Plant

__all__ = ["database_url", "engine", "postgres_server", "postgres_url", "sessions", "sqlite_url"]


@pytest.fixture
def plant(engine, sessions):
    """A plant without a history, on each of the databases."""
    return Plant(engine, sessions)
