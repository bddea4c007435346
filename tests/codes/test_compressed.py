"""Compressed GS1 Digital Links: what they say, what cannot be read, and that no address is taken for one by accident."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger_client.codes import application_identifiers, parse
from ledger_client.codes.compressed import SEVERAL, expanded
from ledger_client.codes.gs1_keys import item_code
from ledger_client.codes.scan import scan
from ledger_client.errors import InvalidCode
from tests.codes.test_item_codes import gs1_items

LINKS = json.loads((Path(__file__).parents[1] / "vectors" / "compressed-links.json").read_text())
BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
GTIN = {"01": "06901234567892"}


def bits(number: int, count: int) -> str:
    return f"{number:0{count}b}" if count else ""


def digits(text: str) -> str:
    return bits(int(text or "0"), math.ceil(len(text) * math.log2(10) + 0.01))


def value(ai: str, text: str) -> str:
    """A value as the standard spells it, texts in ASCII."""
    made = ""
    for part in application_identifiers.get(ai).components:
        piece, text = text[: part.most], text[part.most :]
        length = bits(len(piece), math.ceil(math.log2(part.most) + 0.01)) if part.fewer else ""
        made += length + digits(piece) if part.numeric else "100" + length + "".join(bits(ord(one), 7) for one in piece)
    return made


def address(made: str) -> str:
    made += "0" * (-len(made) % 6)
    return "".join(BASE64[int(made[at : at + 6], 2)] for at in range(0, len(made), 6))


def hexed(text: str) -> str:
    return "".join(bits(int(one, 16), 4) for one in text)


def compressed(values: dict[str, str]) -> str:
    return address("".join(hexed(ai) + value(ai, text) for ai, text in values.items()))


@pytest.mark.parametrize(("link", "said"), [*LINKS["published"], *LINKS["made"]])
def test_a_compressed_link_says_what_its_long_form_says(link: str, said: str):
    found, wanted = scan(link), scan(said)
    assert (found.item, found.parts, found.spelling) == (wanted.item, wanted.parts, "digital-link")
    assert found.notes[0].startswith("decompressed, the address is ")
    with pytest.raises(InvalidCode, match="is compressed"):
        parse(link.replace("http://example.org", "https://id.gs1.org"))  # no code of an event: CBV 2.0 takes long links


@settings(max_examples=300)
@given(gs1_items())
def test_whatever_is_compressed_comes_back(item: tuple[str, str, dict[str, str]]):
    ai, key, refinements = item
    named = item_code(ai, key, refinements)
    found = scan("https://id.gs1.org/" + compressed({ai: key, **refinements}))
    assert (found.item, found.parts) == (named, {ai: key, **refinements})


@pytest.mark.parametrize(("byte", "identifiers"), SEVERAL.items())
def test_a_byte_stands_for_several_identifiers(byte: str, identifiers: tuple[str, ...]):
    sample = {
        "01": "06901234567892",
        "8010": "0614141A12",
        "8017": "385888700111111111",
        "8018": "385888700111111111",
        "414": "0614141123452",
        "255": "0614141123452777",
    }
    values = {ai: sample.get(ai) or ("270105" * 2)[: application_identifiers.get(ai).fixed or 4] for ai in identifiers}
    if identifiers == ("01", "7003"):
        values["7003"] = "2701051230"
    if identifiers[1][:2] == "39":
        values[identifiers[1]] = "1999"
    found = scan("https://id.gs1.org/" + address(hexed(byte) + "".join(value(ai, text) for ai, text in values.items())))
    assert found.parts == values


def test_pairs_that_are_not_gs1s_and_the_links_own_query_are_kept():
    made = hexed("01") + value("01", GTIN["01"]) + "1111" + bits(1, 7) + bits(BASE64.index("k"), 6) + "100" + bits(3, 7)
    link = "https://id.gs1.org/" + address(made + "".join(bits(ord(one), 7) for one in "a&b"))
    assert expanded(link + "?lang=zh#top") == "https://id.gs1.org/01/06901234567892?k=a%26b&lang=zh"


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (hexed("01") + value("01", "06901234567893"), "check digit"),
        (hexed("01") + value("01", GTIN["01"])[:-8], "ends within a value"),
        (hexed("01") + value("01", GTIN["01"]) + "1", "goes on behind its last value"),
        (hexed("01") + value("01", GTIN["01"]) + hexed("01") + value("01", GTIN["01"]), "is given twice"),
        (hexed("01") + value("01", GTIN["01"]) + hexed("00") + value("00", "106141412345678908"), "names several things"),
        (hexed("10") + value("10", "LOT-7"), "names no item"),
        (hexed("E0") + value("01", GTIN["01"]), "begins with no application identifier"),
        (hexed("05") + value("01", GTIN["01"]), "is not known"),
        (hexed("01") + bits(10**14, 47), "more digits than it tells"),
        (hexed("01") + value("01", GTIN["01"]) + hexed("21") + "111" + bits(2, 5) + bits(0, 14), "encoding that is not known"),
        (hexed("01") + value("01", GTIN["01"]) + hexed("21") + "100" + bits(2, 5) + bits(0, 14), "is no serial"),
    ],
)
def test_what_cannot_be_decompressed_is_refused_with_the_reason(made: str, why: str):
    with pytest.raises(InvalidCode, match=f"is compressed, and cannot be read.*{why}"):
        scan("https://id.gs1.org/" + address(made))
    elsewhere = "https://shop.example.com/" + address(made)
    assert scan(elsewhere).item.uri == elsewhere  # an address like any other


@pytest.mark.parametrize(
    "page", ["products", "about-us-and-our-farm", "item/20260901", "01/06901234567892/21/ABCDEFGH", "AQnYUc1gmiE/more"]
)
def test_an_ordinary_address_is_none(page: str):
    assert scan(f"https://shop.example.com/{page}").notes == ()


def test_in_an_event_a_compressed_link_is_refused_with_its_long_form():
    with pytest.raises(InvalidCode, match=r"is compressed — give its long form, https://id\.gs1\.org/01/06901234567892/21/A1"):
        parse("https://id.gs1.org/" + compressed(GTIN | {"21": "A1"}))
    link = "https://shop.example.com/" + compressed(GTIN | {"21": "A1"})
    assert parse(link).uri == link  # as ever: what stands at another's domain is that domain's to say


@settings(max_examples=500)
@given(st.text(BASE64, max_size=60), st.sampled_from(["", "01/06901234567892/", "8004/0614141A/"]))
def test_any_address_has_an_answer(segment: str, before: str):
    for domain in ("https://id.gs1.org/", "https://shop.example.com/"):
        with suppress(InvalidCode):
            scan(domain + before + segment)
