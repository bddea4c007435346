"""A node that leaves something out, puts something in or changes something: noticed, never stored as complete, healed once it is honest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session, sessionmaker

from indexer import queries
from indexer.memory import Memory
from indexer.run import IDLE_SECONDS, turn
from ledger_client.onchain import Anchor, Head, keccak
from tests.indexer.fakes import OTHER, FakeChain
from tests.indexer.mirror import expected, follow, rows

Sessions = sessionmaker[Session]


def honest_chain() -> FakeChain:
    chain = FakeChain()
    for n in range(10):
        chain.add(b"often", b"item %d" % (n % 3), *([b"once"] if n == 2 else []))
        chain.add()
    chain.add(b"often", b"item 2")
    for _ in range(8):
        chain.add()
    chain.add(b"often")
    chain.add(b"often", b"last", b"last")
    assert len(chain.truth()) == 27
    return chain


def take_turns(sessions: Sessions, chain: FakeChain, memory: Memory, turns: int) -> None:
    """So many turns, or until all is well."""
    for _ in range(turns):
        if turn(sessions, chain, memory) == IDLE_SECONDS:
            break


def alter(position: int, **fields: object) -> Callable[[list[Anchor]], list[Anchor]]:
    return lambda anchors: [a._replace(**fields) if a.position == position else a for a in anchors]  # type: ignore[arg-type]  # test data


def swap(anchors: list[Anchor]) -> list[Anchor]:
    """Exchange what anchors 11 and 12 say, keeping their places."""
    by = {a.position: a for a in anchors}
    if not {11, 12} <= set(by):
        return anchors
    one, two = by[11], by[12]
    by[11], by[12] = (
        one._replace(item_id=two.item_id, seq=two.seq, commitment=two.commitment),
        two._replace(item_id=one.item_id, seq=one.seq, commitment=one.commitment),
    )
    return [by[position] for position in sorted(by)]


LIES = {
    "one in the middle is left out": lambda a: [x for x in a if x.position != 12],
    "the only one of an item is left out": lambda a: [x for x in a if x.item_id != keccak(b"once")],
    "the last one is left out": lambda a: [x for x in a if x.position != 27],
    "the last of a block in the middle is left out": lambda a: [x for x in a if x.position != 7],
    "the last before a quiet time is left out": lambda a: [x for x in a if x.position not in {22, 23}],
    "everything after the first is left out": lambda a: [x for x in a if x.position < 2],
    "the answer is cut at five": lambda a: a[:5],
    "nothing is told": lambda _: [],
    "a whole item is left out": lambda a: [x for x in a if x.item_id != keccak(b"item 1")],
    "one is told twice": lambda a: [y for x in a for y in ([x, x] if x.position == 9 else [x])],
    "one commitment is another": alter(10, commitment=keccak(b"forged")),
    "the commitment of an only anchor is another": alter(7, commitment=keccak(b"forged")),
    "one signer is another": alter(10, signer=OTHER),
    "one member is another": alter(10, member_id=2),
    "one time is another": alter(10, time=1_700_000_000),
    "one seq is another": alter(10, seq=9),
    "one block is another": alter(10, block_number=3),
    "one block hash is another": alter(10, block_hash=keccak(b"forged")),
    "two are exchanged": swap,
    "the order is reversed": lambda a: a[::-1],
    "one more is made up": lambda a: [*a, a[-1]._replace(position=28, seq=a[-1].seq + 1, log_index=9)] if a and a[-1].position == 27 else a,
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
@pytest.mark.parametrize("from_the_start", [True, False], ids=["during the backfill", "at the head"])
def test_a_lie_is_never_confirmed_and_the_mirror_heals(
    sessions: Sessions, lie: Callable[[list[Anchor]], list[Anchor]], from_the_start: bool
):
    chain, memory = honest_chain(), Memory()
    tail = chain.chain[3:]
    if not from_the_start:
        del chain.chain[3:]
        follow(sessions, chain, memory)
        chain.chain += tail
    chain.lie = lie
    for _ in range(16):
        turn(sessions, chain, memory)
        _nothing_wrong_is_called_complete(sessions, chain)
    with sessions() as session:
        told = queries.status(session)
    if told.state == "following":  # told only to wide questions: narrower ones brought the truth
        assert rows(sessions) == expected(chain.truth())
    else:
        assert (told.state, bool(told.problem)) == ("doubting", True)
        assert told.complete_block < chain.block().number
    chain.honest()
    take_turns(sessions, chain, memory, 40)
    assert rows(sessions) == expected(chain.truth())
    with sessions() as session:
        told = queries.status(session)
        assert (told.state, told.problem, told.lag, told.confirmed) == ("following", None, 0, 27)


def _nothing_wrong_is_called_complete(sessions: Sessions, chain: FakeChain) -> None:
    """Up to `complete_block` no anchor is missing; up to `confirmed` every row is the chain's; positions have no gap."""
    found = rows(sessions)
    with sessions() as session:
        told = queries.status(session)
    assert [row[0] for row in found] == list(range(1, told.anchors + 1))
    assert found[: told.confirmed] == expected(chain.truth())[: told.confirmed]
    if told.complete_block is not None:
        due = sum(anchor.block_number <= told.complete_block for anchor in chain.truth())
        assert told.anchors >= due


def test_blocks_without_anchors_are_followed_but_a_missing_one_among_them_shows_at_the_head(sessions: Sessions):
    chain, memory = FakeChain(), Memory()
    chain.add(b"seen")
    for _ in range(100):
        chain.add()
    chain.add(b"hidden")
    for _ in range(100):
        chain.add()
    chain.drop(2)
    take_turns(sessions, chain, memory, 60)
    with sessions() as session:
        told = queries.status(session)
        assert told.state == "doubting"
        assert "number of anchors on the ledger" in str(told.problem)
        assert told.complete_block < 103
    chain.honest()
    take_turns(sessions, chain, memory, 60)
    assert rows(sessions) == expected(chain.truth())


def test_a_node_that_lies_about_heads_stops_the_mirror_at_the_last_confirmed_row(sessions: Sessions):
    chain, memory = honest_chain(), Memory()
    follow(sessions, chain, memory)
    chain.head_lie = lambda head: Head(bytes(28), head.count)
    chain.add(b"often")
    take_turns(sessions, chain, memory, 10)
    with sessions() as session:
        told = queries.status(session)
        assert told.state == "doubting"
        assert (told.anchors, told.confirmed) == (27, 27)
    chain.honest()
    take_turns(sessions, chain, memory, 10)
    assert rows(sessions) == expected(chain.truth())


@pytest.mark.parametrize("left_out", ["SignerAdded", "MemberAdmitted", "MemberSuspended", "SignerRevoked", "ProfileSet"])
def test_a_member_event_that_is_left_out_is_noticed_and_healed(sessions: Sessions, left_out: str):
    chain, memory = FakeChain(), Memory()
    chain.event("MemberAdmitted", member_id=2, name="Dairy", roles=1)
    chain.event("SignerAdded", member_id=2, signer=OTHER)
    chain.add(b"theirs", signer=OTHER, member=2)
    chain.event("ProfileSet", member_id=2, name="Diary", endpoint="")
    chain.event("SignerRevoked", member_id=2, signer=OTHER)
    chain.event("MemberSuspended", member_id=2)
    chain.member_lie = lambda logs: [log for log in logs if log.kind != left_out or log.member_id == 1]
    take_turns(sessions, chain, memory, 20)
    with sessions() as session:
        assert queries.status(session).state == "doubting"
    chain.honest()
    take_turns(sessions, chain, memory, 20)
    with sessions() as session:
        assert queries.status(session).state == "following"
        assert [(m.name, m.suspended) for m in queries.members(session)] == [("Farm", False), ("Diary", True)]
        assert [signer.active_until > 0 for signer in queries.signers(session, 2)] == [True]
    assert rows(sessions) == expected(chain.truth())


def test_a_member_event_that_is_told_twice_or_made_up_is_not_believed(sessions: Sessions):
    chain, memory = FakeChain(), Memory()
    chain.event("MemberAdmitted", member_id=2, name="Dairy", roles=1)
    for lie in (lambda logs: [*logs, *logs[-1:]], lambda logs: [replace(log, name="Diary") if log.member_id == 2 else log for log in logs]):
        chain.member_lie = lie
        take_turns(sessions, chain, memory, 12)
        with sessions() as session:
            assert queries.status(session).state == "doubting"
    chain.honest()
    take_turns(sessions, chain, memory, 20)
    with sessions() as session:
        assert queries.status(session).state == "following"
        assert [member.name for member in queries.members(session)] == ["Farm", "Dairy"]


def test_a_member_event_from_before_the_named_deployment_block_is_found(sessions: Sessions):
    chain = FakeChain()
    for _ in range(3):
        chain.add()
    chain.add(b"first")
    chain.deployment = replace(chain.deployment, block=4)
    memory = Memory()
    take_turns(sessions, chain, memory, 20)
    with sessions() as session:
        assert [member.name for member in queries.members(session)] == ["Farm"]
        assert queries.status(session).state == "following"
