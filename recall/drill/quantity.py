"""How much of a case is affected, located, accounted for and counted: amounts by unit of measure, never a lot as one. Pure.

From the lines of its accounting (`recall.cases.accounting`) and the answers of owners (`recall.notices`) to the points (`score`), and as
JSON into the event that closes the case, out of which a certificate is checked again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from ledger_client.epcis.query import values
from recall.cases.accounting import Line
from recall.cases.digest import amount
from recall.notices.models import RecallNotice
from recall.notices.owners import SINGLE, plain

UNSAID = "unsaid"  # the unit of measure of things of which nobody says how much they are: they are counted
_MOST = 10**15
_NAMES = ("affected", "located", "accounted", "toCount", "addingUp")


class Quantity(NamedTuple):
    """Amounts in one unit of measure: UN/ECE Rec 20, `units` for pieces, `unsaid`. What was used or had ended before is not affected."""

    uom: str
    affected: Decimal
    located: Decimal  # of it what is somewhere
    accounted: Decimal  # of it what came back, was destroyed, or of which somebody states what became of it
    to_count: Decimal  # that owners were told they should have
    adding_up: Decimal  # of it what they found: what is missing or too much is taken off, what nobody counted is nothing


def quantities(lines: Iterable[Line], notices: Iterable[RecallNotice]) -> list[Quantity]:
    """By unit of measure, in the order of their codes; amounts of different units are never added up."""
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal()] * len(_NAMES))
    for line in lines:
        _add(sums[line.uom or SINGLE], line.affected, line.affected - line.states.get("unknown", 0.0), line.affected - line.left)
        _add(sums[UNSAID], line.unsaid, line.unsaid - line.lost, 0)
    for notice in notices:
        for uom, told in notice.amounts.items():
            both = sums[uom]
            both[3] += Decimal(told)
            both[4] += _adding_up(Decimal(told), (notice.found or {}).get(uom))
    return [Quantity(uom, *found) for uom, found in sorted(sums.items()) if any(found)]


def told(some: Iterable[Quantity]) -> list[dict[str, str]]:
    """As the closing event tells them."""
    return [{"uom": one.uom} | {name: plain(value) for name, value in zip(_NAMES, one[1:], strict=True)} for one in some]


def of_json(said: Any) -> list[Quantity] | None:  # noqa: ANN401 (JSON)
    """The same read again; None for what is of another form."""
    found = [_one(one) for one in said] if isinstance(said, list) else [None]
    return None if None in found else [one for one in found if one is not None]


def _one(said: Any) -> Quantity | None:  # noqa: ANN401 (JSON)
    if not isinstance(said, Mapping) or not isinstance(said.get("uom"), str):
        return None
    amounts = [values.number(said.get(name)) if isinstance(said.get(name), str) else None for name in _NAMES]
    known = [one for one in amounts if one is not None and 0 <= one < _MOST]
    return Quantity(said["uom"], *known) if len(known) == len(_NAMES) else None


def _add(sums: list[Decimal], *amounts: float) -> None:
    for place, value in enumerate(amounts):
        sums[place] += Decimal(amount(value))


def _adding_up(told: Decimal, found: str | None) -> Decimal:
    return Decimal() if found is None else max(Decimal(), told - abs(told - Decimal(found)))
