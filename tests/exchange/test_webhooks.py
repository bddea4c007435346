"""Webhooks on a real receiver: everything once and in order, signed, until it is taken, and nothing lost while it is not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from accounts.models import Account
from exchange import deliver, gather, history, queries, webhooks
from exchange.making import Maker
from exchange.models import Delivery, DeliveryState, HappeningKind, State, Subscription
from ledger_client.errors import Conflict, InvalidInput
from ledger_client.webhook.destination import PrivateAddress
from records import capture, held, rotation
from records.columns import now
from records.keyring import SETTING
from records.models import Record
from sentinel import findings
from sentinel.suspicion import altered
from tests.exchange.receiver import LOOPBACK, Receiver, answered
from tests.exchange.telling import Sessions, gathered, later, sent, store, told
from tests.records.documents import SIGNER, document, event

ROOT = Path(__file__).parents[2]


def hook(
    sessions: Sessions, maker: Maker, there: Receiver, *kinds: HappeningKind, name: str = "ERP", query: str | None = None
) -> tuple[str, str]:
    with sessions.begin() as session:
        named = queries.named(session, query) if query else None
        row, secret = webhooks.make(session, maker, name, there.url, kinds or (HappeningKind.STORED,), named, LOOPBACK)
        return row.id, secret


def log(sessions: Sessions) -> list[Delivery]:
    with sessions() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.id)))


def test_an_event_that_is_stored_is_told_once_and_signed(sessions: Sessions, operator: Maker, there: Receiver):
    store(sessions, 1)  # before anybody listened
    webhook, secret = hook(sessions, operator, there)
    ids = store(sessions, 2, 3)
    told(sessions)
    told(sessions)
    (one,) = there.taken
    assert one.signed_with(secret)
    assert not one.signed_with(secret + "x")
    assert [each["eventID"] for each in one.said["events"]] == ids
    assert (one.said["kind"], one.said["webhook"], one.said["id"]) == ("event.stored", webhook, one.key)
    assert one.said["events"][0]["recordTime"].endswith("Z")
    (row,) = log(sessions)
    assert (row.state, row.tries, row.status, row.problem) == ("delivered", 1, 204, None)
    ids = store(sessions, *range(10, 130))  # more than one delivery holds
    told(sessions)
    assert [len(each.said["events"]) for each in there.taken] == [2, 50, 50, 20]
    assert [each["eventID"] for delivery in there.taken[1:] for each in delivery.said["events"]] == ids


def test_a_query_narrows_which_events_are_told(sessions: Sessions, operator: Maker, there: Receiver):
    with sessions.begin() as session:
        queries.make(session, operator, "shipped", {"EQ_bizStep": ["shipping"]}, {})
    hook(sessions, operator, there, query="shipped")
    store(sessions, 1, 2)
    (shipped,) = store(sessions, 3, bizStep="shipping")
    told(sessions)
    assert [each["eventID"] for one in there.taken for each in one.said["events"]] == [shipped]


@pytest.mark.parametrize("status", [301, 404, 500])
def test_what_is_not_taken_holds_up_what_follows_and_comes_again_in_order(
    sessions: Sessions, operator: Maker, there: Receiver, status: int
):
    hook(sessions, operator, there)
    there.answer = lambda handler: answered(handler, status, Location="http://127.0.0.1:1/")
    for number in (1, 2, 3):
        store(sessions, number)
        told(sessions)
    assert len(there.taken) == 1  # the pause holds, and the others wait behind
    states = [(one.state, one.tries, one.status, one.problem) for one in log(sessions)]
    assert states == [("waiting", 1, status, f"127.0.0.1: answered {status}")] + [("waiting", 0, None, None)] * 2
    with sessions() as session:
        lane = session.scalars(select(Subscription)).one()
        assert (lane.failures, lane.problem) == (1, f"127.0.0.1: answered {status}")
        assert timedelta(seconds=7) < lane.next_at - now() < timedelta(seconds=13)
    later(sessions)
    told(sessions)
    there.answer = lambda handler: answered(handler, 200)
    later(sessions)
    told(sessions)
    keys = [one.key for one in there.taken]
    assert keys == [keys[0]] * 3 + [row.key for row in log(sessions)[1:]]
    assert [one.state for one in log(sessions)] == ["delivered"] * 3


def test_pauses_grow_and_end_somewhere():
    grown = [deliver.pause(failures) for failures in (1, 2, 5, 8, 60)]  # further apart than chance moves them
    assert grown == sorted(grown)
    assert grown[-1] < timedelta(hours=1.3)


def test_after_days_it_is_given_up_in_sight_and_can_be_sent_again(sessions: Sessions, operator: Maker, there: Receiver):
    hook(sessions, operator, there)
    there.answer = lambda handler: answered(handler, 503)
    (first,) = store(sessions, 1)
    told(sessions)
    later(sessions, timedelta(days=4))
    (second,) = store(sessions, 2)
    told(sessions)
    one, two = log(sessions)
    assert (one.state, one.tries, two.state, two.tries) == ("given_up", 2, "waiting", 0)
    there.answer = lambda handler: answered(handler, 200)
    later(sessions, timedelta(0))
    told(sessions)
    with sessions.begin() as session:
        history.send_again(session, history.one(session, one.key))
    told(sessions)
    assert [each.said["events"][0]["eventID"] for each in there.taken[2:]] == [second, first]
    assert there.taken[-1].key == one.key
    assert [row.state for row in log(sessions)] == ["delivered", "delivered"]


def test_a_dead_destination_stops_nobody_else_and_its_queue_stays_small(
    sessions: Sessions, operator: Maker, there: Receiver, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(gather, "ROOM", 3)
    there_not = Receiver(url="http://127.0.0.1:1/")
    hook(sessions, operator, there_not, name="dead")
    hook(sessions, operator, there, name="alive")
    wanted = []
    for number in range(6):
        wanted += store(sessions, number)
        told(sessions)
    assert [one.said["events"][0]["eventID"] for one in there.taken] == wanted
    with sessions.begin() as session:
        dead = session.scalars(select(Subscription).where(Subscription.name == "dead")).one()
        waits = session.scalar(select(func.count()).where(Delivery.subscription_id == dead.id))
        assert waits == 3  # the rest is told once somebody listens
        dead.dest = there.url
    there.taken.clear()
    for _ in range(3):
        later(sessions, timedelta(0))
        told(sessions)
    assert [each["eventID"] for one in there.taken for each in one.said["events"]] == wanted


def test_one_that_never_answers_costs_its_time_only(sessions: Sessions, operator: Maker, there: Receiver):
    hook(sessions, operator, there)
    there.answer = lambda _handler: time.sleep(5)
    store(sessions, 1)
    gathered(sessions)
    began = time.monotonic()
    assert sent(sessions, seconds=0.5) == 1
    assert time.monotonic() - began < 3
    assert "did not answer within" in (log(sessions)[0].problem or "")


def test_every_kind_of_happening_is_told_once(sessions: Sessions, operator: Maker, there: Receiver):
    hook(sessions, operator, there, HappeningKind.CAPTURE_FAILED, HappeningKind.FINDING, HappeningKind.CODES_READY)
    with sessions.begin() as session:
        job = capture.accept(session, SIGNER, document([event(1, action="WRONG")]))
        findings.keep(session, 1, [altered("records", 17, "signer", b"", b"")])
    with sessions.begin() as session:
        capture.step(session)
    for _ in range(3):
        told(sessions)
    assert sorted((one.said["kind"], one.said.get("captureID"), one.said.get("finding")) for one in there.taken) == [
        ("capture.failed", job.id, None),
        ("sentinel.finding", None, 1),
    ]


def test_a_webhook_ends_with_its_account_and_tells_nothing_any_more(sessions: Sessions, operator: Maker, there: Receiver):
    webhook, _ = hook(sessions, operator, there)
    store(sessions, 1)
    gathered(sessions)
    with sessions.begin() as session:
        session.execute(update(Account).values(disabled_at=now()))
    told(sessions)
    assert there.taken == []
    with sessions.begin() as session:
        row = webhooks.one(session, webhook)
        assert (row.state, row.problem) == (State.ENDED, "the account op, or its key, may not do this any more")
        assert held.opened(session, row.secret_id) is None
        with pytest.raises(Conflict, match="has ended"):
            history.send_again(session, history.listed(session)[0])
    assert [one.state for one in log(sessions)] == [DeliveryState.CANCELLED]


@pytest.fixture
def put_back(tmp_path: Path) -> Iterator[None]:
    """Puts the run's keyring back after a test that changes its master key."""
    folder, kept = Path(os.environ[SETTING]), tmp_path / "kept"
    shutil.copytree(folder, kept)
    yield
    shutil.rmtree(folder)
    shutil.copytree(kept, folder)


@pytest.mark.usefixtures("put_back")
def test_a_secret_survives_another_master_key_and_is_changed_at_once(sessions: Sessions, operator: Maker, there: Receiver):
    webhook, secret = hook(sessions, operator, there)
    with sessions.begin() as session:
        rotation.begin(session)
    for _ in range(6):
        with sessions.begin() as session:
            rotation.step(session, timedelta(0))
    store(sessions, 1)
    told(sessions)
    assert there.taken[0].signed_with(secret)
    with sessions.begin() as session:
        assert [one.secrets for one in rotation.status(session)][-1:] == [1]
        fresh = webhooks.renew(session, webhooks.one(session, webhook))
    store(sessions, 2)
    told(sessions)
    assert there.taken[1].signed_with(fresh)
    with sessions.begin() as session:  # as after a restore, which has no secrets
        held.forget(session, webhooks.one(session, webhook).secret_id)
    store(sessions, 3)
    told(sessions)
    with sessions() as session:
        assert "give it another" in (webhooks.one(session, webhook).problem or "")
    assert len(there.taken) == 2


def test_an_erased_event_is_not_sent_although_it_waits(sessions: Sessions, operator: Maker, there: Receiver):
    hook(sessions, operator, there)
    _, stays = store(sessions, 1, 2)
    gathered(sessions)
    with sessions.begin() as session:
        session.execute(update(Record).where(Record.id == select(func.min(Record.id)).scalar_subquery()).values(sealed=None))
    told(sessions)
    assert [each["eventID"] for each in there.taken[0].said["events"]] == [stays]


def test_killed_between_sending_and_committing_it_sends_the_same_delivery_again(
    sessions: Sessions, database_url: str, operator: Maker, there: Receiver
):
    hook(sessions, operator, there)
    store(sessions, 1)
    gathered(sessions)
    killed: list[int] = []
    process: list[subprocess.Popen[str]] = []

    def kill_then_answer(handler: object) -> None:
        process[0].kill()
        process[0].wait()
        killed.append(1)
        answered(handler, 200)  # type: ignore[arg-type]

    there.answer = kill_then_answer
    process.append(subprocess.Popen([sys.executable, "-m", "tests.exchange.victim", database_url], cwd=ROOT, text=True))
    process[0].wait(60)
    assert process[0].returncode == -9
    there.answer = lambda handler: answered(handler, 200)
    assert log(sessions)[0].tries == 0
    later(sessions, timedelta(0))
    told(sessions)
    first, second = there.taken
    assert first.key == second.key == log(sessions)[0].key
    assert first.body == second.body


def test_two_processes_write_each_delivery_once(sessions: Sessions, operator: Maker, there: Receiver):
    hook(sessions, operator, there)
    store(sessions, 1)
    with sessions() as one, sessions() as two:
        assert gather.step(one) == 1
        if one.get_bind().dialect.name == "postgresql":
            assert gather.step(two) == 0  # the first one holds the subscription
        one.commit()
        assert gather.step(two) == 0
        two.commit()
    assert len(log(sessions)) == 1


def test_the_log_forgets_after_a_month(sessions: Sessions, operator: Maker, there: Receiver):
    hook(sessions, operator, there)
    store(sessions, 1)
    told(sessions)
    with sessions.begin() as session:
        assert deliver.forget(session) == 0
        session.execute(update(Delivery).values(ended_at=now() - timedelta(days=31)))
    with sessions.begin() as session:
        assert deliver.forget(session) == 1
    told(sessions)
    assert len(there.taken) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"dest": "https://192.168.1.1/hook"}, "dest"),
        ({"dest": "http://8.8.8.8/hook"}, "dest"),
        ({"dest": "https://no-such-name.invalid/"}, "dest"),
        ({"name": " "}, "name"),
        ({"kinds": ()}, "kinds"),
        ({"kinds": (HappeningKind.QUERY,)}, "kinds"),
    ],
)
def test_what_makes_no_webhook_is_refused_by_its_field(sessions: Sessions, operator: Maker, changes: dict[str, object], field: str):
    given = {"name": "ERP", "dest": "https://8.8.8.8/", "kinds": (HappeningKind.STORED,)} | changes
    with sessions.begin() as session, pytest.raises(InvalidInput) as refused:
        webhooks.make(session, operator, given["name"], given["dest"], given["kinds"], None, ())  # type: ignore[arg-type]
    assert refused.value.field == field
    assert isinstance(refused.value, PrivateAddress) == ("192.168" in str(given["dest"]))
