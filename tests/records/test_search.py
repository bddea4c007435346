"""Search over stored records, on both databases: whatever is recorded is found, in the index or before it is, and by nobody who may not."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import func, select

from ledger_client.disclosure import Policy, Rule
from records import capture, contents, erasure
from records.audiences import Policies, View
from records.capture import store_event
from records.erasure import Person
from records.models import Record, RecordItem, Vocabulary
from records.search import code_index, name_index, text_index
from records.search.codes import codes, part_of
from records.search.events import events, long_enough
from records.search.marks import CODES, NAMES, TEXTS
from records.search.models import SearchCode, SearchMark, SearchNameTerm, SearchTerm
from records.search.names import names
from records.search.words import needed as needed_terms
from records.search.words import normal, runs, spans
from records.search.words import terms as terms_of
from tests.records.documents import CONTEXT, OTHER, SIGNER, alone, document, event

REGULATOR, PARTNERS = View("regulator", Policies()), View("partners", Policies())
NAMESPACES = [*CONTEXT, {"acme": "https://ns.acme.example/"}]


def filled(sessions, items=2000):
    for step in (text_index.step, lambda session: code_index.step(session, items), name_index.step):
        done = 1
        while done:
            with sessions.begin() as session:
                done = step(session)


def stored(sessions, *told, signer=SIGNER):
    with sessions.begin() as session:
        return [store_event(session, signer, alone(one))[0].record_id for one in told]


def noted(number, note, **more):
    return event(number, **{"@context": NAMESPACES, "acme:note": note, **more})


def found(sessions, asked, view=REGULATOR, limit=100, only=None):
    with sessions() as session:
        answer = events(session, asked, view, limit, only)
        assert not answer.unread
        return [hit.record_id for hit in answer.rows]


@pytest.fixture
def small(monkeypatch):
    """Blocks of eight records."""
    for module in ("text_index", "events"):
        monkeypatch.setattr(f"records.search.{module}.BLOCK", 8)
    monkeypatch.setattr("records.search.text_index._BYTES", 1)


@pytest.mark.parametrize(
    ("asked", "stands"),
    [
        ("温度", True), ("冷库温度", True), ("度偏", True), ("偏温", False), ("TANK", True), ("tan", True), ("ank", False),
        ("7号", True),
        ("７号库", True), ("7号 温度", True), ("7号 湿度", False), ("ex-7a", True), ("x-7a", False), ("ex7", False),
        ("ß", False), ("号", True), ("", True),
    ],
)  # fmt: skip
def test_what_stands_in_a_text(asked, stands):
    text = "Tank 7号库 冷库温度偏高,EX 7a"
    wanted = runs(asked)
    assert (spans(normal(text), wanted).keys() == set(wanted)) == stands
    if stands:
        assert set(needed_terms(wanted)) <= terms_of(text)


def test_whatever_stands_in_a_text_has_the_terms_of_what_was_asked():
    drawn = random.Random(5)
    for _ in range(2000):
        text = "".join(drawn.choice("ab1温度库号 -") for _ in range(14))
        asked = "".join(drawn.choice("ab1温度库号 -") for _ in range(4))
        if spans(normal(text), runs(asked)).keys() == set(runs(asked)):
            assert set(needed_terms(runs(asked))) <= terms_of(text), (text, asked)


@pytest.mark.usefixtures("small")
def test_an_event_is_found_by_every_text_before_and_after_it_is_indexed(sessions):
    words = ["冷库温度偏高", "Operator Wang Jianguo 王建国", "tank 7号", "已检验,合格", "PO-4711 of ACME"]
    numbers = stored(sessions, *(noted(number, words[number % 5]) for number in range(21)))
    asked = {"温度": 0, "冷库 偏高": 0, "王建国": 1, "WANG": 1, "wang jian": 1, "7号": 2, "检验": 3, "4711": 4, "po 47": 4, "ACME-po": 4}
    for _ in range(2):
        for text, which in asked.items():
            assert found(sessions, text) == [one for at, one in enumerate(numbers) if at % 5 == which][::-1], text
        for nothing in ("湿度", "偏温", "711", "王国", "wang 4711"):
            assert found(sessions, nothing) == [], nothing
        filled(sessions)
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(SearchTerm)) > 20
        answer = events(session, "温度", REGULATOR, 2)
        assert (len(answer.rows), answer.more) == (2, True)
        (passage,) = answer.rows[0].passages
        assert (passage.text.of, passage.text.text, passage.spans) == ("acme:note", "冷库温度偏高", ((2, 4),))
        assert events(session, "温度", REGULATOR, 5).more is False
        assert (long_enough("温"), long_enough("温 a"), long_enough("温度")) == (False, False, True)


@pytest.mark.usefixtures("small")
def test_texts_of_standard_properties_are_found_with_their_property(sessions):
    told = {
        "bizTransactionList": [{"type": "po", "bizTransaction": "https://acme.example/%E9%87%87%E8%B4%AD/4711-A"}],
        "sourceList": [{"type": "owning_party", "source": "urn:epc:id:pgln:6901234.00001"}],
        "readPoint": {"id": "https://acme.example/dock/%E4%B9%9D%E5%8F%B7%E7%A0%81%E5%A4%B4"},
        "ilmd": {"acme:batch": ["早班", {"acme:line": "Line Five"}]},
    }
    (number,) = stored(sessions, event(1, **{"@context": NAMESPACES, "action": "ADD", **told}))
    stored(sessions, *(event(number) for number in range(2, 20)))
    filled(sessions)
    with sessions() as session:
        for asked, of in (
            ("采购 4711", "bizTransactionList"), ("6901234000016", "sourceList"), ("九号", "readPoint"), ("早班", "ilmd"),
            ("line fi", "ilmd"),
        ):  # fmt: skip
            (hit,) = events(session, asked, REGULATOR, 5).rows
            assert (hit.record_id, hit.passages[0].text.of) == (number, of), asked
            assert len(events(session, asked, REGULATOR, 5, of).rows) == 1
            assert len(events(session, asked, REGULATOR, 5, "certificationInfo").rows) == 0
        assert [one.passages[0].text.field for one in events(session, "five", REGULATOR, 5).rows] == ["acme:line"]
        assert events(session, "6901234056780", REGULATOR, 5).rows == []  # an item, which is found by its code


@pytest.mark.usefixtures("small")
def test_what_is_withheld_is_not_found_and_not_even_read(sessions, monkeypatch):
    order = {"bizTransactionList": [{"type": "po", "bizTransaction": "https://acme.example/po/%E7%A7%98%E5%AF%86"}]}
    ours = stored(sessions, *(noted(number, "公开备注", **order) for number in range(9)))
    theirs = stored(sessions, *(noted(100 + number, "公开备注", **order) for number in range(9)), signer=OTHER)
    filled(sessions)
    opened = []
    real = contents.of_row
    monkeypatch.setattr(contents, "of_row", lambda ring, row: opened.append(row.id) or real(ring, row))
    tail = [number for number in theirs if number >= max(theirs) // 8 * 8]
    everything = [*ours, *theirs][::-1]
    for asked, view, seen in (
        ("秘密", REGULATOR, everything),
        ("秘密", PARTNERS, []),
        ("公开", PARTNERS, everything),
        ("公开 秘密", PARTNERS, []),
        ("公开", View("public", Policies()), []),
        ("公开", View("partners", Policies({1: Policy((Rule("*", "regulator"),))}, {SIGNER: 1, OTHER: 2})), theirs[::-1]),
        ("秘密", View("partners", Policies({2: Policy((Rule("bizTransactionList", "partners"),))}, {SIGNER: 1, OTHER: 2})), theirs[::-1]),
        ("秘密", View("partners", Policies({2: Policy((Rule("bizTransactionList", "partners"),))})), []),
    ):
        opened.clear()
        assert found(sessions, asked, view) == seen, (asked, view)
        assert set(opened) <= {*seen, *tail}


@pytest.mark.usefixtures("small")
def test_an_erased_event_is_found_by_nothing(sessions):
    numbers = stored(sessions, *(noted(number, "冷库温度" if number % 2 else "冷库") for number in range(17)))
    filled(sessions)
    with sessions.begin() as session:
        before = session.scalar(select(func.count()).select_from(SearchTerm))
        for gone in (numbers[3], numbers[-1]):
            asked = erasure.ask(session, session.get_one(Record, gone), Person(1, "a"), "order", "reason")
            erasure.approve(session, asked.id, Person(2, "b"))
    filled(sessions)
    kept = [number for number in numbers if number not in (numbers[3], numbers[-1])]
    assert found(sessions, "冷库") == kept[::-1]
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(SearchTerm)) == before
        block, bit = divmod(numbers[3], 8)
        assert not any(row[0] >> bit & 1 for row in session.scalars(select(SearchTerm.records).where(SearchTerm.block == block)))


@pytest.mark.usefixtures("small")
def test_an_erasure_while_its_block_is_read_leaves_no_word(sessions, monkeypatch):
    stored(sessions, *(noted(number, f"备注{number}号") for number in range(8)))
    real = text_index._words

    def erased_meanwhile(session, block):
        words = real(session, block)
        session.execute(Record.__table__.update().values(sealed=None))
        return words

    monkeypatch.setattr(text_index, "_words", erased_meanwhile)
    filled(sessions)
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(SearchTerm)) == 0


@pytest.mark.usefixtures("small")
def test_an_index_of_another_form_is_filled_anew(sessions, monkeypatch):
    numbers = stored(sessions, *(noted(number, "冷库") for number in range(9)))
    _named(sessions, SIGNER, {"https://id.gs1.org/01/06901234567892": "鲜牛奶"})
    filled(sessions)
    monkeypatch.setattr("records.search.marks.FORMS", dict.fromkeys((TEXTS, CODES, NAMES), "other"))
    for _ in range(2):
        assert found(sessions, "冷库") == numbers[::-1]
        with sessions() as session:
            assert len(codes(session, "56780", 20).rows) == 10
        filled(sessions)
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(SearchMark)) == 3
        assert [one.code for one in names(session, "牛奶").rows] == ["https://id.gs1.org/01/06901234567892"]


def test_a_search_opens_so_many_records_and_says_so(sessions, monkeypatch):
    monkeypatch.setattr("records.search.opening.BEHIND", 5)
    stored(sessions, *(noted(number, "冷库") for number in range(9)))
    with sessions() as session:
        answer = events(session, "冷库", REGULATOR, 20)
        assert (len(answer.rows), answer.more, answer.unread) == (5, True, 4)


def test_items_are_found_by_any_part_of_their_code(sessions):
    gtin, sscc = "https://id.gs1.org/01/06901234567892", "https://id.gs1.org/00/069012345000000011"
    told = [f"{gtin}/21/Serial-{number:04}" for number in range(30)] + [
        f"{gtin}/10/LOT7",
        sscc,
        "https://acme.example/Crate/%CE%A9-9",
        f"{gtin[:-2]}78/21/x1",
    ]
    stored(sessions, *(event(number, epcList=[code]) for number, code in enumerate(told) if "/10/" not in code))
    stored(sessions, event(99, epcList=None, quantityList=[{"epcClass": told[30], "quantity": 5}]) | {"epcList": []})
    asked = {
        "Serial-0007": told[7:8], "serial-00": told[:30], "l-0007": told[7:8], "lot": told[30:31], "0000001": [sscc], "crate": told[32:33],
        "Ω-9": told[32:33], "345678": [*told[:31], told[33]], "(01)06901234567892(10)LOT7": told[30:31], "7892/21/serial-0007": told[7:8],
        "7892/21/S": told[:30], "６９０１２３４５００００": [sscc], "(21)Serial-0009": told[9:10], "nothing": [], "ab": [],
        "92/10": told[30:31], "t7": told[30:31], "x1": told[33:34], "Ra": told[32:33], "/21/Se": told[:30], "x": [],
    }  # fmt: skip
    for _ in range(2):
        for text, right in asked.items():
            with sessions() as session:
                answer = codes(session, text, 100)
                assert sorted(answer.rows) == sorted(right), text
                assert not answer.more
        filled(sessions, 5)
    with sessions() as session:
        few = codes(session, "serial", 5)
        assert (len(few.rows), few.more) == (5, True)
        assert codes(session, "0007", 5).rows[0] == told[7]
        rows = session.scalar(select(func.count()).select_from(SearchCode)) or 0
        assert rows < 30 * 14 + 150  # what codes of one product share is kept once


def test_every_part_of_a_code_is_found(sessions):
    drawn = random.Random(11)
    told = [
        f"https://id.gs1.org/01/0690123456789{digit}/21/{''.join(drawn.choice('ABc01') for _ in range(8))}"
        for digit in (2,)
        for _ in range(40)
    ]
    stored(sessions, *(event(number, epcList=[code]) for number, code in enumerate(told)))
    filled(sessions)
    with sessions() as session:
        for _ in range(150):
            code = drawn.choice(told)
            start = drawn.randrange(19, len(code) - 2)
            part = code[start : start + drawn.randrange(2, 14)]
            if len(part_of(part)) < 2 or not any(len(piece) >= min(3, len(part)) for piece in part.split("/")):
                continue
            assert code in codes(session, part, 100).rows, (code, part)


def test_a_long_part_of_which_every_piece_stands_in_many_codes_is_found(sessions, monkeypatch):
    monkeypatch.setattr("records.search.codes.READ", 5)
    told = [f"https://acme.example/{number % 3}AAAAAAAAAA/{number:03}/BBBBBBBBBBBB{'D' if number == 17 else ''}" for number in range(40)]
    stored(sessions, *(event(number, epcList=[code]) for number, code in enumerate(told)))
    filled(sessions)
    with sessions() as session:
        assert codes(session, "BBBBBBBBBBBBD", 5).rows == told[17:18]
        assert codes(session, "2AAAAAAAAAA", 5).more
        monkeypatch.setattr("records.search.codes.THROUGH", 10)
        beyond = codes(session, "BBBBBBBBBBxBBBBBBBBBB", 5)
        assert (beyond.rows, beyond.more) == ([], True)


def test_many_items_in_one_record_are_indexed_with_it(sessions):
    many = [f"urn:epc:id:sgtin:6901234.056780.M{number}" for number in range(20)]
    stored(sessions, event(1, epcList=many), event(2), event(3, epcList=many[:3]), event(4))
    filled(sessions, 7)
    with sessions() as session:
        assert len(codes(session, "/21/m", 100).rows) == 20
        first = select(func.min(RecordItem.id)).group_by(RecordItem.item_id)
        entries = set(session.scalars(select(SearchCode.entry)))
        assert entries == set(session.scalars(first))


def _named(sessions, signer, said, kind="EPCClass"):
    elements = [{"id": code, "attributes": [{"id": "urn:epcglobal:cbv:mda#name", "attribute": name}]} for code, name in said.items()]
    header = {"epcisMasterData": {"vocabularyList": [{"type": f"urn:epcglobal:epcis:vtype:{kind}", "vocabularyElementList": elements}]}}
    with sessions.begin() as session:
        capture.accept(session, signer, document([event(len(str(said)) + signer[0] * 100)], epcisHeader=header))
    with sessions.begin() as session:
        capture.step(session)


def test_products_and_places_are_found_by_their_names_and_codes(sessions):
    milk, place = "https://id.gs1.org/01/06901234567892", "https://id.gs1.org/414/6901234000047"
    _named(sessions, SIGNER, {milk: "澄露鲜牛奶 950ml"})
    _named(sessions, OTHER, {milk: "Chenglu fresh milk"})
    _named(sessions, SIGNER, {place: "一号奶罐间"}, "BusinessLocation")

    def found_names(asked):
        with sessions() as session:
            return [(one.code, one.product, one.text) for one in names(session, asked).rows]

    for _ in range(2):
        assert found_names("鲜牛") == [(milk, True, "澄露鲜牛奶 950ml")]
        assert found_names("FRESH mi") == [(milk, True, "Chenglu fresh milk")]
        assert found_names("奶罐") == [(place, False, "一号奶罐间")]
        assert found_names("34567892") == [(milk, True, "")]
        assert found_names("奶") == []
        assert found_names("酸奶") == []
        filled(sessions)
    _named(sessions, SIGNER, {milk: "酸奶"})
    for _ in range(2):
        assert found_names("酸奶") == [(milk, True, "酸奶")]
        assert found_names("鲜牛") == []
        filled(sessions)
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Vocabulary).where(Vocabulary.indexed.is_(None))) == 0
        assert (session.scalar(select(func.count()).select_from(SearchNameTerm)) or 0) > 20
