"""What handlers are given: the database session, the chain, the settings. Tests may override each. Who calls is said by `callers`.

The session's exit is the only commit of a request. `scope="function"` runs it before the answer is sent, so that a commit that fails is
an error and never a 200.

What does not wait is `async`, although it awaits nothing: FastAPI sends every plain function to a thread and waits for it there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from api.settings import Settings
from ledger_client.chain import Chain


def open_session(request: Request) -> Iterator[Session]:
    """One transaction: committed when the handler returns, rolled back when it raises."""
    with request.app.state.sessions.begin() as session:
        yield session


Db = Annotated[Session, Depends(open_session, scope="function")]


async def the_chain(request: Request) -> Chain:
    """The chain node, shared by all requests."""
    chain: Chain = request.app.state.chain
    return chain


async def the_settings(request: Request) -> Settings:
    """The settings of this server."""
    settings: Settings = request.app.state.settings
    return settings


Node = Annotated[Chain, Depends(the_chain)]
Configured = Annotated[Settings, Depends(the_settings)]
