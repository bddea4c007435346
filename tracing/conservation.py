"""Whether no more came out of a transformation, a merge or a split than went in, and as much as the product's yield promises.

Amounts are compared in one kind of unit. Pieces of different products are not of one kind: a case holds twenty-four cartons.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal

from ledger_client.units import base
from tracing.answer import Finding, What
from tracing.balance import SLACK
from tracing.facts import Transformation, evidence
from tracing.products import UNKNOWN, Product, measured, product_of
from tracing.read import Row, Said

Amounts = Mapping[str, tuple[Decimal, Decimal]]  # product -> at least, at most


def conserved(
    one: Transformation, said: Mapping[int, Said], codes: Mapping[int, str], products: Mapping[str, Product], things: Collection[int]
) -> Iterator[Finding]:
    """The findings on a transformation. `things`: those of the trace; a finding is told of one of them."""
    if not one.whole:
        yield from (Finding(What.WITHHELD, row.thing, evidence(said, one.ours)) for row in one.ours[:1])
        return
    rows = [*one.outputs, *one.inputs]
    thing, shown = next((row.thing for row in rows if row.thing in things), None), evidence(said, rows)
    if thing is None or not one.inputs or not one.outputs or any(_is_unsaid(row, codes[row.thing]) for row in rows):
        return
    kind = _common(rows, codes, products)
    if kind is None:
        yield Finding(What.UNITS, thing, shown, units=tuple(dict.fromkeys(row.uom for row in rows)))
        return
    went, came = (_amounts(side, codes, products, kind) for side in (one.inputs, one.outputs))
    yield from (Finding(what, thing, shown, float(had), float(took), base(kind)) for what, had, took in _judged(went, came, products))


def _is_unsaid(row: Row, code: str) -> bool:
    """Whether nobody said how much that is: a class without a quantity, or a container with what it holds."""
    return row.quantity is None and "/21/" not in code


def _common(rows: Sequence[Row], codes: Mapping[int, str], products: Mapping[str, Product]) -> str | None:
    """The kind of unit in which all of them can be told; None where there is none."""
    plain = {measured(row, UNKNOWN).kind for row in rows}
    if plain == {"count"}:
        named = {product_of(codes[row.thing]) for row in rows}
        pieces = {products.get(name, UNKNOWN).piece for name in named}
        kinds = {piece.kind for piece in pieces if piece} if None not in pieces else set()
        return "count" if len(named) == 1 else kinds.pop() if len(kinds) == 1 else None
    wanted = next(iter(plain - {"count"}))
    told = {measured(row, products.get(product_of(codes[row.thing]), UNKNOWN), wanted).kind for row in rows}
    return wanted if told == {wanted} else None


def _amounts(rows: Sequence[Row], codes: Mapping[int, str], products: Mapping[str, Product], kind: str) -> Amounts:
    """Of each product. Whether single things are counted in their lot's quantity, or beside it, their event does not say."""
    lots, single = defaultdict[str, Decimal](Decimal), defaultdict[str, Decimal](Decimal)
    for row in rows:
        name = product_of(codes[row.thing])
        (single if row.quantity is None else lots)[name] += measured(row, products.get(name, UNKNOWN), kind).amount
    return {name: (max(lots[name], single[name]), lots[name] + single[name]) for name in {*lots, *single}}


def _judged(went: Amounts, came: Amounts, products: Mapping[str, Product]) -> Iterator[tuple[What, Decimal, Decimal]]:
    """(what, went in, came out) of what is wrong, in doubt nothing."""
    least_in, most_in = (sum((both[side] for both in went.values()), Decimal()) for side in (0, 1))
    told = {name: products.get(name, UNKNOWN) for name in came}
    if not any(product.most for product in told.values()):
        out = sum((least for least, _ in came.values()), Decimal())
        if out > most_in * (1 + SLACK):
            yield What.SURPLUS, most_in, out
    for name, (least, most) in came.items():
        product = told[name]
        if product.most and least > most_in * product.most * (1 + SLACK):
            yield What.SURPLUS, most_in, least
        if product.least and most < least_in * product.least * (1 - SLACK):
            yield What.SHORTFALL, least_in, most
