"""The audit log's head goes to the chain daily, and whoever rewrites the log afterwards is found, whatever else they rewrite."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import orjson
import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.orm import Session

from accounts import audit, audit_rounds, sealing
from accounts.audit import Break
from accounts.audit_entries import entry_hash
from accounts.models import AuditEntry, Seal
from accounts.sealing import Sealed
from api import sealed_log
from ledger_client.chain import Chain
from records import contents
from records.columns import now
from records.models import Record
from scripts.audit import main
from scripts.keep import Keep, Task
from tests.api.served import Installation, event, installed, serving
from tests.conftest import LedgerChain, address_of
from tests.postgres import database_url, postgres_server, postgres_url, sqlite_url
from tests.records.tampering import reseal

__all__ = ["database_url", "postgres_server", "postgres_url", "sqlite_url"]
Hand = Callable[[Session], None]


@pytest.fixture
def sealed(ledger_chain: LedgerChain, database_url: str) -> Iterator[Installation]:
    """A log of four entries whose second and fourth are sealed on the chain, on either database."""
    with installed(ledger_chain, database_url) as installation:
        for day in range(2):
            write(installation, f"day {day}", f"day {day} again")
            assert seal(installation, days=2 * day) == 1
            installation.work()
        yield installation


def write(installation: Installation, *subjects: str) -> None:
    with installation.sessions.begin() as session:
        for subject in subjects:
            audit.write(session, audit.SYSTEM, "tick", subject)


def seal(installation: Installation, days: int = 0) -> int:
    with installation.sessions.begin() as session:
        return sealing.step(session, address_of(installation.ledger.signers[0]), now() + timedelta(days=days))


def asked(installation: Installation) -> Sealed:
    with installation.sessions() as session:
        return sealed_log.ask(session, installation.ledger.chain)


def rehash(session: Session, number: int = 1) -> None:
    """What somebody who knows the code does after an edit: make the chain of hashes right again, from that entry on."""
    before = session.get(AuditEntry, number - 1)
    previous = before.hash if before else audit.FIRST
    for entry in session.query(AuditEntry).filter(AuditEntry.id >= number).order_by(AuditEntry.id):
        entry.previous = previous
        previous = entry.hash = entry_hash(entry)
    session.flush()


def edit_log(session: Session) -> None:
    session.get_one(AuditEntry, 3).subject = "never happened"
    rehash(session, 3)


def cut_log(session: Session) -> None:
    session.execute(text("DELETE FROM audit_log WHERE id > 3"))


def edit_seal(session: Session) -> None:
    """Make the newest seal's row tell what the log says now."""
    last, row = session.query(AuditEntry).order_by(AuditEntry.id.desc()).first(), session.query(Seal).order_by(Seal.entries.desc()).first()
    assert last is not None
    assert row is not None
    session.execute(
        text("UPDATE audit_seals SET entries = :e, hash = :h WHERE entries = :was"), {"e": last.id, "h": last.hash, "was": row.entries}
    )


def edit_record(session: Session) -> None:
    """Make the record of the newest seal tell what the log says now."""
    last, record = (
        session.query(AuditEntry).order_by(AuditEntry.id.desc()).first(),
        session.query(Record).order_by(Record.id.desc()).first(),
    )
    assert last is not None
    assert record is not None
    event = contents.opened(session, [record])[record.id].event() or {}
    told = event | {sealing.ENTRIES: last.id, sealing.HASH: "0x" + last.hash.hex()}
    reseal(session, record.id, new=orjson.dumps(told, option=orjson.OPT_SORT_KEYS).decode())
    session.flush()


def remove_seal(session: Session) -> None:
    session.execute(text("DELETE FROM audit_seals WHERE entries = 4"))


def remove_record(session: Session) -> None:
    session.execute(text("DELETE FROM record_items WHERE record_id = 2"))
    session.execute(text("DELETE FROM record_keys WHERE record_id = 2"))
    session.execute(text("DELETE FROM participations WHERE record_id = 2"))
    session.execute(text("DELETE FROM records WHERE id = 2"))


def no_log(session: Session) -> None:
    session.execute(text("DELETE FROM audit_log"))


ATTACKS: dict[str, tuple[list[Hand], list[tuple[str, int, int]]]] = {
    "log": ([edit_log], [("rewritten", 3, 4)]),
    "log from the first entry": ([lambda session: (setattr(session.get_one(AuditEntry, 1), "actor", "li"), rehash(session))[1]],
                                 [("rewritten", 1, 2), ("rewritten", 1, 4)]),
    "end of the log": ([cut_log], [("cut", 4, 4)]),
    "the whole log": ([no_log], [("cut", 1, 2), ("cut", 1, 4)]),
    "seal's row": ([lambda session: session.execute(text("UPDATE audit_seals SET event_id = 'urn:x' WHERE entries = 4")) and None],
                   [("seal", 4, 4), ("seal", 4, 4)]),
    "seal's row removed": ([remove_seal], [("seal", 4, 4)]),
    "log and seal's row": ([edit_log, edit_seal], [("rewritten", 3, 4), ("seal", 4, 4), ("seal", 4, 4)]),
    "end of log and seal's row": ([cut_log, edit_seal], [("cut", 4, 4), ("seal", 3, 3), ("seal", 4, 4)]),
    "log, seal's row and record": ([edit_log, edit_seal, edit_record], [("record", 2, 2), ("seal", 4, 4)]),
    "log, seal and record removed": ([edit_log, remove_seal, remove_record], [("record", 2, 2)]),
}  # fmt: skip


def test_the_logs_head_goes_to_the_chain_once_a_day_if_it_grew(ledger_chain: LedgerChain, database_url: str):
    with installed(ledger_chain, database_url) as installation:
        assert seal(installation) == 0  # nothing is written yet
        write(installation, "one", "two")
        assert [seal(installation), seal(installation), seal(installation, days=2)] == [1, 0, 0]
        assert (asked(installation).newest, asked(installation).waiting) == (None, 1)
        installation.work()
        told = asked(installation)
        assert (told.newest.entries, told.seals, told.waiting, told.breaks, told.problem) == (2, 1, 0, (), "")
        assert told.newest.block > 0
        write(installation, "three")
        assert [seal(installation), seal(installation, days=1)] == [0, 1]
        installation.work()
        assert (asked(installation).newest.entries, asked(installation).seals, asked(installation).breaks) == (3, 2, ())
        with serving(installation) as server, installation.sessions() as session:
            item = sealing.item_code(session)
            found = server.http.get("/verify", params={"code": item}).json()
            assert (found["verdict"], found["items"][0]["count"]) == ("verified", 2)
            assert sealing.HASH not in str(server.http.get("/records", params={"code": item}).json()["events"])  # nobody's but the members'


def test_whatever_is_rewritten_after_a_seal_is_found_and_named(sealed: Installation):
    assert asked(sealed).breaks == ()
    for name, (hands, expected) in ATTACKS.items():
        with sealed.sessions() as session:
            for hand in hands:
                hand(session)
            found = sealed_log.ask(session, sealed.ledger.chain).breaks
            assert sorted((one.kind, one.first, one.last) for one in found) == sorted(expected), name
            session.rollback()


def test_an_event_about_the_logs_item_that_somebody_else_records_is_no_seal(sealed: Installation):
    with serving(sealed) as server, sealed.sessions() as session:
        lie = event(code=sealing.item_code(session), **{"traceledger:auditEntries": 4, "traceledger:auditHash": "0x" + "00" * 32})
        lie["@context"] = [*lie["@context"], {"traceledger": sealing.TERMS}]
        server.record(lie, member=0)
        assert [(one.kind, one.first) for one in asked(sealed).breaks] == [
            ("rewritten", 3),
            ("seal", 4),
        ]  # by our own key: shown, with its id
        for day, entries in enumerate(("many", -1, 0, 1.5, 2**53), 2):
            server.record({**lie, "eventTime": f"2026-09-{day:02}T06:10:00+08:00", "traceledger:auditEntries": entries}, member=0)
        assert len(asked(sealed).breaks) == 2


def test_a_round_walks_the_log_in_pieces_and_says_where_it_is_anchored(sealed: Installation):
    walk(sealed)
    state = finished(sealed)
    told = audit_rounds.sealed_of(state.sealed)
    assert (state.entries, state.breaks, told.newest.entries, told.seals) == (4, [], 4, 2)
    with sealed.sessions.begin() as session:
        assert audit_rounds.step(session, no_chain) == 0  # it rests
        edit_log(session)
    walk(sealed)
    found = {(one.kind, one.first, one.last) for one in audit_rounds.breaks_of(finished(sealed).breaks)}
    assert found == {("rewritten", 3, 4), ("differs", 4, 4)}


def test_an_entry_that_is_cut_off_before_it_was_ever_sealed_is_missed_and_stays_missed(sealed: Installation):
    write(sealed, "five", "six")
    walk(sealed)
    with sealed.sessions.begin() as session:
        session.execute(text("DELETE FROM audit_log WHERE id > 5"))
    for _ in range(3):
        walk(sealed)
        assert audit_rounds.breaks_of(finished(sealed).breaks) == [Break("cut", 6, 6)]
    write(sealed, "another six", "seven")
    walk(sealed)
    assert audit_rounds.breaks_of(finished(sealed).breaks) == [Break("differs", 6, 6)]


def test_a_round_ends_also_while_the_chain_is_away(sealed: Installation):
    away = Chain("http://127.0.0.1:9", sealed.ledger.deployment, 0.5)
    walk(sealed, lambda session: sealed_log.ask(session, away))
    told = audit_rounds.sealed_of(finished(sealed).sealed)
    assert (told.newest, finished(sealed).entries) == (None, 4)
    assert "127.0.0.1:9" in told.problem
    away.close()


def test_the_command_says_up_to_which_block(sealed: Installation, tmp_path_factory: pytest.TempPathFactory):
    home = tmp_path_factory.mktemp("home")
    (home / "deployment.json").write_bytes(orjson.dumps(sealed.ledger.deployment.to_json()))
    words = ["check", "--home", str(home), "--database", sealed.settings.database_url, "--rpc", sealed.ledger.url]
    told = CliRunner().invoke(main, words)
    assert told.exit_code == 0
    assert told.output.startswith("4 entries: all whole; anchored up to entry 4 in block ")
    with sealed.sessions.begin() as session:
        edit_log(session)
        edit_seal(session)
    told = CliRunner().invoke(main, words)
    assert (told.exit_code, told.output.startswith("entries 3 to 4 are not all what was anchored on the chain (ni:///")) == (1, True)


def test_a_task_that_fails_does_not_keep_the_others_from_their_work(sealed: Installation):
    calls = []

    def failing(_session: Session) -> int:
        raise ZeroDivisionError

    keep = Keep(sealed.sessions, [Task("bad", failing, 60), Task("good", lambda session: calls.append(session) or len(calls) < 3, 60)])
    pauses = [keep.turn() for _ in range(5)]
    assert len(calls) == 3
    assert pauses[:2] == [0, 0]
    assert pauses[-1] == 1


def no_chain(_session: Session) -> Sealed:
    raise AssertionError("nobody asks in the middle of a round")


def walk(installation: Installation, ask: Callable[[Session], Sealed] | None = None) -> None:
    """One whole round, two entries at a time, as if the last one were long ago."""
    ask = ask or (lambda session: sealed_log.ask(session, installation.ledger.chain))
    moment, last = now(), finished(installation)
    if last:
        moment = last.finished_at + audit_rounds.REST
    with installation.sessions.begin() as session:
        assert audit_rounds.step(session, no_chain, 2, moment) == 1
    while latest(installation).finished_at is None:
        with installation.sessions.begin() as session:
            assert audit_rounds.step(session, ask, 2, moment) > 0


def latest(installation: Installation) -> Any:
    with installation.sessions() as session:
        return audit_rounds.newest(session)


def finished(installation: Installation) -> Any:
    with installation.sessions() as session:
        return audit_rounds.newest(session, finished=True)
