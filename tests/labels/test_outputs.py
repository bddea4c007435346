"""The same label as PDF, ZPL, SVG and PNG: what is read from each is what was meant."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET

import pypdfium2
import pytest
from PIL import Image, ImageDraw

from labels.label import label
from labels.layout import drawing
from labels.pdf import pdf
from labels.raster import bitmap, png
from labels.sheet import Sheet, filled
from labels.svg import svg
from labels.zpl import DPI, zpl
from ledger_client.codes import parse
from ledger_client.codes.epc_binary import decode, encode
from tests.labels.samples import IDENTIFIERS, MILK, TEXTS, content, full, on_paper, read, single, zpl_bitmap

ALL = {kind: (TEXTS[kind], IDENTIFIERS[kind]) for kind in TEXTS}


@pytest.mark.parametrize("dpi", DPI)
def test_a_thermal_printer_gets_the_picture_that_was_checked(dpi):
    drawn = drawing(label(full()), content(), dpi)
    text = zpl(drawn, dpi)
    image = zpl_bitmap(text)
    assert text.startswith("^XA\n")
    assert text.endswith("^XZ\n")
    assert image.tobytes() == bitmap(drawn, dpi).tobytes()
    assert read(on_paper(image)) == ALL


@pytest.mark.parametrize("dpi", DPI)
def test_modules_are_whole_dots(dpi):
    for one in drawing(label(full()), content(), dpi).symbols:
        dots = one.module / 25.4 * dpi
        assert dots == pytest.approx(round(dots))
        assert round(dots) >= 2


def test_a_tag_is_written_with_the_label():
    tag = encode("urn:epc:id:sgtin:6901234.056789.1001", 1)
    text = zpl(drawing(single("qr"), content(), 203), 203, tag)
    written, size = re.search(r"\^RFW,H,2,\d+,A\^FD([0-9A-F]+)\^FS", text)[1], re.search(r"\^RFW,H,2,(\d+),A", text)[1]  # type: ignore[index]
    assert len(written) == int(size) * 2
    assert decode(written).item == parse("urn:epc:id:sgtin:6901234.056789.1001")


def test_a_long_tag_is_written_in_whole_words():
    tag = encode("urn:epc:id:sgtin:6901234.056789.A1B2", 1)  # sgtin-198: 25 bytes
    written = re.search(r"\^FD([0-9A-F]+)\^FS", zpl(drawing(single("qr"), content(), 203), 203, tag))[1]  # type: ignore[index]
    assert len(written) % 4 == 0
    assert decode(written).identity == tag.identity


def test_sheets_hold_every_label_in_its_place():
    made = label(full())
    on = filled(made)
    codes = [f"https://id.gs1.org/01/06901234567892/21/A{number}" for number in range(on.count + 2)]
    data = pdf((drawing(made, content(code)) for code in codes), on, "牛奶")
    with pypdfium2.PdfDocument(data) as document:
        assert [page.get_size() for page in document] == [pytest.approx((595.28, 841.89), abs=0.1)] * 2
        page = document[0].render(scale=300 / 72).to_pil()
        for number in range(on.count):
            x, y = on.place(number, (made.width, made.height))
            box = [round(length / 25.4 * 300) for length in (x, y, x + made.width, y + made.height)]
            told = read(page.crop(box))
            assert told["qr"][0].endswith(f"/21/A{number}")
            assert told["code128"][0].endswith(f"(21)A{number}")
        text = document[1].get_textpage().get_text_range()
    assert "有机纯牛奶 1 L 批号 L20261125 至 2026-12-25" in text
    assert "(01)06901234567892(21)A19" in text


def test_a_roll_has_one_label_a_page_and_embeds_its_font():
    made = label(full())
    data = pdf(drawing(made, content(f"{MILK}{number}")) for number in range(3))
    assert b"/FontFile2" in data
    with pypdfium2.PdfDocument(data) as document:
        assert [page.get_size() for page in document] == [pytest.approx((60 / 25.4 * 72, 40 / 25.4 * 72), abs=0.1)] * 3
        for number, page in enumerate(document):
            told = read(page.render(scale=300 / 72).to_pil())
            assert told["datamatrix"] == (f"{TEXTS['datamatrix']}{number}", "]d2")


def test_svg_is_in_millimetres_and_reads_back():
    text = svg(drawing(label(full()), content()))
    root = ET.fromstring(text)
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("60mm", "40mm", "0 0 60 40")
    scale = 40
    image = Image.new("1", (60 * scale, 40 * scale))
    ink = ImageDraw.Draw(image)
    for path in root.findall("{http://www.w3.org/2000/svg}path"):
        for run in re.finditer(r"M([\d.]+) ([\d.]+)h([\d.]+)v([\d.]+)H", path.get("d", "")):
            x, y, width, height = map(float, run.groups())
            ink.rectangle([round(x * scale), round(y * scale), round((x + width) * scale) - 1, round((y + height) * scale) - 1], fill=1)
    seen = Image.eval(image.convert("L"), lambda value: 255 - value)
    assert read(seen) == ALL
    assert "<text" not in text


def test_a_marking_machine_gets_modules_of_the_size_it_asked_for():
    made = single("datamatrix", 12, 12, "marking", module=0.3)
    drawn = drawing(made, content(lot=""))
    assert drawn.symbols[0].module == 0.3
    side = drawn.symbols[0].symbol.width * 0.3
    runs = [tuple(map(float, run)) for run in re.findall(r"M([\d.]+) ([\d.]+)h", svg(drawn))]
    assert min(x for x, _ in runs) == pytest.approx((12 - side) / 2, abs=1e-3)
    image = Image.open(io.BytesIO(png(drawing(made, content(lot=""), 600), 600)))
    assert image.info["dpi"] == pytest.approx((600, 600), abs=0.1)
    assert read(image)["datamatrix"] == ("(01)06901234567892(21)A1", "]d2")


def test_a_full_sheet_is_as_full_as_can_be():
    made = single("qr", 50, 30)
    assert filled(made) == Sheet(3, 8, left=28.0, top=10.0, across=2.0, down=2.0)
