"""What every page of stock begins with: its tabs, and how far the figures go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fastapi import Request

from api.console.shown import Badge, Link, Option, link
from api.console.tracing.named import Names, number_of
from api.console.visit import Visit
from api.console.words import ConsoleWords
from api.stocked import Known
from inventory.expiry import date_of
from inventory.lots import NEVER
from tracing.picture.shapes import Amount
from tracing.quantities import exact

STOCK = "/console/stock"
EXPIRING, OVERTAKEN = f"{STOCK}/expiring", f"{STOCK}/violations"
DAYS = 3  # before its last day a lot is warned of, where nobody said otherwise
MOST_DAYS = 3650
COOKIE = "traceledger_expiry_days"


@dataclass(frozen=True, slots=True)
class Head:
    """Tabs, and what the figures may lack: empty texts say nothing."""

    tabs: tuple[Option, ...]
    behind: str
    withheld: str


def head(visit: Visit, known: Known, here: str) -> Head:
    """For one of the tabs."""
    words = visit.words
    tabs = {"places": STOCK, "expiring": EXPIRING, "violations": OVERTAKEN}
    behind = words.say("stock.behind", records=words.number(known.records), lots=words.number(known.goods))
    return Head(
        tabs=tuple(Option(name, words.say(f"stock.tab.{name}"), name == here, url) for name, url in tabs.items()),
        behind=behind if known.records or known.goods else "",
        withheld=words.say("stock.withheld", count=known.withheld) if known.withheld else "",
    )


def place_url(place: str, product: str = "") -> str:
    """What lies at a place, of a product."""
    return link(STOCK, place=place, product=product)


def trace_link(code: str) -> Link:
    """A lot by its number, leading to its trace."""
    return Link(link("/console/trace", code=code, direction="forward"), number_of(code))


def amount_told(amount: float | None, uom: str, names: Names, *, unsaid: bool = False) -> str:
    """`12 pcs`; of what nobody said how much, that."""
    told = "" if amount is None or (unsaid and not amount) else names.amount(Amount("", "lot", exact(Decimal(f"{amount:.10g}")), uom))
    return " + ".join(part for part in (told, names.words.say("stock.unsaid") if unsaid or amount is None else "") if part)


def last_day(expires: int, today: int, soon: int, words: ConsoleWords) -> tuple[str, Badge | None]:
    """The last day, and what is to be said of it."""
    if expires == NEVER:
        return "", None
    left = expires - today
    if left < 0:
        return _day(date_of(expires)), Badge(words.say("stock.expired", count=-left), "bad")
    text = words.say("stock.expires.today") if left == 0 else words.say("stock.expires.in", count=left)
    return _day(date_of(expires)), Badge(text, "warn" if left <= soon else "quiet")


def _day(day: date) -> str:
    return day.isoformat()


def warned_days(request: Request) -> int:
    """How many days before its last day a lot is warned of, as this browser was told."""
    return days_in(request.cookies.get(COOKIE, ""), DAYS)


def days_in(text: str, otherwise: int) -> int:
    """A number of days; `otherwise` for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 and int(text) <= MOST_DAYS else otherwise
