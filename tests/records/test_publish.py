"""Every stored item is anchored exactly once and in order, whatever the chain does; what hinders it can be read."""

import threading

import pytest
from eth_account import Account
from sqlalchemy import func, select, update

from ledger_client.errors import Retryable
from records import signing
from records.models import Lane, RecordItem, Transaction
from records.policy import Policy
from records.publish import step
from tests.records.fake_chain import DEPLOYMENT, FakeChain, pairs_of
from tests.records.queue import ACCOUNT, SIGNER, enqueue, lane, states, turn, wanted

PROMPT = Policy(batch=3, resend_after=0, signed_per_step=2, in_flight=4)


@pytest.fixture
def chain():
    return FakeChain()


def raws(sessions):
    with sessions() as session:
        return [row for (row,) in session.execute(select(Transaction.raw).order_by(Transaction.nonce))]


def test_items_are_anchored_in_order_in_batches_and_become_final(sessions, chain):
    enqueue(sessions, 8)
    turn(sessions, chain, PROMPT, 6)
    chain.mine()
    turn(sessions, chain, PROMPT, 6)
    chain.mine()
    turn(sessions, chain, PROMPT, 2)
    assert chain.anchored() == wanted(sessions)
    assert states(sessions) == [(0, "final"), (1, "final"), (2, "final")]
    assert lane(sessions) == ("ready", "")


def test_a_step_with_nothing_to_do_says_so(sessions, chain):
    assert turn(sessions, chain, PROMPT, 2) > 0  # the lane is entered, then found ready
    assert turn(sessions, chain, PROMPT, 1) == 0


def test_nothing_is_sent_before_it_is_committed(sessions, chain):
    enqueue(sessions, 2)
    turn(sessions, chain, PROMPT)
    with sessions() as session:  # signs, then dies before the commit
        assert step(session, chain, ACCOUNT, PROMPT) > 0
    assert (chain.sent, states(sessions)) == ([], [])
    turn(sessions, chain, PROMPT)  # signs and commits
    assert (chain.sent, states(sessions)) == ([], [(0, "signed")])
    turn(sessions, chain, PROMPT)
    assert chain.sent == raws(sessions)


def test_a_kill_between_sending_and_writing_it_down_sends_the_same_bytes_again(sessions, chain):
    enqueue(sessions, 2)
    turn(sessions, chain, PROMPT, 2)
    with sessions() as session:
        step(session, chain, ACCOUNT, PROMPT)  # sent, never written down
    turn(sessions, chain, PROMPT)
    chain.mine()
    turn(sessions, chain, PROMPT)
    assert len(set(chain.sent)) == 1
    assert chain.anchored() == wanted(sessions)


def test_a_part_filled_transaction_waits_while_another_is_on_its_way(sessions, chain):
    enqueue(sessions, 1)
    turn(sessions, chain, PROMPT, 3)
    enqueue(sessions, 1)
    turn(sessions, chain, PROMPT, 3)
    assert states(sessions) == [(0, "sent")]
    chain.mine()
    turn(sessions, chain, PROMPT, 2)
    assert states(sessions) == [(0, "final"), (1, "sent")]


def test_no_more_transactions_than_allowed_are_on_their_way(sessions, chain):
    enqueue(sessions, 30)
    turn(sessions, chain, PROMPT, 10)
    assert [state for _, state in states(sessions)] == ["sent"] * 4


def test_a_transaction_is_final_only_when_enough_blocks_stand_on_it(sessions, chain):
    deep = Policy(batch=3, resend_after=0, finality=3)
    enqueue(sessions, 1)
    turn(sessions, chain, deep, 3)
    chain.mine()
    turn(sessions, chain, deep)
    assert states(sessions) == [(0, "mined")]
    chain.mine(2)
    turn(sessions, chain, deep)
    assert states(sessions) == [(0, "mined")]
    chain.mine()
    turn(sessions, chain, deep)
    assert states(sessions) == [(0, "final")]


def test_a_dropped_transaction_is_sent_again_with_the_same_bytes(sessions, chain):
    enqueue(sessions, 2)
    turn(sessions, chain, PROMPT, 3)
    chain.forget()
    turn(sessions, chain, PROMPT)
    chain.mine()
    turn(sessions, chain, PROMPT)
    assert len(chain.sent) >= 2
    assert len(set(chain.sent)) == 1
    assert chain.anchored() == wanted(sessions)


@pytest.mark.parametrize("depth", [1, 5, 60])
@pytest.mark.parametrize("finality", [0, 12])
def test_what_a_fork_takes_out_of_its_block_is_sent_again_and_anchored_once(sessions, chain, depth, finality):
    policy = Policy(batch=3, resend_after=0, finality=finality)
    chain.mine(60)
    enqueue(sessions, 7)
    turn(sessions, chain, policy, 4)
    chain.mine(1)
    turn(sessions, chain, policy, 2)
    chain.mine(depth - 1)
    turn(sessions, chain, policy, 2)
    chain.fork(depth)
    assert chain.anchored() == []
    turn(sessions, chain, policy)
    assert {state for _, state in states(sessions)} == {"sent"}
    chain.mine(13)
    turn(sessions, chain, policy, 2)
    assert chain.anchored() == wanted(sessions)
    assert {state for _, state in states(sessions)} == {"final"}


def test_a_fork_that_moves_a_transaction_to_another_block_is_written_down(sessions, chain):
    policy = Policy(finality=2, resend_after=0)
    enqueue(sessions, 1)
    turn(sessions, chain, policy, 3)
    chain.mine()
    turn(sessions, chain, policy)
    moved = chain.blocks[-1]
    chain.fork(1)
    chain.blocks.append(moved)
    chain.mine(2)
    turn(sessions, chain, policy)
    with sessions() as session:
        row = session.scalars(select(Transaction)).one()
    assert (row.state, row.block_number, row.block_hash) == ("final", 2, chain.block(2).hash)


def test_an_unknown_signer_pauses_with_the_contracts_reason_and_burns_no_nonce(sessions, chain):
    chain.writer = False
    enqueue(sessions, 2)
    turn(sessions, chain, PROMPT, 4)
    assert states(sessions) == []
    state, problem = lane(sessions)
    assert state == "paused"
    assert "NotAWriter(signer=0xaaaa" in problem
    chain.writer = True
    turn(sessions, chain, PROMPT, 3)
    chain.mine()
    turn(sessions, chain, PROMPT)
    assert chain.anchored() == wanted(sessions)
    assert lane(sessions) == ("ready", "")


def test_a_key_revoked_under_way_pauses_and_its_items_go_out_again_once_it_may_write(sessions, chain):
    enqueue(sessions, 7)
    turn(sessions, chain, PROMPT, 4)
    chain.writer = False
    chain.mine()
    turn(sessions, chain, PROMPT, 4)
    assert [state for _, state in states(sessions)] == ["failed", "failed", "failed"]
    state, problem = lane(sessions)
    assert state == "paused"
    assert "failed in block 1: NotAWriter(signer=0xaaaa" in problem
    chain.writer = True
    over(sessions)
    for _ in range(3):
        turn(sessions, chain, PROMPT, 3)
        chain.mine()
    turn(sessions, chain, PROMPT, 2)
    assert chain.anchored() == wanted(sessions)
    assert lane(sessions) == ("ready", "")


def over(sessions):
    """The pause after a failure is over."""
    with sessions.begin() as session:
        session.execute(update(Lane).values(failures=0))


def test_a_refused_transaction_keeps_its_items_until_no_fork_can_bring_it_back(sessions, chain):
    deep = Policy(finality=5, resend_after=0)
    enqueue(sessions, 2)
    turn(sessions, chain, deep, 3)
    chain.writer = False
    chain.mine()
    turn(sessions, chain, deep, 2)
    assert states(sessions) == [(0, "mined")]
    assert lane(sessions)[0] == "paused"
    chain.fork(1)
    chain.writer = True
    turn(sessions, chain, deep, 2)
    chain.mine(6)
    turn(sessions, chain, deep, 2)
    assert states(sessions) == [(0, "final")]
    assert chain.anchored() == wanted(sessions)


def test_failures_in_a_row_lengthen_the_pause(sessions, chain):
    enqueue(sessions, 1)
    chain.call = lambda *_: b""  # the call passes, the transaction does not: a wrong gas limit, say
    turn(sessions, chain, PROMPT, 3)
    chain.writer = False
    chain.mine()
    turn(sessions, chain, PROMPT, 5)
    assert states(sessions) == [(0, "failed")]
    state, problem = lane(sessions)
    assert state == "paused"
    assert "the same call passes now" in problem
    with sessions() as session:
        assert session.scalars(select(Lane.failures)).one() == 1


def test_a_nonce_taken_by_another_program_is_explained_and_its_items_are_signed_again(sessions, chain):
    enqueue(sessions, 5)
    turn(sessions, chain, PROMPT, 3)
    chain.foreign()
    chain.mine()
    turn(sessions, chain, PROMPT)
    state, problem = lane(sessions)
    assert state == "stuck"
    assert "(nonce 0): its nonce was used by another program with the same key" in problem
    turn(sessions, chain, PROMPT)
    assert states(sessions) == [(0, "failed"), (1, "final")]
    over(sessions)
    turn(sessions, chain, PROMPT, 3)
    chain.mine()
    turn(sessions, chain, PROMPT)
    assert sorted(chain.anchored()) == sorted(wanted(sessions))
    assert states(sessions) == [(0, "failed"), (1, "final"), (2, "final")]


def test_a_nonce_taken_on_a_fork_that_disappears_signs_nothing_twice(sessions, chain):
    deep = Policy(finality=5, resend_after=0)
    enqueue(sessions, 2)
    turn(sessions, chain, deep, 3)
    chain.foreign()
    turn(sessions, chain, deep, 3)
    assert states(sessions) == [(0, "sent")]
    chain.fork(1)
    turn(sessions, chain, deep, 2)
    chain.mine(6)
    turn(sessions, chain, deep, 2)
    assert states(sessions) == [(0, "final")]
    assert chain.anchored() == wanted(sessions)


def test_nonces_that_others_used_before_us_are_passed_over(sessions, chain):
    chain.foreign()
    chain.foreign()
    enqueue(sessions, 1)
    turn(sessions, chain, PROMPT, 3)
    chain.mine()
    turn(sessions, chain, PROMPT)
    assert states(sessions) == [(2, "final")]


def test_a_transaction_that_the_node_does_not_take_is_explained_and_goes_out_when_it_does(sessions, chain):
    chain.refusal = "exceeds block gas limit"
    enqueue(sessions, 9)
    turn(sessions, chain, PROMPT, 5)
    state, problem = lane(sessions)
    assert state == "stuck"
    assert "the node does not take it: exceeds block gas limit" in problem
    assert [s for _, s in states(sessions)] == ["signed", "signed"]  # nothing more is signed meanwhile
    chain.refusal = None
    turn(sessions, chain, PROMPT, 4)
    chain.mine()
    turn(sessions, chain, PROMPT, 4)
    assert chain.anchored() == wanted(sessions)
    assert lane(sessions) == ("ready", "")


def test_a_transaction_that_no_block_takes_is_called_stuck_until_one_does(sessions, chain):
    slow = Policy(stuck_after=0)
    enqueue(sessions, 1)
    turn(sessions, chain, slow, 3)
    state, problem = lane(sessions)
    assert state == "stuck"
    assert "(nonce 0) is in no block" in problem
    chain.mine()
    turn(sessions, chain, slow, 2)
    assert lane(sessions) == ("ready", "")
    assert chain.anchored() == wanted(sessions)


def test_a_dead_node_is_waited_out_and_shown(sessions, chain):
    enqueue(sessions, 4)
    turn(sessions, chain, PROMPT, 2)
    chain.down = True
    turn(sessions, chain, PROMPT, 3)
    state, problem = lane(sessions)
    assert (state, "does not answer" in problem) == ("waiting", True)
    chain.down = False
    turn(sessions, chain, PROMPT, 3)
    chain.mine()
    turn(sessions, chain, PROMPT, 3)
    assert chain.anchored() == wanted(sessions)
    assert lane(sessions) == ("ready", "")


def test_a_node_of_another_chain_gets_nothing(sessions, chain):
    enqueue(sessions, 1)
    chain.wrong = True
    turn(sessions, chain, PROMPT, 4)
    assert (chain.sent, states(sessions)) == ([], [])
    state, problem = lane(sessions)
    assert (state, "genesis block: expected 0x0e0e" in problem) == ("wrong_chain", True)
    chain.wrong = False
    turn(sessions, chain, PROMPT)
    assert states(sessions) == [(0, "signed")]
    chain.wrong = True  # exchanged after signing
    turn(sessions, chain, PROMPT, 2)
    assert (chain.sent, lane(sessions)[0]) == ([], "wrong_chain")


def test_two_publishers_of_one_lane_publish_nothing_twice(sessions, chain):
    enqueue(sessions, 60)
    lock, stop, errors = threading.RLock(), threading.Event(), []
    for name in ("send", "nonce", "receipt", "known", "mine"):  # the fake is no thread-safe node by itself
        setattr(chain, name, locked(lock, getattr(chain, name)))

    def publish():
        while not stop.is_set():
            try:
                turn(sessions, chain, PROMPT)
            except Retryable:
                continue
            except BaseException as error:  # noqa: BLE001 (handed to the main thread)
                errors.append(error)
                return

    threads = [threading.Thread(target=publish) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(400):
        stop.wait(0.02)
        chain.mine()
        if errors or len(chain.anchored()) >= 60:
            break
    stop.set()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(chain.anchored()) == sorted(wanted(sessions))


def locked(lock, method):
    def run(*args, **kwargs):
        with lock:
            return method(*args, **kwargs)

    return run


def test_signing_while_more_is_captured_stores_nothing_rather_than_leave_an_item_out(sessions):
    enqueue(sessions, 3)
    with sessions() as session:
        queued = signing.queue(session, SIGNER, 3)
        with pytest.raises(Retryable, match="the queue changed"):
            signing._assign(session, SIGNER, [queued[0], queued[2]], None)


def test_lanes_of_two_signers_do_not_wait_for_each_other(sessions, chain):
    second = Account.from_key(b"\x08" * 32)
    enqueue(sessions, 2)
    enqueue(sessions, 2, signer=bytes.fromhex(second.address[2:]), mark=b"second")
    dead, alive = FakeChain(), chain
    dead.down = True
    turn(sessions, dead, PROMPT, 3)
    turn(sessions, alive, PROMPT, 3, account=second)
    alive.mine()
    assert alive.anchored() == wanted(sessions, bytes.fromhex(second.address[2:]))
    assert lane(sessions)[0] == "waiting"


def test_every_item_of_a_transaction_is_in_its_bytes(sessions, chain):
    enqueue(sessions, 5)
    turn(sessions, chain, PROMPT, 3)
    with sessions() as session:
        for row, raw in zip(session.scalars(select(Transaction).order_by(Transaction.nonce)), raws(sessions), strict=True):
            held = session.scalar(select(func.count()).where(RecordItem.transaction_id == row.id))
            assert held == row.items == len(pairs_of(raw))
            assert DEPLOYMENT.ledger in raw
