"""What became of the transactions that were signed: looks at the chain first, writes down what it saw afterwards.

Looking (`look`) talks to the node and writes nothing, so no database lock waits for a slow node. What it found is applied
(`apply`) by compare-and-set, so that of two publishers that saw the same thing one acts on it. Rules:

1. A nonce below the account's count is used up. Our receipt there: mined; final when enough blocks stand on it.
2. A mined one that the contract refused is failed once it is final, and only then gives its items back to the queue:
   before, a fork could still bring the same bytes into a block, and the items would be anchored twice.
3. A used-up nonce without our receipt was taken by a foreign transaction of the same key. Ours can never be mined once
   that is final; then it is failed and gives its items back.
4. A nonce that is not used up: the same bytes are sent (again), also when a fork took the transaction out of its block. Only what
   is sent for the first time may be held back, to be joined by more (`gathering`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from ledger_client import anchoring, reverts
from ledger_client.chain import Chain, Receipt
from ledger_client.errors import NodeRefused
from ledger_client.sentences import sentence
from records.columns import now
from records.database import changed, once_committed
from records.models import Record, RecordItem, Transaction, TransactionState
from records.policy import Policy
from telemetry.logs import log

SIGNED, SENT, MINED, FINAL, FAILED = TransactionState
_PASSES_NOW = "{failed} after {gas} gas, but the same call passes now: the gas limit, or a right that was given since"
_OPEN = (SIGNED, SENT, MINED)
_LOOKED_AT = 1000  # transactions in one step
_SENT_TOGETHER = 64  # in one request: some 4 MB, less than any engine refuses


@dataclass(frozen=True, slots=True)
class Finding:
    """What is to be written of one transaction, if its row still is in the state it was read in."""

    row: Transaction
    state: TransactionState
    block_number: int | None = None
    block_hash: bytes | None = None
    problem: str | None = None
    sent: bool = False  # the bytes were given to a node just now

    @property
    def changes(self) -> bool:
        """Whether there is news, beside another try."""
        return (self.row.state, self.row.problem) != (self.state, self.problem)


@dataclass(frozen=True, slots=True)
class View:
    """The open transactions of a lane beside the chain."""

    used: int  # nonces below are used up
    open: int  # signed or sent and in no block, as far as known before `findings`
    findings: tuple[Finding, ...]
    failing: str | None  # why the lane must pause
    stuck: str | None  # what it waits for

    @property
    def usurped(self) -> list[Transaction]:
        """Those that are failed now because a foreign transaction of the same key took their nonce (rule 3)."""
        return [finding.row for finding in self.findings if finding.state == FAILED and finding.block_hash is None]


def look(session: Session, chain: Chain, signer: bytes, policy: Policy, *, hold: bool = False) -> View:
    """Compare the lane's transactions with the chain, sending what is not in a block, with `hold` nothing new. Writes nothing.

    Raises WrongChain before anything is sent to another chain; NodeUnavailable.
    """
    used = chain.nonce(signer, pending=False)
    rows = _unsettled(session, signer, used)
    due, findings = _due(rows, used, policy, hold), list[Finding]()
    if due or any(row.nonce < used for row in rows):
        chain.check_identity()
        findings = [*_settled(session, chain, rows, used, chain.block().number, policy), *_resent(session, chain, due)]
    known = {finding.row.id: finding for finding in findings}
    problems = [(known.get(row.id, row).state, known.get(row.id, row).problem) for row in rows]
    return View(
        used=used,
        open=sum(row.state in (SIGNED, SENT) for row in rows),
        findings=tuple(findings),
        failing=next((text for state, text in problems if text and state in (MINED, FAILED)), None),
        stuck=next((text for state, text in problems if text and state in (SIGNED, SENT)), None) or _late(rows, known, policy),
    )


def apply(session: Session, view: View) -> int:
    """Write the findings down; returns how many transactions changed their state."""
    return sum(_apply(session, finding) for finding in view.findings)


def _unsettled(session: Session, signer: bytes, used: int) -> Sequence[Transaction]:
    """Open ones, and those that were settled although the chain no longer counts their nonce: a deep fork."""
    lost = (Transaction.nonce >= used) & (Transaction.state == FINAL)
    ours = select(Transaction).where(Transaction.signer == signer, or_(Transaction.state.in_(_OPEN), lost))
    return session.scalars(ours.order_by(Transaction.nonce).limit(_LOOKED_AT).execution_options(populate_existing=True)).all()


def _settled(session: Session, chain: Chain, rows: Iterable[Transaction], used: int, head: int, policy: Policy) -> Iterable[Finding]:
    """Rules 1 to 3, for nonces that are used up."""
    for row in rows:
        if row.nonce >= used or (row.state == MINED and head < (row.block_number or 0) + policy.finality):
            continue
        receipt = chain.receipt(row.hash)
        if receipt is None:
            yield _usurped(row, head, policy)
        else:
            yield _mined(session, chain, row, receipt, head, policy)


def _mined(session: Session, chain: Chain, row: Transaction, receipt: Receipt, head: int, policy: Policy) -> Finding:
    final = head >= receipt.block_number + policy.finality
    if receipt.succeeded:
        return Finding(row, FINAL if final else MINED, receipt.block_number, receipt.block_hash)
    problem = (row.problem if row.state == MINED else None) or _why(session, chain, row, receipt)
    return Finding(row, FAILED if final else MINED, receipt.block_number, receipt.block_hash, problem)


def _usurped(row: Transaction, head: int, policy: Policy) -> Finding:
    """Rule 3; while it waits, `block_number` remembers at which head the nonce was first found used up."""
    problem = sentence("{transaction}: its nonce was used by another program with the same key", transaction=_name(row))
    if row.state == MINED or row.block_number is None:
        state = SENT if row.state == MINED else TransactionState(row.state)
        return Finding(row, state, block_number=head, problem=problem)
    settled = head >= row.block_number + policy.finality and not _fresh(row.changed_at, policy.resend_after)
    return Finding(row, FAILED if settled else TransactionState(row.state), block_number=row.block_number, problem=problem)


def _due(rows: Iterable[Transaction], used: int, policy: Policy, hold: bool) -> list[Transaction]:
    """Which transactions are to be given to the node now."""
    waiting = [row for row in rows if row.nonce >= used and (row.tries or not hold)]
    return [row for row in waiting if row.state in (MINED, FINAL) or not row.tries or not _fresh(row.sent_at, policy.resend_after)]


def _resent(session: Session, chain: Chain, rows: Sequence[Transaction]) -> Iterable[Finding]:
    """Rule 4, in order of nonce; stops at the first that the node will not take, because the next would wait for it."""
    for start in range(0, len(rows), _SENT_TOGETHER):
        group = rows[start : start + _SENT_TOGETHER]
        for row, problem in zip(group, _send(session, chain, group), strict=True):
            yield Finding(row, _row_state(row, problem), problem=problem, sent=True)
            if problem:
                return


def _row_state(row: Transaction, problem: str | None) -> TransactionState:
    """A signed transaction counts as sent once a node took it."""
    return SIGNED if problem and row.state == SIGNED else SENT


def _send(session: Session, chain: Chain, rows: Sequence[Transaction]) -> Iterable[str | None]:
    """Hand over the stored bytes, together; of each the node's reason not to take it. A refusal of what the node already has is none."""
    stored = select(Transaction.id, Transaction.raw).where(Transaction.id.in_([row.id for row in rows]))
    raws = dict(session.execute(stored).all())
    for row, outcome in zip(rows, chain.send_all([raws[row.id] for row in rows]), strict=True):
        if isinstance(outcome, NodeRefused) and not chain.known(row.hash):
            yield sentence("{transaction}: the node does not take it: {reason}", transaction=_name(row), reason=sentence(outcome.reason))
        else:
            yield None


def _late(rows: Iterable[Transaction], known: dict[int, Finding], policy: Policy) -> str | None:
    for row in rows:
        state = known[row.id].state if row.id in known else row.state
        if state in (SIGNED, SENT) and not _fresh(row.signed_at, policy.stuck_after):
            age = int((now() - row.signed_at).total_seconds())
            return sentence(
                "{transaction} is in no block {age} s after it was signed; it was sent {tries} times",
                transaction=_name(row),
                age=age,
                tries=row.tries,
            )
    return None


def _why(session: Session, chain: Chain, row: Transaction, receipt: Receipt) -> str:
    """The contract's reason, by running the same call again where it failed."""
    failed = sentence("{transaction} failed in block {number}", transaction=_name(row), number=receipt.block_number)
    pairs = select(RecordItem.item_id, Record.commitment).join(Record, Record.id == RecordItem.record_id)
    inside = (RecordItem.transaction_id == row.id, RecordItem.id.between(row.first_item, row.last_item))
    found = [(item, commitment) for item, commitment in session.execute(pairs.where(*inside).order_by(RecordItem.id))]
    try:
        chain.call(chain.deployment.ledger, anchoring.calldata(found), receipt.block_number, row.signer)
    except NodeRefused as refusal:
        return sentence("{failed}: {reason}", failed=failed, reason=sentence(explained(refusal)))
    return sentence(_PASSES_NOW, failed=failed, gas=receipt.gas_used)


def explained(refusal: NodeRefused) -> str:
    """The contract's error in words where the node passes it on, else the node's own words."""
    data = refusal.data.get("data") if isinstance(refusal.data, dict) else refusal.data
    if isinstance(data, str) and data.startswith("0x") and len(data) > 2:
        return reverts.explain(bytes.fromhex(data[2:]))
    return refusal.reason


def _apply(session: Session, finding: Finding) -> bool:
    values: dict[str, object] = {"state": finding.state, "block_number": finding.block_number, "block_hash": finding.block_hash}
    if finding.sent:
        values |= {"sent_at": now(), "tries": Transaction.tries + 1}
    if finding.changes:
        values |= {"problem": finding.problem, "changed_at": now()}
    unchanged = update(Transaction).where(Transaction.id == finding.row.id, Transaction.state == finding.row.state)
    if changed(session, unchanged.values(**values)) != 1:  # another publisher was first
        return False
    if finding.state == FAILED:
        _release(session, finding.row)
    if finding.changes:
        once_committed(session, partial(_tell, finding))
    return finding.changes


def _tell(finding: Finding) -> None:
    """One line for each state that a transaction reaches, or for what hinders it."""
    row, say = finding.row, log.warning if finding.problem else log.info
    place = {"block": finding.block_number, "block_hash": finding.block_hash} if finding.block_hash else {}
    say(f"transaction.{finding.state}", signer=row.signer, nonce=row.nonce, transaction=row.hash, reason=finding.problem, **place)


def _release(session: Session, row: Transaction) -> None:
    """Give the items back: they stand first in the queue again, because they keep their numbers."""
    held = update(RecordItem).where(RecordItem.transaction_id == row.id, RecordItem.id.between(row.first_item, row.last_item))
    changed(session, held.values(transaction_id=None))


def _name(row: Transaction) -> str:
    return sentence("transaction 0x{hash} (nonce {nonce})", hash=row.hash.hex(), nonce=row.nonce)


def _fresh(moment: datetime | None, seconds: float) -> bool:
    return moment is not None and now() - moment < timedelta(seconds=seconds)
