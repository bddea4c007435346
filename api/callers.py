"""Who calls, and whether they may: an API key or a session becomes a `Caller`, and each route names the right it needs.

`allowed(right)` is the dependency of every route that is not for everybody. It answers 401 or 403, keeps other sites from using a
browser's session, and, when a writing request succeeds, adds its entry to the audit log in the same transaction.
A cookie is believed on an unsafe method only if the browser says that the request comes from our own pages (Fetch Metadata, or
Origin where that is missing); a key has no such trouble, because a browser does not send it by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Request
from sqlalchemy.orm import Session
from starlette.requests import HTTPConnection

from accounts import api_keys, audit, sessions
from accounts.audit import Actor
from accounts.models import Account
from accounts.roles import Right, Role, rights_of
from api import cookies
from api.dependencies import Db
from api.problems import LacksRight, NoKey, NoMember, NotAllowed
from indexer.audiences import policies
from ledger_client.disclosure import Audience
from ledger_client.sentences import sentence
from records.audiences import View

COOKIE = cookies.SESSION
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who acts in this request. `notes` becomes the audit entry's subject and details."""

    account_id: int
    name: str
    display_name: str
    role: Role
    signer: bytes | None  # signs what this caller records
    rights: frozenset[Right]
    via: str  # key, session
    actor: Actor
    credential: bytes = b""  # digest of the key or the cookie: names it, and is no use to anybody
    notes: dict[str, Any] = field(default_factory=dict)

    def may(self, right: Right) -> bool:
        """Whether the caller has that right."""
        return right in self.rights

    def why_not(self, right: Right) -> str:
        """The reason of a refusal, for whoever may not: the key's scope, or the role."""
        if self.via == "key" and right in rights_of(self.role):
            return f"this key of {self.name} was made without the scope {right}; send one that has it, or make another"
        return sentence("{name} ({role}) lacks the right {permission}", name=self.name, role=self.role, permission=right)

    def note(self, subject: str, **details: Any) -> None:  # noqa: ANN401 (JSON)
        """Say for the audit log what this request does, and to what; no payload and no secret."""
        self.notes.update(details, subject=subject)

    @property
    def signs_with(self) -> bytes:
        """The caller's signer; Refused for an account that records nothing."""
        if self.signer is None:
            raise NoMember(self.name)
        return self.signer


def known_caller(request: HTTPConnection, db: Db) -> Caller | None:
    """The caller of a request; None when it carries neither key nor session, NoKey when its key is unknown, expired or revoked."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme:
        return _by_key(request, db, key.strip() if scheme.lower() == "bearer" else "")
    cookie = cookies.read(request, COOKIE)
    found = sessions.of_cookie(db, cookie) if cookie else None
    if found is None:
        return None
    return _caller(request, found[1], None, "session", found[0].digest)


def allowed(right: Right, *, in_person: bool = False) -> Callable[..., Iterator[Caller]]:
    """The dependency of a route that needs `right`, and with `in_person` a session: a key is not its owner.

    It carries both as attributes, for the test that walks the matrix.
    """

    def caller(request: Request, db: Db) -> Iterator[Caller]:
        found = permitted(request, db, right)
        if in_person and found.via != "session":
            raise LacksRight("this is for somebody who is signed in, not for a key")
        if request.method in SAFE:
            yield found
            return
        if found.via == "session":
            same_origin(request)
        yield found
        audit.write(db, found.actor, action_of(request), str(found.notes.pop("subject", "")), **found.notes)

    caller.right, caller.in_person = right, in_person  # type: ignore[attr-defined]
    return caller


def permitted(request: HTTPConnection, db: Db, right: Right) -> Caller:
    """The caller, who has that right; NoKey or LacksRight."""
    found = known_caller(request, db)
    if found is None:
        raise NoKey("this needs you to sign in, or the header `Authorization: Bearer <key>` with a key that this server issued")
    if not found.may(right):
        raise LacksRight(found.why_not(right))
    return found


def same_origin(request: HTTPConnection) -> None:
    """Refused unless the browser says that one of our own pages sends this request."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if not (site == "same-origin" if site else _is_ours(request, origin or "")):
        raise NotAllowed("the request does not come from this server's own pages; open the page anew and send it again")


def _is_ours(request: HTTPConnection, origin: str) -> bool:
    """Browsers leave Fetch Metadata out on plain http in a local network; Origin is there, as long as our Referrer-Policy allows it."""
    public = urlsplit(request.app.state.settings.public_url).netloc
    return urlsplit(origin).netloc in {request.headers.get("host"), public} - {"", None}


def actor_of(request: HTTPConnection, account: Account | None = None, name: str = "") -> Actor:
    """Who acts, for the audit log."""
    address = request.client.host if request.client else ""
    request_id = getattr(request.state, "request_id", "")
    return Actor(account.id if account else None, account.name if account else name, address, request_id)


def action_of(request: Request) -> str:
    """The route's name in snake case: `postEvent` is the action `post_event`."""
    name = getattr(request.scope.get("route"), "name", None) or request.url.path
    return "".join("_" + letter.lower() if letter.isupper() else letter for letter in name)[:64]


def _by_key(request: HTTPConnection, db: Db, key: str) -> Caller:
    found = api_keys.key_of(db, key)
    if found is None:
        raise NoKey(sentence("the key {problem}; ask the operator of this server for another", problem=sentence(api_keys.why_not(db, key))))
    row, account = found
    return _caller(request, account, frozenset(map(Right, row.scope)), "key", row.digest)


def _caller(request: HTTPConnection, account: Account, scope: frozenset[Right] | None, via: str, credential: bytes) -> Caller:
    role, actor = Role(account.role), actor_of(request, account)
    rights = rights_of(role, scope)
    return Caller(account.id, account.name, account.display_name, role, account.signer, rights, via, actor, credential)


def audience_of(reader: Caller | None) -> Audience:
    """What the caller may see: everybody the public view, who reads the partners' view, who may see all the regulator's."""
    if reader is None or not reader.may(Right.READ):
        return "public"
    return "regulator" if reader.may(Right.READ_ALL) else "partners"


def view_of(db: Session, reader: Caller | None) -> View:
    """What the caller may see of events, by the policies that hold now."""
    return View(audience_of(reader), policies(db))


Reader = Annotated[Caller | None, Depends(known_caller, scope="function")]
Writer = Annotated[Caller, Depends(allowed(Right.WRITE), scope="function")]
