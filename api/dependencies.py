"""What handlers are given: the database session, the chain, the writer. Tests may override each.

The session's exit is the only commit of a request. `scope="function"` runs it before the answer is sent, so that a commit that fails is
an error and never a 200.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from api.problems import NoKey
from api.settings import Settings
from ledger_client.chain import Chain
from records.keys import signer_of


def open_session(request: Request) -> Iterator[Session]:
    """One transaction: committed when the handler returns, rolled back when it raises."""
    with request.app.state.sessions.begin() as session:
        yield session


Db = Annotated[Session, Depends(open_session, scope="function")]


def the_chain(request: Request) -> Chain:
    """The chain node, shared by all requests."""
    chain: Chain = request.app.state.chain
    return chain


def the_settings(request: Request) -> Settings:
    """The settings of this server."""
    settings: Settings = request.app.state.settings
    return settings


Node = Annotated[Chain, Depends(the_chain)]
Configured = Annotated[Settings, Depends(the_settings)]


def caller(request: Request, db: Db) -> bytes:
    """The signer (20 bytes) that the request's bearer key writes for; NoKey without a key that we know."""
    signer = known_caller(request, db)
    if signer is None:
        raise NoKey("writing needs the header `Authorization: Bearer <key>` with a key that this server issued")
    return signer


def known_caller(request: Request, db: Db) -> bytes | None:
    """The signer of the request's bearer key; None when no key was sent, NoKey when it is unknown or revoked."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if not scheme:
        return None
    signer = signer_of(db, key.strip()) if scheme.lower() == "bearer" else None
    if signer is None:
        raise NoKey("the key is unknown or was revoked; ask the operator of this server for another")
    return signer


Writer = Annotated[bytes, Depends(caller, scope="function")]
Reader = Annotated[bytes | None, Depends(known_caller, scope="function")]
