"""Devices, failed attempts and challenges of signing in; one-time passwords; this installation's name and its audit log's seals.

`accounts.models` says what each column means.
"""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0004"  # landed after it
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
HASH = sa.LargeBinary(32)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables; give the installation its name."""
    op.add_column("accounts", sa.Column("password_one_time", sa.Boolean(), server_default=sa.false(), nullable=False))
    _devices()
    _attempts()
    _challenges()
    _seals()


def downgrade() -> None:
    """Not possible without losing what keeps attackers out."""
    raise NotImplementedError("restore a backup made before the upgrade")


def _devices() -> None:
    op.create_table(
        "devices",
        sa.Column("digest", HASH, nullable=False),
        sa.Column("account_id", BIG_ID, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_devices_account_id_accounts"),
        sa.PrimaryKeyConstraint("digest", name="pk_devices"),
    )
    op.create_index("ix_devices_account_id", "devices", ["account_id"])


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("key", HASH, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("free_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_attempts"),
    )
    op.create_index("ix_attempts_last_at", "attempts", ["last_at"])


def _challenges() -> None:
    op.create_table(
        "challenges",
        sa.Column("digest", HASH, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_challenges"),
    )
    op.create_index("ix_challenges_expires_at", "challenges", ["expires_at"])


def _seals() -> None:
    installation = op.create_table(
        "installation", sa.Column("id", sa.String(36), nullable=False), sa.PrimaryKeyConstraint("id", name="pk_installation")
    )
    op.bulk_insert(installation, [{"id": str(uuid.uuid4())}])
    op.create_table(
        "audit_seals",
        sa.Column("entries", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entries", name="pk_audit_seals"),
    )
