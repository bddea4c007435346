"""What became of a code is told from order to end, whether it was said of it alone or of its whole order."""

from __future__ import annotations

from datetime import date

import pytest

from issuing import issue, orders, states
from issuing.models import CodeState, OrderState
from issuing.orders import Wanted
from issuing.states import ACTIVATED, APPLIED, ISSUED, NEXT, OF_ORDERS, PRINTED, VOID
from ledger_client.errors import Conflict, InvalidInput, NotFound
from tests.issuing.rules import GTIN, counter

STEM = f"https://id.gs1.org/01/{GTIN}/21/"


@pytest.fixture
def order(sessions, made):
    """The number of an order of ten codes, 000001 to 000010."""
    found = made(counter(6))
    with sessions.begin() as session:
        number = orders.place(session, 1, Wanted(found.id, 10, day=date(2026, 11, 26)), "wang.fang")[0].id
    with sessions.begin() as session:
        issue.step(session)
    return number


def of_order(sessions, order, state, reason=""):
    with sessions.begin() as session:
        states.move_order(session, orders.one(session, order), state, "li.na", reason)


def of_codes(sessions, numbers, state, reason="", **more):
    with sessions.begin() as session:
        return states.move(session, [f"{STEM}{number:06}" for number in numbers], state, "li.na", reason, **({"member_id": 1} | more))


def life(sessions, number):
    with sessions() as session:
        found = states.find(session, f"{STEM}{number:06}")
        told = states.history(session, found)
        assert told[-1].state == found.state
        return [str(one.state) for one in told]


def counted(sessions, order):
    with sessions() as session:
        return {str(state): count for state, count in states.counts(session, orders.one(session, order)).items() if count}


def test_an_order_is_printed_as_a_whole_and_each_code_has_its_own_end(sessions, order):
    assert counted(sessions, order) == {"issued": 10}
    of_codes(sessions, [3], VOID, "smeared")
    of_order(sessions, order, PRINTED)
    assert of_codes(sessions, [1, 2], APPLIED) == 2
    assert counted(sessions, order) == {"printed": 7, "applied": 2, "void": 1}
    of_order(sessions, order, VOID, "the roll was lost")
    assert counted(sessions, order) == {"applied": 2, "void": 8}
    assert life(sessions, 1) == ["issued", "printed", "applied"]
    assert life(sessions, 3) == ["issued", "void"]
    assert life(sessions, 4) == ["issued", "printed", "void"]


def test_a_step_that_may_not_follow_is_refused_and_nothing_is_changed(sessions, order):
    of_codes(sessions, [5], VOID, "smeared")
    for numbers, state, words in (([4, 5], PRINTED, "is void"), ([5], VOID, "is void"), ([4], ISSUED, "not set by hand")):
        with pytest.raises((Conflict, InvalidInput), match=words):
            of_codes(sessions, numbers, state, "again")
    with pytest.raises(InvalidInput, match="not set by hand"):
        of_codes(sessions, [4], ACTIVATED)
    with pytest.raises(InvalidInput, match="is missing"):
        of_codes(sessions, [4], VOID)
    of_order(sessions, order, APPLIED)
    with pytest.raises(Conflict, match="does not become void as a whole"):
        of_order(sessions, order, VOID, "lost")
    assert counted(sessions, order) == {"applied": 9, "void": 1}


def test_codes_of_others_and_of_nobody_are_not_moved(sessions, order):
    with pytest.raises(NotFound, match="no such code was issued"):
        of_codes(sessions, [1, 11], PRINTED)
    with pytest.raises(NotFound):
        of_codes(sessions, [1], PRINTED, member_id=2)
    with pytest.raises(Conflict, match="not of order 999"):
        of_codes(sessions, [1], PRINTED, order=999)
    assert counted(sessions, order) == {"issued": 10}


def test_an_order_that_is_still_being_made_stays_as_it_is(sessions, made):
    found = made(counter(6))
    with sessions.begin() as session:
        row = orders.place(session, 1, Wanted(found.id, 10), "wang.fang")[0]
        assert row.state == OrderState.RUNNING
        with pytest.raises(Conflict, match="still being made"):
            states.move_order(session, row, PRINTED, "li.na")


def test_nothing_follows_void_and_nothing_goes_back_by_hand():
    """What `effective` relies on: whoever is further stays further."""
    places = list(CodeState)
    assert NEXT[VOID] == OF_ORDERS[VOID] == ()
    assert all(places.index(after) > places.index(before) for before, all_after in OF_ORDERS.items() for after in all_after)
    backwards = {(before, after) for before, all_after in NEXT.items() for after in all_after if places.index(after) < places.index(before)}
    assert backwards == {(ACTIVATED, APPLIED)}
