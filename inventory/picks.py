"""First expired, first out: which lots to take, and how much of each. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from inventory.lots import NEVER, Lot


@dataclass(frozen=True, slots=True)
class Pick:
    """Take so much of a lot."""

    lot: Lot
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Advice:
    """In `uom`. `short`: what is wanted and not there; `expired` and `held` are never advised; `unsaid`: nobody said how much there is."""

    picks: tuple[Pick, ...]
    short: Decimal
    uom: str
    expired: tuple[Lot, ...]
    held: tuple[Lot, ...]
    unsaid: tuple[Lot, ...]


def advice(lots: Iterable[Lot], wanted: Decimal, uom: str, today: int, on_hold: Collection[str]) -> Advice:
    """Of lots of one product and unit at one place: the earliest last day first, then what came first; those that say none come last."""
    known = sorted(lots, key=lambda one: (one.expires, one.since, one.thing))
    expired = [one for one in known if one.expires < today]
    held = [one for one in known if one.code in on_hold and one not in expired]
    good = [one for one in known if one not in expired and one not in held]
    picks, rest = list[Pick](), wanted
    for one in good:
        amount = min(rest, Decimal(str(one.amount)))
        if amount > 0:
            picks.append(Pick(one, amount))
            rest -= amount
    return Advice(tuple(picks), rest, uom, tuple(expired), tuple(held), tuple(one for one in good if one.unsaid))


def undated(picks: Sequence[Pick]) -> bool:
    """Whether a lot among them says no last day, so that its turn is only by its age."""
    return any(pick.lot.expires == NEVER for pick in picks)
