"""The books of one lot: which part of it is where. Every step takes an amount from somewhere and puts it somewhere. Pure.

Which part a step speaks of is not said, so it is taken where the step's own words lead first (docs/stock.md, rules 4 to 7). Amounts never
become negative: what a step moves and nobody is known to have had counts from that step on; `tracing.balance` finds the contradiction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from ledger_client.units import base, measure
from tracing.answer import Step
from tracing.movements import UNSAID, Stop
from tracing.shelves import Parcel, Shelves, Source
from tracing.stay import Stay, Where, owner_of, state_of

_FOR_GOOD = frozenset({"used", "ended"})
_HANDED_OVER = frozenset({"receiving", "accepting"})  # by somebody else (CBV 2.0 7.1); other arrivals may be moves within one company
_NOWHERE: Where = ("unknown", "nowhere")


def of_lot(thing: int, stops: Sequence[Stop]) -> Iterator[Stay]:
    """The stays of a lot. Amounts may be told in several kinds of unit: each has books of its own."""
    measured = [(stop, measure(1 if stop.quantity is None else stop.quantity, stop.uom)) for stop in stops]
    kinds = {told.kind for stop, told in measured if stop.quantity is not None and stop.way != "numbered"}
    for kind in sorted(kinds) or ["count"]:
        books = Books(thing, base(kind))
        for stop, told in measured:
            if stop.quantity is None or told.kind == kind:
                books.enter(stop, None if stop.quantity is None else told.amount)
        yield from books.stays()


@dataclass(slots=True)
class Books:
    """Parcels by place and container, and the stays that are over."""

    thing: int
    uom: str
    shelves: Shelves = field(default_factory=Shelves)
    over: list[Stay] = field(default_factory=list)
    made: bool = False  # some step said how much of it was made

    def stays(self) -> Iterator[Stay]:
        """All of them."""
        yield from self.over
        yield from (self._stay(where, box, one, None) for where, box, one in self.shelves)

    def enter(self, stop: Stop, amount: Decimal | None) -> None:
        """What one step did."""
        self.made = self.made or stop.way == "made"
        if stop.through is not None:
            self._carry(stop)
        elif stop.way == "numbered":
            self._draw(stop, amount, self._around(stop))  # they go on under codes of their own
        elif stop.way == "packed":
            self._pack(stop, amount)
        elif stop.way != "seen" or stop.box is not None or not self.known:
            if stop.box is not None:
                self._unpack(stop, amount)
            if stop.way != "seen" or not self.known:
                self._move(stop, amount)

    @property
    def known(self) -> bool:
        """Whether anything was said of the lot yet."""
        return bool(self.shelves.held or self.over)

    def _carry(self, stop: Stop) -> None:
        """All that lies in a container goes where it goes."""
        to, box = state_of(stop), stop.box or 0
        for where in list(self.shelves.boxes.get(box, ())):
            if where == to:
                self._confirm(to, stop, None, [box])
            elif where[0] not in _FOR_GOOD and (where[0] != "sold" or stop.way == "arrived"):
                self._put(stop, self._draw(stop, None, [(where, box, None)]), box)

    def _pack(self, stop: Stop, amount: Decimal | None) -> None:
        found = list(self.shelves.taken(amount, (source for source in self._sources(stop, amount, _NOWHERE) if source[1] is None)))
        for rest in _lacks(amount, [one for _, _, one in found]):
            told = frozenset({stop.step.biz_step})
            here: Where = ("here", stop.place) if stop.place else ("unknown", "")
            found.append((here, None, Parcel(rest, stop.step.at, stop.step.record, stop.step.signer, "", told)))
        for where, _, parcel in found:
            self.shelves.lay(where, stop.box, parcel)

    def _unpack(self, stop: Stop, amount: Decimal | None) -> None:
        """Where it is not said of what, of the box that was packed last."""
        last = next((box for box in reversed(self.shelves.boxes) if self.shelves.boxes[box]), UNSAID)
        box = stop.box or last
        wheres = sorted(self.shelves.boxes.get(box, ()), key=lambda where: where[1] != stop.place)  # what is bound for here first
        for where, _, parcel in list(self.shelves.taken(amount, [(where, box, None) for where in wheres])):
            self.shelves.lay(where, None, parcel)

    def _move(self, stop: Stop, amount: Decimal | None) -> None:
        to = state_of(stop)
        if stop.way == "kept":
            amount = self._lacking(to, amount)
        elif stop.way in ("left", "arrived") and not _is_back(stop):
            # Two steps may tell of one arrival: what another one told of is here already.
            amount = self._confirm(to, stop, amount, list(self.shelves.held.get(to, ())))
        if amount == 0:
            return
        found = self._draw(stop, amount, self._sources(stop, amount, to))
        if stop.way != "kept" or not self.known:
            found += [Parcel(rest, stop.step.at, 0, b"", "", frozenset()) for rest in _lacks(amount, found)]
        self._put(stop, found, None)

    def _lacking(self, where: Where, amount: Decimal | None) -> Decimal | None:
        here = self.shelves.at(where)
        if amount is None or any(one.amount is None for one in here):
            return Decimal() if here else amount
        return max(amount - sum((one.amount or Decimal() for one in here), Decimal()), Decimal())

    def _sources(self, stop: Stop, amount: Decimal | None, to: Where) -> Iterable[Source]:
        """Where a step may have taken its amount from, the likeliest first."""
        if stop.way in ("made", "seen"):
            return
        if stop.way == "arrived":
            yield from self._sent(stop, amount)
        around = self._around(stop)
        if stop.way == "arrived" and not self.made and stop.step.biz_step in _HANDED_OVER:
            return  # it may be more than was ever told of
        yield from (source for source in around if source[0] != to)
        if stop.way != "arrived":
            yield from self.shelves.of("transit", lambda place: place == stop.place)
        if stop.way == "packed":  # it was shipped first, and loaded then
            yield from self.shelves.of("transit", parcels=lambda one: one.origin == stop.place)
            yield from self.shelves.of("transit")
        if self.made:  # all there is was made once: what is told of here is no longer where it was told of before
            elsewhere = [source for source in self.shelves.of("here") if source[0] != to]
            yield from ((where, box, lambda one: one.amount == amount) for where, box, _ in elsewhere)
            yield from elsewhere

    def _sent(self, stop: Stop, amount: Decimal | None) -> Iterable[Source]:
        """What is on its way, and may have come to where the step says."""
        step, named = stop.step, {"", stop.step.destination.owner}
        if _is_back(stop):
            yield from self.shelves.of("transit", parcels=lambda one: one.signer == step.signer)
        yield from self.shelves.of("transit", lambda place: place == stop.place)
        if _is_back(stop):  # no more of it is on its way back: the rest comes from who bought it
            yield from self.shelves.of("sold")
        yield from self.shelves.of("transit", lambda place: place in named)
        yield from self.shelves.of("transit", parcels=lambda one: amount is not None and one.amount == amount)

    def _around(self, stop: Stop) -> Iterable[Source]:
        """At the place that the step names; else wherever its signer said that some is; else where nobody said."""
        yield from self.shelves.of("here", lambda place: place == stop.place)
        yield from self.shelves.of("here", lambda place: place != stop.place, lambda one: one.signer == stop.step.signer)
        yield from self.shelves.of("unknown")

    def _draw(self, stop: Stop, amount: Decimal | None, sources: Iterable[Source]) -> list[Parcel]:
        """The same, and their stays are over."""
        found = list(self.shelves.taken(amount, sources))
        self.over += (self._stay(where, box, one, stop.step) for where, box, one in found)
        return [one for _, _, one in found]

    def _put(self, stop: Stop, parcels: Sequence[Parcel], box: int | None) -> None:
        """As one parcel where the step says."""
        if parcels:
            amounts = [one.amount for one in parcels if one.amount is not None]
            total = sum(amounts, Decimal()) if len(amounts) == len(parcels) else None
            told, owner = frozenset({stop.step.biz_step}), owner_of(stop, parcels[0].owner)
            origin = stop.place if stop.way == "left" else ""
            self.shelves.lay(state_of(stop), box, Parcel(total, stop.step.at, stop.step.record, stop.step.signer, owner, told, origin))

    def _confirm(self, where: Where, stop: Stop, amount: Decimal | None, boxes: Iterable[int | None]) -> Decimal | None:
        """What is there already and was told of by other steps only, this step tells of too; the amount that it tells of besides."""
        step, rest, found = stop.step, amount, False
        for shelf in (self.shelves.held[where][box] for box in boxes):
            for place, one in enumerate(shelf):
                if rest == 0 or step.biz_step in one.told:
                    continue
                if rest is not None and one.amount is not None and one.amount > rest:
                    shelf.append(replace(one, amount=one.amount - rest))
                    one = replace(one, amount=rest)  # noqa: PLW2901
                told = one.told | {step.biz_step}
                shelf[place] = replace(one, record=step.record, signer=step.signer, owner=owner_of(stop, one.owner), told=told)
                found = True
                if rest is not None:
                    rest = Decimal() if one.amount is None else rest - one.amount
        return Decimal() if amount is None and found else rest

    def _stay(self, where: Where, box: int | None, one: Parcel, ended: Step | None) -> Stay:
        until, over = (ended.at, ended.record) if ended else (None, None)
        return Stay(self.thing, *where, one.owner, one.amount, self.uom, one.since, until, one.record, box, over)


def _is_back(stop: Stop) -> bool:
    """Whether it came back: the shipment was called off, or it was returned (CBV 2.0 7.1 void_shipping, 7.2 returned)."""
    return stop.step.biz_step == "void_shipping" or stop.step.disposition == "returned"


def _lacks(amount: Decimal | None, found: Sequence[Parcel]) -> Iterator[Decimal | None]:
    """The amount that nobody is known to have had; nothing where there is none."""
    if amount is None or any(one.amount is None for one in found):
        yield from () if found else (amount,)
    elif (rest := amount - sum((one.amount or Decimal() for one in found), Decimal())) > 0:
        yield rest
