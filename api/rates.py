"""How often somebody may ask: for what costs (verification, proof bundles, reports, beginning a sign-in), and, far more often, for
lists of what is recorded. Beyond it: 429.

A token bucket for each client address (each /64 of IPv6), or for each key or session where the caller is known. In the memory of this
process: with several processes each gives as much again, and a restart forgets. Signing in has its own count, in the database
(`accounts.throttle`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request

from accounts.throttle import network
from api.callers import Caller, known_caller
from api.problems import TooMany


def charge(request: Request, caller: Caller | None, cost: float = 1.0) -> None:
    """Count a request that costs; TooMany beyond the rate."""
    settings, buckets = request.app.state.settings, request.app.state.buckets
    if caller is None:
        seconds = buckets.take(_network_of(request), settings.rate_by_address, cost)
    else:
        seconds = buckets.take(caller.credential, settings.rate_by_key, cost)
    if seconds:
        raise TooMany(seconds)


def costs(cost: float = 1.0) -> Callable[[Request, Caller | None], Awaitable[None]]:
    """The dependency of a route that costs so much, by key or session where the caller is known."""

    async def charged(request: Request, caller: Annotated[Caller | None, Depends(known_caller, scope="function")]) -> None:
        charge(request, caller, cost)

    return charged


async def lists(request: Request, caller: Annotated[Caller | None, Depends(known_caller, scope="function")]) -> None:
    """The dependency of a route that lists what is recorded; counted apart from what costs."""
    who = caller.credential if caller else _network_of(request).encode()
    if seconds := request.app.state.buckets.take(b"lists " + who, request.app.state.settings.rate_of_lists):
        raise TooMany(seconds)


def costs_address(cost: float = 1.0) -> Callable[[Request], Awaitable[None]]:
    """The dependency of a route that is for everybody and looks at no key."""

    async def charged(request: Request) -> None:
        charge(request, None, cost)

    return charged


def _network_of(request: Request) -> str:
    return network(request.client.host if request.client else "")
