"""A database that is older than the chain, as after a restore, anchors nothing a second time."""

import pytest
from sqlalchemy import select

from records import recognise
from records.models import RecordItem, Transaction
from records.policy import Policy
from tests.records.fake_chain import FakeChain
from tests.records.queue import SIGNER, enqueue, lane, states, turn, wanted

PROMPT = Policy(batch=4, resend_after=0)


@pytest.fixture
def chain():
    return FakeChain()


def holders(sessions):
    """The transaction's nonce of each item, in the order of the queue."""
    with sessions() as session:
        columns = select(Transaction.nonce).select_from(RecordItem).outerjoin(Transaction, Transaction.id == RecordItem.transaction_id)
        return list(session.scalars(columns.order_by(RecordItem.id)))


def test_what_was_anchored_after_the_copy_was_made_is_recognised_and_only_the_rest_is_signed(sessions, chain):
    enqueue(sessions, 9)
    pairs = wanted(sessions)
    chain.foreign(pairs[:4])
    chain.foreign([*pairs[4:6], (b"\x01" * 32, b"\x02" * 32)])  # with an anchor whose record came after the copy
    turn(sessions, chain, PROMPT, 3)
    assert holders(sessions) == [0, 0, 0, 0, 1, 1, 2, 2, 2]
    chain.mine()
    turn(sessions, chain, PROMPT)
    assert states(sessions) == [(0, "final"), (1, "final"), (2, "final")]
    assert sorted(pair for pair in chain.anchored() if pair in pairs) == sorted(pairs)
    assert lane(sessions) == ("ready", "")


def test_nothing_is_signed_while_such_an_anchor_may_still_be_forked_away(sessions, chain):
    deep = Policy(batch=4, finality=3, resend_after=0)
    enqueue(sessions, 2)
    pairs = wanted(sessions)
    chain.foreign(pairs)
    turn(sessions, chain, deep, 3)
    assert holders(sessions) == [None, None]
    chain.mine(3)
    turn(sessions, chain, deep, 2)
    assert holders(sessions) == [0, 0]
    assert chain.anchored() == pairs


def test_one_that_was_in_the_nodes_pool_and_came_first_is_recognised_when_it_takes_our_nonce(sessions, chain):
    """The restored publisher signed the same items again under the same nonce before the older transaction was mined."""
    enqueue(sessions, 3)
    pairs = wanted(sessions)
    turn(sessions, chain, PROMPT, 3)
    assert states(sessions) == [(0, "sent")]
    chain.foreign(pairs)
    turn(sessions, chain, PROMPT, 4)
    assert states(sessions) == [(0, "final")]
    assert holders(sessions) == [0, 0, 0]
    assert chain.anchored() == pairs


def test_the_chain_is_read_from_the_last_known_transaction_on_and_once(sessions, chain):
    enqueue(sessions, 1)
    turn(sessions, chain, PROMPT, 3)
    chain.mine(50)
    turn(sessions, chain, PROMPT)
    chain.foreign()
    asked = []
    read = chain.anchors
    chain.anchors = lambda first, last: asked.append((first, last)) or read(first, last)
    enqueue(sessions, 1, mark=b"later")
    turn(sessions, chain, PROMPT, 3)
    chain.mine()
    turn(sessions, chain, PROMPT, 3)
    assert asked == [(1, len(chain.blocks) - 2)]
    assert states(sessions) == [(0, "final"), (2, "final")]


def test_a_restore_can_ask_for_it_before_anything_is_to_be_signed(sessions, chain):
    enqueue(sessions, 2)
    pairs = wanted(sessions)
    chain.foreign(pairs)
    with sessions.begin() as session:
        found = recognise.look(session, chain, SIGNER, PROMPT)
        assert (recognise.apply(session, SIGNER, found), found.settled) == (2, True)
        assert not recognise.look(session, chain, SIGNER, PROMPT).transactions
    assert holders(sessions) == [0, 0]
