"""The codes that a visitor should look at, found in the diary of the same history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scripts.demo import agenda
from scripts.demo.story import SEED, tell


@dataclass(frozen=True, slots=True)
class Showcase:
    """Item codes; each has the history that its name claims."""

    item: str  # a serial carton that everything went right with, from the farm to the till
    lot: str  # a lot of cartons without own codes, from its filling to the retained sample after its shelf life
    pallet: str  # the pallet that the perfect carton travelled on
    excursion_item: str  # rode in the reefer whose cooling failed; held, measured, released
    excursion_pallet: str  # the warm trip itself
    corrected_item: str  # sold under the wrong shop, corrected
    unsold_item: str  # a sale that was declared not to have occurred, and the real one
    void_item: str  # misprinted and decommissioned before packing
    returned_item: str  # brought back by a shopper and destroyed
    expired_item: str  # not sold in time and destroyed
    rejected_lot: str  # raw milk refused for antibiotic residues and destroyed
    retested_lot: str  # raw milk with a doubtful plate count, tested again
    corrected_lot: str  # raw milk whose weight was mistyped and corrected
    expiry_corrected_lot: str  # cartons whose expiry date was corrected before they shipped
    late_upload: str  # raw milk whose temperatures in the tanker arrived three days late


def showcase(start: datetime, days: int = 60, seed: str = SEED) -> Showcase:
    """The codes for `history(start, days, seed)`; raises ValueError when `days` ends before they all have happened."""
    if days <= agenda.LAST:
        raise ValueError(f"days: {days} is too short a history for all showcases — give at least {agenda.LAST + 1}")
    return Showcase(**tell(start, days, seed).marks)
