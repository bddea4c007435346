"""Accounts, sign-ins, API keys with scope and expiry, the audit log; `accounts.models` says what each column means.

The bearer keys of the first shape stay valid: each becomes a key of a machine's account that writes for the same signer.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ADDRESS = sa.LargeBinary(20)
HASH = sa.LargeBinary(32)
MOMENT = sa.DateTime(timezone=True)
ROLES = "role IN ('partner', 'quality', 'auditor', 'operator', 'machine')"


def upgrade() -> None:
    """Create the tables and carry the bearer keys over."""
    _accounts()
    _sign_ins()
    op.rename_table("api_keys", "old_api_keys")
    _api_keys()
    _carry_over(op.get_bind())
    op.drop_table("old_api_keys")
    _audit_log()


def downgrade() -> None:
    """Not possible without losing accounts."""
    raise NotImplementedError("restore a backup made before the upgrade")


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("display_name", sa.String(200), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("signer", ADDRESS, nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("wallet", ADDRESS, nullable=True),
        sa.Column("oidc_issuer", sa.Text(), nullable=True),
        sa.Column("oidc_subject", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("disabled_at", MOMENT, nullable=True),
        sa.CheckConstraint(ROLES, name=op.f("ck_accounts_role")),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("name", name="uq_accounts_name"),
        sa.UniqueConstraint("wallet", name="uq_accounts_wallet"),
        sa.UniqueConstraint("oidc_issuer", "oidc_subject", name="uq_accounts_oidc_issuer_oidc_subject"),
    )


def _sign_ins() -> None:
    op.create_table(
        "sign_ins",
        sa.Column("digest", HASH, nullable=False),
        sa.Column("account_id", BIG_ID, nullable=False),
        sa.Column("method", sa.String(16), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("agent", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_sign_ins_account_id_accounts"),
        sa.PrimaryKeyConstraint("digest", name="pk_sign_ins"),
    )
    op.create_index("ix_sign_ins_account_id", "sign_ins", ["account_id"])


def _api_keys() -> None:
    if op.get_bind().dialect.name == "postgresql":  # the old table kept the constraint's name
        op.execute("ALTER INDEX pk_api_keys RENAME TO pk_old_api_keys")
    op.create_table(
        "api_keys",
        sa.Column("digest", HASH, nullable=False),
        sa.Column("account_id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_api_keys_account_id_accounts"),
        sa.PrimaryKeyConstraint("digest", name="pk_api_keys"),
    )
    op.create_index("ix_api_keys_account_id", "api_keys", ["account_id"])


def _carry_over(connection: sa.Connection) -> None:
    old = connection.execute(sa.text("SELECT digest, name, signer, created_at, revoked_at FROM old_api_keys ORDER BY created_at")).all()
    accounts: dict[tuple[str, bytes], int] = {}
    for digest, name, signer, created_at, revoked_at in old:
        owner = (name, bytes(signer))
        if owner not in accounts:
            accounts[owner] = len(accounts) + 1
            told = {"id": accounts[owner], "name": f"{name.casefold()[:190]}-{accounts[owner]}", "shown": name[:200]}
            connection.execute(
                sa.text(
                    "INSERT INTO accounts (id, name, display_name, role, signer, created_at)"
                    " VALUES (:id, :name, :shown, 'machine', :signer, :at)"
                ),
                told | {"signer": bytes(signer), "at": created_at},
            )
        connection.execute(
            sa.text(
                "INSERT INTO api_keys (digest, account_id, name, scope, created_at, revoked_at)"
                " VALUES (:digest, :account, :name, :scope, :at, :revoked)"
            ),
            {
                "digest": bytes(digest),
                "account": accounts[owner],
                "name": name[:200],
                "scope": json.dumps(["read", "write"]),
                "at": created_at,
                "revoked": revoked_at,
            },
        )
    if accounts and connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT setval(pg_get_serial_sequence('accounts', 'id'), (SELECT max(id) FROM accounts))"))


def _audit_log() -> None:
    op.create_table(
        "audit_log",
        sa.Column("id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("account_id", BIG_ID, nullable=True),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("previous", sa.LargeBinary(32), nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_log"),
    )
    for column in ("at", "actor", "action", "subject"):
        op.create_index(f"ix_audit_log_{column}", "audit_log", [column])
