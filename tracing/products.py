"""What master data says of products for the sake of sums: what one piece weighs or holds, and how much comes out of what goes in.

Attributes of the `EPCClass` (docs/trace.md): `pieceQuantity` with `pieceUom`, `yieldMin` and `yieldMax`, under any prefix. They are not
anchored: the word of whoever sent them, used for findings only.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger_client.units import Measure, measure
from records.models import Vocabulary
from records.parts import parts
from tracing.read import Row

GS1 = "https://id.gs1.org/01/"


@dataclass(frozen=True, slots=True)
class Product:
    """`piece`: what one piece amounts to; `least` and `most`: output for each unit of input, both measured alike."""

    piece: Measure | None = None
    least: Decimal | None = None
    most: Decimal | None = None


UNKNOWN = Product()


def product_of(code: str) -> str:
    """The trade item of a canonical code, without lot or serial; other codes are their own."""
    return code[: len(GS1) + 14] if code.startswith(GS1) else code


def products(session: Session, codes: Collection[str]) -> dict[str, Product]:
    """What is said of these products; of several companies that say something, the first by key counts."""
    found: dict[str, Product] = {}
    for some in parts(sorted(codes)):
        rows = select(Vocabulary.code, Vocabulary.attributes).where(Vocabulary.code.in_(some)).order_by(Vocabulary.signer.desc())
        for code, attributes in session.connection().execute(rows):
            told = _product({name.rpartition(":")[2].rpartition("/")[2]: value for name, value in attributes.items()})
            if told != UNKNOWN:
                found[code] = told
    return found


def measured(row: Row, product: Product, kind: str = "") -> Measure:
    """How much a row tells of; a single thing is one piece. Pieces are turned into `kind` where the product says what one of them is."""
    told = measure(1 if row.quantity is None else row.quantity, row.uom)
    if told.kind == "count" and product.piece and product.piece.kind == kind:
        return Measure(kind, told.amount * product.piece.amount)
    return told


def _product(said: dict[str, Any]) -> Product:
    amount = _number(said.get("pieceQuantity"))
    piece = measure(amount, str(said.get("pieceUom", ""))) if amount else None
    return Product(piece, _number(said.get("yieldMin")), _number(said.get("yieldMax")))


def _number(value: object) -> Decimal | None:
    """A positive number, written as a number or a text."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and number > 0 else None
