"""The days on which something out of the ordinary happens; day 0 is the first of the history."""

from __future__ import annotations

LOT_CORRECTED = 8  # the farm mistyped the weight of a milking and corrects it next morning
REJECTED = 11  # antibiotic residues in one compartment of the tanker: lot refused and destroyed
LATE_UPLOAD = 15  # the tanker's logger had no network: its temperatures arrive three days late
VOIDED = 17  # a carton with a misprinted code is decommissioned before packing
RETESTED = 19  # a doubtful plate count is tested again and passes
EXCURSION = 21  # the reefer's cooling fails for most of an hour on the next morning's trip
SALE_CORRECTED = 25  # a sale is booked under the wrong shop and corrected
EXPIRY_CORRECTED = 27  # a lot is created with a wrong expiry date and corrected before it ships
RETURNED = 29  # a shopper brings back a bloated carton
SENT_TWICE = 30  # one upload of the retailer holds the same event twice
PERFECT = 33  # the run that everything goes right with
SHORT = 39  # one tray fewer than was sent comes to the first shop
RESERVED = 38  # from here on the distribution centre keeps two cases back for the next day
FORGOTTEN = 44  # the distribution centre sends new milk out while the day-old reserve stays behind
LAST = PERFECT + 13  # the retained sample of the perfect run is judged after its shelf life


def is_jersey_day(day: int) -> bool:
    """Every fourth day the Jersey milk is bottled by itself; on the others it goes into the common silo."""
    return day % 4 == 1
