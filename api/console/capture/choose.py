"""The page on which a form is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from api.console.capture.steps import HOME, STEPS
from api.console.frame import Frame
from api.console.visit import Visit


@dataclass(frozen=True, slots=True)
class Tile:
    """A form to choose."""

    url: str
    icon: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class ChoosePage:
    """templates/console/capture/choose.html"""

    template: ClassVar[str] = "console/capture/choose.html"
    frame: Frame
    tiles: tuple[Tile, ...]


def choose_page(visit: Visit) -> ChoosePage:
    """All forms."""
    words = visit.words
    tiles = (
        Tile(f"{HOME}/{step.name}", step.icon, words.say(f"capture.step.{step.name}"), words.say(f"capture.lead.{step.name}"))
        for step in STEPS.values()
    )
    return ChoosePage(visit.frame(words.say("capture.title")), tuple(tiles))
