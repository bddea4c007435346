"""Subscriptions by websocket, with a real server and a real client: each event once, also after the connection broke."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from lxml import etree
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from accounts import api_keys, people, sessions
from accounts.models import Account
from accounts.roles import Role
from api.callers import COOKIE
from api.streams import places, telling
from exchange import queries
from exchange.making import Maker
from ledger_client.epcis.document import read
from tests.api.served import CONTEXT, Installation, Server, serving
from tests.exchange.telling import store

STREAM = "stream=true"


@pytest.fixture
def reader(server: Server) -> dict[str, str]:
    return partner(server)


def partner(server: Server) -> dict[str, str]:
    """The headers of somebody who may read; there are two queries."""
    with server.installation.sessions.begin() as session:
        account = people.create(session, "erp", Role.PARTNER)
        queries.make(session, Maker(account.id), "outgoing", {"EQ_bizStep": ["shipping"]}, {})
        queries.make(session, Maker(account.id), "newest", {"orderBy": "eventTime", "eventCountLimit": 3}, {})
        return {"Authorization": "Bearer " + api_keys.issue(session, account, "erp", ["read"])}


def listening(server: Server, headers: dict[str, str], asked: str = STREAM, name: str = "outgoing", **more: Any) -> Any:
    url = f"{server.url.replace('http', 'ws')}/queries/{name}/events?{asked}"
    return connect(url, additional_headers=headers, max_size=None, **more)


def document(listener: ClientConnection) -> Any:
    return json.loads(listener.recv(timeout=10))


def events_of(told: Any) -> list[dict[str, Any]]:
    return told["epcisBody"]["queryResults"]["resultsBody"]["eventList"]


def shipped(server: Server, *numbers: int, **more: Any) -> list[str]:
    return store(server.installation.sessions, *numbers, bizStep="shipping", **more)


def test_what_is_captured_arrives_once_also_after_the_connection_broke(server: Server, reader: dict[str, str]):
    shipped(server, 0)
    heard: list[str] = []
    with listening(server, reader) as listener:
        assert listener.response.headers["GS1-EPCIS-Version"] == "2.0.0"
        wanted = shipped(server, 1, 2)
        told = document(listener)
        heard += [one["eventID"] for one in events_of(told)]
        assert (told["type"], told["epcisBody"]["queryResults"]["queryName"]) == ("EPCISQueryDocument", "outgoing")
        assert events_of(told)[0]["recordTime"].endswith("Z")
        wanted += shipped(server, 3)  # perhaps on its way, never read
    store(server.installation.sessions, 4, bizStep="receiving")
    wanted += shipped(server, 5)
    with listening(server, reader, f"{STREAM}&perPage=1&nextPageToken={told['traceledger:next']}") as listener:
        told = [document(listener), document(listener)]
        heard += [one["eventID"] for each in told for one in events_of(each)]
    assert heard == wanted


def test_while_many_write_and_the_line_breaks_again_and_again_each_event_arrives_once(server: Server, reader: dict[str, str]):
    wanted: list[str] = []

    def write(first: int) -> None:
        for number in range(15):
            wanted.extend(shipped(server, first + number))

    writers = [threading.Thread(target=write, args=(1000 * place,)) for place in range(1, 4)]
    heard: list[str] = []
    with listening(server, reader) as listener:
        for writer in writers:
            writer.start()
        token = document_into(heard, listener)
    for _ in range(50):
        if len(heard) == 45:
            break
        with listening(server, reader, f"{STREAM}&perPage=4&nextPageToken={token}") as listener:
            token = document_into(heard, listener)
    for writer in writers:
        writer.join()
    assert sorted(heard) == sorted(wanted)


def document_into(heard: list[str], listener: ClientConnection) -> str:
    told = document(listener)
    heard.extend(one["eventID"] for one in events_of(told))
    return told["traceledger:next"]


def test_what_was_recorded_before_is_told_from_a_time_on_in_any_number(server: Server, reader: dict[str, str]):
    wanted = shipped(server, *range(60))
    with listening(server, reader, f"{STREAM}&initialRecordTime=2026-01-01T00:00:00Z") as listener:
        assert listener.response.headers["GS1-Query-Min-Record-Time"].startswith("2026-01-01T00:00:00")
        told = [document(listener), document(listener)]
    assert [one["eventID"] for each in told for one in events_of(each)] == wanted


def test_who_asks_for_xml_and_a_spelling_is_told_so(server: Server, reader: dict[str, str]):
    asked = reader | {"Accept": "application/xml", "GS1-EPC-Format": "Always_GS1_Digital_Link", "GS1-CBV-XML-Format": "Always_Web_URI"}
    with listening(server, asked, f"{STREAM}&perPage=1") as listener:
        assert listener.response.headers["GS1-CBV-XML-Format"] == "Always_Web_URI"
        wanted = shipped(server, 1, epcList=["urn:epc:id:sgtin:6901234.056789.1002"])
        root = etree.fromstring(listener.recv(timeout=10).encode())
        [told] = read(etree.tostring(root)).events
        assert (told["epcList"], told["eventID"]) == (["https://id.gs1.org/01/06901234567892/21/1002"], wanted[0])
        assert root.findtext(".//bizStep") == "https://ref.gs1.org/cbv/BizStep-shipping"
        shipped(server, 2, **{"@context": [CONTEXT, {"ex": "https://ex.example/"}], "ex:a": [["1"]]})
        assert events_of(document(listener))[0]["ex:a"] == [["1"]]  # of which XML has no place
    token = root.get("{https://id.traceledger.org/terms/}next")
    with listening(server, reader, f"{STREAM}&nextPageToken={token}") as listener:
        assert "ex:a" in events_of(document(listener))[0]


def test_a_schedule_tells_at_its_time_and_also_that_there_is_nothing(server: Server, reader: dict[str, str]):
    with listening(server, reader, "second=*&reportIfEmpty=true") as listener:
        assert events_of(document(listener)) == []
        wanted = shipped(server, 1)
        told = next(found for found in iter(lambda: events_of(document(listener)), None) if found)
    assert [one["eventID"] for one in told] == wanted


def test_a_handshake_that_asks_for_what_cannot_be_is_answered_with_the_problem(server: Server, reader: dict[str, str]):
    for asked, said in (
        ("", "or a schedule has to be given"),
        ("stream=true&hour=1", "or a schedule has to be given"),
        ("stream=yes", "stream: 'yes'"),
        ("hour=25", "schedule.hour"),
        ("stream=true&EQ_action=ADD", "EQ_action: is no parameter"),
        ("stream=true&initialRecordTime=now", "initialRecordTime"),
        ("stream=true&nextPageToken=abc", "nextPageToken: is none of this server's"),
        ("stream=true&x=%00", "NUL"),
    ):
        with pytest.raises(InvalidStatus) as refused, listening(server, reader, asked):
            pass
        answer = refused.value.response
        assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
        assert said in json.loads(answer.body)["detail"]


def test_who_may_not_is_turned_away(server: Server, reader: dict[str, str]):
    mine = server.installation.sessions
    with mine.begin() as session:
        cookie = sessions.start(session, session.get_one(Account, people.create(session, "li", Role.OPERATOR).id), "password")
    signed_in = {"Cookie": f"{COOKIE}={cookie}"}
    strange = {"Authorization": "Bearer tlk_unknown"}
    for headers, name, status in (
        ({}, "outgoing", 401),
        (strange, "outgoing", 401),
        (reader, "none", 404),
        (reader, "newest", 400),
        (reader | {"Accept": "text/html"}, "outgoing", 406),
        (signed_in, "outgoing", 403),
        (signed_in | {"Origin": "https://elsewhere.example"}, "outgoing", 403),
    ):
        with pytest.raises(InvalidStatus) as refused, listening(server, headers, name=name):
            pass
        assert refused.value.response.status_code == status, (headers, name)
    with listening(server, signed_in | {"Origin": server.url}) as listener:
        shipped(server, 1)
        assert len(events_of(document(listener))) == 1


def closed(listener: ClientConnection) -> tuple[int, str]:
    with pytest.raises(ConnectionClosed) as end:
        listener.recv(timeout=10)
    return end.value.rcvd.code, end.value.rcvd.reason


def test_a_stream_ends_with_its_key_and_with_its_query_and_says_why(server: Server, reader: dict[str, str]):
    mine = server.installation.sessions
    with mine.begin() as session:
        other = api_keys.issue(session, people.create(session, "mes", Role.PARTNER), "mes", ["read"])
    with listening(server, {"Authorization": f"Bearer {other}"}) as withdrawn, listening(server, reader) as listener:
        with mine.begin() as session:
            api_keys.revoke(session, "mes")
        shipped(server, 1)
        assert len(events_of(document(listener))) == 1
        code, reason = closed(withdrawn)
        assert (code, "revoked" in reason) == (1008, True), reason
        with mine.begin() as session:
            queries.remove(session, queries.named(session, "outgoing"))
        shipped(server, 2)
        assert closed(listener) == (1008, "the query was deleted")


def test_one_account_holds_no_more_than_its_share_of_connections(server: Server, reader: dict[str, str]):
    with ExitStack() as held:
        others = [held.enter_context(listening(server, reader)) for _ in range(places.MOST_OF_ONE)]
        with pytest.raises(InvalidStatus) as refused, listening(server, reader):
            pass
        assert refused.value.response.status_code == 429
        others[0].close()
        until(lambda: server.app.state.places.taken < places.MOST_OF_ONE)
        held.enter_context(listening(server, reader))
    until(lambda: server.app.state.places.taken == 0)


def until(true: Callable[[], bool]) -> None:
    last = time.monotonic() + 10
    while not true():
        assert time.monotonic() < last
        time.sleep(0.02)


def test_who_takes_nothing_is_let_go_and_goes_on_later_where_it_was(server: Server, reader: dict[str, str], monkeypatch: Any):
    monkeypatch.setattr(telling, "TAKEN_WITHIN", 1.0)
    long = {"@context": [CONTEXT, {"ex": "https://ex.example/"}], "ex:note": "牛" * 100_000}
    unread = listening(server, reader, f"{STREAM}&perPage=1", max_queue=1, close_timeout=0.1, compression=None)
    with unread as asleep, listening(server, reader, f"{STREAM}&perPage=5") as awake:
        wanted = shipped(server, *range(40), **long)
        until(lambda: server.app.state.places.taken == 1)  # the other one did not wait for it
        assert ids(awake, 40) == wanted
        first = document(asleep)
    with listening(server, reader, f"{STREAM}&nextPageToken={first['traceledger:next']}") as back:
        assert [events_of(first)[0]["eventID"], *ids(back, 39)] == wanted


def ids(listener: ClientConnection, count: int) -> list[str]:
    found: list[str] = []
    while len(found) < count:
        document_into(found, listener)
    return found


def test_while_the_database_is_away_a_stream_waits_and_a_handshake_is_told_to_come_back(server: Server, reader: dict[str, str]):
    with listening(server, reader) as listener:
        path = server.installation.engine.url.database
        wanted = shipped(server, 1)
        with sqlite3.connect(path) as gone:
            gone.execute("ALTER TABLE named_queries RENAME TO gone")
        with pytest.raises(InvalidStatus) as refused, listening(server, reader):
            pass
        assert (refused.value.response.status_code, refused.value.response.headers["retry-after"]) == (503, "5")
        with sqlite3.connect(path) as back:
            back.execute("ALTER TABLE gone RENAME TO named_queries")
        assert [one["eventID"] for one in events_of(document(listener))] == wanted


def test_a_server_that_stops_says_so(installation: Installation):
    with ExitStack() as held:
        with serving(installation) as server:
            listener = held.enter_context(listening(server, partner(server)))
        assert closed(listener)[0] == 1012
