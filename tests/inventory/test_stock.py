"""Stock by place and lot is what the events say, whatever arrives late, is taken back or erased."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import partial

from sqlalchemy import select

from inventory import lots, marks, places, seen
from inventory.expiry import date_of, expiry_of
from inventory.lots import Asked, Lot
from inventory.models import StockGoods, StockStay
from inventory.overtaking import DAY
from inventory.picks import Kept, advice
from inventory.violations import Asked as Wanted
from inventory.violations import violations
from ledger_client.disclosure import Kind, Policy, Rule
from records.audiences import Policies, View
from tests.inventory.conftest import Yard
from tests.records.documents import SIGNER
from tests.tracing.plant import ALL, PLACES, amount, item, lot, pallet
from tracing.reach import EVER

MILK = "https://id.gs1.org/01/06901234567809"
DOCK, SHOP = ({"readPoint": {"id": place}} for place in PLACES.values())
OTHER = b"\x22" * 20
EXPIRES = "cbvmda:itemExpirationDate"
CONTEXT = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"cbvmda": "urn:epcglobal:cbv:mda:", "acme": "https://acme.example/"},
]


def no_holds(_codes: object) -> dict[str, list[tuple[int, int]]]:
    return {}


def bottled(yard: Yard, name: str, pieces: int, day: str, **said: object) -> None:
    """A lot comes into being at the dock."""
    said = {"ilmd": {"cbvmda:lotNumber": name, EXPIRES: day}, "@context": CONTEXT, **DOCK, **said}
    yard.make([amount(lot(f"{name}-raw", "099998"), 50)], [amount(lot(name), pieces, "")], **said)


def test_stock_is_what_was_made_and_not_sent(yard: Yard):
    bottled(yard, "A", 100, "2026-09-20")
    yard.move(lots=[amount(lot("A"), 30, "")], **DOCK)
    assert yard.stock(product=MILK) == [("A", "here", 70), ("A", "transit", 30)]
    yard.move(lots=[amount(lot("A"), 30, "")], step="receiving", **SHOP)
    assert yard.stock(product=MILK) == [("A", "here", 70), ("A", "here", 30)]
    yard.move(lots=[amount(lot("A"), 25, "")], step="retail_selling", to=None, **SHOP)
    assert yard.stock(product=MILK, states=("here",)) == [("A", "here", 70), ("A", "here", 5)]
    assert yard.stock(product=MILK, states=("sold",)) == [("A", "sold", 25)]


def test_an_event_that_comes_late_is_counted_at_its_time(yard: Yard):
    bottled(yard, "A", 100, "2026-09-20")
    yard.move(lots=[amount(lot("A"), 30, "")], step="receiving", at=9, signer=OTHER, **SHOP)
    yard.move(lots=[amount(lot("A"), 5, "")], step="retail_selling", to=None, at=10, signer=OTHER, **SHOP)
    assert yard.stock(product=MILK) == [("A", "here", 70), ("A", "here", 25)]
    yard.move(lots=[amount(lot("A"), 30, "")], at=5, **DOCK)
    assert yard.stock(product=MILK) == [("A", "here", 70), ("A", "here", 25)]
    yard.move(lots=[amount(lot("A"), 8, "")], step="destroying", to=None, at=6, **DOCK)
    assert yard.stock(product=MILK) == [("A", "here", 62), ("A", "here", 25)]


def test_what_was_declared_wrong_and_what_was_erased_does_not_count(yard: Yard):
    bottled(yard, "A", 100, "2026-09-20")
    sent = {"lots": [amount(lot("A"), 30, "")], "at": 9, **DOCK}
    yard.move(**sent)
    gone = yard.move(lots=[amount(lot("A"), 7, "")], **DOCK)
    assert yard.stock(product=MILK, states=("transit",)) == [("A", "transit", 37)]
    yard.move(**sent, errorDeclaration={"declarationTime": "2026-09-02T00:00:00+00:00"})
    assert yard.stock(product=MILK) == [("A", "here", 93), ("A", "transit", 7)]
    yard.erase(gone)
    assert yard.stock(product=MILK) == [("A", "here", 100)]
    made = yard.mark([item(1), item(2)], ilmd={"cbvmda:lotNumber": "A"}, **DOCK, **{"@context": CONTEXT})
    assert yard.stock(product=MILK) == [("A", "here", 100)]
    yard.erase(made)
    assert yard.stock(product=MILK) == [("A", "here", 100)]
    made = yard.mark([item(3)], ilmd={"cbvmda:lotNumber": "C"}, **DOCK, **{"@context": CONTEXT})
    assert yard.stock(product=MILK) == [("A", "here", 100), ("C", "here", 1)]
    yard.erase(made)
    assert yard.stock(product=MILK) == [("A", "here", 100)]


def test_items_in_a_case_on_a_pallet_are_where_the_pallet_is(yard: Yard):
    ilmd = {"cbvmda:lotNumber": "S", EXPIRES: "2026-10-01"}
    yard.mark([item(n) for n in range(6)], ilmd=ilmd, **DOCK, **{"@context": CONTEXT})
    yard.pack(item("case", "099999"), [item(n) for n in range(4)], **DOCK)
    yard.pack(pallet(1), [item("case", "099999")], **DOCK)
    assert yard.stock(product=MILK) == [("S", "here", 6)]
    yard.move([pallet(1)], **DOCK)
    assert yard.stock(product=MILK) == [("S", "here", 2), ("S", "transit", 4)]
    yard.move([pallet(1)], step="receiving", **SHOP)
    yard.pack(item("case", "099999"), [item(0)], action="DELETE", **SHOP)
    yard.move([item(0)], step="retail_selling", to=None, **SHOP)
    with yard.sessions() as session:
        place = places.of(session, PLACES["shop"])
    assert yard.stock(product=MILK, place=place) == [("S", "here", 3)]
    case = "https://id.gs1.org/01/06901234999990"
    assert yard.stock(product=case) == [("case", "here", 1)]
    yard.pack(item("case", "099999"), [item(n) for n in range(1, 4)], action="DELETE", **SHOP)
    assert yard.stock(product=case) == []  # an empty case is no trade item


def test_the_tables_are_made_anew_from_the_records(yard: Yard):
    bottled(yard, "A", 100, "2026-09-20")
    before = yard.stock(product=MILK)
    with yard.sessions.begin() as session:
        marks.begin(session)
        assert marks.behind(session)[0] > 0
    assert yard.stock(product=MILK) == before
    with yard.sessions() as session:
        assert marks.behind(session) == (0, 0)


def test_places_are_kept_as_hashes_and_read_from_records(yard: Yard):
    bottled(yard, "A", 100, "2026-09-20")
    yard.count()
    with yard.sessions() as session:
        stay = session.scalars(select(StockStay).where(StockStay.product == MILK)).one()
        assert places.named(session, {stay.place: [stay.record_id]}, ALL) == {places.of(session, PLACES["dock"]): PLACES["dock"]}


def test_a_lot_that_expires_later_and_goes_first_is_a_violation(yard: Yard):
    bottled(yard, "OLD", 10, "2026-09-20")
    bottled(yard, "NEW", 10, "2026-09-25")
    sent = yard.move(lots=[amount(lot("NEW"), 4, "")], **DOCK)
    yard.move(lots=[amount(lot("OLD"), 10, "")], **DOCK)
    yard.move(lots=[amount(lot("NEW"), 6, "")], **DOCK)  # the old one is gone: all is well
    yard.count()
    with yard.sessions() as session:
        found, more = violations(session, Wanted(since=0), no_holds)
        assert [(one.code[-3:], one.amount, one.record, one.went, [(o.code[-3:], o.amount) for o in one.older]) for one in found] == [
            ("NEW", 4, sent, "transit", [("OLD", 10)])
        ]
        assert more is None
        assert violations(session, Wanted(since=0), lambda codes: {code: [(0, EVER)] for code in codes})[0] == []  # it was on hold
        assert violations(session, Wanted(since=0), lambda codes: {code: [(0, found[0].at)] for code in codes})[0] == found  # until then
        assert violations(session, Wanted(since=0, went=("sold",)), no_holds)[0] == []


def test_violations_are_found_in_whatever_order_events_come_and_goods_are_walked(yard: Yard):
    def overtaken(session):
        """By the rule as it is written, from all stays and without the marks."""
        stays = [one for one in session.scalars(select(StockStay)) if one.state == "here"]
        return {
            (one.until, one.over, one.thing_id, other.thing_id)
            for one in stays
            for other in stays
            if one.went in ("transit", "sold")
            and (one.product, one.place) == (other.product, other.place)
            and other.since < one.until < (other.until or EVER)
            and one.until // DAY <= other.expires < one.expires
        }

    def paged(session):
        told, after = violations(session, Wanted(since=0), no_holds, limit=2)
        while after:
            more, after = violations(session, Wanted(since=0), no_holds, after, limit=2)
            told += more
        return told

    picked = random.Random(5)
    names, steps = [f"L{n}" for n in range(6)], []
    for place, name in enumerate(names):
        steps.append(partial(bottled, yard, name, 10, f"2026-09-{picked.randrange(2, 9):02}", at=place * 20))
        steps += [partial(yard.move, lots=[amount(lot(name), 2, "")], at=place * 20 + picked.randrange(1, 150), **DOCK) for _ in range(4)]
    picked.shuffle(steps)
    for place, step in enumerate(steps):
        step()
        if place % 6 == 5:
            yard.count()
            with yard.sessions() as session:
                found = paged(session)
                numbers = {one.code: one.thing_id for one in session.scalars(select(StockGoods))}
                assert {(*one.key, numbers[older.code]) for one in found for older in one.older} == overtaken(session)
                assert [one.key for one in found] == sorted({one.key for one in found}, reverse=True)
    assert len(found) > 5


def test_a_lot_is_told_to_whom_all_of_its_events_are_shown(yard: Yard):
    bottled(yard, "A", 100, "2026-09-20")
    bottled(yard, "B", 50, "2026-09-21")
    yard.move(lots=[amount(lot("A"), 30, "")], signer=OTHER, **DOCK)
    yard.count()
    rule = Rule("quantityList", "regulator", Kind("ObjectEvent", "shipping"))
    policies = Policies({2: Policy((rule,))}, {SIGNER: 1, OTHER: 2})
    with yard.sessions() as session:
        for audience, told, left_out in (("regulator", ["A", "A", "B"], 0), ("partners", ["B"], 1)):
            kinds = seen.hidden(session, View(audience, policies))
            found = lots.lots(session, Asked(product=MILK, hidden=kinds))
            assert [one.code[-1] for one in found] == told
            assert seen.withheld(session, kinds) == left_out


def test_the_last_day_is_that_of_the_newest_word(yard: Yard):
    made = {"action": "ADD", "bizStep": "commissioning", "quantityList": [amount(lot("A"), 10, "")], **DOCK, "@context": CONTEXT}
    slip = made | {"at": 1, "ilmd": {EXPIRES: "2026-10-20T08:00:00+08:00"}}
    yard.write("ObjectEvent", **slip)
    yard.write("ObjectEvent", **slip, errorDeclaration={"declarationTime": "2026-09-02T00:00:00+00:00"})
    yard.write("ObjectEvent", **made, at=2, ilmd={"acme:bestBeforeDate": "2026-09-19"})
    yard.count()
    with yard.sessions() as session:
        assert {date_of(one.expires).isoformat() for one in lots.lots(session, Asked(product=MILK))} == {"2026-09-19"}
    assert expiry_of({"x:sellByDate": "next week"}) is None
    assert expiry_of({"https://ref.gs1.org/cbv/mda/sellByDate": "2026-01-02", "a:bestBeforeDate": "2026-01-03"}) == date(2026, 1, 3)


def kept(code: str, pieces: float, expires: int, since: int = 0) -> Lot:
    return Lot(expires, len(code), "here", 1, "", code, "p", pieces, False, since, 1)


def test_what_expires_first_is_taken_first_and_nothing_that_is_expired_or_on_hold():
    def on_hold(some: Sequence[Lot]) -> dict[int, list[Kept]]:
        asked.extend(one.code for one in some)
        return {one.thing: [Kept(one, Decimal(4), "pallet")] for one in some if one.code == "bb"}

    asked: list[str] = []
    lying = [kept("c", 5, 30), kept("bb", 5, 20), kept("old", 9, 9), kept("late", 9, 40)]
    told = advice(lying, Decimal(6), "", 10, on_hold)
    assert [(pick.lot.code, pick.amount) for pick in told.picks] == [("bb", 1), ("c", 5)]
    assert (told.short, [one.code for one in told.expired]) == (0, ["old"])
    assert [(one.lot.code, one.amount, one.code) for one in told.held] == [("bb", 4, "pallet")]
    assert asked == ["bb", "c"]  # of what is not needed nothing is looked up
    assert advice([kept("c", 5, 30)], Decimal(7), "", 10, lambda _lots: {}).short == 2
