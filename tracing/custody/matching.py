"""Pairs what was sent of one thing with what was received of it. Pure.

A receipt belongs to the open shipment that shares its despatch advice, else that was bound for the place where it was received, else of the
same amount, else the newest before it. Two despatch advices that differ never belong together, nor do lots that were sent to one place and
received at another, unless the amount is the same; one single thing is itself wherever it comes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from tracing.custody.handover import ACCEPTING, RECEIVING, SENDING, VOIDING, Leg, same_code

CLOCKS = timedelta(hours=24)  # by which a receipt may be recorded before its shipment: clocks and dates typed by hand
WARMER = 3.0  # kelvin by which both ends may differ before it is told
MOST_LEGS = 1_000  # of one thing; of a lot that was handed over more often, receipts fill the oldest shipments first
_GRAIN = Decimal("1e-9")


@dataclass(slots=True)
class Consignment:
    """What one shipment said of one thing, and the receipts of it, each with the amount that belongs here."""

    sent: Leg
    receipts: list[tuple[Leg, Decimal]] = field(default_factory=list)
    called_off: bool = False

    @property
    def arrived(self) -> Decimal:
        """How much."""
        return sum((amount for _, amount in self.receipts), Decimal())

    @property
    def missing(self) -> Decimal:
        """How much did not; 0 of one that was called off."""
        left = self.sent.amount - self.arrived
        return Decimal() if self.called_off or left <= self.sent.amount * _GRAIN else left

    @property
    def differences(self) -> tuple[str, ...]:
        """In what both ends contradict each other, beside the amount: `time`, `temperature`."""
        ends = [(self.sent.handover, receipt.handover) for receipt, _ in self.receipts]
        time = any(there.time < here.time for here, there in ends)
        pairs = [(here.temperature, there.temperature) for here, there in ends]
        warm = any(one and other and (other[1] - one[1] > WARMER or one[0] - other[0] > WARMER) for one, other in pairs)
        return tuple(name for name, is_so in (("time", time), ("temperature", warm)) if is_so)


@dataclass(frozen=True, slots=True)
class Surplus:
    """What was received and never sent, of one receipt: all of it, or by how much it is more."""

    received: Leg
    amount: Decimal


def matched(legs: Iterable[Leg]) -> tuple[list[Consignment], list[Surplus]]:
    """The shipments of one thing with their receipts, and what was received beside them."""
    ordered = sorted(legs, key=lambda leg: (leg.handover.time, leg.handover.record))
    consignments = [Consignment(leg) for leg in ordered if leg.step == SENDING]
    for leg in ordered:
        if leg.step == VOIDING:
            _call_off(consignments, leg)
    if len(ordered) > MOST_LEGS:
        return consignments, list(_in_turn(consignments, [leg for leg in ordered if leg.step == RECEIVING]))
    left = [rest for leg in ordered if leg.step == RECEIVING and (rest := _take(consignments, Surplus(leg, leg.amount), strict=True))]
    left = [rest for one in left if (rest := _take(consignments, one, strict=False))]
    for leg in ordered:
        if leg.step == ACCEPTING:  # of what was not said to be received; of what was, it tells nothing more
            _take(consignments, Surplus(leg, leg.amount), strict=True)
    return consignments, left


def _in_turn(consignments: list[Consignment], receipts: Iterable[Leg]) -> Iterator[Surplus]:
    """One after the other by time, whatever papers and places say."""
    waiting = deque(one for one in consignments if one.missing)
    for leg in receipts:
        left = leg.amount
        while left > leg.amount * _GRAIN and waiting:
            amount = min(left, waiting[0].missing)
            waiting[0].receipts.append((leg, amount))
            left -= amount
            if not waiting[0].missing:
                waiting.popleft()
        if left > leg.amount * _GRAIN:
            yield Surplus(leg, left)


def _call_off(consignments: list[Consignment], void: Leg) -> None:
    before = [one for one in consignments if not one.called_off and one.sent.handover.signer == void.handover.signer]
    fitting = [one for one in before if one.sent.handover.time <= void.handover.time and _papers(one.sent, void) >= 0]
    if fitting:
        max(fitting, key=lambda one: (_papers(one.sent, void), one.sent.handover.time)).called_off = True


def _take(consignments: list[Consignment], receipt: Surplus, *, strict: bool) -> Surplus | None:
    """Give a receipt to the shipments that it belongs to; what is left of it, if anything."""
    left, leg = receipt.amount, receipt.received
    for one in _fitting(consignments, leg, left, strict=strict):
        amount = min(left, one.missing)
        one.receipts.append((leg, amount))
        left -= amount
        if left <= leg.amount * _GRAIN:
            return None
    return Surplus(leg, left)


def _fitting(consignments: list[Consignment], leg: Leg, amount: Decimal, *, strict: bool) -> Iterator[Consignment]:
    """The best first; more than one only where papers or place say that they are of one transfer."""
    ranked = sorted(((_rank(one, leg, amount), one) for one in consignments if _possible(one, leg)), key=lambda pair: pair[0], reverse=True)
    allowed = [(rank, one) for rank, one in ranked if _allowed(rank, leg, strict=strict)]
    yield from (one for rank, one in allowed if rank[:2] == allowed[0][0][:2])


def _possible(one: Consignment, leg: Leg) -> bool:
    soon = one.sent.handover.time <= leg.handover.time + CLOCKS
    return soon and one.missing > 0 and one.sent.kind == leg.kind and _papers(one.sent, leg) >= 0


def _rank(one: Consignment, leg: Leg, amount: Decimal) -> tuple[int, int, bool, bool, float]:
    here, there = one.sent.handover, leg.handover
    order = here.time.timestamp()
    return _papers(one.sent, leg), _place(one.sent, leg), one.missing == amount, here.time <= there.time, order


def _allowed(rank: tuple[int, int, bool, bool, float], leg: Leg, *, strict: bool) -> bool:
    papers, place, same, *_ = rank
    return papers > 0 or place >= 0 or leg.single or (same and not strict)


def _papers(one: Leg, other: Leg) -> int:
    """1: they share a despatch advice; -1: they name different ones; 0: not both name any."""
    mine, theirs = one.handover.papers, other.handover.papers
    return 0 if not mine or not theirs else 1 if mine & theirs else -1


def _place(sent: Leg, received: Leg) -> int:
    """The same for the place; a part of a site (`/254/`) is the site."""
    bound, here = sent.handover.destination.place, received.handover.places
    if not bound or not here:
        return 0
    site = same_code(bound).partition("/254/")[0]
    return 1 if any(place.partition("/254/")[0] == site for place in here) else -1
