"""A served installation and real databases, for the tests of what processes say of themselves."""

from tests.api.served import installation, server
from tests.postgres import database_url, postgres_server, postgres_url, sqlite_url

__all__ = ["database_url", "installation", "postgres_server", "postgres_url", "server", "sqlite_url"]
