"""Both languages are complete, and times, terms and spans read as they should."""

from __future__ import annotations

import re
import string
from datetime import timedelta
from pathlib import Path

import pytest

from api.pages.words import LANGUAGES, TERMS, TEXTS, Words, bare, choose, parse_moment
from ledger_client.epcis import vocabulary

API = Path(__file__).parents[2] / "api"
ZH, EN = Words("zh"), Words("en")


def blanks(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text)} - {None}


def test_every_text_is_there_in_both_languages_with_the_same_blanks():
    assert len(TEXTS) > 100
    for key, text in TEXTS.items():
        assert set(text) == set(LANGUAGES), key
        assert all(text.values()), key
        assert blanks(text["zh"]) == blanks(text["en"]), key


def test_chinese_texts_are_chinese_and_english_ones_are_not():
    han = re.compile(r"[\u4e00-\u9fff]")
    texts = {key: text for key, text in TEXTS.items() if not key.startswith("language.")}
    assert [key for key, text in texts.items() if han.search(text["en"]) or not han.search(text["zh"])] == []


def test_every_cbv_step_and_disposition_has_words_in_both_languages():
    for kind in ("step", "disposition", "sensor", "type"):
        assert all({"zh", "en"} <= set(term) for term in TERMS[kind].values())
    assert vocabulary.terms("BizStep") - set(TERMS["step"]) == set()
    assert vocabulary.terms("Disp") - set(TERMS["disposition"]) == set()


def test_no_template_uses_a_text_that_is_not_there_and_no_text_is_unused():
    folders = [API / name for name in ("templates", "pages", "routes", "static", "regulator")]
    files = [API / "paper.py", *(path for folder in folders for path in folder.rglob("*") if path.suffix in {".html", ".py", ".js"})]
    files = [path for path in files if not {"console", "vendor"} & set(path.parts)]  # the console has texts of its own
    sources = "\n".join(path.read_text() for path in files)
    used = set(re.findall(r't\["([a-z0-9_.]+)"\]', sources)) | set(re.findall(r"t\['([a-z0-9_.]+)'\]", sources))
    assert used
    assert used - set(TEXTS) == set()
    problems = ("lost.", "down.", "broken.", "forbidden.", "later.")
    examined = ("record.", "audience.", "part.check.", "regulator.brought.")
    dynamic = (
        "part.",
        "date.",
        "verdict.",
        "void.",
        "hidden.",
        "proof.",
        "outcome.",
        "corrected.",
        "count.",
        "key.wrong.",
        "links.",
        *problems,
        *examined,
    )
    unused = [key for key in TEXTS if key.removesuffix(".one") not in sources and not key.startswith(dynamic)]
    assert unused == []


@pytest.mark.parametrize(
    ("asked", "accepted", "chosen"),
    [
        (None, "", "zh"),
        (None, "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        (None, "en-GB,en;q=0.9", "en"),
        (None, "fr-FR,en;q=0.5", "en"),
        (None, "fr", "zh"),
        (None, "en;q=0.2,zh;q=0.9", "zh"),
        (None, "en;q=oops", "en"),
        ("en", "zh-CN", "en"),
        ("zh", "en", "zh"),
    ],
)
def test_the_language_is_the_link_s_then_the_browser_s_then_chinese(asked: str | None, accepted: str, chosen: str):
    assert choose(asked, accepted) == chosen


def test_times_read_in_the_zone_they_were_written_in():
    when = parse_moment("2026-09-01T06:05:09.5+08:00", "+08:00")
    assert (ZH.moment(when), EN.moment(when)) == ("2026年9月1日 06:05 UTC+8", "1 Sep 2026, 06:05 UTC+8")
    assert EN.moment(parse_moment("2026-08-31T22:05:00Z", "+05:30")) == "1 Sep 2026, 03:35 UTC+5:30"
    assert EN.moment(parse_moment("2026-08-31T22:05:00Z", "-03:00")) == "31 Aug 2026, 19:05 UTC−3"
    assert EN.moment(parse_moment("2026-08-31T22:05:00Z")) == "31 Aug 2026, 22:05 UTC"


def test_dates_and_spans_read_in_both_languages():
    assert (ZH.date("2026-09-08"), EN.date("2026-09-08"), EN.date("soon")) == ("2026年9月8日", "8 Sep 2026", "soon")
    assert (ZH.span(timedelta(days=3)), EN.span(timedelta(days=1, hours=5)), EN.span(timedelta(hours=7))) == ("3 天", "1 day", "7 hours")


@pytest.mark.parametrize(
    ("term", "word"),
    [
        ("shipping", "shipping"),
        ("urn:epcglobal:cbv:bizstep:shipping", "shipping"),
        ("https://ref.gs1.org/cbv/BizStep-shipping", "shipping"),
        ("cbv:BizStep-shipping", "shipping"),
        ("https://ref.gs1.org/cbv/Disp-in_transit", "in_transit"),
        ("gs1:Temperature", "Temperature"),
        ("https://maker.example/steps/stirring", "stirring"),
    ],
)
def test_a_term_is_recognised_in_any_spelling(term: str, word: str):
    assert bare(term) == word
