"""A served installation, real databases, and whole installations, for the tests of what processes say of themselves."""

from tests.api.served import installation, server
from tests.end_to_end.conftest import own
from tests.postgres import database_url, postgres_server, postgres_url, sqlite_url

__all__ = ["database_url", "installation", "own", "postgres_server", "postgres_url", "server", "sqlite_url"]
