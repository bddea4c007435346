"""The served installation and both databases, for the tests of the sentinel."""

from tests.api.served import installation, server
from tests.console.signed_in import as_role
from tests.postgres import database_url, postgres_server, postgres_url, sqlite_url

__all__ = ["as_role", "database_url", "installation", "postgres_server", "postgres_url", "server", "sqlite_url"]
