"""Subscriptions to named queries: every event once, as its owner may see it, as it comes or by a schedule."""

from __future__ import annotations

import random
import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from exchange import gather, queries, subscriptions
from exchange.making import Maker
from exchange.models import Delivery, Subscription
from exchange.subscriptions import Wanted
from ledger_client.epcis.document import read
from ledger_client.epcis.query.document import Form
from ledger_client.errors import InvalidInput
from records.columns import now
from records.models import DisclosurePolicy, Record
from tests.exchange.receiver import LOOPBACK, Receiver
from tests.exchange.telling import Sessions, gathered, store, told
from tests.records.documents import CONTEXT

SECRET = "13df38d8275b13f05704629e5f1cf3d45d6132d5"


def subscribed(sessions: Sessions, maker: Maker, there: Receiver, query: dict[str, Any] | None = None, **wanted: Any) -> str:
    with sessions.begin() as session:
        named = queries.make(session, maker, f"q{random.randrange(10**9)}", {"EQ_bizStep": ["shipping"]} if query is None else query, {})
        asked = Wanted(there.url, SECRET, **({} if "schedule" in wanted else {"stream": True}), **wanted)
        return subscriptions.make(session, maker, named, asked, LOOPBACK).id


def due(sessions: Sessions) -> None:
    """As if the schedule had come round."""
    with sessions.begin() as session:
        session.execute(update(Subscription).values(runs_at=now() - timedelta(seconds=1)))


def heard(there: Receiver) -> list[str]:
    return [each["eventID"] for one in there.taken for each in one.said["epcisBody"]["queryResults"]["resultsBody"]["eventList"]]


def test_matching_events_are_streamed_once_as_query_documents(sessions: Sessions, partner: Maker, there: Receiver):
    store(sessions, 1, bizStep="shipping")
    number = subscribed(sessions, partner, there)
    store(sessions, 2)
    wanted = store(sessions, 3, 4, bizStep="shipping")
    told(sessions)
    wanted += store(sessions, 5, bizStep="shipping")
    told(sessions)
    told(sessions)
    assert heard(there) == wanted
    one = there.taken[0]
    assert one.signed_with(SECRET)
    assert (one.said["type"], one.said["epcisBody"]["queryResults"]["subscriptionID"]) == ("EPCISQueryDocument", number)


def test_what_was_recorded_from_a_time_on_is_told_too(sessions: Sessions, partner: Maker, there: Receiver):
    store(sessions, 1, bizStep="shipping")
    with sessions.begin() as session:
        since = session.scalars(select(Record.captured_at)).one() + timedelta(microseconds=1)
    wanted = store(sessions, 2, 3, bizStep="shipping")
    subscribed(sessions, partner, there, initial_record_time=since)
    wanted += store(sessions, 4, bizStep="shipping")
    told(sessions)
    assert heard(there) == wanted


def test_events_are_sent_in_the_form_that_was_asked_for(sessions: Sessions, partner: Maker, there: Receiver):
    subscribed(sessions, partner, there, form=Form("application/xml", "Always_GS1_Digital_Link", "Always_URN"))
    [wanted] = store(sessions, 1, bizStep="shipping", epcList=["urn:epc:id:sgtin:6901234.056789.1002"])
    told(sessions)
    [one] = there.taken
    assert (one.headers["Content-Type"], one.signed_with(SECRET)) == ("application/xml", True)
    [event] = read(one.body).events
    assert (event["eventID"], event["epcList"]) == (wanted, ["https://id.gs1.org/01/06901234567892/21/1002"])
    assert b"urn:epcglobal:cbv:bizstep:shipping" in one.body


def test_a_schedule_gathers_until_it_comes(sessions: Sessions, partner: Maker, there: Receiver):
    subscribed(sessions, partner, there, schedule={"hour": "1"}, report_if_empty=True)
    subscribed(sessions, partner, there, schedule={"hour": "1"})
    wanted = store(sessions, *range(60), bizStep="shipping")
    told(sessions)
    assert there.taken == []
    due(sessions)
    told(sessions)
    assert sorted(heard(there)) == sorted(wanted * 2)
    with sessions() as session:
        assert all(moment > now() for moment in session.scalars(select(Subscription.runs_at)) if moment)
    there.taken.clear()
    due(sessions)
    told(sessions)
    [empty] = there.taken  # to who wants to hear it
    assert empty.said["epcisBody"]["queryResults"]["resultsBody"]["eventList"] == []


def test_the_owner_s_audience_decides_what_is_told(sessions: Sessions, partner: Maker, auditor: Maker, there: Receiver):
    with sessions.begin() as session:  # somebody has a policy; whose key wrote the event is not known, so all that can be is withheld
        made = {"member_id": 9, "version": 1, "rules": [], "reason": "", "made_at": now(), "made_by": "op"}
        session.add(DisclosurePolicy(**made))
    secret = {"EXISTS_ex:secret": True, "@context": {"ex": "https://ex.example/"}}
    numbers = [subscribed(sessions, maker, there, query) for maker in (partner, auditor) for query in ({}, secret)]
    store(sessions, 1, **{"@context": [CONTEXT[0], {"ex": "https://ex.example/"}], "ex:secret": "x"})
    told(sessions)
    seen = {one.said["epcisBody"]["queryResults"]["subscriptionID"]: b"secret" in one.body for one in there.taken}
    assert seen == {numbers[0]: False, numbers[2]: True, numbers[3]: True}


def test_while_many_write_every_event_is_told_exactly_once(sessions: Sessions, partner: Maker, there: Receiver):
    subscribed(sessions, partner, there, {"eventType": ["ObjectEvent"]})
    wanted: list[str] = []
    stop = threading.Event()

    def write(first: int) -> None:
        for number in range(12):
            wanted.extend(store(sessions, first + number))

    def tell() -> None:
        while not stop.is_set():
            with sessions.begin() as session:
                gather.step(session)
            stop.wait(0.01)

    writers = [threading.Thread(target=write, args=(1000 * place,)) for place in range(3)]
    telling = threading.Thread(target=tell)
    for thread in (telling, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    telling.join()
    told(sessions)
    assert sorted(heard(there)) == sorted(wanted)
    assert len(wanted) == 36


def test_a_deleted_query_ends_its_subscriptions(sessions: Sessions, partner: Maker, there: Receiver):
    subscribed(sessions, partner, there)
    store(sessions, 1, bizStep="shipping")
    gathered(sessions)
    with sessions.begin() as session:
        assert queries.remove(session, queries.listed(session)[0]) == 1
    told(sessions)
    assert there.taken == []
    with sessions() as session:
        assert session.scalars(select(Subscription.state)).one() == "ended"
        assert session.scalars(select(Delivery.state)).one() == "cancelled"
        assert session.scalar(select(func.count()).select_from(Subscription).where(Subscription.query_id.is_not(None))) == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"stream": False}, "stream"),
        ({"schedule": {"hour": "1"}}, "stream"),
        ({"stream": False, "schedule": {"hour": "25"}}, "schedule.hour"),
        ({"secret": "short"}, "signatureToken"),
        ({"dest": "https://10.0.0.1/"}, "dest"),
    ],
)
def test_what_makes_no_subscription_is_refused_by_its_field(sessions: Sessions, partner: Maker, changes: dict[str, Any], field: str):
    with sessions.begin() as session:
        query = queries.make(session, partner, "q", {}, {})
        given = {"dest": "https://8.8.8.8/", "secret": SECRET, "stream": True} | changes
        with pytest.raises(InvalidInput) as refused:
            subscriptions.make(session, partner, query, Wanted(**given), ())
    assert refused.value.field == field


def test_a_query_that_counts_cannot_be_subscribed_to(sessions: Sessions, partner: Maker):
    with sessions.begin() as session:
        query = queries.make(session, partner, "q", {"orderBy": "eventTime", "eventCountLimit": 3}, {})
        with pytest.raises(InvalidInput, match="cannot be subscribed to"):
            subscriptions.make(session, partner, query, Wanted("https://8.8.8.8/", SECRET, stream=True), ())
