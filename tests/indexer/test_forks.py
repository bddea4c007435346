"""Forks: what left the chain leaves the mirror, and never before its replacement is there."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session, sessionmaker

from indexer import queries
from indexer.follow import step
from indexer.memory import Memory
from indexer.rewind import DeepFork, rewind_to
from ledger_client.errors import InvalidInput, NodeUnavailable, WrongChain
from ledger_client.onchain import NO_HEAD, Role, keccak
from tests.indexer.fakes import OTHER, FakeChain
from tests.indexer.mirror import expected, follow, rows

Sessions = sessionmaker[Session]


def grow(chain: FakeChain, blocks: int, name: str) -> None:
    for n in range(blocks):
        chain.add(b"kept item", f"{name} {n}".encode(), b"kept item")


@pytest.mark.parametrize("depth", [1, 5, 60])
@pytest.mark.parametrize("longer_by", [0, 1, 7])
def test_a_fork_replaces_what_it_took_off_the_chain(sessions: Sessions, depth: int, longer_by: int):
    chain, memory = FakeChain(), Memory()
    grow(chain, 80, "old")
    follow(sessions, chain, memory)
    chain.fork(at=len(chain.chain) - depth)
    grow(chain, depth + longer_by, "new")
    follow(sessions, chain, memory)
    assert rows(sessions) == expected(chain.truth())
    with sessions() as session:
        assert queries.item_count(session) == 81 + longer_by
        assert queries.head_of(session, keccak(b"old 79")) == NO_HEAD
        assert queries.status(session).rewinds == 1
        assert queries.status(session).confirmed == len(chain.truth())


def test_a_fork_of_the_same_height_is_seen_although_the_head_does_not_move(sessions: Sessions):
    chain = FakeChain()
    grow(chain, 10, "old")
    follow(sessions, chain)
    chain.fork(at=len(chain.chain) - 1)
    chain.add(b"other")
    assert follow(sessions, chain) > 0
    assert rows(sessions) == expected(chain.truth())


def test_a_shorter_fork_is_followed_down(sessions: Sessions):
    chain = FakeChain()
    grow(chain, 10, "old")
    follow(sessions, chain)
    chain.fork(at=5)
    grow(chain, 2, "new")
    follow(sessions, chain)
    assert rows(sessions) == expected(chain.truth())
    with sessions() as session:
        assert queries.status(session).block == 6


def test_a_fork_to_blocks_without_anchors_empties_what_it_must(sessions: Sessions):
    chain = FakeChain()
    grow(chain, 3, "old")
    follow(sessions, chain)
    chain.fork(at=2)
    for _ in range(5):
        chain.add()
    follow(sessions, chain)
    assert rows(sessions) == []
    with sessions() as session:
        assert queries.item_count(session) == 0


def test_a_fork_in_the_middle_of_a_backfill_is_followed(sessions: Sessions):
    chain, memory = FakeChain(), Memory()
    grow(chain, 60, "old")
    chain.widest = 8
    while len(rows(sessions)) < 60:
        with sessions.begin() as session:
            step(session, chain, memory)
    chain.fork(at=15)
    grow(chain, 60, "new")
    follow(sessions, chain, memory)
    assert rows(sessions) == expected(chain.truth())


def test_a_node_that_is_merely_behind_takes_nothing_away(sessions: Sessions):
    chain = FakeChain()
    grow(chain, 10, "old")
    follow(sessions, chain)
    before = rows(sessions)
    hidden = chain.chain[8:]
    del chain.chain[8:]
    with sessions() as session, pytest.raises(NodeUnavailable, match="behind"):
        step(session, chain)
    assert rows(sessions) == before
    chain.chain += hidden
    follow(sessions, chain)
    assert rows(sessions) == before


def test_nothing_is_removed_while_the_replacement_cannot_be_read(sessions: Sessions):
    chain = FakeChain()
    grow(chain, 10, "old")
    follow(sessions, chain)
    before = rows(sessions)
    chain.fork(at=5)
    grow(chain, 10, "new")
    chain.drop(14)
    for _ in range(3):
        with sessions() as session, pytest.raises(Exception, match="position of the next anchor"):
            step(session, chain)
    assert rows(sessions) == before
    chain.honest()
    follow(sessions, chain)
    assert rows(sessions) == expected(chain.truth())


def test_a_fork_below_the_window_stops_and_an_operator_can_rewind(sessions: Sessions):
    chain, memory = FakeChain(), Memory(window=20)
    grow(chain, 60, "old")
    follow(sessions, chain, memory)
    before = rows(sessions)
    chain.fork(at=30)
    grow(chain, 40, "new")
    with sessions() as session, pytest.raises(DeepFork, match="rewind"):
        step(session, chain, memory)
    assert rows(sessions) == before
    with sessions.begin() as session:
        assert rewind_to(session, chain, 29) == 32
    assert rows(sessions) == expected(chain.truth())[: 28 * 3]
    with sessions() as session:
        assert queries.status(session).complete_block == 29
    follow(sessions, chain, memory)
    assert rows(sessions) == expected(chain.truth())


def test_only_mirrored_blocks_can_be_rewound_to(sessions: Sessions):
    chain = FakeChain()
    grow(chain, 5, "old")
    with sessions() as session, pytest.raises(InvalidInput, match="not mirrored"):
        rewind_to(session, chain, 3)
    follow(sessions, chain)
    with sessions() as session, pytest.raises(InvalidInput, match="from 0 to 6"):
        rewind_to(session, chain, 7)


def test_members_and_signers_are_those_of_the_new_branch(sessions: Sessions):
    chain = FakeChain()
    grow(chain, 5, "old")
    chain.event("MemberAdmitted", member_id=2, name="Dairy", roles=1)
    chain.event("SignerAdded", member_id=2, signer=OTHER)
    chain.add(b"theirs", signer=OTHER, member=2)
    follow(sessions, chain)
    with sessions() as session:
        assert [member.name for member in queries.members(session)] == ["Farm", "Dairy"]
    chain.fork(at=6)
    chain.event("MemberAdmitted", member_id=2, name="Carrier", roles=4)
    chain.event("MemberSuspended", member_id=2)
    follow(sessions, chain)
    with sessions() as session:
        assert [(m.name, m.roles, m.suspended) for m in queries.members(session)] == [
            ("Farm", Role.WRITER, False),
            ("Carrier", Role.OPERATOR, True),
        ]
        assert len(queries.signers(session)) == 1
    assert rows(sessions) == expected(chain.truth())


def test_another_chain_is_refused_before_it_is_taken_for_a_fork(sessions: Sessions):
    chain, memory = FakeChain(), Memory()
    grow(chain, 10, "old")
    follow(sessions, chain, memory)
    before = rows(sessions)
    other = FakeChain(chain_id=99)
    grow(other, 10, "old")
    other.deployment = chain.deployment
    with sessions() as session, pytest.raises(WrongChain):
        step(session, other, memory)
    assert rows(sessions) == before
