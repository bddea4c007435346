"""Each owner of affected units is told once of what it has, answers itself, and is reminded until it does."""

from datetime import timedelta
from decimal import Decimal

import pytest

import scripts.tables  # noqa: F401 (the tables that are sealed)
from accounts import people
from accounts.roles import Role
from exchange import gather, webhooks
from exchange.making import Maker
from exchange.models import Delivery, HappeningKind
from ledger_client.errors import Conflict, InvalidInput, Refused
from recall import cases
from recall.cases.opening import refresh
from recall.drill.figures import facts, figures
from recall.notices import answer, lists, remind, send, told
from records.columns import now
from sentinel.row_seals import differences
from tests.exchange.receiver import LOOPBACK
from tests.recall.conftest import LIN, ZHOU
from tests.recall.test_cases import handed, journey, milk, opened
from tests.records.documents import OTHER, SIGNER
from tests.tracing.plant import ALL, amount, lot

ABROAD = "https://id.gs1.org/417/6901234000030"
WANTED = send.Wanted(["stop_using", "return"], "call 021-1234", due=24, first=2, every=4)
HOURS = timedelta(hours=1)


@pytest.fixture
def case(plant):
    """A drill on milk that is here, in a shop whose people have an account, and on its way to somebody abroad."""
    milk(plant)
    plant.move(lots=[amount(lot("B"), 30, "")], to=None, **handed(taker=ABROAD))
    with plant.sessions.begin() as session:
        people.create(session, "zhou", Role.PARTNER, signer=OTHER)
    return opened(plant, kind="drill", codes=[lot("T7", "000001")])


def sent(plant, case, by=LIN, wanted=WANTED):
    """Send notices; (member, party, amounts) of each."""
    with plant.sessions.begin() as session:
        return [(one.member_id, one.party, one.amounts) for one in send.send(session, case, wanted, by)]


def notices(plant, case):
    """By owner: the member's number, or the party."""
    with plant.sessions() as session:
        return {one.party or one.member_id: one for one in lists.of_case(session, case, now())}


def answered(plant, case, owner, by, amount=40, note="", who=""):
    """Answer the notice of an owner."""
    number = notices(plant, case)[owner].id
    with plant.sessions.begin() as session:
        one = lists.one(session, number)
        answer.acknowledge(session, one, {uom: Decimal(amount) for uom in one.amounts}, note, by, who)


def reminded(plant, moment):
    """Run the job as if it were that moment."""
    with plant.sessions.begin() as session:
        return remind.step(session, moment)


def test_each_owner_beside_oneself_is_told_of_what_it_has(plant, case):
    with pytest.raises(Refused, match="another member"):
        sent(plant, case, by=ZHOU)
    assert sorted(sent(plant, case), key=str) == [(2, "", {"units": "40"}), (None, ABROAD, {"units": "30"})]
    with pytest.raises(Conflict, match="every owner was told"):
        sent(plant, case)
    assert journey(plant, case)[-1]["asked"] == ["stop_using", "return"]
    with plant.sessions() as session:
        assert [lists.waiting_for(session, member) for member in (1, 2)] == [0, 1]
        assert list(differences(session)) == []


def test_who_has_more_by_now_is_told_again_and_the_older_notice_waits_no_longer(plant, case):
    sent(plant, case)
    plant.move(lots=[amount(lot("B"), 10, "")], to=None, **handed(taker=ABROAD))
    with plant.sessions.begin() as session:
        refresh(session, case, LIN, ALL)
    assert sent(plant, case) == [(None, ABROAD, {"units": "40"})]
    assert [one.number for one in notices(plant, case).values() if one.party] == [3]
    assert reminded(plant, now() + 3 * HOURS) == 2


def test_an_owner_answers_for_itself_and_an_outside_party_through_who_recalls(plant, case):
    sent(plant, case)
    with pytest.raises(Refused, match="own people answer"):
        answered(plant, case, 2, LIN)
    with pytest.raises(InvalidInput, match="answeredBy"):
        answered(plant, case, ABROAD, LIN, 30)
    with pytest.raises(Refused):
        answered(plant, case, ABROAD, ZHOU, 30, who="Ms Li")
    with pytest.raises(InvalidInput, match="no amount"):
        answered(plant, case, 2, ZHOU, -1)
    answered(plant, case, 2, ZHOU, 38, "two were broken")
    answered(plant, case, ABROAD, LIN, 30, who="Ms Li")
    with pytest.raises(Conflict, match="answered already"):
        answered(plant, case, 2, ZHOU)
    shop, abroad = notices(plant, case)[2], notices(plant, case)[ABROAD]
    assert (shop.acknowledged_name, shop.found, shop.note, shop.entered_name) == ("Zhou", {"units": "38"}, "two were broken", None)
    assert (abroad.acknowledged_name, abroad.entered_name) == ("Ms Li", "Lin")
    first, second = journey(plant, case)[-2:]
    assert (first["by"], first["notice"], first["foundHere"]) == ("Zhou", shop.id, ["38 units"])
    assert (second["by"], second["answeredBy"]) == ("Lin", "Ms Li")


def test_reminders_come_after_a_while_then_again_and_again_until_there_is_an_answer(plant, case):
    sent(plant, case)
    start = now()
    assert reminded(plant, start + HOURS) == 0
    assert reminded(plant, start + 3 * HOURS) == 2
    assert reminded(plant, start + 4 * HOURS) == 0
    answered(plant, case, 2, ZHOU)
    assert reminded(plant, start + 8 * HOURS) == 1
    assert {owner: one.reminded for owner, one in notices(plant, case).items()} == {2: 1, ABROAD: 2}
    assert [one.get("act") for one in journey(plant, case)].count("reminded") == 2
    with plant.sessions.begin() as session:
        cases.one(session, case).closed_at = now()
    assert reminded(plant, start + 24 * HOURS) == 1  # found closed, and not looked at again
    assert reminded(plant, start + 48 * HOURS) == 0
    assert notices(plant, case)[ABROAD].reminded == 2


def test_a_period_may_be_minutes_and_after_a_standstill_there_is_one_reminder_not_many(plant, case):
    sent(plant, case, wanted=send.Wanted(["return"], due=0.1, first=0.1, every=0.5))
    start = now()
    assert reminded(plant, start + HOURS / 20) == 0
    assert reminded(plant, start + 72 * HOURS) == 2
    assert reminded(plant, start + 72 * HOURS) == 0
    assert reminded(plant, start + 72.4 * HOURS) == 0
    assert reminded(plant, start + 72.6 * HOURS) == 2


def test_webhooks_tell_of_a_notice_and_of_its_reminders_to_whom_it_is_for_only(plant, case):
    with plant.sessions.begin() as session:
        for name, signer in (("erp-1", SIGNER), ("erp-2", OTHER)):
            maker = Maker(people.create(session, name, Role.MACHINE, signer=signer).id)
            webhooks.make(session, maker, name, "http://127.0.0.1:9/", [HappeningKind.NOTICE], None, LOOPBACK)
    sent(plant, case)
    for _ in range(2):
        with plant.sessions.begin() as session:
            gather.step(session, {told.KIND: told.notices})
    reminded(plant, now() + 3 * HOURS)
    with plant.sessions.begin() as session:
        gather.step(session, {told.KIND: told.notices})
    with plant.sessions() as session:
        found = [one.content for one in session.query(Delivery).order_by(Delivery.id)]
    assert [(one["drill"], one["units"], one["reminder"]) for one in found] == [(True, 1, 0), (True, 1, 1)]
    assert {one["notice"] for one in found} == {notices(plant, case)[2].id}


def test_figures_are_counted_from_the_rows_and_points_from_the_figures(plant, case):
    sent(plant, case)
    answered(plant, case, 2, ZHOU, 38)
    with plant.sessions() as session:
        one = cases.one(session, case)
        (told_, (amounts,)), closing = figures(session, one), facts(session, one)
    assert {name: told_[name] for name in ("owners", "ownersNotified", "ownersAnswered", "ownersAnsweredInTime")} == {
        "owners": 2, "ownersNotified": 2, "ownersAnswered": 1, "ownersAnsweredInTime": 1,
    }  # fmt: skip
    assert (amounts.uom, amounts.affected, amounts.located, amounts.accounted) == ("units", 180, 180, 0)
    assert (amounts.to_count, amounts.adding_up) == (70, 38)  # the 30 abroad were not counted
    assert "secondsToLastAnswer" not in told_
    assert told_["secondsToAffectedSet"] < 60
    assert "secondsBeforeOpening" not in told_
    assert (closing["points_answered"], closing["points_adds_up"], closing["passed"]) == (7, 8, "no")


def test_overdue_notices_stand_first_and_answered_ones_last(plant, case):
    sent(plant, case, wanted=send.Wanted(["return"], due=1))
    first, second = notices(plant, case)
    answered(plant, case, first, *((ZHOU, 40) if first == 2 else (LIN, 30, "", "Li")))
    assert list(notices(plant, case)) == [second, first]


def test_a_sending_says_what_is_wrong_with_it(plant, case):
    for wrong, field in (
        (send.Wanted([]), "actions"),
        (send.Wanted(["burn"]), "actions"),
        (send.Wanted(["return"], "x" * 2001), "words"),
        (send.Wanted(["return"], due=0), "due_hours"),
        (send.Wanted(["return"], every=0.01), "remind_every_hours"),
    ):
        with pytest.raises(InvalidInput, match=field):
            sent(plant, case, wanted=wrong)


def test_words_and_remarks_may_have_lines_and_no_control_characters(plant, case):
    sent(plant, case, wanted=send.Wanted(["return"], " call  021-1234 \r\n\tor write "))
    assert {one.words for one in notices(plant, case).values()} == {"call 021-1234\nor write"}
    answered(plant, case, 2, ZHOU, note="two were broken,\none is sold")
    assert notices(plant, case)[2].note == "two were broken,\none is sold"
    with pytest.raises(InvalidInput, match="control character"):
        answered(plant, case, ABROAD, LIN, note="\x07", who="Ms Li")
