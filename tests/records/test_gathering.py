"""The anchors of a document share a block: they are handed to the node together, and nothing waits for them for long."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from records.columns import now
from records.models import Behaviour, Capture, CaptureState, Transaction
from records.policy import Policy
from tests.records.fake_chain import FakeChain
from tests.records.queue import SIGNER, enqueue, states, turn, wanted

PROMPT = Policy(batch=3, resend_after=0, signed_per_step=2, in_flight=4)


@pytest.fixture
def chain():
    return FakeChain()


def document(sessions, signer=SIGNER):
    """A document of the signer that is being stored."""
    made = {"id": "1", "received_at": now(), "finished_at": None, "signer": signer, "behaviour": Behaviour.PROCEED}
    with sessions.begin() as session:
        session.add(Capture(**made, state=CaptureState.RUNNING, events_total=9, events_done=1))


def stored(sessions):
    """The document is stored now."""
    with sessions.begin() as session:
        session.execute(update(Capture).values(state=CaptureState.SUCCESS, finished_at=now()))


def test_what_is_signed_while_a_document_is_being_stored_is_sent_when_it_is_stored(sessions, chain):
    document(sessions)
    enqueue(sessions, 7)
    turn(sessions, chain, PROMPT, 4)
    assert (chain.sent, states(sessions)) == ([], [(0, "signed"), (1, "signed")])
    enqueue(sessions, 1)
    stored(sessions)
    turn(sessions, chain, PROMPT, 2)
    assert states(sessions) == [(0, "sent"), (1, "sent"), (2, "sent")]
    chain.mine()
    assert chain.anchored() == wanted(sessions)


def test_as_much_as_may_be_in_flight_does_not_wait(sessions, chain):
    document(sessions)
    enqueue(sessions, 12)
    turn(sessions, chain, PROMPT, 5)
    assert [state for _, state in states(sessions)] == ["sent"] * 4


def test_nothing_waits_longer_than_the_policy_says(sessions, chain):
    document(sessions)
    enqueue(sessions, 4)
    turn(sessions, chain, PROMPT, 3)
    with sessions.begin() as session:
        session.execute(update(Transaction).values(signed_at=now() - timedelta(seconds=PROMPT.gather + 1)))
    turn(sessions, chain, PROMPT, 3)
    chain.mine()
    assert chain.anchored() == wanted(sessions)[:3]  # the fourth has only begun to wait


def test_a_document_of_another_signer_holds_nothing_back(sessions, chain):
    document(sessions, b"\x09" * 20)
    enqueue(sessions, 1)
    turn(sessions, chain, PROMPT, 3)
    assert states(sessions) == [(0, "sent")]
