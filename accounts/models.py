"""The tables of accounts. Shape changed by `records.migrations` only. Secrets are kept as digests, never as themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from accounts.roles import Role
from records.columns import Address, BigId, Hash, Utc
from records.database import Base


class Account(Base):
    """A person or a machine that may act here. Writer: `accounts.people`."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)  # what one signs in with; NFKC, lower case
    display_name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(16))
    signer: Mapped[bytes | None] = mapped_column(Address)  # signs what this account records; None: it records nothing
    password_hash: Mapped[str | None] = mapped_column(Text)  # argon2id, PHC string
    password_one_time: Mapped[bool] = mapped_column(Boolean, server_default=false())  # drawn for somebody, who must choose another
    wallet: Mapped[bytes | None] = mapped_column(Address, unique=True)  # signs in by EIP-4361
    oidc_issuer: Mapped[str | None] = mapped_column(Text)
    oidc_subject: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Utc)
    disabled_at: Mapped[datetime | None] = mapped_column(Utc)

    __table_args__ = (
        UniqueConstraint("oidc_issuer", "oidc_subject"),
        CheckConstraint(f"role IN ({', '.join(repr(str(role)) for role in Role)})", name="role"),
    )


class SignIn(Base):
    """A browser's session. Writer: `accounts.sessions`."""

    __tablename__ = "sign_ins"

    digest: Mapped[bytes] = mapped_column(Hash, primary_key=True)  # SHA-256 of the cookie
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("accounts.id"), index=True)
    method: Mapped[str] = mapped_column(String(16))  # password, oidc, wallet
    created_at: Mapped[datetime] = mapped_column(Utc)
    seen_at: Mapped[datetime] = mapped_column(Utc)
    expires_at: Mapped[datetime] = mapped_column(Utc)
    ended_at: Mapped[datetime | None] = mapped_column(Utc)
    address: Mapped[str] = mapped_column(String(64))  # of the client
    agent: Mapped[str] = mapped_column(String(200))  # browser, as it calls itself


class Device(Base):
    """A browser on which an account once signed in: failures elsewhere do not keep it out. Writer: `accounts.throttle`."""

    __tablename__ = "devices"

    digest: Mapped[bytes] = mapped_column(Hash, primary_key=True)  # SHA-256 of the device's cookie
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("accounts.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(Utc)


class Attempts(Base):
    """How often a sign-in failed lately, for one account, client address or device. Writer: `accounts.throttle`."""

    __tablename__ = "attempts"

    key: Mapped[bytes] = mapped_column(Hash, primary_key=True)  # SHA-256 of what is counted
    failures: Mapped[int] = mapped_column(Integer)
    last_at: Mapped[datetime] = mapped_column(Utc, index=True)
    free_at: Mapped[datetime] = mapped_column(Utc)  # the next attempt is not looked at before


class Challenge(Base):
    """Something a client must bring back once: a nonce, an OIDC state. Writer: `accounts.challenges`."""

    __tablename__ = "challenges"

    digest: Mapped[bytes] = mapped_column(Hash, primary_key=True)  # SHA-256 of the token
    kind: Mapped[str] = mapped_column(String(16))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)  # what must still be known when it comes back
    expires_at: Mapped[datetime] = mapped_column(Utc, index=True)


class ApiKey(Base):
    """A bearer key of an account. Writer: `accounts.api_keys`."""

    __tablename__ = "api_keys"

    digest: Mapped[bytes] = mapped_column(Hash, primary_key=True)  # SHA-256 of the key
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("accounts.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    scope: Mapped[list[str]] = mapped_column(JSON)  # rights, at most those of the account's role
    created_at: Mapped[datetime] = mapped_column(Utc)
    expires_at: Mapped[datetime | None] = mapped_column(Utc)
    revoked_at: Mapped[datetime | None] = mapped_column(Utc)
    used_at: Mapped[datetime | None] = mapped_column(Utc)  # to the minute


class AuditEntry(Base):
    """One thing somebody did. Writer: `accounts.audit`; a row is never changed, and each names the one before it."""

    __tablename__ = "audit_log"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)  # 1, 2, 3 … without a gap
    at: Mapped[datetime] = mapped_column(Utc, index=True)
    account_id: Mapped[int | None] = mapped_column(BigId)  # None: nobody signed in, or the system itself
    actor: Mapped[str] = mapped_column(
        String(200)
    )  # the account's name then; empty for a name that is no account's, because people type passwords there
    action: Mapped[str] = mapped_column(String(64))  # such as capture, sign_in, sign_in_failed, policy_changed
    subject: Mapped[str] = mapped_column(Text)  # what it was done to: an id, a code, a name; may be empty
    details: Mapped[dict[str, Any]] = mapped_column(JSON)  # never a payload, never a secret
    request_id: Mapped[str] = mapped_column(String(64), index=True)
    address: Mapped[str] = mapped_column(String(64))  # of the client
    previous: Mapped[bytes] = mapped_column(LargeBinary(32))  # hash of entry id - 1; zeros for the first
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))  # accounts.audit.entry_hash

    __table_args__ = (
        Index("ix_audit_log_actor", "actor", "id"),
        Index("ix_audit_log_action", "action", "id"),
        Index("ix_audit_log_actor_action", "actor", "action", "id"),
        Index("ix_audit_log_subject", "subject", "id"),
    )


class Installation(Base):
    """This installation's own name, one row, drawn by the migration: the audit log's item on the chain bears it."""

    __tablename__ = "installation"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)  # UUID


class Seal(Base):
    """A head of the audit log that was recorded as an event, and so goes to the chain. Writer: `accounts.sealing`."""

    __tablename__ = "audit_seals"

    entries: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)  # how many the log had; the newest one's number
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))  # of the newest entry
    at: Mapped[datetime] = mapped_column(Utc)
    event_id: Mapped[str] = mapped_column(Text)


class AuditRound(Base):
    """One walk along the whole audit log; the last two are kept. Writer: `accounts.audit_rounds`."""

    __tablename__ = "audit_rounds"

    number: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    started_at: Mapped[datetime] = mapped_column(Utc)
    finished_at: Mapped[datetime | None] = mapped_column(Utc)
    entries: Mapped[int] = mapped_column(BigId)  # walked up to this entry
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))  # its hash
    breaks: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # of accounts.audit.Break, at most a hundred
    reached: Mapped[int] = mapped_column(BigId)  # the last entry that any round saw, as long as it stands as it was
    reached_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    sealed: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # accounts.sealing.Sealed, at the end of the round
