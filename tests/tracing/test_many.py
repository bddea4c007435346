"""A lot with a million children, and a trace while events arrive."""

from threading import Thread

from sqlalchemy import text

from tests.tracing.plant import amount, item, lot, whys

MILLION = 1_000_000
EVENTS = 100
NUMBERS = {
    "postgresql": "SELECT n, lpad(n::text, 32, '0')::bytea AS item_id FROM generate_series(1, :many) AS n",
    "sqlite": "WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up LIMIT :many) "
    "SELECT n, CAST(printf('%032d', n) AS BLOB) AS item_id FROM up",
}
THINGS = (
    "INSERT INTO things (id, item_id, code) "
    "SELECT :after + n, item_id, 'https://id.gs1.org/01/06901234567805/21/M' || n FROM ({numbers}) AS numbers"
)
TOOK_PART = (
    "INSERT INTO participations (record_id, place, thing_id, at, role, action, uom) "
    "SELECT :first + n % :events, 1000 + n, :after + n, :at, 1, 1, '' FROM ({numbers}) AS numbers"
)


def test_of_a_lot_with_a_million_children_as_much_is_told_as_was_asked_for_and_that_there_is_more(plant, sessions):
    plant.make([amount(lot("RAW"), 1000)], [amount(lot("A"), MILLION, "")])
    first, *_ = [plant.mark([item(f"S{number}")], ilmd={"cbvmda:lotNumber": "A"}) for number in range(EVENTS)]
    with sessions.begin() as session:
        numbers = NUMBERS[session.get_bind().dialect.name]
        after = session.scalar(text("SELECT max(id) FROM things"))
        at = session.scalar(text("SELECT max(at) FROM participations"))
        values = {"after": after, "first": first, "events": EVENTS, "at": at, "many": MILLION}
        for statement in (THINGS, TOOK_PART):
            session.execute(text(statement.format(numbers=numbers)), values)
        session.execute(text("ANALYZE"))
    answer = plant.trace(lot("A"), most=500)
    assert len(answer.things) == 500
    assert "limit" in whys(answer)
    assert {link.thing for link in answer.links} <= {thing.number for thing in answer.things}
    assert {step.verdict for step in answer.steps} == {"altered", "not checked"}  # the million stand in no event


def test_a_trace_while_events_arrive_tells_all_that_was_there_when_it_began(plant):
    def grow():
        for number in range(60):
            plant.make([amount(lot(f"L{number}"), 1)], [amount(lot(f"L{number + 1}"), 1)])

    plant.make([amount(lot("RAW"), 1)], [amount(lot("L0"), 1)])
    writer = Thread(target=grow)
    writer.start()
    known, answers = 1, 0
    while writer.is_alive() or not answers:
        answer = plant.trace(lot("L0"))
        told = {thing.number for thing in answer.things}
        assert {thing.code.rpartition("/L")[2] for thing in answer.things} == {str(number) for number in range(len(told))}
        assert {link.thing for link in answer.links} <= told
        assert len(told) >= known
        known, answers = len(told), answers + 1
    writer.join()
    assert len(plant.trace(lot("L0")).things) == 61
