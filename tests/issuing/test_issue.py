"""Orders become codes: as many as were asked for, each once, whoever else is at it and whenever a process is killed."""

from __future__ import annotations

import os
import random as chance
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from issuing import issue, orders, rules
from issuing.models import CodeCounter, CodeOrder, IssuedCode, OrderState, Purpose
from issuing.orders import Wanted
from ledger_client.codes import parse
from ledger_client.errors import Conflict, InvalidInput, NotFound
from tests.issuing.rules import GTIN, check, counter, day, fixed, random, rule

ROOT = Path(__file__).parents[2]
DAY = date(2026, 11, 26)


def placed(sessions, found, quantity, **more):
    with sessions.begin() as session:
        return orders.place(session, 1, Wanted(found.id, quantity, day=DAY, **more), "wang.fang")[0].id


def worked(sessions, piece=1000):
    """Work until there is nothing left to do."""
    while True:
        with sessions.begin() as session:
            if not issue.step(session, piece):
                return


def issued(sessions, order):
    """The order, and its codes in their order."""
    with sessions() as session:
        rows = session.execute(select(IssuedCode.number, IssuedCode.code).where(IssuedCode.order_id == order).order_by(IssuedCode.number))
        return session.get_one(CodeOrder, order), [tuple(row) for row in rows]


def test_an_order_becomes_its_codes_in_pieces(sessions, made):
    order = placed(sessions, made(day("YY"), counter(6, reset="year"), check("37,36")), 2500)
    with sessions.begin() as session:
        assert issue.step(session, 1000) == 1000
        assert orders.one(session, order).done == 1000
    worked(sessions)
    found, codes = issued(sessions, order)
    assert (found.state, found.done, found.first, found.period) == (OrderState.DONE, 2500, 1, "2026")
    assert [number for number, _ in codes] == list(range(2500))
    assert codes[41][1].startswith(f"https://id.gs1.org/01/{GTIN}/21/26000042")
    assert all(parse(code).uri == code for _, code in codes)


def test_the_next_order_goes_on_where_the_last_one_ended(sessions, made):
    found = made(counter(6))
    first, second = placed(sessions, found, 10), placed(sessions, found, 10)
    worked(sessions)
    texts = [code.rpartition("/")[2] for order in (first, second) for _, code in issued(sessions, order)[1]]
    assert texts == [f"{number:06}" for number in range(1, 21)]


def test_a_counter_begins_again_with_its_period_and_never_repeats_a_code(sessions, made):
    found = made(day("YY"), counter(4, reset="year"))
    old = placed(sessions, found, 3)
    with sessions.begin() as session:
        new = orders.place(session, 1, Wanted(found.id, 3, day=date(2027, 1, 1)), "wang.fang")[0].id
    worked(sessions)
    assert [code[-6:] for _, code in issued(sessions, old)[1]] == ["260001", "260002", "260003"]
    assert [code[-6:] for _, code in issued(sessions, new)[1]] == ["270001", "270002", "270003"]


def test_the_same_order_sent_again_is_the_same_order(sessions, made):
    found = made(counter(6))
    with sessions.begin() as session:
        first, new = orders.place(session, 1, Wanted(found.id, 5, key="PO-17"), "wang.fang")
        again, twice = orders.place(session, 1, Wanted(found.id, 5, key="PO-17"), "li.na")
        assert (first.id, new, twice) == (again.id, True, False)
        with pytest.raises(Conflict, match="belongs to order"):
            orders.place(session, 1, Wanted(found.id, 6, key="PO-17"), "li.na")
    worked(sessions)
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(IssuedCode)) == 5
        assert session.scalars(select(CodeCounter.next)).all() == [6]


def test_a_counter_that_has_not_so_many_left_says_how_many(sessions, made):
    found = made(counter(3))
    placed(sessions, found, 990)
    with pytest.raises(InvalidInput, match="has 9 numbers left"):
        placed(sessions, found, 10)
    assert placed(sessions, found, 9)


def test_a_random_part_is_never_used_up(sessions, made):
    found = made(random(3, "digits"))
    placed(sessions, found, 60)
    with pytest.raises(InvalidInput, match="gives 40 more codes"):
        placed(sessions, found, 41)
    placed(sessions, found, 40)
    worked(sessions, piece=7)
    with sessions() as session:
        assert session.scalar(select(func.count(IssuedCode.code.distinct()))) == 100  # drawn from 1,000, so some were drawn twice


def test_a_random_part_has_room_again_with_the_next_date(sessions, made):
    found = made(day("YY"), day("DDD"), random(3, "digits"))
    placed(sessions, found, 100)
    with pytest.raises(InvalidInput, match="gives 0 more codes"):
        placed(sessions, found, 1)
    with sessions.begin() as session:
        orders.place(session, 1, Wanted(found.id, 100, day=date(2026, 11, 27)), "wang.fang")


def test_codes_that_another_rule_has_issued_are_passed_over(sessions, made):
    first = placed(sessions, made(fixed("2"), counter(3)), 20)
    second = placed(sessions, made(counter(4, start=2015), name="other"), 20)
    worked(sessions)
    texts = [code.rpartition("/")[2] for order in (first, second) for _, code in issued(sessions, order)[1]]
    assert sorted(texts) == [f"{number}" for number in range(2001, 2041)]


def test_an_order_that_finds_no_code_fails_and_says_why(sessions, made):
    names = {"scheme": "lgtin", "level": "lot"}
    found = made(day("YY"), day("MM"), day("DD"), **names)
    first, second = placed(sessions, found, 1), placed(sessions, found, 1)
    worked(sessions)
    assert [code[-6:] for _, code in issued(sessions, first)[1]] == ["261126"]
    row, codes = issued(sessions, second)
    assert (row.state, row.done, codes) == (OrderState.FAILED, 0, [])
    assert "no free code" in row.problem
    with pytest.raises(InvalidInput, match="an order of it is one code"):
        placed(sessions, found, 2)


@pytest.mark.parametrize(
    "wrong",
    [{"quantity": 0}, {"quantity": 1_000_001}, {"holder": "x"}, {"purpose": Purpose.RANGE}, {"names": {"line": "1"}}, {"note": "x" * 501}],
)
def test_an_order_that_cannot_be_made_is_refused(sessions, made, wrong):
    found = made(counter(6))
    with pytest.raises(InvalidInput), sessions.begin() as session:
        orders.place(session, 1, Wanted(**({"rule_id": found.id, "quantity": 5} | wrong)), "wang.fang")


def test_a_rule_is_changed_by_a_new_version_and_the_old_one_stays(sessions, made):
    found = made(counter(6))
    old = placed(sessions, found, 3)
    with sessions.begin() as session:
        row = rules.one(session, found.id)
        changed = rule(counter(7), random(4))
        assert rules.change(session, row, changed, (), 1, "王芳", "longer").version == 2
        assert [rules.said(one).length for one in rules.versions(session, row.id)] == [11, 6]
        with pytest.raises(Conflict, match="meanwhile"):
            rules.change(session, row, rule(counter(8), random(4)), (), 1, "李娜", "longer")
        with pytest.raises(InvalidInput, match="that hold already"):
            rules.change(session, row, changed, (), 2, "李娜", "longer")
        with pytest.raises(InvalidInput, match="codes that are out there"):
            rules.change(session, row, rule(counter(9), scheme="sscc", base="36901234"), (), 2, "李娜", "other")
    worked(sessions)
    assert issued(sessions, old)[1][0][1].endswith("/000001")  # ordered under version 1
    new = placed(sessions, found, 1)
    worked(sessions)
    assert issued(sessions, new)[1][0][1].rpartition("/")[2][:7] == "0000004"


def test_what_is_costly_to_change_must_be_confirmed(sessions):
    with sessions.begin() as session:
        with pytest.raises(rules.Unconfirmed, match="countable"):
            rules.make(session, 1, "milk", rule(counter(8)), (), "王芳")
        assert rules.make(session, 1, "milk", rule(counter(8)), ("countable",), "王芳").version == 1


def test_nobody_makes_rules_for_anothers_codes(sessions, made):
    mine = made(counter(6))
    with pytest.raises(Conflict, match="another member"):
        made(counter(8), name="theirs", member=2)
    with sessions() as session, pytest.raises(NotFound):
        rules.one(session, mine.id, member_id=2)


def start(database_url):
    command = [sys.executable, "-m", "tests.issuing.maker", database_url]
    return subprocess.Popen(command, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, text=True)


def test_kill_9_at_any_moment_leaves_no_gap_and_no_second_code(sessions, database_url, made):
    counted = placed(sessions, made(counter(6), random(4)), 16_000)
    drawn = placed(sessions, made(random(5), scheme="lgtin", name="lots"), 4_000)
    when = chance.Random(20261126)
    for _ in range(3):
        process = start(database_url)
        assert process.stdout.readline() == "started\n"
        threading.Timer(when.uniform(0.01, 0.2), process.kill).start()
        process.wait()
        process.stdout.close()
        assert process.returncode == -9, "it ended before it was killed: give it more to do"
    both = [start(database_url) for _ in range(2)]  # two servers go on together
    assert [process.communicate(timeout=60) and process.returncode for process in both] == [0, 0]
    for order, count in ((counted, 16_000), (drawn, 4_000)):
        row, codes = issued(sessions, order)
        assert (row.state, row.done) == (OrderState.DONE, count)
        assert [number for number, _ in codes] == list(range(count))
    values = [int(code.rpartition("/")[2][:6]) for _, code in issued(sessions, counted)[1]]
    assert values == list(range(1, 16_001))


def test_two_servers_that_take_orders_at_once_share_no_number(sessions, made):
    found, problems = made(counter(6)), []

    def buy():
        try:
            for _ in range(8):
                placed(sessions, found, 7)
        except Exception as problem:  # noqa: BLE001 (handed to the test)
            problems.append(problem)

    threads = [threading.Thread(target=buy) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    with sessions() as session:
        firsts = sorted(session.scalars(select(CodeOrder.first)))
    assert firsts == list(range(1, 24 * 7, 7))
