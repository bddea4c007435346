"""What is milked, made and sold: GTIN, names, net content. All invented.

Indicator 9 marks what is measured by weight (GS1 GenSpecs 2.1.11): raw, stored and pasteurised milk.
"""

from __future__ import annotations

from dataclasses import dataclass

from scripts.demo import identifiers
from scripts.demo.companies import FARM, PLANT, Company


@dataclass(frozen=True, slots=True)
class Product:
    """A trade item; `kilograms` is the mass of one piece (0 = measured by weight), `shelf_days` its shelf life at 2–6 °C."""

    maker: Company
    gtin: str
    name: str
    english: str
    net_content: str
    kilograms: float = 0.0
    shelf_days: int = 0
    brand: str = ""

    def lot(self, number: str) -> str:
        """The item code of a lot of this product."""
        return identifiers.lot(self.gtin, number)

    def serial(self, number: str) -> str:
        """The item code of one serial piece of this product."""
        return identifiers.serial(self.gtin, number)


RAW_HOLSTEIN = Product(FARM, identifiers.gtin(FARM.prefix, 101, 9), "荷斯坦生牛乳", "Raw Holstein milk", "按重量计")
RAW_JERSEY = Product(FARM, identifiers.gtin(FARM.prefix, 102, 9), "娟姗生牛乳", "Raw Jersey milk", "按重量计")
STORED = Product(PLANT, identifiers.gtin(PLANT.prefix, 201, 9), "贮存生牛乳(混合)", "Raw milk, mixed in silo", "按重量计")
PASTEURISED = Product(PLANT, identifiers.gtin(PLANT.prefix, 202, 9), "巴氏杀菌乳(待灌装)", "Pasteurised milk before filling", "按重量计")

FRESH = Product(
    PLANT,
    identifiers.gtin(PLANT.prefix, 301),
    "澄露全脂鲜牛奶 950ml",
    "Chenglu whole fresh milk 950 ml",
    "950 mL",
    kilograms=0.979,  # density 1.030 kg/L at 4 °C
    shelf_days=7,
    brand="澄露",
)
JERSEY = Product(
    PLANT,
    identifiers.gtin(PLANT.prefix, 302),
    "澄露娟姗鲜牛奶 250ml",
    "Chenglu Jersey fresh milk 250 ml",
    "250 mL",
    kilograms=0.258,  # density 1.032 kg/L at 4 °C
    shelf_days=10,
    brand="澄露",
)
JERSEY_CASE = Product(
    PLANT,
    identifiers.gtin(PLANT.prefix, 302, 1),
    "澄露娟姗鲜牛奶 250ml×24",
    "Chenglu Jersey fresh milk 24 x 250 ml",
    "24 × 250 mL",
    kilograms=24 * 0.258,
    shelf_days=10,
    brand="澄露",
)

PRODUCTS = (RAW_HOLSTEIN, RAW_JERSEY, STORED, PASTEURISED, FRESH, JERSEY, JERSEY_CASE)
PIECES_PER_CASE = 24
CASES_PER_PALLET = 36
CARTONS_PER_CASE = 12
