"""What no address may hold, whichever route it leads to."""

from __future__ import annotations

from fastapi import Request

from ledger_client.errors import InvalidInput


async def without_nul(request: Request) -> None:
    """Refuse a NUL character, which PostgreSQL can neither keep nor look for; raises InvalidInput."""
    if "\0" in request.scope["path"] or b"%00" in request.scope["query_string"]:
        raise InvalidInput("address", "holds a NUL character (%00)", "leave it out")
