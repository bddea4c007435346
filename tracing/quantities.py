"""The amounts of a trace's links, exact, and its links by step. Pure."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from tracing.answer import Link, Trace


def exact(quantity: float | Decimal) -> Decimal:
    """A quantity as it is written, so that sums of tenths are tenths."""
    found = Decimal(str(quantity))
    return found.quantize(Decimal(1)) if found == found.to_integral_value() else found.normalize()


def amount(link: Link) -> Decimal | None:
    """Of a link; None: one single thing, or not said."""
    return None if link.quantity is None else exact(link.quantity)


def by_step(trace: Trace) -> dict[int, list[Link]]:
    """Step -> its links, in the order of its event."""
    found: dict[int, list[Link]] = defaultdict(list)
    for link in trace.links:
        found[link.step].append(link)
    return found
