"""Every symbol says what it should when somebody else's decoder reads it, also from a bad print."""

from __future__ import annotations

import pytest

from labels.content import Payload
from labels.layout import drawing
from labels.raster import bitmap
from labels.symbols import CARRIERS, Kind, symbol
from ledger_client.codes.scan import scan
from ledger_client.errors import InvalidCode, InvalidInput
from tests.labels.samples import IDENTIFIERS, MILK, SPOILED, TEXTS, content, on_paper, read, sent, single

DECODED = sorted(TEXTS)


def picture(kind: str, dpi: int = 203):
    more = {"with": ["10", "17"]} if kind == "datamatrix" else {}
    return on_paper(bitmap(drawing(single(kind, **more), content(), dpi), dpi))


@pytest.mark.parametrize("kind", DECODED)
def test_a_symbol_holds_its_code(kind):
    assert read(picture(kind)) == {kind: (TEXTS[kind], IDENTIFIERS[kind])}


@pytest.mark.parametrize("spoiled", SPOILED)
@pytest.mark.parametrize("kind", DECODED)
def test_a_bad_print_still_reads(kind, spoiled):
    assert read(SPOILED[spoiled](picture(kind)))[kind][0] == TEXTS[kind]


EXACT = {  # what a scanner sends to the letter: symbology identifier, and FNC1 as ASCII 29 behind what has an open length
    "datamatrix": (["10", "17"], "]d2010690123456789217261225" + "10L20261125\x1d" + "21A1"),
    "code128": (["10"], "]C10106901234567892" + "10L20261125\x1d" + "21A1"),
}


@pytest.mark.parametrize("spoiled", ["", *SPOILED])
@pytest.mark.parametrize("kind", EXACT)
def test_separators_come_back_to_the_letter_also_from_a_bad_print(kind, spoiled):
    extras, expected = EXACT[kind]
    image = on_paper(bitmap(drawing(single(kind, 90, 30, **{"with": extras}), content(), 203), 203))
    assert sent(SPOILED[spoiled](image) if spoiled else image) == expected


@pytest.mark.parametrize("kind", DECODED)
def test_what_a_scanner_sends_names_the_item(kind):
    assert scan(sent(picture(kind))).item.uri == MILK


@pytest.mark.parametrize(
    "code",
    [
        "(00)069012345678900019",
        "(01)06901234567892(21)a!\"%&'*+-./:;<=>?_Z",
        "(01)06901234567892(10)L/1(21)0",
        "(01)06901234567892(10)LOT-7",
        "(8003)06901234567892X1",
        "(8004)6901234ASSET.9",
        "(414)6901234567892(254)1",
    ],
)
@pytest.mark.parametrize("kind", DECODED)
def test_every_key_goes_into_every_symbol(kind, code):
    item = scan(code).item
    image = on_paper(bitmap(drawing(single(kind, 200, 60), content(item.uri, lot=""), 300), 300))
    assert scan(sent(image)).item.uri == item.uri


@pytest.mark.parametrize("kind", ["datamatrix", "code128"])
def test_a_drug_code_is_printed_as_its_twenty_digits(kind):
    image = on_paper(bitmap(drawing(single(kind), content("81234567890123456789"), 203), 203))
    text, identifier = read(image)[kind]
    assert text == "81234567890123456789"
    assert identifier not in ("]d2", "]C1")


def test_a_wrong_check_digit_never_becomes_a_symbol():
    with pytest.raises(InvalidCode, match=r"check digit"):
        symbol(Kind.DATAMATRIX, Payload("(01)06901234567893(21)A1", gs1=True))


def test_what_a_symbol_cannot_hold_is_refused():
    with pytest.raises(InvalidInput, match=r"Code 128 of .* cannot be drawn"):
        symbol(Kind.CODE128, Payload("x" * 400, gs1=False))


def test_a_urn_is_no_address_for_a_phone():
    with pytest.raises(InvalidInput, match=r"no web address"):
        drawing(single("qr"), content("urn:uuid:6f2c9a6e-0000-4000-8000-000000000001"), 203)


def test_quiet_zones_are_white():
    for kind in Kind:
        drawn = drawing(single(kind), content(), 203)
        one, quiet = drawn.symbols[0], CARRIERS[kind].quiet
        assert one.x >= quiet * one.module - 1e-6
        assert drawn.width - one.x - one.symbol.width * one.module >= quiet * one.module - 1e-6


def test_han_xin_has_its_finder_patterns_and_holds_what_differs():
    """No free decoder reads it; that it is one, and not the same for two codes, is seen."""
    one, other = (symbol(Kind.HANXIN, Payload(f"{TEXTS['qr']}{tail}", gs1=False)) for tail in "12")
    assert [row[:7] for row in one.rows[:7]] == ["1111111", "1000000", "1011111", "1010000", "1010111", "1010111", "1010111"]
    assert one.width == one.height
    assert one.rows != other.rows
