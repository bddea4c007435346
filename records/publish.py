"""Carries stored records to the chain: in order, in batches, exactly once, whatever is killed when.

One lane per signer. A step does, in this order:

1. look at the chain: what became of the transactions that are stored, sending (again) what is in no block; while a document is being
   stored, its anchors wait for each other a little (`gathering`);
2. if the lane was not fine, or stands still: ask the contract by a call whether this signer may write now;
3. if the chain counts transactions of this key that are not stored here, as after the restore of an old database: look whether they
   anchored what waits (`recognise`);
4. write down what was seen;
5. sign the next items and store the bytes.

What step 5 stores is sent by the NEXT call of `step`, after the caller has committed: bytes that could be lost are
never sent. A kill at any instruction therefore leaves either nothing, or bytes that the next step sends again unchanged; a
nonce is used once, so the same bytes are mined once.
"""

from __future__ import annotations

from eth_account.signers.local import LocalAccount
from sqlalchemy.orm import Session

from ledger_client import anchoring
from ledger_client.chain import Chain
from ledger_client.errors import NodeRefused, NodeUnavailable, NotFound, WrongChain
from ledger_client.sentences import sentence
from records import lanes, outstanding, recognise, signing
from records.gathering import gathering
from records.models import Lane, LaneState, TransactionState
from records.outstanding import View
from records.policy import DEFAULT, Policy
from records.recognise import NOTHING

_PROBE = [(bytes(32), b"\x01" * 32)]  # called, never sent: what the contract says to this signer when nothing waits


def step(session: Session, chain: Chain, account: LocalAccount, policy: Policy = DEFAULT) -> int:
    """One bounded piece of publishing for one signer; returns how much was done, 0 when there is nothing to do now.

    Every call needs its own transaction, which the caller commits. What hinders publishing is not raised but shown
    in the lane (`lanes`) and tried again by the next step; only trouble with the database is raised (Retryable).
    """
    signer = bytes.fromhex(account.address[2:])
    lane = lanes.claim(session, signer)
    if lane is None:
        return lanes.enter(session, signer)
    try:
        waits = gathering(session, signer, policy)
        view = outstanding.look(session, chain, signer, policy, hold=waits.hold)
        refusal = _refusal(session, chain, lane, view, policy)
        known = recognise.look(session, chain, signer, policy, view.usurped) if _unknown(session, lane, view, refusal, policy) else NOTHING
    except WrongChain as wrong:
        return int(lanes.turn(lane, LaneState.WRONG_CHAIN, wrong.text))
    except (NodeUnavailable, NodeRefused, NotFound) as down:
        return int(lanes.turn(lane, LaneState.WAITING, down.text))
    done = outstanding.apply(session, view) + recognise.apply(session, signer, known)
    if _show(lane, view, refusal, policy) and known.settled:
        done += signing.sign(session, account, chain.deployment, view.used, policy, full=waits.full)
    return done


def _refusal(session: Session, chain: Chain, lane: Lane, view: View, policy: Policy) -> str | None:
    """Why the contract would refuse the next items now, in words; asked when the lane was not fine or stands still."""
    if (lane.state == LaneState.READY and view.open) or view.failing or view.stuck or lanes.resting(lane, policy):
        return None
    waiting = signing.queue(session, lane.signer, 1)
    if lane.state == LaneState.READY and not waiting:
        return None
    chain.check_identity()
    pairs = [(queued.item_id, queued.commitment) for queued in waiting] or _PROBE
    try:
        chain.call(chain.deployment.ledger, anchoring.calldata(pairs), None, lane.signer)
    except NodeRefused as refused:
        return sentence("the ledger refuses this key: {reason}", reason=sentence(outstanding.explained(refused)))
    return None


def _unknown(session: Session, lane: Lane, view: View, refusal: str | None, policy: Policy) -> bool:
    """Whether items are about to be signed although a transaction that is not stored here may have anchored them."""
    if view.usurped:
        return True
    waits = refusal or view.failing or view.stuck or lanes.resting(lane, policy)
    return not waits and view.used > signing.next_nonce(session, lane.signer) and bool(signing.queue(session, lane.signer, 1))


def _show(lane: Lane, view: View, refusal: str | None, policy: Policy) -> bool:
    """Set the lane's state for everybody to see; says whether signing may go on."""
    if any(finding.state in (TransactionState.MINED, TransactionState.FINAL) and not finding.problem for finding in view.findings):
        lane.failures = 0
    if view.failing:
        lane.failures += lane.state != LaneState.PAUSED
        lanes.turn(lane, LaneState.PAUSED, view.failing)
    elif view.stuck:
        lanes.turn(lane, LaneState.STUCK, view.stuck)
    elif refusal:
        lanes.turn(lane, LaneState.PAUSED, refusal)
    elif not lanes.resting(lane, policy):
        lanes.turn(lane, LaneState.READY)
    return lane.state == LaneState.READY
