"""Every pair of text and ground that the stylesheet puts together has the contrast of WCAG 2.2 AA, light and dark, in every tone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[2] / "api" / "static" / "page.css").read_text()
TONES = ("good", "bad", "warn", "wait", "quiet")
PAIRS = [
    *[(text, ground) for text in ("ink", "soft", "accent") for ground in ("paper", "card")],
    *[(tone, f"{tone}-fill") for tone in TONES],
    *[("ink", ground) for ground in ("fill", "warn-fill", "accent-soft")],
    *[("soft", ground) for ground in ("fill", "accent-soft")],
    *[("bad", ground) for ground in ("card", "paper")],
    ("accent", "accent-soft"),
    ("card", "accent"),
]


def variables(scheme: str) -> dict[str, str]:
    light = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", CSS[CSS.index(":root") : CSS.index("@media")]))
    dark_block = CSS[CSS.index("@media (prefers-color-scheme: dark)") : CSS.index("body[data-tone")]
    return light | (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", dark_block)) if scheme == "dark" else {})


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS, ids=[f"{text} on {ground}" for text, ground in PAIRS])
def test_text_stands_out_from_its_ground(scheme: str, text: str, ground: str):
    known = variables(scheme)
    assert contrast(known[text], known[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_head_of_the_page_is_readable_in_every_tone(scheme: str):
    tones = re.findall(r'body\[data-tone="\w+"\][^{]*\{([^}]+)\}', CSS)
    assert len(tones) == 4
    for block in ["", *tones]:
        known = variables(scheme) | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", block))
        for text in ("on-hero", "on-hero-soft"):
            for ground in ("hero-a", "hero-b"):
                assert contrast(known[text], known[ground]) >= 4.5, (block, text, ground)
    assert contrast("#fff", "#8f1d16") >= 4.5
