"""Asks the page's own JavaScript, under the project's Node, and gives its answers to Python tests."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

NODE = Path(sys.executable).with_name("node")
ASK = Path(__file__).with_name("ask.cjs")


class Thrown(Exception):
    """What the JavaScript threw."""


def ask(*questions: tuple[Any, ...]) -> list[Any]:
    """The result of each call; an Exception instance where it threw."""
    ran = subprocess.run([str(NODE), str(ASK)], input=json.dumps(questions), capture_output=True, text=True, check=True, timeout=120)
    return [Thrown(one["error"]) if "error" in one else one["value"] for one in json.loads(ran.stdout)]


def hexed(value: bytes) -> str:
    return "0x" + value.hex()
