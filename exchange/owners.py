"""With whose rights a subscription runs: those that its account has now, through the key it was made with. It ends when they do."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Account, ApiKey
from accounts.roles import Right, Role, rights_of
from exchange.models import HappeningKind, Subscription
from indexer.audiences import members_of_keys
from ledger_client.disclosure import Audience
from records.columns import now


@dataclass(frozen=True, slots=True)
class Owner:
    """Who stands behind a subscription, at this moment."""

    name: str
    rights: frozenset[Right]
    signer: bytes | None = None

    @property
    def audience(self) -> Audience:
        """Which view of events it has, as if it asked itself."""
        if Right.READ not in self.rights:
            return "public"
        return "regulator" if Right.READ_ALL in self.rights else "partners"


def owner_of(session: Session, row: Subscription) -> Owner:
    """The owner; `rights` is empty when the account is disabled or the key is not valid any more."""
    account = session.get_one(Account, row.account_id, populate_existing=True)
    scope = None
    if row.key_digest is not None:
        key = session.get(ApiKey, row.key_digest, populate_existing=True)
        if key is None or key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= now()):
            return Owner(account.name, frozenset())
        scope = frozenset(map(Right, key.scope))
    return Owner(account.name, frozenset() if account.disabled_at else rights_of(Role(account.role), scope), account.signer)


def member_of(session: Session, owner: Owner) -> int | None:
    """The member of the consortium that an owner speaks for: that of its key, or the only one that has accounts with keys here."""
    keys = members_of_keys(session)
    if owner.signer is not None:
        return keys.get(owner.signer)
    here = {keys[signer] for signer in session.scalars(select(Account.signer).distinct()) if signer in keys}
    return here.pop() if len(here) == 1 else None


def needed(row: Subscription) -> Right:
    """The right that a subscription takes: as much as reading the same by oneself, or as keeping the system running."""
    return Right.READ if row.kinds == [HappeningKind.QUERY] else Right.OPERATE
