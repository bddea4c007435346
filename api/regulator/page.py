"""The regulator's page, whole: what may be brought along, and what was found in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from api.pages.page import Part, Shell
from api.regulator.examined import Examination


@dataclass(frozen=True, slots=True)
class RegulatorPage:
    """templates/regulator.html"""

    template: ClassVar[str] = "regulator.html"
    shell: Shell
    tone: str
    asked: str  # what stands in the field
    audience: str  # whose view this reader is given, in words
    problem: str = ""  # why nothing could be examined
    detail: str = ""  # the same, precisely
    several: str = ""  # what the reader is told of how many items, or of the file that was brought
    found: tuple[Examination, ...] = ()
    bundles: tuple[Part, ...] = ()  # code and address of a bundle to take along, for each examination that was made here
    reporting: bool = False  # whether this reader may have signed reports of them
