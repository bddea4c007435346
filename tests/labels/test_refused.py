"""A label that cannot be printed well is refused with the field and what to do; nothing is cut off or shrunk in silence."""

from __future__ import annotations

import contextlib
from copy import deepcopy

import pytest

from labels.content import checked_domain
from labels.label import label
from labels.layout import drawing
from labels.sheet import filled, sheet
from ledger_client.errors import InvalidInput
from tests.labels.samples import content, field, full, single

WRONG = {
    "beyond the edge": ({"x": 50}, "field qr: goes 10 mm beyond the right edge of the label — move it by 10 mm"),
    "below the edge": ({"y": 35}, "field qr: goes 15 mm beyond the lower edge"),
    "in a quiet zone": ({"width": 22}, "field square: stands in the box of the QR qr — move one of them"),
    "no number": ({"x": "left"}, "field qr, x: is 'left' — give 0 to 500 mm"),
    "not a number": ({"x": float("nan")}, "field qr, x: is nan"),
    "unknown kind": ({"kind": "aztec"}, "field qr, kind: 'aztec' is not known — use text, qr"),
    "unknown property": ({"colour": "red"}, "field qr, colour: is not known"),
    "twice": ({"name": "han"}, "field han: stands there twice"),
    "no name": ({"name": "a b"}, r"fields\[0\].name: 'a b' is no name"),
    "extras in a QR": ({"with": ["10"]}, "field qr, with: does not go into a QR"),
    "flat bars": ({"kind": "code128", "height": 3}, "field qr, height: gives bars of 3 mm — make it at least 5 mm"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_field_that_cannot_stand_there(case):
    change, message = WRONG[case]
    given = full()
    given["fields"][0] |= change
    with pytest.raises(InvalidInput, match=message.replace("(", r"\(")):
        label(given)


TEXTS = {
    "placeholder": ({"text": "{colour}"}, "field t, text: holds {colour}, which stands for nothing — use {code}"),
    "brace": ({"text": "a { b"}, "field t, text: holds a brace"),
    "empty": ({"text": " "}, "field t, text: is no text"),
    "size": ({"size": 200}, "field t, size: is 200 — give 4 to 72 pt"),
    "align": ({"align": "justify"}, "field t, align: 'justify' is not known"),
    "control": ({"text": "a\x07"}, "field t, text: holds a control character"),
}


@pytest.mark.parametrize("case", TEXTS)
def test_a_text_that_cannot_be_written(case):
    change, message = TEXTS[case]
    given = {"width": 50, "height": 30, "fields": [field("t", "text", 0, 0, 50, 10, text="x") | change]}
    with pytest.raises(InvalidInput, match=message):
        label(given)


def text_label(text: str, width: float = 50, height: float = 10, size: float = 8):
    return label({"width": 50, "height": 30, "fields": [field("t", "text", 0, 0, width, height, text=text, size=size)]})


def test_a_text_that_is_too_long_says_how_high_its_box_must_be():
    made = text_label("{product}" * 3, height=4, width=30)
    with pytest.raises(InvalidInput, match=r"field t: is 4 mm high, and '有机纯牛奶 1 L.* needs 2 lines of 8 pt — make it 6.78 mm high"):
        drawing(made, content())


def test_a_character_without_a_letter_is_named():
    with pytest.raises(InvalidInput, match=r"field t: holds .*U\+1F42E.*which the font does not have"):
        drawing(text_label("{product}"), content(product="🐮"))


def test_a_value_that_nobody_told_is_missed():
    with pytest.raises(InvalidInput, match=r"field t, expires: is not told"):
        drawing(text_label("至 {expires}"), content(dates={}))


def test_a_value_that_a_symbol_needs_is_missed():
    with pytest.raises(InvalidInput, match=r"field symbol, lot: is not told"):
        drawing(single("datamatrix", **{"with": ["10"]}), content(lot=""))


def test_a_lot_that_no_symbol_can_hold_is_refused():
    with pytest.raises(InvalidInput, match=r"\(10\)"):
        drawing(single("datamatrix", **{"with": ["10"]}), content(lot="批号 1"))


def test_a_box_too_small_for_its_symbol_says_how_large_it_must_be():
    with pytest.raises(
        InvalidInput,
        match=r"field symbol: gives modules of 0.216 mm, and package needs 0.254 mm.*37 modules.*at least 9.4 mm wide and high",
    ):
        drawing(single("qr", 8, 8), content())
    drawing(single("qr", 9.4, 9.4), content())


def test_a_printer_rounds_down_to_its_dots():
    made = single("qr", 12, 12)
    assert drawing(made, content()).symbols[0].module == pytest.approx(12 / 37)
    assert drawing(made, content(), 300).symbols[0].module == pytest.approx(3 * 25.4 / 300)
    with pytest.raises(InvalidInput, match=r"of whole dots at 203 dpi of 0.125 mm"):
        drawing(single("qr", 9, 9), content(), 203)


def test_a_till_needs_larger_modules_than_a_phone():
    drawing(single("qr", 12, 12), content())
    with pytest.raises(InvalidInput, match=r"retail needs 0.396 mm"):
        drawing(single("qr", 12, 12, "retail"), content())


def test_a_module_that_is_asked_for_must_fit():
    with pytest.raises(InvalidInput, match=r"field symbol: is too small for modules of 0.500 mm.*or the module at most 0.324 mm"):
        drawing(single("qr", 12, 12, module=0.5), content())
    with pytest.raises(InvalidInput, match=r"give modules of at least 0.26 mm"):
        drawing(single("qr", 12, 12, module=0.1), content())


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"columns": 5, "rows": 1}, "sheet, columns: 5 of 50 mm need 250 mm of the sheet's 210 mm — 4 fit"),
        ({"columns": 1, "rows": 10, "down": 5}, "sheet, rows: 10 of 30 mm need 345 mm of the sheet's 297 mm — 8 fit"),
        ({"columns": 0, "rows": 1}, "sheet, columns: is 0"),
        ({"columns": 1.5, "rows": 1}, "sheet, columns: is 1.5"),
        ({"columns": 1, "rows": 1, "left": -1}, "sheet, left: is -1 — give 0 to 1000 mm"),
        ({"columns": 1, "rows": 1, "colour": 1}, "sheet, colour: is not known"),
        ({"columns": 1}, "sheet, rows: is None"),
    ],
)
def test_a_grid_that_is_larger_than_the_sheet(given, message):
    with pytest.raises(InvalidInput, match=message):
        sheet(given, single("qr", 50, 30))


def test_a_label_larger_than_a4_goes_on_a_roll():
    with pytest.raises(InvalidInput, match=r"does not fit on A4 — print it as a roll"):
        filled(single("qr", 250, 100))


def test_a_label_comes_back_from_its_json():
    made = label(full())
    assert label(deepcopy(made.as_json())) == made


@pytest.mark.parametrize(
    "text", ["", "id.example.com", "ftp://id.example.com", "http://[", "https://例子.com", "https://a b", "https://a/?x=1", "https://me@a"]
)
def test_what_no_phone_opens_is_no_domain(text):
    with pytest.raises(InvalidInput, match=r"domain: .* is no web address"):
        checked_domain(text)
    assert checked_domain(" https://id.example.com/qr/ ") == "https://id.example.com/qr"


@pytest.mark.parametrize("strange", [None, [], {}, [[]], [{}], True, -1, 1e300, "x" * 1000, float("inf")])
@pytest.mark.parametrize("name", ["width", "use", "fields"])
def test_json_of_any_shape_is_refused_and_never_breaks(name, strange):
    with pytest.raises(InvalidInput):
        label(full() | {name: strange})
    for key in full()["fields"][1]:
        given = full()
        given["fields"][1] |= {key: strange}
        with contextlib.suppress(InvalidInput):
            label(given)
