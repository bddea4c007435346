"""What a link may lead to, and what is refused."""

from __future__ import annotations

import pytest

from ledger_client.errors import InvalidInput
from resolver import target, types
from resolver.pattern import of_prefix


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://www.example.com", "https://www.example.com"),
        (" https://WWW.Example.com/Use?a=1&b=%20#top ", "https://www.example.com/Use?a=1&b=%20#top"),
        ("https://例子.中国/说明?语言=中文", "https://xn--fsqu00a.xn--fiqs8s/%E8%AF%B4%E6%98%8E?%E8%AF%AD%E8%A8%80=%E4%B8%AD%E6%96%87"),
        ("https://10.0.0.7:8443/x", "https://10.0.0.7:8443/x"),
        ("https://[::1]/x", "https://[::1]/x"),
        ('https://example.com/"><script>', "https://example.com/%22%3E%3Cscript%3E"),
    ],
)
def test_an_https_address_is_kept_in_ascii(typed: str, kept: str):
    assert target.url(typed) == kept
    assert target.url(kept) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)//https://example.com",
        "data:text/html,x",
        "http://example.com",
        "//example.com",
        "https:///x",
        "https://",
        "https:example.com",
        "https://user@example.com/",
        "https://bank.example@evil.example/",
        "https://example.com\\@evil.example/",
        "https://example.com/a b",
        "https://example.com/\r\nSet-Cookie: a=b",
        "https://example.com/\u2028x",
        "https://example.com/%zz",
        "https://example.com:99999/",
        "https://exa_mple..com/<>",
        "https://[::1/x",
        "https://example.com/" + "a" * 2000,
    ],
)
def test_anything_else_is_refused_with_its_reason(typed: str):
    with pytest.raises(InvalidInput) as refused:
        target.url(typed)
    assert refused.value.field == "target"
    assert refused.value.fix


def test_a_query_goes_behind_the_links_own_and_before_its_fragment():
    assert target.with_query("https://a.example/x?y=1#z", "17=261231") == "https://a.example/x?y=1&17=261231#z"
    assert target.with_query("https://a.example/x", 'q="\r\nX: 1') == "https://a.example/x?q=%22%0D%0AX:%201"
    assert target.with_query("https://a.example/x", "") == "https://a.example/x"


@pytest.mark.parametrize("tag", ["e", "en_GB", "en\r\nX: 1", "english language", 'en"'])
def test_a_language_that_is_none_is_refused(tag: str):
    with pytest.raises(InvalidInput):
        target.language(tag)


@pytest.mark.parametrize("name", ["html", "text/html; charset=utf-8", 'text/"', "text/\r\nhtml", "/"])
def test_a_media_type_that_is_none_is_refused(name: str):
    with pytest.raises(InvalidInput):
        target.media_type(name)


def test_a_type_is_known_in_each_of_its_spellings():
    assert {types.named(text) for text in ("gs1:pip", "https://ref.gs1.org/voc/pip", "https://gs1.org/voc/pip")} == {"pip"}
    assert [types.named(text) for text in ("pip", "gs1:nothing", "schema:pip", "")] == [None] * 4
    with pytest.raises(InvalidInput, match="own page"):
        types.settable("gs1:defaultLink")


@pytest.mark.parametrize("digits", ["69012", "6901234567892", "69012a", "６９０１２３４", ""])
def test_a_company_prefix_that_is_none_is_refused(digits: str):
    with pytest.raises(InvalidInput):
        of_prefix(digits)
