"""A lane in which nothing waits leaves the node in peace; what is stored then is anchored by the next step all the same."""

import pytest

from records import lanes
from records.policy import Policy
from scripts.lane import lane
from tests.records.fake_chain import FakeChain
from tests.records.queue import ACCOUNT, SIGNER, enqueue, wanted

PROMPT = Policy(batch=3, resend_after=0)


class Watched(FakeChain):
    """Counts how often it is asked."""

    def __init__(self):
        super().__init__()
        self.asked = 0

    def _answer(self):
        self.asked += 1
        super()._answer()


@pytest.fixture
def chain():
    return Watched()


@pytest.fixture
def turn(sessions, chain):
    step = lane(chain, ACCOUNT, PROMPT)

    def turn(times=1):
        for _ in range(times):
            with sessions.begin() as session:
                step(session)

    return turn


def quiet(sessions):
    with sessions() as session:
        return lanes.quiet(session, SIGNER)


def test_a_lane_in_which_nothing_waits_does_not_ask_the_node(sessions, chain, turn):
    turn(3)
    asked = chain.asked
    turn(20)
    assert (chain.asked, quiet(sessions)) == (asked, True)


def test_what_is_stored_while_a_lane_is_quiet_is_signed_by_the_next_step_and_sent_by_the_one_after(sessions, chain, turn):
    turn(3)
    enqueue(sessions, 2)
    turn(2)
    chain.mine()
    assert chain.anchored() == wanted(sessions)


def test_a_lane_is_quiet_once_everything_is_in_a_final_block(sessions, chain, turn):
    assert not quiet(sessions)  # never used
    enqueue(sessions, 1)
    turn(3)
    assert not quiet(sessions)
    chain.mine()
    turn()
    assert quiet(sessions)
