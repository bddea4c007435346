"""Queries over stored events, on both databases: found by the index or read directly, they are those that a second evaluator finds."""

from __future__ import annotations

import random
import threading
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from sqlalchemy import func, select, text

from ledger_client.disclosure import Policy, Rule
from ledger_client.epcis.query import of_address
from records import capture, contents, erasure
from records.audiences import Policies, View
from records.capture import store_event
from records.erasure import Person
from records.models import Record
from records.query import index
from records.query.models import IndexMark, KnownValue, RecordTerm
from records.query.run import QueryTooComplex, QueryTooLarge, run
from records.query.settled import settled
from tests.epcis.conformance.evaluator import holds
from tests.epcis.conformance.probes import probes
from tests.epcis.vectors import VECTORS
from tests.records.documents import CONTEXT, SIGNER, alone, document, event

EVERYTHING = View("regulator", Policies())
PUBLIC = View("public", Policies())


def filled(sessions, at_once=500):
    """Index all that is settled."""
    done = 1
    while done:
        with sessions.begin() as session:
            done = index.step(session, at_once)


def found(session, *asked, view=EVERYTHING, **more):
    query = of_address((name, value) for name, given in asked for value in given)
    answer = run(session, query, view, limit=1000, **more)
    assert answer.next is None
    return sorted(one.record_id for one in answer.events)


def stored(sessions, *events, signer=SIGNER):
    with sessions.begin() as session:
        return [store_event(session, signer, alone(one))[0].record_id for one in events]


@pytest.fixture
def vectors(sessions):
    """All events of the vectors' documents; record number -> event, as stored."""
    for path in sorted((VECTORS / "documents").iterdir()):
        document = orjson.loads(path.read_bytes())
        if document["type"] == "EPCISDocument":
            with sessions.begin() as session:
                capture.accept(session, SIGNER, path.read_bytes(), "proceed")
    done = 1
    while done:
        with sessions.begin() as session:
            done = capture.step(session)
    with sessions() as session:
        rows = session.scalars(select(Record).order_by(Record.id)).all()
        held = contents.opened(session, rows)
        return {row.id: held[row.id].event() | {"recordTime": row.captured_at.isoformat()} for row in rows}


def test_every_parameter_finds_what_the_second_evaluator_finds(sessions, vectors):
    asked = sorted({probe for turn, one in enumerate(vectors.values()) for probe in probes(one, turn)})
    drawn = random.Random(3)
    assert len(vectors) > 40
    with sessions.begin() as session:
        index.step(session)
        assert index.step(session, len(vectors) // 2)  # one half by the index, the other directly
    with sessions() as session:
        for probe in drawn.sample(asked, 120):
            assert found(session, probe) == [number for number, one in vectors.items() if holds(one, *probe)], probe
    filled(sessions)
    with sessions() as session:
        assert index.mark(session) == max(vectors)
        for probe in asked if session.get_bind().dialect.name == "sqlite" else drawn.sample(asked, 300):
            assert found(session, probe) == [number for number, one in vectors.items() if holds(one, *probe)], probe
        for one, other in (drawn.sample(asked, 2) for _ in range(250)):
            if one[0] != other[0]:
                right = [number for number, event in vectors.items() if holds(event, *one) and holds(event, *other)]
                assert found(session, one, other) == right, (one, other)


def test_an_event_is_found_at_once_and_by_every_page_once_while_others_are_captured(sessions):
    first = stored(sessions, *(event(number) for number in range(45)))
    filled(sessions, 20)
    seen, place = [], None
    query = of_address([("EQ_bizStep", "receiving"), ("EQ_readPoint", "urn:epc:id:sgln:6901234.00004.0")])
    more = []
    while True:
        with sessions() as session:
            answer = run(session, query, EVERYTHING, limit=10, place=place)
        seen += [one.record_id for one in answer.events]
        if answer.next is None:
            break
        place = answer.next
        if len(more) < 6:
            more += stored(sessions, event(1000 + len(more)), event(2000 + len(more)))
        filled(sessions, 7)
    assert seen == [*first, *more]


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("by", ["eventTime", "recordTime", "ex:weight", "quantity"])
def test_pages_in_any_order_hold_each_event_once(sessions, by, direction):
    drawn = random.Random(1)
    weights = [drawn.choice([1, 2.5, 30, None]) for _ in range(40)]
    events = [_weighed(drawn.randrange(20), number, weight) for number, weight in enumerate(weights)]
    numbers = stored(sessions, *events)
    filled(sessions, 25)
    query, seen, place, keys = of_address([("orderBy", by), ("orderDirection", direction)]), [], None, []
    while True:
        with sessions() as session:
            answer = run(session, query, EVERYTHING, limit=7, place=place)
        seen += [one.record_id for one in answer.events]
        keys += [one.event.get(by) if by != "quantity" else one.event.get("quantityList", [{}])[0].get("quantity") for one in answer.events]
        if (place := answer.next) is None:
            break
    assert sorted(seen) == numbers
    present = [key for key in keys if key is not None]
    assert keys == present + [None] * (len(keys) - len(present))
    assert present == sorted(present, reverse=direction == "DESC")


def _weighed(day, number, weight):
    named = {"@context": [*CONTEXT, {"ex": "https://ns.example.cn/"}], "eventID": f"urn:uuid:{number}", "ex:other": "x"}
    heavy = {"ex:weight": weight, "quantityList": [{"epcClass": "urn:epc:class:lgtin:6901234.056780.L", "quantity": weight}]}
    return event(day, **named, **(heavy if weight else {}))


def test_what_is_asked_within_bounds_of_time_comes_in_that_order(sessions):
    numbers = stored(sessions, *(event(number) for number in (5, 3, 9, 1, 7)))
    filled(sessions, 3)
    with sessions() as session:
        query = of_address([("GE_eventTime", "2026-09-01T00:00:03+08:00"), ("EQ_action", "OBSERVE")])
        first = run(session, query, EVERYTHING, limit=2)
        rest = run(session, query, EVERYTHING, limit=2, place=first.next)
        assert [one.record_id for one in [*first.events, *rest.events]] == [numbers[at] for at in (1, 0, 4, 2)]


def test_the_first_events_of_an_order_and_the_limits(sessions):
    numbers = stored(sessions, *(event(number) for number in range(12)))
    with sessions() as session:
        latest = of_address([("orderBy", "eventTime"), ("eventCountLimit", "1")])
        assert [one.record_id for one in run(session, latest, EVERYTHING).events] == numbers[-1:]
        five = of_address([("orderBy", "eventTime"), ("eventCountLimit", "5"), ("orderDirection", "ASC")])
        page = run(session, five, EVERYTHING, limit=3)
        rest = run(session, five, EVERYTHING, limit=3, place=page.next)
        assert ([one.record_id for one in [*page.events, *rest.events]], rest.next) == (numbers[:5], None)
        assert len(run(session, of_address([("maxEventCount", "12")]), EVERYTHING).events) == 12
        with pytest.raises(QueryTooLarge, match="more than 11"):
            run(session, of_address([("maxEventCount", "11")]), EVERYTHING)


@pytest.mark.parametrize("few", [0, 3, 5000])
def test_conditions_are_met_together_however_many_meet_each(sessions, monkeypatch, few):
    monkeypatch.setattr("records.query.narrowing.FEW", few)
    steps = [{"bizStep": step, "disposition": disposition} for step in ("packing", "shipping") for disposition in ("active", "in_transit")]
    numbers = stored(sessions, *(event(number, **steps[number % 4]) for number in range(24)))
    filled(sessions)
    with sessions() as session:
        for order in ([], [("orderBy", ["eventTime"])]):
            assert found(session, ("EQ_bizStep", ["packing"]), ("EQ_disposition", ["in_transit"]), *order) == numbers[1::4]
            assert found(session, ("EQ_bizStep", ["packing", "shipping"]), ("EQ_disposition", ["active"]), *order) == numbers[::2]
            assert found(session, ("EQ_bizStep", ["holding"]), ("EQ_disposition", ["active"]), *order) == []


def test_a_page_costs_so_much_and_no_more(sessions, monkeypatch):
    monkeypatch.setattr("records.query.run.LOOKED_AT", 10)
    monkeypatch.setattr("records.query.run.READ", 10)
    numbers = stored(sessions, *(event(number, **({"disposition": "damaged"} if number == 24 else {})) for number in range(25)))
    query = of_address([("EQ_disposition", "damaged")])
    with sessions() as session:  # nothing is indexed, so every record has to be read
        place, seen, pages = None, [], 0
        while pages == 0 or place:
            answer = run(session, query, EVERYTHING, place=place)
            seen, place, pages = [*seen, *(one.record_id for one in answer.events)], answer.next, pages + 1
        assert (seen, pages) == (numbers[24:], 3)
        for too_much in ([("orderBy", "ex:weight")], [("maxEventCount", "24"), ("EQ_disposition", "damaged")]):
            with pytest.raises(QueryTooComplex):
                run(session, of_address(too_much), EVERYTHING)
    filled(sessions)
    with sessions() as session:
        assert found(session, ("EQ_disposition", ["damaged"])) == numbers[24:]


def test_what_is_withheld_is_not_found_and_not_even_read(sessions, monkeypatch):
    order = {"bizTransactionList": [{"type": "po", "bizTransaction": "https://acme.example/po/4711"}]}
    named = {"@context": [*CONTEXT, {"ex": "https://ns.example.cn/"}], "action": "ADD", "ilmd": {"ex:lot": "A"}}
    (number,) = stored(sessions, event(1, **order, **named))
    filled(sessions)
    asked = [("EQ_bizTransaction_po", ["https://acme.example/po/4711"]), ("MATCH_epc", ["urn:epc:id:sgtin:6901234.056780.1"])]
    opened = []
    real = contents.of_row
    monkeypatch.setattr(contents, "of_row", lambda ring, row: opened.append(row.id) or real(ring, row))
    with sessions() as session:
        for one in asked:
            assert found(session, one) == [number]
            assert found(session, one, view=PUBLIC) == []
        assert found(session, asked[0], view=View("partners", Policies())) == []
        assert opened == [number] * 2
        assert found(session, ("EQ_bizStep", ["receiving"]), view=PUBLIC) == [number]
        hidden = Policy((Rule("readPoint", "partners"),))
        for policies, seen in (
            (Policies({1: hidden}, {SIGNER: 1}), []),
            (Policies({2: hidden}, {SIGNER: 1}), [number]),
            (Policies({1: hidden}), []),
        ):
            opened.clear()
            assert found(session, ("EQ_readPoint", ["urn:epc:id:sgln:6901234.00004.0"]), view=View("public", policies)) == seen
            assert opened == seen
        for step, seen in (("shipping", [number]), ("receiving", [])):
            kind = Policies({1: Policy.from_json({"rules": [{"property": "ilmd", "audience": "partners", "bizStep": step}]})}, {SIGNER: 1})
            assert found(session, ("EQ_ILMD_ex:lot", ["A"]), view=View("public", kind)) == seen


def test_an_erased_event_is_found_by_nothing(sessions):
    dock = {"readPoint": {"id": "https://acme.example/dock/9"}}
    gone, kept = stored(sessions, event(1, **dock), event(2, **dock))
    filled(sessions)
    with sessions.begin() as session:
        asked = erasure.ask(session, session.get_one(Record, gone), Person(1, "a"), "order", "reason")
        erasure.approve(session, asked.id, Person(2, "b"))
    filled(sessions)
    with sessions() as session:
        assert found(session, ("EQ_readPoint", ["https://acme.example/dock/9"])) == [kept]
        assert found(session, ("MATCH_epc", ["urn:epc:id:sgtin:6901234.056780.1"])) == []
        assert session.scalar(select(func.count()).where(RecordTerm.record_id == gone)) == 0
        assert session.scalars(select(KnownValue.record_id).where(KnownValue.field == "readPoint")).all() == [kept]


def test_an_erasure_between_reading_and_writing_leaves_no_term(sessions, monkeypatch):
    (gone,) = stored(sessions, event(1))
    filled_before = index._advance

    def erased_meanwhile(session, seen, done):
        if gone is not None:
            session.execute(text("UPDATE records SET sealed = NULL"))
        return filled_before(session, seen, done)

    monkeypatch.setattr(index, "_advance", erased_meanwhile)
    filled(sessions)
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(RecordTerm)) == 0


def test_an_index_of_another_form_is_filled_anew(sessions, monkeypatch):
    numbers = stored(sessions, event(1), event(2))
    filled(sessions)
    monkeypatch.setattr("records.query.hashing.FORM", "other")
    with sessions() as session:
        assert index.mark(session) == 0
        assert found(session, ("EQ_action", ["OBSERVE"])) == numbers
    filled(sessions)
    with sessions() as session:
        assert index.mark(session) == numbers[-1]
        assert session.scalar(select(func.count()).select_from(IndexMark)) == 1
        assert found(session, ("EQ_action", ["OBSERVE"])) == numbers


def test_master_data_say_what_lies_within_a_place(sessions):
    site, hall, dock = (f"https://acme.example/{name}" for name in ("site", "hall", "dock"))
    country = [{"id": "urn:epcglobal:cbv:mda#countryCode", "attribute": "CN"}]
    header = {"epcisMasterData": {"vocabularyList": [{"type": "urn:epcglobal:epcis:vtype:BusinessLocation", "vocabularyElementList": [
        {"id": site, "attributes": country, "children": [hall]}, {"id": hall, "children": [dock]}]}]}}  # fmt: skip
    with sessions.begin() as session:
        sent = document([event(n, bizLocation={"id": place}) for n, place in enumerate((site, hall, dock))], epcisHeader=header)
        capture.accept(session, SIGNER, sent)
    with sessions.begin() as session:
        capture.step(session)
    filled(sessions)
    with sessions() as session:
        every = list(session.scalars(select(Record.id).order_by(Record.id)))
        assert found(session, ("WD_bizLocation", [site])) == every
        assert found(session, ("WD_bizLocation", [hall])) == every[1:]
        assert found(session, ("EQ_bizLocation", [site])) == every[:1]
        assert found(session, ("EQATTR_bizLocation_cbvmda:countryCode", ["CN"])) == every[:1]
        assert found(session, ("HASATTR_bizLocation", ["cbvmda:countryCode"])) == every[:1]
        assert found(session, ("HASATTR_bizLocation", ["cbvmda:city"])) == []


def test_a_record_that_is_stored_late_is_passed_by_nobody(sessions, engine):
    if engine.dialect.name == "sqlite":
        pytest.skip("one writer at a time")
    (first,) = stored(sessions, event(1))
    inserted, ended = threading.Event(), threading.Event()

    def slow():
        with sessions.begin() as session:
            store_event(session, SIGNER, alone(event(2)))
            inserted.set()
            ended.wait(10)

    writer = threading.Thread(target=slow)
    writer.start()
    assert inserted.wait(10)
    (last,) = stored(sessions, event(3))
    filled(sessions)
    with sessions() as session:
        assert first <= settled(session) < last - 1
        assert index.mark(session) == first
        assert found(session, ("EQ_action", ["OBSERVE"])) == [first, last]
    ended.set()
    writer.join()
    filled(sessions)
    with sessions() as session:
        assert settled(session) == index.mark(session) == last
        assert found(session, ("EQ_action", ["OBSERVE"])) == [first, last - 1, last]
        assert found(session, ("EQ_action", ["OBSERVE"]), after=first, upto=last - 1) == [last - 1]


def test_recorded_since(sessions):
    numbers = stored(sessions, event(1), event(2))
    with sessions() as session:
        moment = session.get_one(Record, numbers[1]).captured_at
        assert found(session, ("GE_recordTime", [moment.isoformat()])) == numbers[1:]
        assert found(session, ("LT_recordTime", [moment.isoformat()])) == numbers[:1]
        assert found(session, ("GE_recordTime", [datetime(2100, 1, 1, tzinfo=UTC).isoformat()])) == []


def test_indexing_gives_way_to_what_is_being_anchored_but_not_for_long(sessions, monkeypatch):
    (number,) = stored(sessions, event(1))
    with sessions.begin() as session:
        assert index.step(session)  # begins the index
        assert index.patient_step(session) == 0  # its anchor is not signed yet
    monkeypatch.setattr(index, "MAY_WAIT", 0)
    with sessions.begin() as session:
        assert index.patient_step(session) == 1
        assert index.mark(session) == number
    monkeypatch.undo()
    stored(sessions, event(2))
    monkeypatch.setattr(index, "PATIENCE", timedelta(0))
    with sessions.begin() as session:
        assert index.patient_step(session) == 1
