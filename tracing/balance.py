"""Whether the quantities of a lot add up: what was made or received of it against what was used, ended, sold, sent and packed away.

Two sums for each lot (docs/trace.md, findings). Of the lot as a whole: made against used, ended and sold, each of which takes an amount
away for good. Of each member: what it made, received and took out of containers, against that and the larger of what it sent and what it
packed, since a lot may be packed first and named again when it is sent. So what is told is wrong, and not all that is wrong is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from ledger_client.genealogy import Action, Role
from ledger_client.units import base
from tracing.answer import Finding, What
from tracing.facts import Facts, evidence
from tracing.products import UNKNOWN, Product, measured, product_of
from tracing.read import Row, Said, by_time

MemberOf = Callable[[bytes], object]  # whose key it is
_IN = frozenset({"made", "received", "unpacked"})
_GONE = frozenset({"retail_selling", "dispensing"})  # CBV 2.0 steps after which it is with a consumer
_MOVES = {"receiving": "received", "shipping": "sent", "void_shipping": "received"}  # a shipment that was called off came back
SLACK = Decimal("1e-9")  # of an amount: sums of decimal fractions that went through floating point


class Flow(NamedTuple):
    """An amount that came to a lot or left it. `way`: made, received, unpacked; used (ended and sold too), sent, packed."""

    row: Row
    way: str
    amount: Decimal


def balances(facts: Facts, codes: Mapping[int, str], products: Mapping[str, Product], member_of: MemberOf) -> Iterator[Finding]:
    """The findings on lots among the things."""
    for thing, rows in facts.rows.items():
        counted = [(row, way) for row in rows if row.quantity is not None and (way := _way(facts.said[row.record], row))]
        if not counted:
            continue
        if thing in facts.hidden:
            yield Finding(What.WITHHELD, thing)
            continue
        flows, kinds = _measured(counted, products.get(product_of(codes[thing]), UNKNOWN))
        if len(kinds) > 1:
            units = tuple(dict.fromkeys(row.uom for row, _ in counted))
            yield Finding(What.UNITS, thing, evidence(facts.said, (row for row, _ in counted)), units=units)
        else:
            yield from _overdrawn(facts, thing, flows, kinds.pop(), member_of)


def _way(said: Said, row: Row) -> str:
    """What a row does to the amount of its lot; empty for a mere observation."""
    if row.role in (Role.INPUT, Role.OUTPUT):
        return "used" if row.role == Role.INPUT else "made"
    if row.role == Role.CHILD and said.type == "AggregationEvent" and row.action != Action.OBSERVE:
        return "packed" if row.action == Action.ADD else "unpacked"
    if row.role != Role.OBJECT or said.type != "ObjectEvent":
        return ""
    if row.action != Action.OBSERVE:
        return "made" if row.action == Action.ADD else "used"
    if said.step in _GONE:
        return "used"
    return _MOVES.get(said.step, "")


def _measured(counted: Sequence[tuple[Row, str]], product: Product) -> tuple[list[Flow], set[str]]:
    """All in one unit, if there is one for all of them."""
    kinds = {measured(row, UNKNOWN).kind for row, _ in counted}
    other = next(iter(kinds - {"count"}), "") if "count" in kinds else ""
    told = [(row, way, measured(row, product, other)) for row, way in counted]
    return [Flow(row, way, one.amount) for row, way, one in told], {one.kind for _, _, one in told}


def _overdrawn(facts: Facts, thing: int, flows: Sequence[Flow], kind: str, member_of: MemberOf) -> Iterator[Finding]:
    """At most one finding: of the lot as a whole, else of the first member whose records do not add up."""
    by_member: dict[object, list[Flow]] = defaultdict(list)
    for flow in flows:
        by_member[member_of(facts.said[flow.row.record].signer)].append(flow)
    whole = [flow for flow in flows if flow.way in ("made", "used")]
    for held in (whole, *by_member.values()):
        came = [flow for flow in held if flow.way in _IN]
        went = [*_of(held, "used"), *max(_of(held, "sent"), _of(held, "packed"), key=_sum)]
        if _has_own(facts, held) and _sum(went) > _sum(came) * (1 + SLACK):
            shown = evidence(facts.said, (flow.row for flow in (_last_straw(came, went), *came)))
            yield Finding(What.OVERDRAWN, thing, shown, float(_sum(came)), float(_sum(went)), base(kind))
            return


def _of(flows: Iterable[Flow], way: str) -> list[Flow]:
    return [flow for flow in flows if flow.way == way]


def _sum(flows: Iterable[Flow]) -> Decimal:
    return sum((flow.amount for flow in flows), Decimal())


def _has_own(facts: Facts, flows: Sequence[Flow]) -> bool:
    """Whether any of it is known to have come: who only carries a lot puts it into a vehicle without having received it."""
    held: dict[int, Decimal] = defaultdict(Decimal)
    for flow in flows:
        if flow.way in ("made", "received"):
            return True
        if flow.way in ("packed", "unpacked"):
            held[facts.parents.get(flow.row.record, 0)] += flow.amount if flow.way == "packed" else -flow.amount
    return any(amount < 0 for amount in held.values())


def _last_straw(came: Sequence[Flow], went: Sequence[Flow]) -> Flow:
    """The first by time with which more had left than ever came."""
    most, left = _sum(came) * (1 + SLACK), Decimal()
    for flow in sorted(went, key=lambda flow: by_time(flow.row)):
        left += flow.amount
        if left > most:
            return flow
    return went[-1]
