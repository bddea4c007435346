"""The page of a form, empty or as it was filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from api.console.capture.places import Place
from api.console.capture.read import Filled
from api.console.capture.scanned import CodesField, Known, codes_field
from api.console.capture.steps import HOME, LONG, RESULTS, SHORT, Step
from api.console.frame import Frame
from api.console.shown import Link, Option
from api.console.visit import Visit
from api.console.words import ConsoleWords


@dataclass(frozen=True, slots=True)
class Field:
    """Any other field. Kinds: text, long, number, place, time, choice."""

    kind: str
    name: str
    label: str
    value: str
    hint: str = ""
    problem: str = ""
    required: bool = False
    most: int = SHORT
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """What stands above the form."""

    tone: str
    text: str
    detail: str = ""
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class FormPage:
    """templates/console/capture/form.html"""

    template: ClassVar[str] = "console/capture/form.html"
    frame: Frame
    action: str
    lead: str
    form: str  # its id
    zone: str
    notice: Notice | None
    codes: tuple[CodesField, ...]
    fields: tuple[Field, ...]


def form_page(
    visit: Visit, step: Step, filled: Filled, form: str, places: Sequence[Place], known: Known, notice: Notice | None = None
) -> FormPage:
    """The form with whatever was typed, and what is wrong with it."""
    words = visit.words
    return FormPage(
        frame=visit.frame(words.say(f"capture.step.{step.name}"), Link(HOME, words.say("capture.title"))),
        action=f"{HOME}/{step.name}",
        lead=words.say(f"capture.lead.{step.name}"),
        form=form,
        zone=filled.text("zone") or str(words.zone),
        notice=notice or (Notice("bad", words.say("capture.refused", count=len(filled.problems))) if filled.problems else None),
        codes=tuple(codes_field(step, codes, filled, known, words) for codes in step.codes),
        fields=tuple(_fields(step, filled, places, words)),
    )


def _fields(step: Step, filled: Filled, places: Sequence[Place], words: ConsoleWords) -> list[Field]:
    """In the order of the form: what the step asks for, then where, when and who."""

    def field(kind: str, name: str, *, required: bool = False, most: int = SHORT, options: tuple[Option, ...] = ()) -> Field:
        hint = words.texts.get(f"capture.{name}.hint", "")
        return Field(
            kind,
            name,
            words.say(f"capture.{name}"),
            filled.typed.get(name, ""),
            hint,
            filled.problems.get(name, ""),
            required,
            most,
            options,
        )

    results = tuple(Option(one, words.say(f"capture.result.{one}"), one == filled.text("result")) for one in RESULTS)
    asked = {
        "result": lambda: [field("choice", "result", required=True, options=results), field("text", "reason")],
        "delivery": lambda: [field("text", "delivery")],
        "temperature": lambda: [field("number", "temperature", most=20)],
        "machine": lambda: [field("text", "machine")],
    }
    return [
        *(one for name in step.asks for one in asked[name]()),
        field("place", "place", required=True, options=tuple(Option(place.name, place.code, chosen=False) for place in places)),
        field("time", "time"),
        field("text", "people"),
        field("long", "note", most=LONG),
    ]
