"""How things, places, amounts, steps and verdicts of a trace are called in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from api.console.event_rows import item_text
from api.console.shown import Badge
from api.console.words import ConsoleWords
from api.pages.words import TERMS, bare
from tracing.answer import Step, Thing
from tracing.picture.shapes import Amount

TONES = {"verified": "good", "pending": "wait", "altered": "bad", "erased": "quiet", "not checked": "warn"}
MARKS = {"verified": "✓", "pending": "…", "altered": "×", "erased": "∅", "not checked": "?"}  # beside the colour


@dataclass(frozen=True, slots=True)
class Names:
    """`places` and `products` by codes, as master data states them; `members` by keys."""

    words: ConsoleWords
    places: Mapping[str, str]
    products: Mapping[str, str]
    members: Mapping[bytes, str]

    def place(self, code: str) -> str:
        """A place or a company; where nobody named one, that."""
        return self.places.get(code) or item_text(code) or self.words.say("trace.place.unsaid")

    def product(self, code: str) -> str:
        """A product by its name, else its code."""
        return self.products.get(code) or item_text(code)

    def kind(self, level: str, product: str) -> str:
        """What something is: its product, or its level where it has none."""
        return self.product(product) if product else self.words.say(f"trace.level.{level}")

    def thing(self, thing: Thing) -> str:
        """`鲜牛奶 950 ml · L260915A`"""
        return f"{self.kind(thing.level, thing.product)} · {number_of(thing.code)}"

    def amount(self, amount: Amount) -> str:
        """`432 件`, `8,916 kg`"""
        number = f"{amount.quantity:,f}"
        unit = TERMS["unit"].get(amount.uom, amount.uom)
        if unit:
            return f"{number} {unit}"
        level = amount.level if amount.level in ("pallet", "asset") else "piece"
        return self.words.say(f"trace.count.{level}", count=1 if number == "1" else number)

    def amounts(self, amounts: Iterable[Amount], *, products: bool = False) -> str:
        """All of them; with the name of the product where several could be meant."""
        return " · ".join(
            f"{self.product(one.product)} {self.amount(one)}" if products and one.product else self.amount(one) for one in amounts
        )

    def step(self, kind: str, biz_step: str) -> str:
        """What happened: its business step, else its kind."""
        name = bare(biz_step)
        return self.words.term("step", name) if name else self.words.say(f"trace.kind.{kind}")

    def member(self, step: Step) -> str:
        """Who recorded it."""
        return self.members.get(step.signer, "")

    def verdict(self, verdict: str) -> Badge:
        """The verdict of the record behind a step: a mark and a word on a colour."""
        known = verdict if verdict in TONES else "not checked"
        word = self.words.say(f"trace.verdict.{known.replace(' ', '_')}")
        return Badge(f"{MARKS[known]} {word}", TONES[known])


def number_of(code: str) -> str:
    """The last part of a code: its lot number, its serial, its SSCC."""
    return unquote(code.rstrip("/").rpartition("/")[2]) or code
