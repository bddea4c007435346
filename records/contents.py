"""What a record holds, payload and secret: the one place where they are sealed and where everybody reads them.

A row's `sealed` column holds both, and repeats what the row says in clear and the payload does not: signer, capture time, commitment. A row
that somebody changed is therefore still read, and says which column differs. What cannot be read is no exception but a Content with a
`fault`; only a missing master key is raised (KeyMissing), because then nothing can be said about the record.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from records import seals
from records.erasure_models import Erasure, ErasureState
from records.key_models import RecordKey
from records.keyring import Keyring, Sealing, keyring_of
from records.models import Record
from records.parts import parts

PURPOSE = b"traceledger record 1"
_HEAD = struct.Struct(">32s32s20sq")  # secret, commitment, signer, capture time in microseconds since 1970
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_GONE = "records.sealed was taken away"
COLUMNS = (Record.commitment, Record.signer, Record.captured_at, Record.sealed, RecordKey.kek_version, RecordKey.wrapped)
ERASED = "traceledger:erasedCommitment"  # in a receipt (`erasure`)


@dataclass(frozen=True, slots=True)
class Content:
    """A record's content. With a `fault` it is not what was captured; payload and secret are empty where they cannot be read at all.

    `erased`: two people had it destroyed, and a receipt that opens says so.
    """

    payload: str = ""
    secret: bytes = b""
    signer: bytes = b""
    fault: str = ""
    erased: bool = False

    def event(self) -> dict[str, Any] | None:
        """The event; None where there is none to be read."""
        try:
            found = orjson.loads(self.payload)
        except ValueError:
            return None
        return found if isinstance(found, dict) else None


def seal(sealing: Sealing, payload: bytes, secret: bytes, commitment: bytes, captured_at: datetime) -> tuple[bytes, bytes]:
    """(sealed, wrapped) of a new record."""
    head = _HEAD.pack(secret, commitment, sealing.signer, (captured_at - _EPOCH) // _MICROSECOND)
    return seals.seal(sealing.kek, head + payload, PURPOSE)


def opened(session: Session, rows: Iterable[Record]) -> dict[int, Content]:
    """Record number -> its content, of rows that were read just now."""
    wanted = {row.id: row for row in rows}
    keys, ring = _keys(session, list(wanted)), keyring_of(session)
    nothing = (None, None)
    found = {
        number: content(ring, r.commitment, r.signer, r.captured_at, r.sealed, *keys.get(number, nothing)) for number, r in wanted.items()
    }
    return with_erased(session, found, {number: row.commitment for number, row in wanted.items()})


def of_numbers(session: Session, numbers: Iterable[int]) -> dict[int, tuple[bytes, Content]]:
    """Record number -> its commitment and its content, of those that there are."""
    ring, rows = keyring_of(session), select(Record.id, *COLUMNS).outerjoin(RecordKey, RecordKey.record_id == Record.id)
    found = [row for part in parts(numbers) for row in session.connection().execute(rows.where(Record.id.in_(part)))]
    commitments = {row.id: row.commitment for row in found}
    held = with_erased(session, {row.id: of_row(ring, row) for row in found}, commitments)
    return {number: (commitments[number], one) for number, one in held.items()}


def with_erased(session: Session, found: dict[int, Content], commitments: Mapping[int, bytes]) -> dict[int, Content]:
    """The same, those that were erased told apart from those that somebody took away; `commitments` by record number."""
    gone = [number for number, one in found.items() if one.fault == _GONE]
    if not gone:
        return found
    receipts = select(Erasure.record_id, Record).join(Record, Record.id == Erasure.receipt_id)
    rows = session.execute(receipts.where(Erasure.record_id.in_(gone), Erasure.state == ErasureState.ERASED)).all()
    told = opened(session, [receipt for _, receipt in rows])
    for number, receipt in rows:
        event = told[receipt.id].event() or {}
        if event.get(ERASED) == "0x" + commitments[number].hex():
            found[number] = Content(erased=True)
    return found


def content(
    ring: Keyring, commitment: bytes, signer: bytes, captured_at: datetime, sealed: bytes | None, version: int | None, wrapped: bytes | None
) -> Content:
    """The content of one row and its key; for whoever reads both by a statement of its own."""
    if sealed is None or version is None or wrapped is None:
        return Content(fault=_GONE if sealed is None else "its row of record_keys was taken away")
    try:
        plain = seals.unseal(ring.kek(version), sealed, wrapped, PURPOSE)
        secret, was_commitment, was_signer, was_captured = _HEAD.unpack_from(plain)
        payload = plain[_HEAD.size :].decode()
    except seals.Broken as broken:
        return Content(fault=_broken(broken))
    except (struct.error, ValueError):
        return Content(fault="records.sealed holds no record")
    held, clear = (was_commitment, was_signer, _EPOCH + was_captured * _MICROSECOND), (commitment, signer, captured_at)
    if held == clear:
        return Content(payload, secret, was_signer)
    told = zip(("commitment", "signer", "captured_at"), held, clear, strict=True)
    changed = ", ".join(f"records.{name}" for name, sealed_value, clear_value in told if sealed_value != clear_value)
    return Content(payload, secret, was_signer, f"{changed} was changed: the seal holds another")


def of_row(ring: Keyring, row: Row[*tuple[Any, ...]]) -> Content:
    """The content of a row that has the columns of `COLUMNS`, among others."""
    return content(ring, row.commitment, row.signer, row.captured_at, row.sealed, row.kek_version, row.wrapped)


def _broken(broken: seals.Broken) -> str:
    if broken.part == "wrapped":
        return "its key does not open: record_keys.wrapped or record_keys.kek_version was changed"
    return "its seal does not open: records.sealed was changed, or record_keys holds the key of another"


def _keys(session: Session, numbers: Sequence[int]) -> dict[int, tuple[int, bytes]]:
    found: dict[int, tuple[int, bytes]] = {}
    for part in parts(numbers):
        rows = session.connection().execute(
            select(RecordKey.record_id, RecordKey.kek_version, RecordKey.wrapped).where(RecordKey.record_id.in_(part))
        )
        found |= {number: (version, wrapped) for number, version, wrapped in rows}
    return found
