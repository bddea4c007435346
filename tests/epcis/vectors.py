"""The vectors that the tests of codes and events read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

VECTORS = Path(__file__).parents[1] / "vectors"


def load(name: str) -> list[dict[str, Any]]:
    """The list of vectors in one file."""
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))["vectors"]
