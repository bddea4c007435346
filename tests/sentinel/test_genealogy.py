"""Who took part in which event, links and label templates, changed by hand: what a user would be told wrongly, and that it is found."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from sqlalchemy import delete, insert, select, text, update

from accounts.roles import Role
from api.console.words import ConsoleWords
from issuing.label_models import LabelTemplate
from records.genealogy.models import GenealogyMark, Participation, Thing
from resolver.models import ItemLink
from sentinel.protected import PROTECTED
from tests.api.served import Installation, Server, event, installed
from tests.conftest import LedgerChain
from tests.sentinel.watched import CODE, by_hand, checked, fill, fill_made, fill_papers, named, record

LOT, OTHER = "https://id.gs1.org/01/06901234567892/10/MILK", "https://id.gs1.org/01/06901234567892/10/WATER"
MIXED = {"type": "TransformationEvent", "inputEPCList": [LOT], "outputEPCList": [CODE.format("Y1")]}


def mixing() -> dict[str, object]:
    told = event("commissioning", 9) | MIXED
    return {name: value for name, value in told.items() if name not in ("epcList", "action")}


@pytest.fixture
def mixed(database_url: str, ledger_chain: LedgerChain):
    with installed(ledger_chain, database_url) as made:
        record(made, event("receiving", 8, code=LOT), event("receiving", 8, code=OTHER), mixing())
        assert checked(made) == []
        yield made


def thing(made: Installation, code: str) -> int:
    with made.sessions() as session:
        return session.scalars(select(Thing.id).where(Thing.code == code)).one()


def test_an_input_that_is_swapped_would_make_a_false_trace_and_is_found(mixed: Installation):
    lot, other = thing(mixed, LOT), thing(mixed, OTHER)
    with by_hand(mixed.engine) as connection:
        swapped = update(Participation).where(Participation.record_id == 3, Participation.thing_id == lot)
        connection.execute(swapped.values(thing_id=other))
    (one,) = checked(mixed)
    assert named([one]) == {("altered", "participations", "3 0", "thing_id")}
    assert (one.expected, one.found) == (str(lot), str(other))


def test_a_row_that_goes_or_comes_and_a_thing_that_is_renamed_are_found(mixed: Installation):
    with by_hand(mixed.engine) as connection:
        connection.execute(delete(Participation).where(Participation.record_id == 3, Participation.place == 0))
        false = {
            "record_id": 1,
            "place": 1,
            "thing_id": thing(mixed, OTHER),
            "at": 0,
            "role": 1,
            "action": 1,
            "quantity": 5.0,
            "uom": "KGM",
        }
        connection.execute(insert(Participation).values(false))
        connection.execute(insert(Participation).values(false | {"record_id": 99}))
        connection.execute(update(Thing).where(Thing.code == CODE.format("Y1")).values(code=CODE.format("Y2")))
    assert named(checked(mixed)) == {
        ("missing", "participations", "3 0", ""),
        ("added", "participations", "1 1", ""),
        ("added", "participations", "99 1", ""),
        ("altered", "things", str(thing(mixed, CODE.format("Y2"))), "code"),
    }


def test_records_that_wait_to_be_drawn_are_no_finding(mixed: Installation):
    with by_hand(mixed.engine) as connection:
        connection.execute(delete(Participation).where(Participation.record_id > 1))
        connection.execute(delete(GenealogyMark))
        connection.execute(insert(GenealogyMark).values(id=1, record_id=1, upto=3))
    assert checked(mixed) == []
    with by_hand(mixed.engine) as connection:
        connection.execute(update(GenealogyMark).values(record_id=2))
    assert named(checked(mixed)) == {("missing", "participations", "2 0", "")}


def test_what_is_left_of_an_erased_record_is_found(installation: Installation):
    fill(installation)
    fill_papers(installation)
    assert checked(installation) == []
    with by_hand(installation.engine) as connection:
        left = {"record_id": 2, "place": 0, "thing_id": 1, "at": 0, "role": 1, "action": 2, "quantity": None, "uom": ""}
        connection.execute(insert(Participation).values(left))
    assert named(checked(installation)) == {("added", "participations", "2 0", "")}


def test_a_link_to_a_false_page_and_a_template_of_a_wrong_label_are_told_in_the_console(
    server: Server, as_role: Callable[..., httpx.Client]
):
    made = server.installation
    fill(made)
    fill_made(made)
    assert checked(made) == []
    with by_hand(made.engine) as connection:
        connection.execute(update(ItemLink).values(target="https://evil.example/"))
        connection.execute(update(LabelTemplate).values(template={"width": 40, "height": 20, "fields": []}))
        connection.execute(text("UPDATE participations SET quantity = 7 WHERE record_id = 1"))
        connection.execute(text("DELETE FROM participations WHERE record_id = 5"))
    assert {(one.table_name, one.column_name) for one in checked(made)} == {
        ("item_links", "target"), ("label_templates", "template"), ("participations", "quantity"), ("participations", ""),
    }  # fmt: skip
    auditor = as_role(Role.AUDITOR)
    for language, told in (
        ("zh", ("编码的链接", "标签模板", "溯源关系", "经过这些物品的溯源结果不可信", "参与了记录 5", "没有这一行")),
        (
            "en",
            (
                "Link of a code",
                "Label template",
                "Part in the genealogy",
                "traces through these items are not to be trusted",
                "took part in record 5",
                "no such row",
            ),
        ),
    ):
        page = auditor.get(f"/console/sentinel?lang={language}").text
        assert [one for one in (*told, "https://milk.example/", "https://evil.example/") if one not in page] == []


def test_every_table_that_is_walked_has_a_name_for_people():
    assert [table for table in PROTECTED if f"sentinel.table.{table}" not in ConsoleWords("zh").texts] == []
