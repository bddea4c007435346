"""The audit finds every row that was changed, removed or added behind our back, and blames nobody when the node is at fault."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from indexer.audit import MOST_LISTED, Report, audit
from indexer.models import MirroredAnchor, MirroredMember
from ledger_client.errors import Conflict, Incomplete, NodeUnavailable
from ledger_client.onchain import keccak
from tests.indexer.fakes import FakeChain
from tests.indexer.mirror import follow

Sessions = sessionmaker[Session]


@pytest.fixture
def chain() -> FakeChain:
    chain = FakeChain()
    for n in range(30):
        chain.add(b"often", b"item %d" % (n % 4), b"once %d" % n)
    return chain


def damaged(sessions: Sessions, chain: FakeChain, *statements: str) -> Report:
    follow(sessions, chain)
    with sessions.begin() as session:
        for statement in statements:
            session.execute(text(statement), {"bytes": keccak(b"forged"), "head": bytes(28)})
    with sessions() as session:
        return audit(session, chain)


def kinds(report: Report) -> list[tuple[str, int]]:
    return [(found.kind, found.position) for found in report.listed]


def test_an_intact_mirror_passes_and_says_on_how_much_it_stands(sessions: Sessions, chain: FakeChain):
    report = damaged(sessions, chain)
    assert (report.ok, report.anchors, report.items, report.truncated) == (True, 90, 35, False)
    assert report.block == chain.block().number


@pytest.mark.parametrize("column", [column.name for column in MirroredAnchor.__table__.columns if column.name != "position"])
def test_a_changed_value_is_named_with_what_the_chain_says(sessions: Sessions, chain: FakeChain, column: str):
    kind = MirroredAnchor.__table__.c[column].type.python_type
    value = "head" if column == "head" else "bytes" if kind is bytes else None
    changed = f":{value}" if value else f"{column} + 1000"
    report = damaged(sessions, chain, f"UPDATE anchors SET {column} = {changed} WHERE position = 45")
    assert kinds(report) == [("different", 45)]
    assert list(report.listed[0].fields) == [column]
    said, found = report.listed[0].fields[column]
    assert said != found
    row = chain.truth()[44]
    assert said == getattr(row, column, said)
    assert (report.ok, report.different, report.wrong_items) == (False, 1, 2 if column == "item_id" else 1)


def test_removed_and_added_rows_are_listed_by_position_and_item(sessions: Sessions, chain: FakeChain):
    report = damaged(
        sessions,
        chain,
        "DELETE FROM anchors WHERE position IN (1, 50, 90)",
        "INSERT INTO anchors SELECT 91, item_id, 99, commitment, signer, member_id, time, block_number, log_index, tx_hash, head "
        "FROM anchors WHERE position = 89",
    )
    assert kinds(report) == [("missing", 1), ("missing", 50), ("missing", 90), ("extra", 91)]
    assert (report.missing, report.extra, report.ok) == (3, 1, False)
    assert report.listed[0].item_id == keccak(b"often")
    assert report.wrong_items == 4


def test_a_long_list_is_cut_and_says_so(sessions: Sessions):
    chain = FakeChain()
    for _ in range(3):
        chain.add(*(b"item %d" % n for n in range(400)))
    report = damaged(sessions, chain, "DELETE FROM anchors")
    assert (report.missing, len(report.listed), report.truncated) == (1200, MOST_LISTED, True)


def test_changed_members_are_found(sessions: Sessions, chain: FakeChain):
    follow(sessions, chain)
    with sessions.begin() as session:
        session.get_one(MirroredMember, 1).name = "Farmer"
    with sessions() as session:
        report = audit(session, chain)
    assert not report.ok
    assert "member 1" in str(report.members_problem)


def test_a_mirror_that_is_behind_is_held_against_its_own_block(sessions: Sessions, chain: FakeChain):
    follow(sessions, chain)
    chain.add(b"later", b"often")
    chain.event("MemberSuspended", member_id=1)
    with sessions() as session:
        report = audit(session, chain)
    assert (report.ok, report.anchors, report.block) == (True, 92, chain.block().number - 2)


def test_a_node_that_leaves_something_out_is_an_error_and_no_finding(sessions: Sessions, chain: FakeChain):
    follow(sessions, chain)
    for dropped in (17, 90):
        chain.drop(dropped)
        with sessions() as session, pytest.raises(Incomplete):
            audit(session, chain)


def test_a_node_that_is_behind_or_no_mirror_at_all_is_said(sessions: Sessions, chain: FakeChain):
    with sessions() as session, pytest.raises(Conflict, match="no mirror"):
        audit(session, chain)
    follow(sessions, chain)
    del chain.chain[-3:]
    with sessions() as session, pytest.raises(NodeUnavailable, match="behind"):
        audit(session, chain)


def test_progress_counts_the_blocks(sessions: Sessions, chain: FakeChain):
    follow(sessions, chain)
    told: list[tuple[int, int]] = []
    with sessions() as session:
        audit(session, chain, lambda done, total: told.append((done, total)))
    assert told[-1] == (31, 31)
    assert told == sorted(told)
