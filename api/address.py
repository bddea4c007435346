"""What no address may hold, whichever route it leads to."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from ledger_client.errors import InvalidInput


async def without_nul(connection: HTTPConnection) -> None:
    """Refuse a NUL character, which PostgreSQL can neither keep nor look for; raises InvalidInput."""
    if "\0" in connection.scope["path"] or b"%00" in connection.scope["query_string"]:
        raise InvalidInput("address", "holds a NUL character (%00)", "leave it out")
