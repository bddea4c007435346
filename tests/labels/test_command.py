"""`python -m scripts.labels`: codes from a file become labels in a file."""

from __future__ import annotations

import json

import pypdfium2
import pytest
from click.testing import CliRunner
from PIL import Image

from ledger_client.codes.epc_binary import decode
from scripts.labels import main
from tests.labels.samples import MILK, field, full, read, zpl_bitmap


@pytest.fixture
def run(tmp_path):
    def run(codes: str, *options: str, template=None):
        (tmp_path / "milk.json").write_text(json.dumps(template or full()))
        (tmp_path / "codes").write_text(codes, encoding="utf-8")
        told = ["--product", "有机纯牛奶", "--lot", "L1", "--expires", "2026-12-25", "--domain", "https://id.example.com"]
        return CliRunner().invoke(
            main, [str(tmp_path / "milk.json"), str(tmp_path / "codes"), "-o", str(tmp_path / "out"), *told, *options]
        )

    return run


def test_a_file_of_codes_becomes_sheets(run, tmp_path):
    answer = run("\n".join(f"(01)06901234567892(21)A{number}" for number in range(1200)))
    assert answer.exit_code == 0, answer.output
    assert answer.stdout.splitlines()[-1] == f"1200 labels in {tmp_path / 'out'}"
    with pypdfium2.PdfDocument(tmp_path / "out") as document:
        assert len(document) == 67  # 18 on a sheet
        last = read(document[66].render(scale=300 / 72).to_pil())
        assert last["qr"][0].endswith("/21/A1199")


def test_a_csv_file_tells_what_differs_from_code_to_code(run, tmp_path):
    answer = run(f"number,code,lot\n0,{MILK},L-A\n1,{MILK}2,L-B\n", "--form", "svg")
    assert answer.exit_code == 0, answer.output
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["00001.svg", "00002.svg"]
    answer = run(f"code,lot\n{MILK},L-A\n", "--form", "png", "--dpi", "300")
    assert "(10)L-A" in read(Image.open(tmp_path / "out" / "00001.png"))["datamatrix"][0]


def test_printers_with_rfid_get_the_tag_too(run, tmp_path):
    answer = run("(01)06901234567892(21)1001", "--form", "zpl-203", "--tags", "7")
    assert answer.exit_code == 0, answer.output
    text = (tmp_path / "out").read_text()
    assert zpl_bitmap(text).size == (480, 320)
    assert decode(text.split("A^FD")[1].split("^FS")[0]).item.uri == "https://id.gs1.org/01/06901234567892/21/1001"


@pytest.mark.parametrize(
    ("codes", "problem"),
    [
        (f"{MILK}\n(01)06901234567893(21)A1", "labels: code 2, GTIN 06901234567893: has the check digit 3"),
        ("", "labels: codes: are 0 — give 1 to 10,000"),
        (f"code,expires\n{MILK},soon", "labels: code 1, expires: 'soon' is no date"),
        (f"code,product\n{MILK},{'很长的名字' * 9}", "labels: label 1, field what: is 4 mm high"),
    ],
)
def test_nothing_is_written_unless_every_label_fits(run, tmp_path, codes, problem):
    answer = run(codes)
    assert answer.exit_code == 1
    assert problem in answer.output
    assert not (tmp_path / "out").exists()


def test_a_wrong_template_is_named(run):
    answer = run(MILK, template={"width": 50, "height": 30, "fields": [field("qr", "qr", 40, 0, 20, 20)]})
    assert "labels: field qr: goes 10 mm beyond the right edge of the label" in answer.output
