"""What somebody does who has the database and the keys: change a payload or a secret and seal it again."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from records import contents
from records.key_models import RecordKey
from records.keyring import keyring_of
from records.models import Record


def reseal(session: Session, number: int, old: str = "", new: str = "", secret: bytes | None = None) -> None:
    """Replace a piece of a record's payload, all of it if `old` is empty and `new` is not, or its secret."""
    row = session.get_one(Record, number)
    held = contents.opened(session, [row])[number]
    assert not held.fault
    payload = held.payload.replace(old, new) if old else new or held.payload
    assert (payload, secret) != (held.payload, None)
    sealed, wrapped = contents.seal(
        keyring_of(session).sealing(row.signer), payload.encode(), secret or held.secret, row.commitment, row.captured_at
    )
    session.execute(update(Record).where(Record.id == number).values(sealed=sealed))
    version = keyring_of(session).newest()
    session.execute(update(RecordKey).where(RecordKey.record_id == number).values(kek_version=version, wrapped=wrapped))
