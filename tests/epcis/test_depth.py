"""A document that nests without end is refused, also in a process that raised Python's recursion limit (some libraries do)."""

from __future__ import annotations

import subprocess
import sys

import pytest

READ = """
import sys
from ledger_client.epcis.document import read
from ledger_client.errors import InvalidEvent
sys.setrecursionlimit(10**6)
try:
    read(sys.stdin.buffer.read())
except InvalidEvent as error:
    print(error)
"""


@pytest.mark.parametrize(
    "document",
    [
        b"[" * 1_000_000,
        b'{"a":' * 300_000,
        b'["\\ud800",' + b"[" * 500_000,
        b'["]]]]' + b"[" * 500_000,
        b'{"a":"[[[[\\"",' + b'"b":[' * 200_000,
    ],
    ids=["lists", "objects", "half a character first", "an open string", "brackets in a string first"],
)
def test_a_bottomless_document_is_refused_and_the_process_lives(document: bytes):
    ran = subprocess.run([sys.executable, "-c", READ], input=document, capture_output=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr[-300:]
    assert b"nests deeper than 64 levels" in ran.stdout or b"is not JSON" in ran.stdout
