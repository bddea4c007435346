"""The genealogy holds what the records say, whatever way they came."""

import pytest
from sqlalchemy import delete, select, text, update

from records.genealogy import fill
from records.genealogy.models import GenealogyMark, Participation, Thing
from records.models import Record
from tests.sentinel.watched import by_hand
from tests.tracing.plant import amount, item, lot, short, whys


def rows(sessions):
    """Who took part in the first three records."""
    with sessions() as session:
        columns = (Participation.record_id, Participation.place, Participation.role, Participation.action, Participation.quantity)
        found = select(*columns, Participation.uom, Thing.code).join(Thing, Thing.id == Participation.thing_id)
        return session.execute(found.where(Participation.record_id <= 3).order_by(*columns)).all()


def story(plant):
    plant.make([amount(lot("A"), 2.5)], [amount(lot("B"), 2, "LTR")])
    plant.mark([item(1), item(2)], ilmd={"cbvmda:lotNumber": "B"}, **{"@context": [{"cbvmda": "urn:epcglobal:cbv:mda:"}]})
    plant.move([item(1)])


def test_records_of_a_backup_are_drawn_as_those_that_were_captured(plant, sessions):
    story(plant)
    captured = rows(sessions)
    with sessions.begin() as session:
        for table in (Participation, Thing, GenealogyMark):
            session.execute(delete(table))
    assert "undrawn" in whys_of_missing(plant)
    done = 1
    while done:
        with sessions.begin() as session:
            done = fill.step(session, at_once=2)
    assert rows(sessions) == captured
    assert whys(plant.trace(lot("A"))) == {"custody"}


def whys_of_missing(plant):
    """A trace of a thing that is drawn, while older records are not."""
    plant.move([item(9)])
    return whys(plant.trace(item(9)))


def test_a_row_that_somebody_changed_is_told_and_the_step_is_altered(plant, sessions):
    story(plant)
    with sessions.begin() as session:
        session.execute(update(Participation).where(Participation.quantity == 2.5).values(quantity=250))
    answer = plant.trace(lot("A"))
    assert answer.steps[0].verdict == "altered"
    assert "altered" in whys(answer)
    assert not answer.complete


def test_a_row_that_somebody_took_away_is_told(plant, sessions):
    story(plant)
    with sessions.begin() as session:
        session.execute(delete(Participation).where(Participation.record_id == 1, Participation.role == 5))
    answer = plant.trace(lot("A"))
    assert short(answer) == {"A": "start"}
    assert not answer.complete


def test_a_record_that_somebody_took_away_is_told(plant, engine):
    story(plant)
    with by_hand(engine) as connection:  # as a tool of the database does that heeds no foreign keys
        for table, key in (("record_items", "record_id"), ("record_keys", "record_id"), ("records", "id")):
            connection.execute(text(f"DELETE FROM {table} WHERE {key} = 1"))
    answer = plant.trace(lot("A"))
    assert [step.verdict for step in answer.steps if step.record == 1] == ["altered"]
    assert "altered" in whys(answer)
    assert "B" in short(answer)


def test_a_record_that_somebody_changed_is_told(plant, sessions):
    story(plant)
    with sessions.begin() as session:
        session.execute(update(Record).where(Record.id == 1).values(commitment=b"\1" * 32))
    assert "altered" in whys(plant.trace(lot("A")))


@pytest.mark.parametrize("code", ["A", "B"])
def test_the_same_event_sent_again_is_drawn_once(plant, sessions, code):
    story(plant)
    before = rows(sessions)
    plant.hour = 0
    plant.make([amount(lot("A"), 2.5)], [amount(lot("B"), 2, "LTR")])
    assert rows(sessions) == before
    assert plant.trace(lot(code)).things
