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
from recall.suspicion.asked import Limit, Suspicion, codes_of

# Where events name a machine by its code: as the device of a sensor; as the place (a GLN with an extension, AI 254, is a work station);
# among the things that were there, or as what they were put in (a GIAI, AI 8004, is a fixed asset: filler, tank, oven).
MACHINE = ("EQ_deviceID", "EQ_readPoint", "EQ_bizLocation", "MATCH_anyEPC")
# And an operator by a GSRN (AI 8017, who gives a service; 8018, who receives one): among what was there, or as who had the goods in hand.
OPERATOR = ("MATCH_anyEPC", "EQ_source_possessing_party", "EQ_destination_possessing_party")
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
            asked = (condition for one in (always, *ways) for condition in of_json(one).conditions)
            yield Query((*things, *asked))


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
    """For each kind of suspicion the parameters that ask for it, any of which will do."""
    if suspicion.suppliers:
        yield [{f"EQ_source_{kind}": list(suspicion.suppliers)} for kind in ("owning_party", "possessing_party", "location")]
    if suspicion.machines:
        yield [*_named(suspicion.machines, MACHINE), *_extension("machine", suspicion.machines)]
    if suspicion.places:
        yield [{f"WD_{name}": list(suspicion.places)} for name in ("readPoint", "bizLocation")]
    if suspicion.operators:
        yield [*_named(suspicion.operators, OPERATOR), *_extension("operator", suspicion.operators)]
    if suspicion.reading:
        yield list(_readings(suspicion.reading))


def _named(named: Sequence[str], parameters: Sequence[str]) -> list[Asked]:
    codes: list[Json] = [*codes_of(named)]
    return [{name: codes} for name in parameters] if codes else []


def _extension(name: str, wanted: Sequence[str]) -> list[Asked]:
    return [{f"EQ_{inner}{VOC}{name}": list(wanted)} for inner in ("", "INNER_")]


def _readings(limit: Limit) -> Iterator[Asked]:
    """Any of the figures that a report may give; `readings` then judges each report by itself."""
    sides = ((limit.above, "GT", ("value", "maxValue", "meanValue")), (limit.below, "LT", ("value", "minValue", "meanValue")))
    for at, comparison, figures in sides:
        if at is not None:
            yield from ({"EQ_type": [limit.type], f"{comparison}_{figure}_{limit.uom}": f"{at:f}"} for figure in figures)
