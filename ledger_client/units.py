"""Units of measure of UN/ECE Recommendation 20 (EPCIS 2.0 7.3.3.3 `uom`): what kind of amount each measures, and how much of its base unit.

A table and one function. Amounts of one kind can be added; of different kinds never. A unit that is not in the table is a kind of its own.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

BASES = {"mass": "KGM", "volume": "LTR", "count": ""}  # "" = pieces: EPCIS leaves the unit out
_FACTORS: dict[str, dict[str, str]] = {
    "mass": {
        "MC": "1e-9",  # microgram
        "MGM": "1e-6",
        "CGM": "1e-5",
        "GRM": "1e-3",
        "DJ": "1e-2",  # decagram
        "HGM": "0.1",
        "KGM": "1",
        "DTN": "100",  # decitonne
        "TNE": "1000",
        "KTN": "1e6",
        "ONZ": "0.028349523125",  # ounce, avoirdupois
        "LBR": "0.45359237",  # pound
        "STN": "907.18474",  # ton (US)
        "LTN": "1016.0469088",  # ton (UK)
    },
    "volume": {
        "MMQ": "1e-6",  # cubic millimetre
        "CMQ": "1e-3",
        "MLT": "1e-3",
        "CLT": "1e-2",
        "DLT": "0.1",
        "LTR": "1",
        "DMQ": "1",
        "A44": "10",  # decalitre
        "HLT": "100",
        "MTQ": "1000",
        "OZA": "0.0295735295625",  # fluid ounce (US)
        "OZI": "0.0284130625",  # fluid ounce (UK)
        "PTL": "0.473176473",  # liquid pint (US)
        "PTI": "0.56826125",
        "QTL": "0.946352946",  # liquid quart (US)
        "QTI": "1.1365225",
        "GLL": "3.785411784",  # gallon (US)
        "GLI": "4.54609",  # gallon (UK)
        "INQ": "0.016387064",  # cubic inch
        "FTQ": "28.316846592",  # cubic foot
    },
    "count": {
        "": "1",
        "EA": "1",
        "H87": "1",  # piece
        "C62": "1",  # one
        "NMB": "1",
        "NAR": "1",  # number of articles
        "PR": "2",
        "DZN": "12",
        "GRO": "144",
        "GGR": "1728",  # great gross
        "CEN": "100",
        "MIL": "1000",
        "MIO": "1000000",
    },
}
_UNITS = {code: (kind, Decimal(factor)) for kind, codes in _FACTORS.items() for code, factor in codes.items()}


class Measure(NamedTuple):
    """So much of a kind: mass in kilograms, volume in litres, pieces; of another unit in itself, its code being the kind."""

    kind: str
    amount: Decimal


def measure(quantity: float | Decimal, uom: str) -> Measure:
    """A quantity of an event in the base unit of its kind."""
    kind, factor = _UNITS.get(uom, (uom, Decimal(1)))
    return Measure(kind, Decimal(str(quantity)) * factor)


def base(kind: str) -> str:
    """The unit in which a kind is measured here."""
    return BASES.get(kind, kind)
