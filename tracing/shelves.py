"""Where the parts of one lot lie: by place, and there loose or by container. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from tracing.stay import Where


@dataclass(frozen=True, slots=True)
class Parcel:
    """A part of the lot. `told`: business steps that spoke of it where it is."""

    amount: Decimal | None  # in the base unit; None: nobody said how much
    since: datetime
    record: int
    signer: bytes
    owner: str
    told: frozenset[str]
    origin: str = ""  # of what is in transit: where it left


Source = tuple[Where, int | None, Callable[[Parcel], bool] | None]  # a place, a container there, which parcels


@dataclass(slots=True)
class Shelves:
    """Every parcel on its shelf: a place, and a container there, or none."""

    held: dict[Where, dict[int | None, list[Parcel]]] = field(default_factory=dict)
    boxes: dict[int, dict[Where, None]] = field(default_factory=dict)  # container -> where it holds parcels

    def __iter__(self) -> Iterator[tuple[Where, int | None, Parcel]]:
        return ((where, box, one) for where, shelves in self.held.items() for box, parcels in shelves.items() for one in parcels)

    def at(self, where: Where) -> list[Parcel]:
        """All parcels of a place."""
        return [one for parcels in self.held.get(where, {}).values() for one in parcels]

    def lay(self, where: Where, box: int | None, parcel: Parcel) -> None:
        """Put a parcel on a shelf."""
        self.held.setdefault(where, {}).setdefault(box, []).append(parcel)
        if box is not None:
            self.boxes.setdefault(box, {})[where] = None

    def of(
        self, state: str, places: Callable[[str], bool] | None = None, parcels: Callable[[Parcel], bool] | None = None
    ) -> Iterator[Source]:
        """What lies loose first."""
        wheres = [where for where in self.held if where[0] == state and (places is None or places(where[1]))]
        for where in wheres:
            yield from ((where, box, parcels) for box in sorted(self.held.get(where, ()), key=lambda box: box is not None))

    def taken(self, amount: Decimal | None, sources: Iterable[Source]) -> Iterator[tuple[Where, int | None, Parcel]]:
        """Take parcels out, or parts of them, until it is enough; where no amount is said, all of the first that there is."""
        for where, box, fits in sources:
            shelf = self.held.get(where, {}).pop(box, [])
            kept: list[Parcel] = []
            for one in shelf:
                if amount == 0 or (fits is not None and not fits(one)):
                    kept.append(one)
                elif amount is None or (one.amount is not None and one.amount <= amount):
                    amount = None if amount is None or one.amount is None else amount - one.amount
                    yield where, box, one
                else:
                    kept.append(one if one.amount is None else replace(one, amount=one.amount - amount))
                    yield where, box, replace(one, amount=amount)
                    amount = Decimal()
            self._keep(where, box, kept)
            if amount == 0 or (amount is None and len(kept) < len(shelf)):
                return

    def _keep(self, where: Where, box: int | None, parcels: list[Parcel]) -> None:
        if parcels:
            self.held[where][box] = parcels
            return
        if not self.held.get(where, True):
            del self.held[where]
        if box is not None:
            self.boxes.get(box, {}).pop(where, None)
