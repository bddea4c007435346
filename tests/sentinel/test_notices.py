"""Findings are told by mail and webhook: once, together, with patience, and never with what a record holds."""

from __future__ import annotations

import hmac
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from api.settings import from_environment
from ledger_client.errors import InvalidInput
from records.columns import now
from records.database import migrate, open_engine, open_sessions
from scripts.home import Home
from scripts.tls import certificate
from sentinel import findings, notices
from sentinel.channels import Channel, Mail, Webhook, mail, webhook
from sentinel.models import Finding, FindingState, Notice, NoticeState
from sentinel.suspicion import Suspicion, altered, missing
from tests.sentinel.mail_server import mail_server

LINK = "https://trace.example/console/sentinel"
SECRET = "a secret of the receiver"
ONE = altered("records", 17, "signer", b"\x11" * 20, b"\x12" * 20)


@pytest.fixture
def sessions(sqlite_url: str) -> Iterator[sessionmaker[Session]]:
    engine = open_engine(sqlite_url)
    migrate(engine)
    yield open_sessions(engine)
    engine.dispose()


def found(sessions: sessionmaker[Session], *suspicions: Suspicion, round_id: int = 1) -> None:
    with sessions.begin() as session:
        findings.keep(session, round_id, suspicions)


def turn(sessions: sessionmaker[Session], *channels: Channel, times: int = 4) -> int:
    done = 0
    for _ in range(times):
        with sessions.begin() as session:
            done += notices.step(session, channels, LINK)
    return done


def told(sessions: sessionmaker[Session]) -> list[Notice]:
    with sessions() as session:
        return list(session.scalars(select(Notice).order_by(Notice.id)))


def later(sessions: sessionmaker[Session], by: timedelta = timedelta(hours=2)) -> None:
    """As if that much time had passed since."""
    with sessions.begin() as session:
        session.execute(update(Notice).values(made_at=now() - by, next_at=now() - by))


def a_mail(port: int, **more: Any) -> Mail:
    return Mail("smtp+plain", "127.0.0.1", port, "", "", "sentinel@plant.example", ("op@plant.example", "qm@plant.example"), **more)


@contextmanager
def receiver(status: int = 200) -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    taken: list[tuple[dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook", taken
    finally:
        server.shutdown()
        server.server_close()


def test_one_mail_tells_all_that_is_new_in_both_languages(sessions: sessionmaker[Session]):
    found(sessions, ONE, missing("records", "0x" + "ab" * 32, "the record that anchor 7 commits to"))
    with mail_server() as server:
        turn(sessions, a_mail(server.port))
        (one,) = server.mails
        assert one["Subject"] == "溯链哨兵：发现 2 项问题 / TraceLedger sentinel: 2 found"
        assert (one["From"], one["To"]) == ("sentinel@plant.example", "op@plant.example, qm@plant.example")
        text = one.get_content()
        assert "被改动 altered: records 17 · signer" in text
        assert "0x" + "12" * 20 in text
        assert "缺失 missing" in text
        assert LINK in text
        assert len(server.receivers[0]) == 2
        turn(sessions, a_mail(server.port))
        assert len(server.mails) == 1  # nothing new, nothing told
        later(sessions)
        found(sessions, altered("records", 18, "signer", b"", b""))
        with sessions.begin() as session:
            assert findings.resolve(session, 2) == 3
        turn(sessions, a_mail(server.port))
        assert "2 项问题已消失" in server.mails[1]["Subject"]  # what came and went between two messages is not told at all
        assert "✓ 已消失 gone: records 17" in server.mails[1].get_content()
    assert [(one.state, one.tries) for one in told(sessions)] == [("sent", 1), ("sent", 1)]


def test_a_flood_is_one_message_that_counts_it(sessions: sessionmaker[Session]):
    found(sessions, *(altered("records", number, "signer", b"", b"") for number in range(200)))
    with mail_server() as server, receiver() as (url, taken):
        turn(sessions, a_mail(server.port), Webhook(url, SECRET), times=10)
        assert (len(server.mails), len(taken)) == (1, 1)
        assert "另有 180 项 / and 180 more" in server.mails[0].get_content()
        found(sessions, altered("records", 999, "signer", b"", b""))
        assert turn(sessions, a_mail(server.port)) == 0  # within a minute of the last one it waits for more


def test_a_webhook_is_signed_and_says_what_is_found(sessions: sessionmaker[Session]):
    found(sessions, ONE)
    with receiver() as (url, taken):
        turn(sessions, Webhook(url, SECRET))
    ((headers, body),) = taken
    moment, signature = (part.partition("=")[2] for part in headers["GS1-Signature"].split(","))
    assert hmac.new(SECRET.encode(), f"{moment}.".encode() + body, sha256).hexdigest() == signature
    said = json.loads(body)
    assert (said["notice"], said["opened"], said["unresolved"], said["link"]) == (1, 1, 1, LINK)
    assert said["findings"][0] | {"table": "records", "row": "17", "column": "signer", "kind": "altered"} == said["findings"][0]


@pytest.mark.parametrize("status", [301, 404, 500])
def test_what_a_receiver_does_not_take_is_tried_again_and_given_up_in_sight(sessions: sessionmaker[Session], status: int):
    found(sessions, ONE)
    with receiver(status) as (url, taken):
        hook = Webhook(url, SECRET)
        turn(sessions, hook)
        assert len(taken) == 1  # the pause holds
        (one,) = told(sessions)
        assert (one.state, one.tries, one.problem) == (NoticeState.WAITING, 1, f"127.0.0.1: answered {status}")
        assert timedelta(seconds=20) < one.next_at - now() < timedelta(seconds=31)
        for _ in range(20):
            later(sessions)
            turn(sessions, hook, times=1)
    (one,) = told(sessions)
    assert (one.state, one.tries, len(taken)) == (NoticeState.GIVEN_UP, notices.MOST_TRIES, notices.MOST_TRIES)


def test_a_dead_mail_server_stops_neither_the_webhook_nor_the_sentinel(sessions: sessionmaker[Session]):
    found(sessions, ONE)
    with receiver() as (url, taken):
        turn(sessions, a_mail(1), Webhook(url, SECRET), times=6)
        assert len(taken) == 1
    states = {one.channel: (one.state, one.problem) for one in told(sessions)}
    assert states["webhook"] == ("sent", None)
    assert states["mail"][0] == "waiting"
    assert "127.0.0.1:1 did not take the mail: Connection refused" in (states["mail"][1] or "")
    with mail_server() as server:
        later(sessions)
        turn(sessions, a_mail(server.port))
        assert len(server.mails) == 1


def test_a_refused_receiver_is_said(sessions: sessionmaker[Session]):
    found(sessions, ONE)
    with mail_server(refuses=True) as server:
        turn(sessions, a_mail(server.port))
    assert "nobody of that name" in (told(sessions)[0].problem or "")


def test_passwords_go_through_tls_only(sessions: sessionmaker[Session], tmp_path: Path):
    chain, key = certificate(Home.at(tmp_path / "home"), "127.0.0.1")
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(chain, key)
    trusting = ssl.create_default_context(cafile=str(tmp_path / "home" / "tls" / "authority.pem"))
    to = ("op@plant.example",)
    with mail_server(tls=serving, login=("sentinel", "pass word")) as server:
        secured = Mail("smtp", "127.0.0.1", server.port, "sentinel", "pass word", "s@plant.example", to, trusting)
        found(sessions, ONE)
        turn(sessions, secured)
        assert (server.secured, told(sessions)[0].problem) == ([True], None)
        strange = Mail("smtp", "127.0.0.1", server.port, "sentinel", "pass word", "s@plant.example", to)  # trusts only public authorities
        with pytest.raises(Exception, match="certificate verify failed"):
            strange.deliver(1, json.loads(told(sessions)[0].content))
    with mail_server(login=("sentinel", "pass word")) as server:  # offers no TLS
        bare = Mail("smtp", "127.0.0.1", server.port, "sentinel", "pass word", "s@plant.example", to, trusting)
        with pytest.raises(Exception, match="STARTTLS"):
            bare.deliver(1, json.loads(told(sessions)[0].content))
        assert server.mails == []
    assert "pass word" not in repr(secured)


def test_an_acknowledged_finding_is_not_told(sessions: sessionmaker[Session]):
    found(sessions, ONE)
    with sessions.begin() as session:
        findings.acknowledge(session, session.scalars(select(Finding.id)).one(), "王芳")
    with mail_server() as server:
        assert turn(sessions, a_mail(server.port)) == 0
        assert server.mails == []
    with sessions() as session:
        assert session.scalars(select(Finding.state)).one() == FindingState.ACKNOWLEDGED


def test_without_channels_nothing_is_written(sessions: sessionmaker[Session]):
    found(sessions, ONE)
    assert turn(sessions) == 0
    assert told(sessions) == []


SETTINGS = {"TRACELEDGER_DATABASE": "sqlite://", "TRACELEDGER_RPC": "http://127.0.0.1:1"}


def test_the_settings_make_the_channels(tmp_path: Path):
    from tests.records.fake_chain import DEPLOYMENT

    (tmp_path / "deployment.json").write_text(json.dumps(DEPLOYMENT.to_json()))
    base = SETTINGS | {"TRACELEDGER_DEPLOYMENT": str(tmp_path / "deployment.json")}
    assert from_environment(base).channels == ()
    given = {
        "TRACELEDGER_SMTP": "smtps://op%40plant:p%2Fw@mail.plant.example",
        "TRACELEDGER_MAIL_FROM": "s@plant.example",
        "TRACELEDGER_MAIL_TO": "a@plant.example, b@plant.example",
        "TRACELEDGER_WEBHOOK": "http://10.0.0.7/hook",
        "TRACELEDGER_WEBHOOK_SECRET": SECRET,
        "TRACELEDGER_SENTINEL_PACE": "50",
    }
    settings = from_environment(base | given)
    first, second = settings.channels
    assert isinstance(first, Mail)
    assert (first.host, first.port, first.user, first.password, first.to[1]) == (
        "mail.plant.example", 465, "op@plant", "p/w", "b@plant.example",
    )  # fmt: skip
    assert second == Webhook("http://10.0.0.7/hook", SECRET)
    assert settings.sentinel_pace == 50
    assert SECRET not in repr(settings)


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: mail("http://mail", "a@b", "a@b"), "TRACELEDGER_SMTP"),
        (lambda: mail("smtp://", "a@b", "a@b"), "TRACELEDGER_SMTP"),
        (lambda: mail("smtp://m", "nobody", "a@b"), "TRACELEDGER_MAIL_FROM"),
        (lambda: mail("smtp://m", "a@b", ""), "TRACELEDGER_MAIL_TO"),
        (lambda: mail("smtp://m", "a@b", "a@b\nBcc: x@y"), "TRACELEDGER_MAIL_TO"),
        (lambda: webhook("ftp://x", SECRET), "TRACELEDGER_WEBHOOK"),
        (lambda: webhook("https://x", "short"), "TRACELEDGER_WEBHOOK_SECRET"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(make: Any, field: str):
    with pytest.raises(InvalidInput) as refused:
        make()
    assert refused.value.field == field
