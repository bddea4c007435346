"""Stock, picks and violations, as machines are told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from inventory import touched, walk
from inventory.models import StockGoods
from recall.models import Hold
from records.columns import now
from tests.api.served import CONTEXT, Server, event

GTIN = "https://id.gs1.org/01/06901234567892"
STORE, SHOP = "https://id.gs1.org/414/6901234000047", "https://id.gs1.org/414/6901234000054"
TODAY = date.today()


def bring(server: Server, name: str, pieces: int, days: int, step: str = "commissioning", action: str = "ADD", **more: object) -> None:
    """Pieces of a lot, made in the store; it keeps so many days from now."""
    ilmd = {"ilmd": {"ex:lotNumber": name, "ex:itemExpirationDate": f"{TODAY + timedelta(days=days)}"}} if action == "ADD" else {}
    whole = event(step, 1, quantityList=[{"epcClass": f"{GTIN}/10/{name}", "quantity": pieces}], readPoint={"id": STORE}, **ilmd, **more)
    del whole["epcList"]
    context = [CONTEXT, {"ex": "https://example.com/"}]
    assert server.post(whole | {"action": action, "@context": context}).status_code == 201


def count(server: Server) -> None:
    done = 1
    while done:
        with server.installation.sessions.begin() as session:
            done = touched.step(session)
            session.execute(update(StockGoods).where(StockGoods.due_at.is_not(None)).values(due_at=0))
        with server.installation.sessions.begin() as session:
            done += walk.step(session)


@pytest.fixture
def store(server: Server) -> Server:
    """OLD is expired, SOON keeps two days, LATE twenty."""
    for name, days in (("OLD", -1), ("SOON", 2), ("LATE", 20)):
        bring(server, name, 10, days)
    count(server)
    return server


def ask(server: Server, path: str, **asked: object):
    answer = server.http.get(path, params=asked, headers=server.as_writer())
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_lots_stand_by_their_last_day_with_where_they_lie(store: Server):
    told = ask(store, "/stock", place=STORE, product=GTIN)
    assert [(lot["code"].rpartition("/")[2], lot["amount"], lot["state"], lot["place"]) for lot in told["lots"]] == [
        (name, 10.0, "here", STORE) for name in ("OLD", "SOON", "LATE")
    ]
    assert (told["complete"], told["withheld"], told["behind"]) == (True, 0, {"records": 0, "lots": 0})
    assert [lot["expires"] for lot in ask(store, "/stock", expiring=5)["lots"]] == [f"{TODAY + timedelta(days=n)}" for n in (-1, 2)]
    first = ask(store, "/stock", limit=2)
    assert (len(first["lots"]), first["complete"]) == (2, False)
    assert len(ask(store, "/stock", limit=2, after=first["next"])["lots"]) == 1


def test_picks_take_what_expires_first_and_tell_apart_what_may_not_go(store: Server):
    told = ask(store, "/stock/picks", product=f"{GTIN}/10/SOON", place=STORE, quantity=12)
    assert [(one["lot"]["code"][-4:], one["take"]) for one in told["picks"]] == [("SOON", 10.0), ("LATE", 2.0)]
    assert ([one["code"][-3:] for one in told["expired"]], told["short"]) == (["OLD"], 0.0)
    row = {"id": "1", "code": f"{GTIN}/10/SOON", "member_id": 1, "reason": "looks odd", "placed_at": now(), "placed_name": "lin"}
    with store.installation.sessions.begin() as session:
        session.add(Hold(**row, placed_record=1))
    told = ask(store, "/stock/picks", product=GTIN, place=STORE, quantity=12)
    (held,) = told["onHold"]
    assert ([one["lot"]["code"][-4:] for one in told["picks"]], held["lot"]["code"][-4:]) == (["LATE"], "SOON")
    assert (held["amount"], held["held"]) == (10.0, f"{GTIN}/10/SOON")
    assert told["short"] == 2.0


def test_what_overtook_a_lot_is_told_with_both(store: Server):
    bring(
        store,
        "LATE",
        4,
        20,
        "shipping",
        "OBSERVE",
        eventTime=f"{TODAY - timedelta(days=3)}T00:00:00Z",
        destinationList=[{"type": "location", "destination": SHOP}],
    )
    count(store)
    (one,) = ask(store, "/stock/violations", days=3650)["violations"]
    assert (one["what"], one["code"][-4:], one["amount"], one["place"]) == ("shipped", "LATE", 4.0, STORE)
    assert {(lot["code"].rpartition("/")[2], lot["amount"]) for lot in one["earlier"]} == {("OLD", 10.0), ("SOON", 10.0)}
    assert ask(store, "/stock/violations", days=3650, what="sold")["violations"] == []


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/stock", {"after": "yesterday"}),
        ("/stock", {"after": "9999999999~1~here~1~"}),
        ("/stock", {"after": "1~1~he\x00re~1~"}),
        ("/stock", {"product": "milk"}),
        ("/stock", {"state": "lost"}),
        ("/stock/picks", {"product": GTIN, "place": STORE, "quantity": 0}),
        ("/stock/picks", {"product": GTIN, "quantity": 1}),
        ("/stock/violations", {"what": "stolen"}),
    ],
)
def test_what_cannot_be_asked_is_refused(server: Server, path: str, asked: dict[str, object]):
    assert server.http.get(path, params=asked, headers=server.as_writer()).status_code == 400
    assert server.http.get(path, params=asked).status_code in (400, 401)
