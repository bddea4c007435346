"""Following an honest chain: rows, cursor and members are the chain's, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine, event, select, text
from sqlalchemy.orm import Session, sessionmaker

from indexer import indexes, queries
from indexer.cursor import move
from indexer.follow import step
from indexer.memory import Memory
from indexer.models import CURSOR, Cursor, MirroredBlock, create, empty
from indexer.reader import Reader
from indexer.run import turn
from indexer.start import begin
from ledger_client.errors import NodeUnavailable, Retryable, WrongChain
from ledger_client.onchain import Head, Member, Role, Signer, keccak
from records.database import open_engine, open_sessions
from tests.indexer.fakes import OTHER, WRITER, FakeChain, proposal
from tests.indexer.mirror import expected, follow, rows

Sessions = sessionmaker[Session]


def busy_chain(blocks: int = 40) -> FakeChain:
    chain = FakeChain()
    for n in range(blocks):
        chain.add(*(b"item %d" % (n * k % 7) for k in range(n % 4)))
    return chain


def test_every_anchor_is_mirrored_with_its_items_head(sessions: Sessions):
    chain = busy_chain()
    follow(sessions, chain)
    assert rows(sessions) == expected(chain.truth())
    assert len(rows(sessions)) == 60
    with sessions() as session:
        item = keccak(b"item 0")
        assert queries.head_of(session, item) == chain.heads([item])[0]
        assert queries.head_of(session, keccak(b"never seen")) == Head(bytes(28), 0)
        found = queries.status(session)
        assert (found.anchors, found.confirmed, found.items, found.complete_block) == (60, 60, 7, chain.block().number)


def test_a_step_commits_nothing_itself(sessions: Sessions):
    chain = busy_chain()
    with sessions() as session:
        while step(session, chain):
            session.flush()
        session.rollback()
    assert rows(sessions) == []
    with sessions() as session:
        assert session.get(Cursor, CURSOR) is None


def test_steps_without_memory_and_with_reading_ahead_give_the_same_rows(sessions: Sessions, engine: Engine):
    chain = busy_chain()
    with sessions() as session:
        while step(session, chain):
            session.commit()
    alone = rows(sessions)
    empty(engine)
    memory = Memory(reader=Reader(ahead=chain))  # type: ignore[arg-type]  # too near for another process
    follow(sessions, chain, memory)
    memory.close()
    assert rows(sessions) == alone == expected(chain.truth())


def test_new_blocks_are_followed_and_the_indexes_stand_after_the_first_backfill(sessions: Sessions):
    chain, memory = busy_chain(), Memory()
    follow(sessions, chain, memory)
    with sessions() as session:
        assert indexes.missing(session) == []
        assert queries.status(session).indexed
    for n in range(20):
        chain.add(b"item 1", b"new %d" % n, b"item 1")
        follow(sessions, chain, memory)
    assert rows(sessions) == expected(chain.truth())


def test_a_backfill_that_was_cut_off_between_indexes_builds_the_rest(sessions: Sessions):
    chain = busy_chain()
    with sessions.begin() as session:
        while len(indexes.missing(session)) != 2:
            assert step(session, chain)
    with sessions() as session:
        assert not queries.status(session).indexed
    follow(sessions, chain)
    with sessions() as session:
        assert indexes.missing(session) == []
        assert queries.status(session).indexed


def test_a_backfill_continues_where_a_killed_process_left_it(sessions: Sessions):
    chain = busy_chain()
    chain.widest = 3
    while len(rows(sessions)) < 20:
        with sessions.begin() as session:
            step(session, chain, Memory())  # a new process each time
    with sessions() as session:
        assert not queries.status(session).indexed
    follow(sessions, chain, Memory())
    assert rows(sessions) == expected(chain.truth())


def test_anchors_are_found_by_item_commitment_and_member(sessions: Sessions):
    chain = busy_chain()
    follow(sessions, chain)
    truth = chain.truth()
    with sessions() as session:
        of_item = queries.anchors_of(session, keccak(b"item 3"))
        assert [a.commitment for a in of_item] == [a.commitment for a in truth if a.item_id == keccak(b"item 3")]
        assert [a.seq for a in of_item] == list(range(1, len(of_item) + 1))
        assert [a.position for a in queries.anchors_with(session, truth[5].commitment)] == [6]
        newest = queries.latest_anchors(session, 10)
        assert [a.position for a in newest] == list(range(60, 50, -1))
        assert [a.position for a in queries.latest_anchors(session, 2, before=newest[-1].position, member_id=1)] == [50, 49]
        assert queries.anchors_by_member(session) == {1: 60}
        assert queries.item_count(session) == 7


def test_members_signers_and_proposals_follow_from_their_events(sessions: Sessions):
    chain = FakeChain()
    start = chain.block(1).time
    admitted = chain.event("MemberAdmitted", member_id=2, name="Dairy 乳业", endpoint="https://dairy.example", roles=3)
    added = chain.event("SignerAdded", member_id=2, signer=OTHER)
    chain.event("MemberSuspended", member_id=1)
    chain.event("ProfileSet", member_id=2, name="Dairy", endpoint="")
    chain.event("RolesSet", member_id=2, roles=5)
    chain.event("Proposed", proposal=proposal(0))
    chain.event("Proposed", proposal=proposal(7))
    chain.event("Proposed", proposal=proposal(2**255))
    revoked = chain.event("SignerRevoked", member_id=1, signer=WRITER)
    chain.council_nonce = 3
    follow(sessions, chain)
    with sessions() as session:
        assert queries.members(session) == [
            Member(1, "Farm", "", Role.WRITER, True, start),
            Member(2, "Dairy", "", Role.WRITER | Role.OPERATOR, False, admitted.time),
        ]
        assert queries.signers(session) == [Signer(WRITER, 1, start, revoked.time), Signer(OTHER, 2, added.time, 0)]
        assert queries.signers(session, 2) == [Signer(OTHER, 2, added.time, 0)]
        assert queries.proposals_pending(session) == [proposal(7), proposal(2**255)]
        assert [event.kind for event in queries.member_events(session, 2)] == ["MemberAdmitted", "SignerAdded", "ProfileSet", "RolesSet"]


def test_only_the_headers_of_the_window_are_kept(sessions: Sessions):
    chain = busy_chain(100)
    follow(sessions, chain, Memory(window=10))
    with sessions() as session:
        assert list(session.scalars(select(MirroredBlock.number).order_by(MirroredBlock.number))) == list(range(92, 102))


def test_a_range_or_result_limit_is_learned_and_costs_no_row(sessions: Sessions):
    chain = busy_chain(200)
    chain.widest, chain.most_results = 7, 5
    memory = Memory()
    follow(sessions, chain, memory)
    assert rows(sessions) == expected(chain.truth())
    assert memory.reader.pace.size <= 7


def test_an_unknown_refusal_of_a_wide_range_is_narrowed_too(sessions: Sessions):
    chain = busy_chain(64)
    chain.refused_above = 4
    follow(sessions, chain)
    assert rows(sessions) == expected(chain.truth())


def test_a_node_that_is_down_is_an_error_that_may_be_retried(sessions: Sessions):
    chain = busy_chain()
    follow(sessions, chain)
    chain.down = True
    with sessions() as session, pytest.raises(NodeUnavailable):
        step(session, chain)
    chain.down = False
    chain.add(b"after")
    follow(sessions, chain)
    assert rows(sessions) == expected(chain.truth())


def test_another_chain_or_ledger_is_refused_and_both_are_named(sessions: Sessions):
    chain = busy_chain()
    follow(sessions, chain)
    other = FakeChain(chain_id=99)
    with sessions() as session, pytest.raises(WrongChain, match=r"99.*31337"):
        step(session, other)
    pretender = FakeChain(chain_id=99)
    pretender.deployment = chain.deployment
    with sessions() as session, pytest.raises(WrongChain, match=r"31337.*99"):
        step(session, pretender)


def test_another_ledger_on_the_same_chain_is_refused(sessions: Sessions):
    chain = busy_chain()
    follow(sessions, chain)
    mirrored = chain.deployment.ledger
    chain.deployment = replace(chain.deployment, ledger=keccak(b"another")[:20])
    with sessions() as session, pytest.raises(WrongChain, match=f"{keccak(b'another')[:20].hex()}, found 0x{mirrored.hex()}"):
        step(session, chain)


def test_of_two_indexers_that_begin_one_mirror_only_one_succeeds(sessions: Sessions):
    chain = busy_chain()
    with sessions() as first, sessions() as second:
        assert second.get(Cursor, CURSOR) is None
        step(first, chain)
        first.commit()
        with pytest.raises(Retryable, match="another indexer"):
            begin(second, chain)
        second.rollback()
    follow(sessions, chain)
    assert rows(sessions) == expected(chain.truth())


def test_of_two_indexers_that_move_one_mirror_only_one_succeeds(sessions: Sessions):
    chain = busy_chain()
    follow(sessions, chain)
    first, second = sessions(), sessions()
    mine, theirs = first.get_one(Cursor, CURSOR), second.get_one(Cursor, CURSOR)
    move(first, mine, items=7)
    first.commit()
    with pytest.raises(Retryable, match="another indexer"):
        move(second, theirs, items=8)
    second.rollback()
    first.close(), second.close()


def test_tables_of_an_older_shape_are_made_anew_and_others_are_kept(sessions: Sessions, engine: Engine):
    chain = busy_chain()
    follow(sessions, chain)
    create(engine)
    assert rows(sessions) == expected(chain.truth())
    with sessions.begin() as session:
        session.execute(text("ALTER TABLE anchors RENAME COLUMN head TO old_head"))
    create(engine)
    assert rows(sessions) == []
    follow(sessions, chain)
    assert rows(sessions) == expected(chain.truth())


def test_a_full_disk_stops_the_mirror_at_its_last_commit(sqlite_url: str):
    chain, memory, pages = busy_chain(400), Memory(), [30]
    engine = open_engine(sqlite_url)
    event.listen(engine, "checkout", lambda connection, *_: connection.execute(f"PRAGMA max_page_count = {pages[0]}"))
    create(engine)
    sessions = open_sessions(engine)
    for _ in range(20):
        turn(sessions, chain, memory)
    stored = rows(sessions)
    assert 0 < len(stored) < len(chain.truth())
    assert stored == expected(chain.truth())[: len(stored)]
    pages[0] = 1_000_000
    follow(sessions, chain, memory)
    assert rows(sessions) == expected(chain.truth())
    engine.dispose()


def test_an_emptied_mirror_is_rebuilt_from_the_chain(sessions: Sessions, engine: Engine):
    chain = busy_chain()
    follow(sessions, chain)
    before = rows(sessions)
    empty(engine)
    with sessions() as session:
        assert queries.status(session).state == "new"
    follow(sessions, chain)
    assert rows(sessions) == before
