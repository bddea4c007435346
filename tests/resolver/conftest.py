"""The databases of `tests.postgres`, and the served installation."""

from tests.api.served import installation, server
from tests.postgres import database_url, engine, postgres_server, postgres_url, sessions, sqlite_url

__all__ = ["database_url", "engine", "installation", "postgres_server", "postgres_url", "server", "sessions", "sqlite_url"]
