"""The mirror's tables. Everything in them comes from the chain, by `follow`; emptying them loses nothing.

Binary columns hold bytes, never hex; times of blocks are Unix seconds. Secondary indexes of `anchors` are made by `indexes`,
because building them after a long backfill is three times faster than keeping them during it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import BigInteger, Boolean, Connection, Engine, Float, LargeBinary, MetaData, String, Text, inspect, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from records.columns import Address, BigId, Hash, Told
from records.database import NAMING

CURSOR = "anchors"
_CREATION_LOCK = 7416  # any number, the same in every process: key of PostgreSQL's advisory lock


class Base(DeclarativeBase):
    """Base of the mirror's tables, apart from the tables that people wrote into."""

    metadata = MetaData(naming_convention=NAMING)


class Cursor(Base):
    """How far the mirror has come, one row; written by `follow` and `rewind` in the transaction of the rows it speaks of."""

    __tablename__ = "cursor"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    chain_id: Mapped[int] = mapped_column(BigInteger)
    genesis: Mapped[bytes] = mapped_column(Hash)
    ledger: Mapped[bytes] = mapped_column(Address)
    block: Mapped[int] = mapped_column(BigInteger)  # read up to here
    hash: Mapped[bytes] = mapped_column(Hash)
    complete_block: Mapped[int] = mapped_column(BigInteger)  # every anchor up to here is known to be in the mirror
    complete_hash: Mapped[bytes] = mapped_column(Hash)
    position: Mapped[int] = mapped_column(BigInteger)  # of the last anchor in the mirror
    confirmed: Mapped[int] = mapped_column(BigInteger)  # position up to which the items' heads were compared with the chain
    members_block: Mapped[int] = mapped_column(BigInteger)  # block at which the members were last compared with the chain
    council_nonce: Mapped[str] = mapped_column(String(78))  # the council's next transaction, as of the last comparison
    items: Mapped[int] = mapped_column(BigInteger)
    indexed: Mapped[bool] = mapped_column(Boolean)  # whether the secondary indexes stand
    rewinds: Mapped[int] = mapped_column(BigInteger)  # how often a fork or a doubt removed rows
    doubt: Mapped[str | None] = mapped_column(Told)  # why something is being read again; None once it is confirmed
    version: Mapped[int] = mapped_column(BigInteger)  # counts the moves: of two indexers that move it at once, one fails

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 (SQLAlchemy's own form)


class State(Base):
    """How following goes, one row; written by `run.turn` in a transaction of its own, so that a failed step shows."""

    __tablename__ = "mirror_state"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    state: Mapped[str] = mapped_column(String(16))  # a value of run.Condition
    head: Mapped[int | None] = mapped_column(BigInteger)  # last seen head of the chain
    problem: Mapped[str | None] = mapped_column(Told)
    since: Mapped[float] = mapped_column(Float(53))  # Unix seconds since when `state` holds
    checked_at: Mapped[float] = mapped_column(Float(53))  # Unix seconds of the last turn
    failures: Mapped[int] = mapped_column(BigInteger)  # turns without success since `since`


class MirroredBlock(Base):
    """Headers of the last blocks that were read, to find where a fork began; written by `follow` and `rewind`."""

    __tablename__ = "blocks"

    number: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(Hash)
    parent_hash: Mapped[bytes] = mapped_column(Hash)
    time: Mapped[int] = mapped_column(BigInteger)


class MirroredAnchor(Base):
    """One anchor of the ledger (spec 5.1) and the item's head after it (spec 5.2); written by `write`."""

    __tablename__ = "anchors"

    position: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    item_id: Mapped[bytes] = mapped_column(Hash)
    seq: Mapped[int] = mapped_column(BigInteger)
    commitment: Mapped[bytes] = mapped_column(Hash)
    signer: Mapped[bytes] = mapped_column(Address)
    member_id: Mapped[int] = mapped_column(BigInteger)
    time: Mapped[int] = mapped_column(BigInteger)
    block_number: Mapped[int] = mapped_column(BigInteger)
    log_index: Mapped[int] = mapped_column(BigInteger)
    tx_hash: Mapped[bytes] = mapped_column(Hash)
    head: Mapped[bytes] = mapped_column(LargeBinary(28))


class MemberEvent(Base):
    """One event of Members.sol; fields that its kind does not have are empty. Written by `write`."""

    __tablename__ = "member_events"

    block_number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    log_index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    block_hash: Mapped[bytes] = mapped_column(Hash)
    tx_hash: Mapped[bytes] = mapped_column(Hash)
    time: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(32))  # the event's name
    member_id: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(Text)
    endpoint: Mapped[str] = mapped_column(Text)
    roles: Mapped[int] = mapped_column(BigInteger)
    signer: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[int] = mapped_column(BigInteger)  # activeFrom or activeUntil, Unix seconds
    proposal_hash: Mapped[bytes] = mapped_column(LargeBinary)  # safeTxHash
    proposal_nonce: Mapped[str] = mapped_column(String(78))  # decimal: anybody who may propose chooses all of its 256 bits
    proposer: Mapped[bytes] = mapped_column(LargeBinary)
    target: Mapped[bytes] = mapped_column(LargeBinary)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class MirroredMember(Base):
    """A member as its events leave it; derived from `member_events` by `members`."""

    __tablename__ = "members"

    member_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Text)
    endpoint: Mapped[str] = mapped_column(Text)
    roles: Mapped[int] = mapped_column(BigInteger)
    suspended: Mapped[bool] = mapped_column(Boolean)
    since: Mapped[int] = mapped_column(BigInteger)


class MirroredSigner(Base):
    """A key as its events leave it; derived from `member_events` by `members`."""

    __tablename__ = "signers"

    address: Mapped[bytes] = mapped_column(Address, primary_key=True)
    member_id: Mapped[int] = mapped_column(BigInteger)
    active_from: Mapped[int] = mapped_column(BigInteger)
    active_until: Mapped[int] = mapped_column(BigInteger)  # 0 while active


class MirroredProposal(Base):
    """A call that the council was asked to approve; derived from `member_events` by `members`."""

    __tablename__ = "proposals"

    safe_tx_hash: Mapped[bytes] = mapped_column(Hash, primary_key=True)
    nonce: Mapped[str] = mapped_column(String(78))  # decimal, up to 256 bits
    proposer: Mapped[bytes] = mapped_column(Address)
    target: Mapped[bytes] = mapped_column(Address)
    data: Mapped[bytes] = mapped_column(LargeBinary)
    time: Mapped[int] = mapped_column(BigInteger)


def create(engine: Engine) -> None:
    """Make the mirror's tables; those of an older shape are dropped first, because following the chain again fills them anew.

    Safe when two processes start at once.
    """
    with _alone(engine) as connection:
        if _outdated(connection):
            Base.metadata.drop_all(connection)
        Base.metadata.create_all(connection)


def empty(engine: Engine) -> None:
    """Begin the mirror anew; following the chain again fills it. In one step, so that whoever follows or reads meanwhile finds tables."""
    with _alone(engine) as connection:
        Base.metadata.create_all(connection)
        if connection.dialect.name == "postgresql":  # a follower reads the cursor first, and then waits here, holding nothing
            connection.execute(text(f"LOCK TABLE {Cursor.__tablename__} IN ACCESS EXCLUSIVE MODE"))
        Base.metadata.drop_all(connection)
        Base.metadata.create_all(connection)


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """A transaction in which nobody else makes or drops tables of the mirror."""
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CREATION_LOCK})
        yield connection


def _outdated(connection: Connection) -> bool:
    """Whether a table stands that has other columns than its model."""
    found = inspect(connection)
    standing = set(found.get_table_names())
    return any(
        {column["name"] for column in found.get_columns(name)} != set(table.columns.keys())
        for name, table in Base.metadata.tables.items()
        if name in standing
    )
