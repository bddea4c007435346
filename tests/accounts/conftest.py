"""The databases of `tests.postgres`, for the tests of `records`."""

from tests.postgres import database_url, engine, postgres_server, postgres_url, sessions, sqlite_url

__all__ = ["database_url", "engine", "postgres_server", "postgres_url", "sessions", "sqlite_url"]
