"""`make demo` as a visitor meets it: filled, up, each showcase telling what its name claims."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time

import httpx
import pytest
import zxingcpp
from PIL import Image

from scripts.demo.announce import PAGES
from tests.conftest import MORTAL
from tests.end_to_end.installation import PROJECT, free_port

READY_SECONDS = 600.0
QR_ROW = r"^[█▀▄\xa0]{20,}$"


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """What the demo printed once it was up, by the address it serves."""
    folder, port = tmp_path_factory.mktemp("demo"), free_port()
    words = ["--home", str(folder / "home"), "--port", str(port), "--rpc-port", str(free_port()), "--days", "47"]
    said = folder / "said"
    with said.open("wb") as output:
        line = [*MORTAL, sys.executable, "-m", "scripts.demo", *words]
        process = subprocess.Popen(line, cwd=PROJECT, stdout=output, stderr=output)
    until = time.monotonic() + READY_SECONDS
    while not re.search(QR_ROW, said.read_text(), re.MULTILINE):  # the QR code comes last
        assert process.poll() is None, said.read_text()
        assert time.monotonic() < until, said.read_text()
        time.sleep(0.5)
    yield said.read_text()
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0


def test_the_demo_prints_pages_that_open_and_verify(demo):
    pages = re.findall(r"^    (http://127\.0\.0\.1:\d+/\d\d\S*)$", demo, re.MULTILINE)
    assert len(pages) == len(PAGES)
    for page in pages:
        server = page[: page.index("/", 8)]
        answer = httpx.get(page, headers={"Accept-Language": "en"}, timeout=30)
        assert answer.status_code == 200, page
        verdict = httpx.get(f"{server}/verify", params={"code": page}, timeout=30).json()
        assert (verdict["verdict"], verdict["items"][0]["complete"]) == ("verified", True), page


def test_a_scanner_reads_the_qr_code_in_the_terminal(demo):
    rows = re.findall(QR_ROW, demo, re.MULTILINE)
    size = max(len(row) for row in rows)
    picture = Image.new("1", (size + 8, 2 * len(rows) + 8), 1)
    for y, row in enumerate(rows):
        for x, block in enumerate(row):
            picture.putpixel((x + 4, 2 * y + 4), block in "█▀")
            picture.putpixel((x + 4, 2 * y + 5), block in "█▄")
    found = zxingcpp.read_barcodes(picture.resize((picture.width * 8, picture.height * 8)).convert("L"))
    assert [code.text for code in found] == re.findall(r"^    (http\S+/21/\S+)$", demo, re.MULTILINE)[:1]


def test_the_demos_status_is_well_and_its_members_are_the_four_companies_and_the_open_documents(demo):
    server = re.search(r"http://127\.0\.0\.1:\d+", demo)[0]
    status = httpx.get(f"{server}/status", timeout=30).json()
    assert status["mirror"]["state"] == "following"
    assert status["queue"]["depth"] == 0
    assert status["mirror"]["anchors"] > 5000
    members = httpx.get(f"{server}/members", timeout=30).json()["members"]
    assert len(members) == 5
    assert all(member["anchors"] for member in members)


def test_a_manager_finds_which_shops_got_milk_from_tank_7_in_under_a_minute(demo):
    server, password = re.search(r"http://127\.0\.0\.1:\d+", demo)[0], re.search(r"^ +lin +(\S+)", demo, re.MULTILINE)[1]
    line = [sys.executable, "-m", "tests.end_to_end.walk", server, password]
    found = json.loads(subprocess.run(line, cwd=PROJECT, stdout=subprocess.PIPE, check=True, text=True).stdout)
    assert found["complaints"] == []
    assert len(set(found["shops"])) == 3
    assert all(re.fullmatch("禾邻里.+店", shop) for shop in found["shops"])
    assert found["amounts"] == ["收货 288 件"] * 3
    assert found["chosen"] == found["shops"][:1]
    assert found["seconds"] < 60
