"""Texts in boxes: as much as stands in so many full-width characters, on one line or on several."""

from __future__ import annotations

import re

_TOGETHER = re.compile(r"[!-~\u00a0-\u2e7f]+|\s+|.", re.DOTALL)  # a word, blanks, a Chinese letter
_NARROW = 0.58  # of a full-width character


def width(text: str) -> float:
    """In full-width characters."""
    return sum(1.0 if letter > "\u2e80" else _NARROW for letter in text)


def fitting(text: str, room: float) -> str:
    """As much of it as fits on one line."""
    if width(text) <= room:
        return text
    cut = ""
    for letter in text:
        if width(cut + letter) > room - 1:
            break
        cut += letter
    return cut.rstrip() + "…"


def wrapped(text: str, room: float, most: int) -> list[str]:
    """At most so many lines; words stay whole where they can, what is left over ends in an ellipsis."""
    lines = [""]
    for part in _TOGETHER.findall(text):
        if width(lines[-1] + part) > room and lines[-1]:
            lines.append("")
        lines[-1] += part if lines[-1] or not part.isspace() else ""
    kept = [line.rstrip() for line in lines if line.strip()]
    last = "".join(lines[most - 1 :]).strip() if len(kept) > most else ""
    return [fitting(line, room) for line in (*kept[: most - 1], last)] if last else [fitting(line, room) for line in kept]
