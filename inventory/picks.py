"""First expired, first out: which lots to take, and how much of each. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from inventory.lots import Lot


@dataclass(frozen=True, slots=True)
class Pick:
    """Take so much of a lot."""

    lot: Lot
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Kept:
    """So much of a lot may not be taken, because of a hold on `code`: of the lot, of items of it, or of what they lie in."""

    lot: Lot
    amount: Decimal
    code: str


OnHold = Callable[[Sequence[Lot]], Mapping[int, Sequence[Kept]]]  # by the lot's number


@dataclass(slots=True)
class Advice:
    """In `uom`. `short`: what is wanted and not there; `expired` is never advised, nor what is `held`, as far as its turn came; `unsaid`:
    nobody said how much there is.
    """

    short: Decimal
    uom: str
    expired: Sequence[Lot]
    picks: list[Pick] = field(default_factory=list)
    held: list[Kept] = field(default_factory=list)
    unsaid: Sequence[Lot] = ()


def advice(lots: Iterable[Lot], wanted: Decimal, uom: str, today: int, on_hold: OnHold) -> Advice:
    """Of lots of one product and unit at one place: the earliest last day first, then what came first; those that say none come last."""
    known = sorted(lots, key=lambda one: (one.expires, one.since, one.thing))
    found = Advice(wanted, uom, [one for one in known if one.expires < today])
    good = known[len(found.expired) :]
    place = 0
    while found.short > 0 and place < len(good):
        some = _enough(good[place:], found.short)
        held = on_hold(some)
        for one in some:
            _take(found, one, held.get(one.thing, ()))
        place += len(some)
    found.unsaid = [one for one in good if one.unsaid]
    return found


def _enough(lots: Sequence[Lot], wanted: Decimal) -> Sequence[Lot]:
    """As many lots as would do if nothing of them were on hold."""
    there = Decimal()
    for place, one in enumerate(lots, 1):
        there += Decimal(str(one.amount))
        if there >= wanted:
            return lots[:place]
    return lots


def _take(found: Advice, one: Lot, held: Sequence[Kept]) -> None:
    found.held += held
    amount = min(found.short, Decimal(str(one.amount)) - sum(kept.amount for kept in held))
    if amount > 0:
        found.picks.append(Pick(one, amount))
        found.short -= amount
