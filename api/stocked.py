"""What JSON and console ask of stock: who asks, and on what day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from api.console.paging import whole
from api.stock_holds import kept
from indexer.audiences import policies
from inventory import lots, marks, places, seen
from inventory.expiry import day_of
from inventory.lots import NEVER, Asked
from inventory.picks import Advice, advice
from ledger_client.codes import parse
from ledger_client.disclosure import Audience
from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence
from ledger_client.units import base, measure
from records.audiences import View
from records.genealogy.draw import moment
from tracing.products import product_of

MOST_LOTS = 1_000  # of one product at one place that advice looks at


@dataclass(frozen=True, slots=True)
class Known:
    """What the answer rests on: goods that the asker may not be told of, records and goods that are not counted yet."""

    withheld: int
    records: int
    goods: int


@dataclass(frozen=True, slots=True)
class Desk:
    """One asker of one request. `hidden`: kinds of events that it is not shown."""

    session: Session
    view: View
    hidden: tuple[int, ...]
    today: int

    @classmethod
    def of(cls, session: Session, audience: Audience) -> Desk:
        """For an audience, today."""
        view = View(audience, policies(session))
        return cls(session, view, tuple(seen.hidden(session, view)), day_of(date.today()))

    def asked(self, asked: Asked) -> Asked:
        """As this asker may ask."""
        return replace(asked, hidden=self.hidden)

    def known(self) -> Known:
        """What may lack."""
        return Known(seen.withheld(self.session, self.hidden), *marks.behind(self.session))

    def place_names(self, found: Iterable[tuple[int, int]]) -> dict[int, str]:
        """Hash -> the place, of (hash, record that names it)."""
        wanted: dict[int, list[int]] = {}
        for place, record in found:
            if place != places.NOWHERE and record not in wanted.setdefault(place, []) and len(wanted[place]) < 3:
                wanted[place].append(record)
        return places.named(self.session, wanted, self.view)

    def picks(self, product: str, place: int, quantity: Decimal, uom: str | None) -> Advice:
        """What to take; InvalidInput where it is not said in which of several units."""
        asked = self.asked(Asked(("here",), place=place, product=product))
        found = lots.lots(self.session, asked, limit=MOST_LOTS)
        kinds = sorted({one.uom for one in found})
        if uom is None and len(kinds) > 1:
            raise InvalidInput(
                "uom", "is missing: this product lies there in several units", sentence("name one of {known}", known=", ".join(kinds))
            )
        wanted = measure(quantity, uom if uom is not None else kinds[0] if kinds else "")
        mine = [one for one in found if one.uom == base(wanted.kind)]
        return advice(mine, wanted.amount, base(wanted.kind), self.today, partial(kept, self.session, place))


def product_in(text: str) -> str:
    """The product that any code of it names; empty for nothing. InvalidCode for what is no code."""
    return product_of(parse(text).uri) if text.strip() else ""


def at_moment(since: int) -> datetime | None:
    """Of stock: since when; what is gone for good has none."""
    return moment(since) if since else None


def day_in(text: str) -> int:
    """A day of a key."""
    day = whole(text)
    if day > NEVER:
        raise ValueError("not a day")
    return day


def word_in(text: str) -> str:
    """A state or a unit of a key."""
    if not text.isprintable():
        raise ValueError("not a word")
    return text


LOT_KEY = (day_in, whole, word_in, whole, word_in)  # of `inventory.lots.Lot.key`


def key_in(text: str, *parsers: Callable[[str], Any]) -> tuple[Any, ...] | None:
    """The key behind which a page begins; None for the first one, InvalidInput for what is none of ours."""
    if not text:
        return None
    try:
        return tuple(parse_part(part) for parse_part, part in zip(parsers, text.split("~"), strict=True))
    except (ValueError, OverflowError):
        problem = sentence("{value!r} is no place in this list", value=text[:80])
        raise InvalidInput("after", problem, "give the `next` of the page before") from None
