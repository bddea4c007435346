"""Puts records into the queue without capturing documents, and reads what became of them."""

from hashlib import sha256

from eth_account import Account
from sqlalchemy import func, insert, select

from records.columns import now
from records.models import Lane, Record, RecordItem, Transaction
from records.publish import step

ACCOUNT = Account.from_key(b"\x07" * 32)
SIGNER = bytes.fromhex(ACCOUNT.address[2:])


def enqueue(sessions, count, signer=SIGNER, mark=b""):
    """`count` records of one item each."""
    with sessions.begin() as session:
        start = session.scalar(select(func.count()).select_from(Record))
        for number in range(start, start + count):
            digest = sha256(mark + b"%d" % number).digest()
            row = {"event_id": f"urn:uuid:{digest.hex()}", "event_type": "ObjectEvent", "event_time": now(), "captured_at": now()}
            row |= {"payload_mac": digest, "commitment": digest, "signer": signer, "original": True}
            record_id = session.execute(insert(Record).values(row).returning(Record.id)).scalar_one()
            item = {"item_id": sha256(digest).digest(), "item_code": "urn:x:item", "signer": signer, "record_id": record_id}
            session.execute(insert(RecordItem).values(item))


def turn(sessions, chain, policy, times=1, account=ACCOUNT):
    """Run the publisher's step as its loop does: each in its own transaction."""
    done = 0
    for _ in range(times):
        with sessions.begin() as session:
            done += step(session, chain, account, policy)
    return done


def wanted(sessions, signer=SIGNER):
    """Every anchor that should be on the chain, in order of the queue."""
    with sessions() as session:
        pairs = select(RecordItem.item_id, Record.commitment).join(Record).where(RecordItem.signer == signer).order_by(RecordItem.id)
        return [tuple(row) for row in session.execute(pairs)]


def states(sessions):
    """(nonce, state) of every transaction."""
    with sessions() as session:
        return [tuple(row) for row in session.execute(select(Transaction.nonce, Transaction.state).order_by(Transaction.nonce))]


def lane(sessions, signer=SIGNER):
    """(state, problem) of the lane."""
    with sessions() as session:
        row = session.get_one(Lane, signer)
        return row.state, row.problem or ""
