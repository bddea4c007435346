"""Which of several links of a type answers a request."""

from __future__ import annotations

import pytest

from ledger_client.codes import parse
from ledger_client.codes.scan import scan
from resolver.choosing import Link, matching
from resolver.pattern import levels

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


PRODUCT = "01/06901234567892"


@pytest.mark.parametrize(
    ("text", "codes", "prefixes"),
    [
        (f"{PRODUCT}/10/L1/21/A1?17=261231", [f"{PRODUCT}/21/A1", f"{PRODUCT}/10/L1", PRODUCT], ("690123456789", "690123")),
        ("00/069012345678901238", ["00/069012345678901238"], ("690123456789", "690123")),
        ("414/6901234000047/254/A", ["414/6901234000047/254/A", "414/6901234000047"], ("690123400004", "690123")),
        ("8004/6901234AB", ["8004/6901234AB"], ("6901234", "690123")),
    ],
)
def test_what_is_set_for_an_item_its_lot_and_its_product_holds_the_most_specific_first(
    text: str, codes: list[str], prefixes: tuple[str, str]
):
    told = scan(f"https://x.example/{text}")
    found = levels(told.item, told.parts)
    assert [code for code, _ in found] == [f"https://id.gs1.org/{code}" for code in codes]
    assert all(patterns == [code] for code, patterns in found[:-1])
    code, [own, *rest] = found[-1]
    assert (own, rest[0], rest[-1]) == (code, f"prefix:{prefixes[0]}", f"prefix:{prefixes[1]}")
    assert sorted(rest, key=len, reverse=True) == rest


def test_a_code_without_a_gs1_key_is_matched_by_itself_alone():
    item = parse("https://example.com/things/1")
    assert levels(item, {}) == [(item.uri, [item.uri])]
