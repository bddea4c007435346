"""What the sentinel's tests do again and again: fill an installation, run whole rounds, change the database by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import JSON, Connection, Engine, LargeBinary, Table, select, text, update
from sqlalchemy.orm import Session, sessionmaker

from accounts import audit, sealing
from accounts.models import Account
from exchange import queries, subscriptions, webhooks
from exchange.imports import jobs, mappings
from exchange.making import Maker
from exchange.models import HappeningKind
from issuing import issue, label_templates, orders, rules, states
from issuing.models import CodeState, Purpose
from labels.template import template
from ledger_client.chain import Chain
from ledger_client.codes import parse
from ledger_client.webhook.destination import networks
from recall import holds
from recall.cases import accounting
from recall.cases.opening import Wanted, open_case
from recall.notices import answer, remind
from recall.notices import send as notices
from recall.suspicion import asked as suspicion
from records import capture, erasure
from records.audiences import Policies, View
from records.columns import Utc, now
from records.erasure import Person
from records.models import Record
from resolver import links
from sentinel import findings
from sentinel.models import Finding, FindingState, Round
from sentinel.rounds import Memory, running, step
from tests.api.served import Installation, document, event
from tests.conftest import address_of
from tests.exchange.imports.tables import csv, line, mapping
from tests.issuing.rules import counter, rule
from tests.labels.samples import field

CODE = "https://id.gs1.org/01/06901234567892/21/{}"


def fill(installation: Installation) -> None:
    """Events of both members: of several items, with an id of its own, and one that declares another to be in error."""
    own = {"eventID": "urn:uuid:0e4b1a2c-3d4e-4f50-8a6b-7c8d9e0f1a2b"}
    wrong = {"errorDeclaration": {"declarationTime": "2026-09-20T08:00:00+08:00", "reason": "incorrect_data"}}
    record(installation, event(), event("packing", day=2, epcList=[CODE.format(n) for n in ("A1", "A2", "A3")]))
    record(installation, event("shipping", day=3, **own), event("shipping", day=3, **own, **wrong))
    record(installation, event("receiving", day=4, code=CODE.format("A2")), member=1)


def fill_papers(installation: Installation) -> None:
    """Documents of which all, some and none was stored, an erasure with its receipt, a seal of the audit log."""
    signer = address_of(installation.ledger.signers[0])
    wrong = event("shipping", day=6) | {"action": "X"}
    with installation.sessions.begin() as session:
        for behaviour, events in (
            ("proceed", (wrong, event("shipping", day=6))),
            ("rollback", (event("shipping", day=7), event("shipping", day=7))),
            ("rollback", (event("shipping", day=8), wrong)),
        ):
            capture.accept(session, signer, orjson.dumps(document(*events)), behaviour)
    installation.capture()
    with installation.sessions.begin() as session:
        asked = erasure.ask(session, session.get_one(Record, 2), Person(1, "王芳"), "the data subject", "a request under the law")
        audit.write(session, audit.SYSTEM, "asked")
    with installation.sessions.begin() as session:
        erasure.approve(session, asked.id, Person(2, "Li"))
        sealing.step(session, signer)
    installation.work()


def fill_made(installation: Installation) -> None:
    """A coding rule with an order that is done and a range that was not begun, a hold, a recall with an account, a drill with a notice,
    a named query with subscriptions, a link, a label template, an import."""
    allowed = networks("127.0.0.0/8")
    with installation.sessions.begin() as session:
        made = rules.make(session, 1, "milk", rule(counter(6), yearly=1000, onlyIssued=False), ["countable"], "Wang", "first")
        orders.place(session, 1, orders.Wanted(made.id, 3, "own", note="to print"), "Wang")
        issue.step(session)
        states.move_order(session, orders.one(session, 1), CodeState.PRINTED, "Li")
        orders.place(session, 1, orders.Wanted(made.id, 2, "lent", Purpose.RANGE, "co-packer"), "Wang")
        maker = Maker(session.scalars(select(Account.id).order_by(Account.id)).first() or 0, b"\1" * 32)
        query = queries.make(session, maker, "shipped", {"EQ_bizStep": ["shipping"]}, {"ex": "https://example.com/"})
        ended, _ = webhooks.make(session, maker, "ERP", "http://127.0.0.1:9/", [HappeningKind.STORED], query, allowed)
        webhooks.stop(session, ended, "Li")
        daily = subscriptions.Wanted("http://127.0.0.1:9/", "s" * 20, {"hour": "8"}, initial_record_time=now())
        subscriptions.make(session, maker, query, daily, allowed)
        wang = holds.Person("Wang", address_of(installation.ledger.signers[0]))
        holds.release(session, holds.place(session, parse("(01)06901234567892(10)L7"), "in doubt", wang).id, "nothing found", wang)
        _recall(session, wang)
        _notice(session, wang)
        whose = jobs.Whose(1, address_of(installation.ledger.signers[0]), "Wang")
        wanted = links.Wanted("gs1:pip", "https://milk.example/", "Product page", "(01)06901234567892", language="en")
        links.make(session, 1, wanted, "Wang")
        label_templates.make(
            session, 1, "carton", template({"width": 40, "height": 20, "fields": [field("qr", "qr", 0, 0, 20, 20)]}), "Wang"
        )
        saved, _ = mappings.save(session, 1, "入库", mapping(), "Wang")
        jobs.place(session, whose, jobs.Wanted(csv([line(1), line(2)]), saved, "k1", file_name="八月.csv"))
    installation.work()


def _recall(session: Session, wang: holds.Person) -> None:
    """Of an item; and of its owner's units one is stated to have come back."""
    signer = wang.signer
    capture.store_event(session, signer, orjson.dumps(event("commissioning", 9, action="ADD", code=CODE.format("R1"))))
    found = Wanted("in doubt", "taste", suspicion.of({"codes": [CODE.format("R1")]}))
    case = open_case(session, found, wang, View("regulator", Policies()))
    (line,) = accounting.balance(session, case)
    accounting.state(session, case.id, accounting.Statement(line.key, line.product, line.uom, "returned", 1), wang)


def _notice(session: Session, wang: holds.Person) -> None:
    """To somebody outside, who was reminded and then answered."""
    code = CODE.format("R2")
    ends = {"destinationList": [{"type": "owning_party", "destination": "https://id.gs1.org/417/6901234000030"}]}
    for told in (event("commissioning", 9, action="ADD", code=code), event("shipping", 10, code=code, **ends)):
        capture.store_event(session, wang.signer, orjson.dumps(told))
    case = open_case(session, Wanted("in doubt", "taste", suspicion.of({"codes": [code]}), "drill"), wang, View("regulator", Policies()))
    (sent,) = notices.send(session, case.id, notices.Wanted(["return"], "call us"), wang)
    remind.step(session, now() + timedelta(hours=3))
    answer.acknowledge(session, sent, {"units": Decimal(1)}, "in B2", wang, "Ms Li")


def record(installation: Installation, *events: dict[str, Any], member: int = 0) -> None:
    """Store, anchor and mirror events."""
    store(installation, *events, member=member)
    installation.work()


def store(installation: Installation, *events: dict[str, Any], member: int = 0) -> None:
    """Store events and leave them in the queue."""
    with installation.sessions.begin() as session:
        for one in events:
            capture.store_event(session, address_of(installation.ledger.signers[member]), orjson.dumps(one))


def whole_round(sessions: sessionmaker[Session], chain: Chain, size: int = 2, pool: Executor | None = None, steps: int = 500) -> Round:
    """Run the sentinel until a round is over; in small pieces, so that its cursor has something to do."""
    memory = Memory(pool=pool)
    for _ in range(steps):
        with sessions.begin() as session:
            step(session, chain, memory, size)
            if running(session) is None:
                return session.scalars(select(Round).order_by(Round.id.desc()).limit(1)).one()
    with sessions() as session:
        raise AssertionError(f"the round does not end: {getattr(running(session), 'waits', None)}")


def checked(installation: Installation, size: int = 2, pool: Executor | None = None) -> list[Finding]:
    """The findings that are unresolved after a whole round."""
    whole_round(installation.sessions, installation.ledger.chain, size, pool)
    with installation.sessions() as session:
        return list(findings.listed(session, [FindingState.OPEN, FindingState.ACKNOWLEDGED]))


def named(found: Sequence[Finding]) -> set[tuple[str, str, str, str]]:
    """(kind, table, row, column) of each."""
    return {(one.kind, one.table_name, one.row_key, one.column_name) for one in found}


@contextmanager
def by_hand(engine: Engine) -> Iterator[Connection]:
    """A connection of somebody who may do everything, and whom no foreign key stops."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        else:
            connection.execute(text("SET session_replication_role = replica"))
        connection.commit()
        yield connection
        connection.commit()
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        else:
            connection.execute(text("SET session_replication_role = DEFAULT"))
        connection.commit()


def flipped(table: Table, column: str, value: Any) -> Any:
    """The value with one byte changed, or the smallest other value that the type has."""
    kind = table.c[column].type
    if value is None:
        return now() if isinstance(kind, Utc) else True
    if isinstance(kind, LargeBinary):
        return bytes(value[:-1]) + bytes([value[-1] ^ 1]) if value else b"\1"
    if isinstance(kind, JSON):
        return value | {"x": "1"} if isinstance(value, dict) else [*value, "x"]
    if isinstance(value, bool):
        return None if table.c[column].nullable else not value
    if isinstance(value, str):
        return value[:-2] + chr(ord(value[-2]) ^ 1) + value[-1] if len(value) > 1 else "x"
    return value + 1_048_576 if isinstance(value, int | float) else value.replace(microsecond=value.microsecond ^ 1)


def put(connection: Connection, table: Table, key: dict[str, Any], /, **values: Any) -> None:
    """Set columns of one row."""
    done = connection.execute(update(table).where(*(table.c[name] == value for name, value in key.items())).values(**values))
    assert done.rowcount == 1, (table.name, key)
