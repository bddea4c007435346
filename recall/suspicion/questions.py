"""A suspicion as EPCIS queries (docs/epcis-query.md): together they find every event of which all of it holds. Pure.

One query can say "and" of its parameters and "or" of the values of one; where a kind of suspicion may stand in several fields (a supplier
is the owner or the place that goods came from), there is a query for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from ledger_client.epcis.json_value import Json
from ledger_client.epcis.query import Condition, Query, of_json
from ledger_client.epcis.query.parameters import FIXED
from ledger_client.epcis.query.patterns import Pattern
from recall.suspicion.asked import Limit, Suspicion

VOC = "https://id.traceledger.org/voc/"  # namespace of the extensions that forms and imports write
Asked = Mapping[str, Json]


def questions(suspicion: Suspicion) -> Iterator[Query]:
    """The queries. An event may be found by several of them."""
    always: dict[str, Json] = {}
    if suspicion.since:
        always["GE_eventTime"] = suspicion.since.isoformat()
    if suspicion.before:
        always["LT_eventTime"] = suspicion.before.isoformat()
    for things in _things(suspicion) or [()]:
        for ways in product(*_alternatives(suspicion)):
            asked = of_json({name: value for one in (always, *ways) for name, value in one.items()})
            yield Query((*things, *asked.conditions))


def _things(suspicion: Suspicion) -> list[tuple[Condition, ...]]:
    """The codes where some are named, else everything of the products; `starts` looks whether a thing is both."""
    codes, gtins = frozenset(suspicion.codes), [code.rpartition("/")[2] for code in suspicion.products]
    if not codes and not gtins:
        return []
    return [
        (Condition(name, "EQ", FIXED[name.removeprefix("MATCH_")].field, codes, () if codes else tuple(map(of_product, gtins))),)
        for name, of_product in (("MATCH_anyEPC", _items), ("MATCH_anyEPCClass", _lots))
    ]


def _items(gtin: str) -> Pattern:
    return Pattern("01", "21", gtin, whole=True)


def _lots(gtin: str) -> Pattern:
    return Pattern("01", "10", gtin, whole=True)


def _alternatives(suspicion: Suspicion) -> Iterator[Sequence[Asked]]:
    """For each kind of suspicion the parameters that ask for it, any of which will do. No two kinds use one parameter."""
    if suspicion.suppliers:
        yield [{f"EQ_source_{kind}": list(suspicion.suppliers)} for kind in ("owning_party", "possessing_party", "location")]
    if suspicion.machines:
        yield [*_machines([one for one in suspicion.machines if ":" in one]), *_extension("machine", suspicion.machines)]
    if suspicion.places:
        yield [{f"WD_{name}": list(suspicion.places)} for name in ("readPoint", "bizLocation")]
    if suspicion.operators:
        yield _extension("operator", suspicion.operators)
    if suspicion.reading:
        yield list(_readings(suspicion.reading))


def _machines(codes: list[str]) -> list[Asked]:
    return [{name: [*codes]} for name in ("EQ_deviceID", "EQ_readPoint", "EQ_bizLocation")] if codes else []


def _extension(name: str, wanted: Sequence[str]) -> list[Asked]:
    return [{f"EQ_{inner}{VOC}{name}": list(wanted)} for inner in ("", "INNER_")]


def _readings(limit: Limit) -> Iterator[Asked]:
    """Any of the figures that a report may give; `readings` then judges each report by itself."""
    sides = ((limit.above, "GT", ("value", "maxValue", "meanValue")), (limit.below, "LT", ("value", "minValue", "meanValue")))
    for at, comparison, figures in sides:
        if at is not None:
            yield from ({"EQ_type": [limit.type], f"{comparison}_{figure}_{limit.uom}": f"{at:f}"} for figure in figures)
