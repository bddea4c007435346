"""Every page from its dataclass: what it says of each kind of history, in both languages."""

from __future__ import annotations

from dataclasses import fields, replace
from html.parser import HTMLParser
from typing import Any

import pytest

from api.pages.facts import History, Step
from api.pages.item import Links, item_page
from api.pages.journey import journey
from api.pages.other import down_page, home_page, problem_page, unknown_page, wrong_code_page
from api.pages.page import ItemPage
from api.pages.product import banner, product
from api.pages.render import render, shell
from api.pages.words import Words
from ledger_client.codes import parse
from ledger_client.errors import InvalidCode
from tests.pages import samples as s

ZH, EN = Words("zh"), Words("en")
CODE = parse(s.CODE)
LINKS = Links("https://trace.example/01/06901234567892/21/000417", "/items/x/bundle", "/items/x/bundle?audience=public", "{}")


def page(history: History, words: Words = ZH) -> ItemPage:
    return item_page(history, CODE, s.NAMES, LINKS, shell(words, "x", "/"), words)


class Text(HTMLParser):
    """The visible text of a page, and a check that its elements nest."""

    VOID = frozenset({"meta", "link", "input", "br", "path", "circle", "rect", "use"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for name, value in attrs if name == "id" and value]
        assert not any(name in {"style", "onclick", "onload"} for name, _ in attrs), "the policy forbids it"
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in {"script", "style"}:
            self.seen.append(data)


def text_of(html: str) -> str:
    parser = Text()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    assert len(parser.ids) == len(set(parser.ids))
    return " ".join(" ".join(parser.seen).split())


HISTORIES = {
    "verified": s.history(),
    "altered": s.history(
        replace(s.MADE, verdict="altered", steps=(Step(3, "failed", "another commitment"),)), verdict="altered", reason="(3) other"
    ),
    "incomplete": s.history(s.MADE, replace(s.HIDDEN, hidden="missing", verdict="missing"), verdict="incomplete"),
    "pending": s.history(s.MADE, replace(s.TESTED, anchored=None, verdict="unanchored"), verdict="pending"),
    "unchecked": replace(s.history(verdict="unchecked"), seen=None, steps=()),
    "corrected": s.history(s.MADE, s.WRONG, s.RIGHT, s.DECLARED),
    "recalled": s.history(*s.FACTS, s.RECALLED),
    "erased": s.history(s.MADE, replace(s.HIDDEN, hidden="erased", verdict="erased")),
    "elsewhere": s.history(s.MADE, replace(s.HIDDEN, hidden="elsewhere")),
}


@pytest.mark.parametrize("words", [ZH, EN], ids=["zh", "en"])
@pytest.mark.parametrize("name", HISTORIES)
def test_every_kind_of_history_renders_as_sound_html(name: str, words: Words):
    history = HISTORIES[name]
    seen = text_of(render(page(history, words)))
    assert words.say(f"verdict.{history.verdict}") in seen
    entries = page(history, words).entries
    assert all(entry.title in seen and entry.seen in seen for entry in entries)
    assert [entry.member != "" for entry in entries].count(True) == sum(fact.anchored is not None for fact in history.facts)


@pytest.mark.parametrize("words", [ZH, EN], ids=["zh", "en"])
def test_every_other_page_renders_as_sound_html(words: Words):
    frame = shell(words, "x", "/")
    assert words.say("unknown.advice") in text_of(render(unknown_page(CODE, frame, words)))
    assert words.say("down.text") in text_of(render(down_page(CODE, frame, words)))
    assert words.say("home.button") in text_of(render(home_page(frame)))
    for status, key in ((404, "lost.title"), (500, "broken.title"), (503, "down.title")):
        assert words.say(key) in text_of(render(problem_page(status, frame, words)))


def test_a_wrong_check_digit_says_which_one_would_be_right():
    with pytest.raises(InvalidCode) as caught:
        parse("(01)06901234567891(21)A1")
    seen = text_of(render(wrong_code_page("(01)06901234567891(21)A1", caught.value, shell(EN, "x", "/"), EN)))
    assert "The check digit should be 2" in seen


def test_what_a_page_holds_is_text_and_nothing_that_could_be_computed():
    made = page(s.history())
    values = [getattr(entry, one.name) for entry in made.entries for one in fields(entry)]
    assert {type(value) for value in values} <= {str, tuple, bool, type(None)}


def test_the_journey_is_told_in_the_order_in_which_things_happened():
    entries = journey(s.history(*reversed(s.FACTS)), s.NAMES, EN)
    assert [entry.title for entry in entries] == [
        "Made and given its code",
        "Inspected",
        "A record that is not public",
        "Shipped",
        "Transported",
        "Received",
        "Put on the shelf",
    ]


def test_a_late_upload_is_called_late_and_one_before_its_time_is_called_so():
    entries = journey(s.history(), s.NAMES, EN)
    assert [entry.lateness for entry in entries if entry.lateness] == ["reached the chain 2 days late"]
    early = s.fact(1, 2, 1_788_000_000, s.MADE.properties)
    assert journey(s.history(early), s.NAMES, EN)[0].lateness == "on the chain before it happened"


def test_a_corrected_record_is_struck_and_leads_to_its_correction():
    wrong, right, declared = journey(s.history(s.WRONG, s.RIGHT, s.DECLARED), s.NAMES, EN)
    assert wrong.correction is not None
    assert (wrong.correction.struck, wrong.correction.link) == (True, f"#{right.anchor}")
    assert "data were wrong" in wrong.correction.reason
    assert (declared.kind, declared.link) == ("declaration", f"#{wrong.anchor}")
    assert "<del>Received</del>" in render(page(s.history(s.WRONG, s.RIGHT, s.DECLARED), EN))


def test_a_stranger_s_declaration_strikes_nothing():
    foreign = replace(s.DECLARED, anchored=replace(s.DECLARED.anchored, member_id=1, member="青禾牧业"))
    wrong = journey(s.history(s.WRONG, s.RIGHT, foreign), s.NAMES, EN)[0]
    assert wrong.correction is not None
    assert wrong.correction.struck is False
    assert "Another company" in wrong.correction.headline


def test_a_corrected_record_no_longer_speaks_for_the_product():
    recall_taken_back = s.fact(
        12,
        2,
        1_788_401_000,
        {**s.RECALLED.properties, "errorDeclaration": {"declarationTime": "2026-09-03T10:00:00+08:00", "reason": "did_not_occur"}},
    )
    assert banner(s.history(s.MADE, s.RECALLED), EN) is not None
    assert banner(s.history(s.MADE, s.RECALLED, recall_taken_back), EN) is None


@pytest.mark.parametrize(
    ("last", "headline"),
    [
        (s.event(5, "08:00", "holding", disposition="recalled"), "This product has been recalled"),
        (s.event(5, "08:00", "holding", disposition="https://ref.gs1.org/cbv/Disp-recalled"), "This product has been recalled"),
        (s.event(5, "08:00", "destroying", disposition="destroyed", action="DELETE"), "This product was recorded as destroyed"),
        (s.event(5, "08:00", "decommissioning", disposition="inactive", action="DELETE"), "This code has been withdrawn"),
        (s.event(5, "08:00", "holding", persistentDisposition={"set": ["expired"]}), "This product was recorded as expired"),
        (s.event(5, "08:00", "stocking", disposition="sellable_accessible"), None),
        (s.event(5, "08:00", "inspecting"), None),
    ],
)
def test_a_product_that_must_not_be_used_says_so_on_top(last: dict[str, Any], headline: str | None):
    found = banner(s.history(*s.FACTS, s.fact(12, 2, 1_788_600_000, last)), EN)
    assert (found.headline if found else None) == headline


def test_a_recall_that_was_lifted_is_no_longer_shouted():
    lifted = s.fact(13, 2, 1_788_700_000, s.event(6, "09:00", "storing", disposition="available"))
    assert banner(s.history(s.MADE, s.RECALLED, lifted), EN) is None


def test_name_and_maker_come_from_the_making_and_master_data_is_called_unproven():
    made = product(s.history(), CODE, s.NAMES, ZH)
    assert (made.name, made.maker, made.made, made.proven) == ("清源 · 巴氏鲜牛奶 950 mL", "清源乳品", True, True)
    assert [part.value for part in made.dates] == ["2026年9月1日", "2026年9月8日"]
    known = product(s.history(s.SHIPPED), CODE, s.NAMES, ZH)
    assert (known.name, known.maker, known.made, known.proven) == ("巴氏鲜牛奶 950 mL", "速鲜冷链", False, False)


def test_a_transformation_names_what_comes_out_of_it_and_not_what_went_in():
    made = s.event(
        1, "08:00", "commissioning", type="TransformationEvent", ilmd={"cbvmda:lotNumber": "L7", "cbvmda:descriptionShort": "奶酪"}
    )
    came_to_be = s.history(s.fact(1, 2, 1_788_214_000, made))
    went_in = s.history(s.MADE, s.fact(2, 2, 1_788_218_000, made))
    assert [part.value for part in product(came_to_be, CODE, s.NAMES, ZH).dates] == ["L7"]
    assert product(came_to_be, CODE, s.NAMES, ZH).name == "奶酪"
    assert product(went_in, CODE, s.NAMES, ZH).name == "清源 · 巴氏鲜牛奶 950 mL"
    assert [entry.title for entry in journey(came_to_be, s.NAMES, EN)] == ["Made and given its code"]
    assert [entry.title for entry in journey(went_in, s.NAMES, EN)] == ["Made and given its code", "Processed"]


def test_readings_are_told_as_a_range_with_their_alarms():
    driven = next(entry for entry in journey(s.history(), s.NAMES, EN) if entry.title == "Transported")
    assert [(part.label, part.value, part.note) for part in driven.readings] == [("Temperature", "2.1 – 4.3 °C", "4 readings")]
    hot = s.fact(1, 3, 1_788_500_000, s.event(1, "19:45", "transporting", sensorElementList=s.degrees(-1.5, 9.0, alarm=True)))
    part = journey(s.history(hot), s.NAMES, EN)[0].readings[0]
    assert (part.value, part.alarm, part.note) == ("−1.5 – 9 °C", True, "2 readings · out of limits")


def test_a_hostile_payload_cannot_leave_its_place_on_the_page():
    evil = '"><script>alert(1)</script>'
    told = s.event(1, "06:05", evil, evil, disposition=evil, ilmd={"cbvmda:descriptionShort": evil}, certificationInfo=[evil])
    html = render(page(s.history(s.fact(1, 2, 1_788_214_000, told))))
    assert "<script>alert" not in html
    text_of(html)


def test_odd_payloads_are_shown_and_never_break_the_page():
    odd = [
        {"eventID": "ni:///x"},
        {"eventID": "x", "eventTime": "never", "readPoint": 7, "ilmd": [], "sensorElementList": {"a": 1}},
        {
            "eventID": "x",
            "eventTime": "2026-09-01T06:10:00+08:00",
            "eventTimeZoneOffset": "nonsense",
            "errorDeclaration": {"correctiveEventIDs": 7},
        },
        {
            "eventID": "x",
            "bizStep": 7,
            "disposition": [],
            "persistentDisposition": {"set": "recalled"},
            "sensorElementList": [{"sensorReport": 7}],
        },
    ]
    for properties in odd:
        text_of(render(page(s.history(s.fact(1, 2, 1_788_214_000, properties)))))
