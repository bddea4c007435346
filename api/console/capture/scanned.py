"""A field of scanned codes as it is shown: what each line was understood as, or why it was not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from api.console.capture.lines import MOST, Line, codes_in
from api.console.capture.read import Amount, Filled
from api.console.capture.steps import UNITS, Codes, Step
from api.console.frame import Frame
from api.console.refusals import refusal
from api.console.shown import Option
from api.console.words import ConsoleWords
from api.pages.product import code_parts
from api.pages.words import Words
from ledger_client.codes import ItemCode
from ledger_client.codes.element_string import FNC1


@dataclass(frozen=True, slots=True)
class AmountFields:
    """Quantity and unit beside a lot."""

    quantity_name: str
    unit_name: str
    quantity: str
    units: tuple[Option, ...]
    problem: str


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One scanned line: what it was understood as, or why it was not."""

    number: int
    id: str
    tone: str
    title: str  # the product's name, or the kind of code
    text: str  # the code as a person reads it
    note: str
    detail: str  # the exact reason
    drop: str  # what its button does
    amount: AmountFields | None


@dataclass(frozen=True, slots=True)
class CodesField:
    """A field of codes with its lines."""

    name: str
    label: str
    hint: str
    typed: str
    many: bool
    problem: str
    lines: tuple[ShownLine, ...]
    counted: str


@dataclass(frozen=True, slots=True)
class LinesPart:
    """templates/console/capture/lines.html: the lines of one field, as htmx puts them into the page."""

    template: ClassVar[str] = "console/capture/lines.html"
    frame: Frame
    field: CodesField


@dataclass(frozen=True, slots=True)
class Known:
    """What the database knows of the codes in a form: products' names by code, and which items were recorded before."""

    products: Mapping[str, str]
    recorded: frozenset[str]


def codes_field(step: Step, codes: Codes, filled: Filled, known: Known, words: ConsoleWords) -> CodesField:
    """A field of codes as it is shown."""
    lines = filled.lines.get(codes.name, ())
    amounts = filled.amounts.get(codes.name, {})
    hint = words.say("capture.codes.hint.many" if codes.many else "capture.codes.hint.single")
    return CodesField(
        name=codes.name,
        label=words.say(f"capture.codes.{step.name}.{codes.name}"),
        hint=hint,
        typed=filled.typed.get(codes.name, ""),
        many=codes.many,
        problem=filled.problems.get(codes.name, ""),
        lines=tuple(_line(codes.name, line, amounts, known, words) for line in lines[:MOST]),
        counted=words.say("capture.counted", count=len(codes_in(lines))) if lines else "",
    )


def product_of(code: ItemCode) -> str:
    """The code of the product that an item is one of."""
    return f"https://id.gs1.org/01/{code.parts['01']}" if "01" in code.parts else code.uri


def spelled(code: ItemCode, words: ConsoleWords) -> str:
    """The code with its parts named."""
    return " · ".join(f"{part.label} {part.value}" for part in code_parts(code, Words(words.language)))


def _line(name: str, line: Line, amounts: Mapping[str, Amount], known: Known, words: ConsoleWords) -> ShownLine:
    row, drop = f"{name}-{line.number}", words.say("capture.drop", number=line.number)
    if line.code is None:
        typed = line.typed.replace(FNC1, "␝")[:200]
        return ShownLine(
            line.number,
            row,
            "bad",
            words.say(f"capture.line.{line.problem}"),
            typed,
            "",
            refusal(line.error, words) if line.error else "",
            drop,
            None,
        )
    text, uri, product = spelled(line.code, words), line.code.uri, known.products.get(product_of(line.code), "")
    if line.again:
        return ShownLine(line.number, row, "warn", product, text, words.say("capture.line.again"), "", drop, None)
    note = "" if uri in known.recorded else words.say("capture.line.new")
    amount = _amount(name, uri, amounts[uri], words) if uri in amounts else None
    return ShownLine(line.number, row, "good", product, text, note, "", drop, amount)


def _amount(name: str, code: str, amount: Amount, words: ConsoleWords) -> AmountFields:
    units = tuple(Option(unit, words.say(f"capture.unit.{unit or 'pieces'}"), unit == amount.unit) for unit in UNITS)
    return AmountFields(f"quantity.{name}.{code}", f"unit.{name}.{code}", amount.typed, units, amount.problem)
