"""What is known of a member's events: their kinds, their properties, and in what order people meet them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ledger_client.disclosure import ANY, EVENT_TYPES, Kind, Policy, kind_of
from ledger_client.property_names import EVERY_OTHER, STANDARD

# Properties that only some event types have (EPCIS 2.0); a test holds them against the schema.
ONLY_IN: Mapping[str, tuple[str, ...]] = {
    "action": tuple(name for name in EVENT_TYPES if name != "TransformationEvent"),
    "epcList": ("ObjectEvent", "TransactionEvent"),
    "quantityList": ("ObjectEvent", "TransactionEvent"),
    "parentID": ("AggregationEvent", "TransactionEvent", "AssociationEvent"),
    "childEPCs": ("AggregationEvent", "AssociationEvent"),
    "childQuantityList": ("AggregationEvent", "AssociationEvent"),
    "ilmd": ("ObjectEvent", "TransformationEvent"),
    "persistentDisposition": ("ObjectEvent", "TransformationEvent"),
    **dict.fromkeys(
        ("inputEPCList", "outputEPCList", "inputQuantityList", "outputQuantityList", "transformationID"), ("TransformationEvent",)
    ),
}


@dataclass(frozen=True, slots=True)
class Known:
    """Of the `looked` newest events: how many are of each kind, and in how many of a kind each property stands."""

    looked: int = 0
    kinds: Counter[Kind] = field(default_factory=Counter)
    names: Mapping[Kind, Counter[str]] = field(default_factory=dict)

    def kinds_with(self, policy: Policy) -> list[Kind]:
        """Any kind first, then those that were seen, the most frequent first, then those that only rules name."""
        ruled = sorted({rule.kind for rule in policy.rules})
        return list(dict.fromkeys([ANY, *(kind for kind, _ in self.kinds.most_common()), *ruled]))

    def names_in(self, kind: Kind, policy: Policy) -> list[str]:
        """The properties worth ruling on in a kind: those of the standard, the extensions seen or ruled on, prefixes, and the rest."""
        seen = {name for other in self.names if covers(kind, other) for name in self.names[other]}
        ruled = {rule.property for rule in policy.rules if rule.kind == kind or covers(kind, rule.kind) or covers(rule.kind, kind)}
        extensions = sorted(name for name in seen | ruled if ":" in name and not name.endswith("*"))
        prefixes = {name.partition(":")[0] + ":*" for name in extensions} | {name for name in ruled if name.endswith(":*")}
        standard = [name for name in STANDARD if not kind.type or kind.type in ONLY_IN.get(name, (kind.type,)) or name in ruled]
        return [*standard, *extensions, *sorted(prefixes), EVERY_OTHER]

    def count(self, kind: Kind, name: str) -> int:
        """In how many of the events of a kind, as far as they were looked at, a property stands."""
        return sum(found[name] for other, found in self.names.items() if covers(kind, other))

    def of_kind(self, kind: Kind) -> int:
        """How many of the events are of a kind."""
        return sum(count for other, count in self.kinds.items() if covers(kind, other))


def known(events: Iterable[Mapping[str, object]]) -> Known:
    """What some events are like."""
    kinds, names = Counter[Kind](), dict[Kind, Counter[str]]()
    for event in events:
        kind = kind_of(event)
        kinds[kind] += 1
        names.setdefault(kind, Counter()).update(event.keys())
    return Known(kinds.total(), kinds, names)


def covers(wide: Kind, narrow: Kind) -> bool:
    """Whether every event of the narrow kind is of the wide one."""
    return all(not own or own == other for own, other in zip(wide, narrow, strict=True))
