"""Which of several links of a type answers a request."""

from __future__ import annotations

import pytest

from ledger_client.codes import parse
from ledger_client.codes.scan import scan
from resolver.choosing import Link, matching
from resolver.pattern import candidates

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


def link(name: str, language: str = "", media_type: str = "", *, first: bool = False) -> Link:
    return Link("pip", f"https://example.com/{name}", name, language, media_type, first)


ZH, EN, GB, ANY = link("zh", "zh"), link("en", "en", first=True), link("gb", "en-GB"), link("any")
PAGE, PDF, JSON = link("page", "", "text/html"), link("pdf", "", "application/pdf"), link("json", "", "application/ld+json")


@pytest.mark.parametrize(
    ("links", "languages", "types", "wanted"),
    [
        ([ZH, EN], "zh-CN,zh;q=0.9,en;q=0.8", BROWSER, [ZH]),
        ([ZH, EN], "en-US", BROWSER, [EN]),
        ([ZH, EN, GB], "en-GB,en;q=0.9", BROWSER, [GB]),
        ([ZH, EN], "fr", BROWSER, [EN]),  # none suits: the first of its type
        ([ZH, GB], "fr", BROWSER, [ZH, GB]),  # and without one, all
        ([ZH, EN], "", BROWSER, [EN]),
        ([ZH, ANY], "fr", BROWSER, [ANY]),
        ([ZH, EN], "zh;q=0, en;q=0.1", BROWSER, [EN]),
        ([PAGE, PDF, JSON], "", BROWSER, [PAGE]),
        ([PAGE, PDF, JSON], "", "application/pdf", [PDF]),
        ([PAGE, PDF, JSON], "", "application/*", [PDF, JSON]),
        ([PAGE, PDF], "", "*/*", [PAGE, PDF]),
        ([PAGE, PDF], "", "", [PAGE, PDF]),
        ([ZH, EN], "zh;q=nonsense,;;,=", "no/such;q=9e9", [EN]),
    ],
)
def test_language_decides_then_the_media_type(links: list[Link], languages: str, types: str, wanted: list[Link]):
    assert matching(links, languages, types) == wanted


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        (
            "https://x.example/01/06901234567892/10/L1/21/A1?17=261231",
            ["01/06901234567892/21/A1", "01/06901234567892/10/L1", "01/06901234567892"],
            "690123",
        ),
        ("https://x.example/00/069012345678901238", ["00/069012345678901238"], "690123"),
        ("https://x.example/414/6901234000047/254/A", ["414/6901234000047/254/A", "414/6901234000047"], "690123"),
        ("https://x.example/8004/6901234AB", ["8004/6901234AB"], "690123"),
    ],
)
def test_the_more_a_pattern_says_the_earlier_it_is_tried(text: str, first: list[str], last: str):
    told = scan(text)
    found = candidates(told.item, told.parts)
    assert found[: len(first)] == [f"https://id.gs1.org/{one}" for one in first]
    assert found[len(first)].startswith("prefix:")
    assert found[-1] == f"prefix:{last}"
    assert sorted(found[len(first) :], key=len, reverse=True) == found[len(first) :]


def test_a_code_without_a_gs1_key_is_matched_by_itself_alone():
    item = parse("https://example.com/things/1")
    assert candidates(item, {}) == [item.uri]
