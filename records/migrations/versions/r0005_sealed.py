"""Payloads, secrets and documents are sealed (docs/encryption.md): what is there is sealed in pieces, then the clear columns go.

Makes the keyring if there is none and it is needed, since nothing can be sealed under a lost one yet. All in the migration's one
transaction: killed, it starts over. The clear bytes are gone from the tables afterwards: SQLite overwrites them (`secure_delete`),
PostgreSQL writes the tables anew (CLUSTER). Its log and old backups still hold them.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from records import contents, rotation, seals
from records.columns import Utc, now
from records.keyring import Keyring, Sealing, keyring_of

revision = "0005"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
HASH = sa.LargeBinary(32)
PIECE = 1000
RECORDS = sa.table("records", *map(sa.column, ("id", "payload", "secret", "commitment", "signer", "sealed", "payload_mac")),
                   sa.column("captured_at", Utc))  # fmt: skip
CAPTURES = sa.table("captures", *map(sa.column, ("id", "document", "sealed", "state")))
KEYS = ("record", BIG_ID), ("capture", sa.String(36))


def upgrade() -> None:
    """Make the tables of keys, seal what is there, drop what was clear."""
    _tables()
    op.add_column("records", sa.Column("sealed", sa.LargeBinary(), nullable=True))
    op.add_column("records", sa.Column("payload_mac", HASH, nullable=True))
    op.add_column("captures", sa.Column("sealed", sa.LargeBinary(), nullable=True))
    were_clear = _anything()
    if were_clear:
        ring = keyring_of(op.get_bind())
        ring.make()
        versions = sa.table("key_versions", sa.column("version"), sa.column("entered_at", Utc))
        op.bulk_insert(versions, [{"version": ring.newest(), "entered_at": now()}])
        _seal_records(ring)
        _seal_documents(ring)
    with op.batch_alter_table("records") as records:
        records.drop_constraint("uq_records_payload_hash_signer", type_="unique")
        for column in ("payload", "payload_hash", "secret"):
            records.drop_column(column)
        records.create_unique_constraint("uq_records_payload_mac_signer", ["payload_mac", "signer"])
    op.drop_column("captures", "document")
    context.config.attributes["shrunk"] = were_clear
    if were_clear and op.get_bind().dialect.name == "postgresql":
        for table in ("records", "captures"):
            op.execute(f"CLUSTER {table} USING pk_{table}")


def downgrade() -> None:
    """Not possible: nothing puts payloads back in clear."""
    raise NotImplementedError("contents stay sealed; to go back, restore a backup of the older version")


def _tables() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "key_versions",
        sa.Column("version", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("entered_at", moment, nullable=False),
        sa.Column("emptied_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("version", name="pk_key_versions"),
    )
    for of, identity in KEYS:
        table, name = f"{of}_keys", f"{of}_id"
        op.create_table(
            table,
            sa.Column(name, identity, nullable=False, autoincrement=False),
            sa.Column("kek_version", sa.Integer(), nullable=False),
            sa.Column("wrapped", sa.LargeBinary(), nullable=False),
            sa.ForeignKeyConstraint([name], [f"{of}s.id"], name=f"fk_{table}_{name}_{of}s"),
            sa.ForeignKeyConstraint(["kek_version"], ["key_versions.version"], name=f"fk_{table}_kek_version_key_versions"),
            sa.PrimaryKeyConstraint(name, name=f"pk_{table}"),
        )
        op.create_index(f"ix_{table}_kek_version", table, ["kek_version"])


def _anything() -> bool:
    return any(op.get_bind().scalar(sa.select(table.c.id).limit(1)) is not None for table in (RECORDS, CAPTURES))


def _seal_records(ring: Keyring) -> None:
    sealing = ring.sealing(b"")
    for rows in _pieces(RECORDS):
        sealed = [_sealed_record(sealing._replace(signer=row.signer), row) for row in rows]
        _put(RECORDS, "record", sealing.version, sealed)


def _sealed_record(sealing: Sealing, row: Any) -> dict[str, Any]:  # noqa: ANN401 (a row)
    payload = row.payload.encode()
    sealed, wrapped = contents.seal(sealing, payload, row.secret, row.commitment, row.captured_at)
    mac = seals.payload_mac(sealing.lookup, sha256(payload).digest())
    return {"of": row.id, "sealed": sealed, "wrapped": wrapped, "payload_mac": mac}


def _seal_documents(ring: Keyring) -> None:
    """Documents of which every event is a record are not kept."""
    version = ring.newest()
    for rows in _pieces(CAPTURES):
        kept = [row for row in rows if row.state != "success"]
        sealed = [(row.id, *seals.seal(ring.kek(version), bytes(row.document), rotation.DOCUMENT)) for row in kept]
        _put(CAPTURES, "capture", version, [{"of": of, "sealed": one, "wrapped": wrapped} for of, one, wrapped in sealed])


def _pieces(table: sa.TableClause) -> Iterator[list[Any]]:
    last: Any = None
    size = PIECE if table is RECORDS else 1  # a document has up to 20 MB
    while True:
        rows = sa.select(table).order_by(table.c.id).limit(size)
        found = op.get_bind().execute(rows if last is None else rows.where(table.c.id > last)).all()
        if not found:
            return
        yield list(found)
        last = found[-1].id


def _put(table: sa.TableClause, of: str, version: int, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    values: dict[str, Any] = {name: sa.bindparam(name) for name in rows[0] if name not in ("of", "wrapped")}
    op.get_bind().execute(table.update().where(table.c.id == sa.bindparam("of")).values(values), [*rows])
    keys = sa.table(f"{of}_keys", *map(sa.column, (f"{of}_id", "kek_version", "wrapped")))
    op.bulk_insert(keys, [{f"{of}_id": row["of"], "kek_version": version, "wrapped": row["wrapped"]} for row in rows])
