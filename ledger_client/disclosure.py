"""Which properties of an event go to which audience: a member's policy (spec 9).

A Policy that exists is one that hides nothing that honesty needs. It is pure data: `records.audiences` keeps the versions of it, `prove`
and the API ask it `shown`, a member without a server hands it to `ledger prove` as a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, cast, get_args

from ledger_client import property_names
from ledger_client.epcis.hash_values import namespaces
from ledger_client.epcis.prefixes import prefixes_of
from ledger_client.epcis.vocabulary import CBV, terms
from ledger_client.errors import InvalidInput
from ledger_client.property_names import ALWAYS, EVERY_OTHER
from ledger_client.sentences import sentence

Audience = Literal["public", "partners", "regulator"]
AUDIENCES: tuple[Audience, ...] = get_args(Audience)  # each sees what those before it see (spec 9.1)
EVENT_TYPES = ("ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent")
MOST_RULES = 500

# Where no rule speaks. What happened, when, where, in which state; not with whom, on which orders, in which quantities.
PUBLIC = frozenset(ALWAYS) | {
    "@context", "eventTimeZoneOffset", "action", "readPoint", "bizLocation", "ilmd", "sensorElementList", "certificationInfo",
    "transformationID",
}  # fmt: skip
# Orders and invoices name prices and counterparts of one deal; the other partners have no part in it.
KEPT_FROM_PARTNERS = frozenset({"bizTransactionList"})

_STEP = CBV + "BizStep-"
_FIELDS = ("property", "audience", "type", "bizStep")


class Kind(NamedTuple):
    """A kind of event: its type, its business step, both, or (empty) any. A step of the CBV is a bare word."""

    type: str = ""
    step: str = ""


ANY = Kind()


@dataclass(frozen=True, slots=True)
class Rule:
    """The lowest audience that may see a property in events of a kind. `property`: a name, `prefix:*`, or `*` for every other."""

    property: str
    audience: Audience
    kind: Kind = ANY

    def covers(self, kind: Kind, name: str) -> bool:
        """Whether it speaks of that property in events of that kind."""
        if any(own and own != found for own, found in zip(self.kind, kind, strict=True)):
            return False
        return self.property in (name, EVERY_OTHER) or (self.property.endswith(":*") and name.startswith(self.property[:-1]))

    def to_json(self) -> dict[str, str]:
        """The documented form; `type` and `bizStep` only where they are said."""
        told = {"property": self.property, "audience": self.audience, "type": self.kind.type, "bizStep": self.kind.step}
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True, slots=True)
class Policy:
    """A member's rules, the one that decides first (spec 9.5); what none of them speaks of is as `DEFAULT` has it.

    InvalidInput for one that hides what must be shown, says something twice, or names what cannot be a property.
    """

    rules: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        if len(self.rules) > MOST_RULES:
            raise InvalidInput(
                "rules",
                sentence("are {count}", count=len(self.rules)),
                sentence("at most {most}; name a prefix as a whole (acme:*)", most=MOST_RULES),
            )
        said: set[tuple[Kind, str]] = set()
        for place, rule in enumerate(self.rules):
            _check(rule, f"rules[{place}]")
            if (rule.kind, rule.property) in said:
                raise InvalidInput(
                    f"rules[{place}].property",
                    sentence("{property!r} was ruled on before for these events", property=rule.property),
                    "keep one of the two",
                )
            said.add((rule.kind, rule.property))
        object.__setattr__(self, "rules", tuple(sorted(self.rules, key=_precedence)))

    def lowest(self, kind: Kind, name: str) -> Audience:
        """The lowest audience that may see a property in events of a kind."""
        rule = self.deciding(kind, name)
        return rule.audience if rule else default(name)

    def deciding(self, kind: Kind, name: str) -> Rule | None:
        """The rule that decides on a property; None where the default or spec 9.3 does."""
        if name in ALWAYS:
            return None
        return next((rule for rule in self.rules if rule.covers(kind, name)), None)

    def shown(self, audience: Audience, event: Mapping[str, object]) -> frozenset[str]:
        """Which of a normalised event's properties the audience is shown; an event without a type or a step has a kind all the same."""
        kind, rank = kind_of(event) if self.rules else ANY, AUDIENCES.index(audience)
        return frozenset(name for name in event if AUDIENCES.index(self.lowest(kind, name)) <= rank)

    def to_json(self) -> dict[str, object]:
        """The documented form (spec 9.7)."""
        return {"rules": [rule.to_json() for rule in self.rules]}

    @classmethod
    def from_json(cls, data: object) -> Policy:
        """Read the documented form; InvalidInput names the first thing that is not of it."""
        if not isinstance(data, dict) or list(data) != ["rules"] or not isinstance(data["rules"], list):
            raise InvalidInput(
                "policy", "is not of the documented form", 'write {"rules": [{"property": "readPoint", "audience": "partners"}]}'
            )
        return cls(tuple(_rule(entry, f"rules[{place}]") for place, entry in enumerate(data["rules"])))


def default(name: str) -> Audience:
    """The lowest audience of a property where no rule speaks: extensions are a company's own business, and stay with partners."""
    return "public" if name in PUBLIC else "regulator" if name in KEPT_FROM_PARTNERS else "partners"


def kind_of(event: Mapping[str, object]) -> Kind:
    """The kind of an event, whatever spelling its business step has."""
    kind, step = event.get("type"), event.get("bizStep")
    return Kind(kind if isinstance(kind, str) else "", _bare(step, event.get("@context")) if isinstance(step, str) else "")


def standard_step(step: str) -> str:
    """A business step as kinds have it: a step of the CBV, in any spelling, is its bare word."""
    return _bare(step, None)


def _bare(step: str, context: object) -> str:
    try:
        prefixes = prefixes_of(context)
    except InvalidInput:  # a payload that was edited behind our back
        prefixes = {}
    return namespaces(tuple(sorted(prefixes.items()))).value(step, "BizStep").removeprefix(_STEP)


def _precedence(rule: Rule) -> tuple[bool, bool, bool, bool, Kind, str]:
    """The most specific name first, then the most specific kind; the rest makes one order of many (spec 9.5)."""
    exact = not rule.property.endswith("*")
    return not exact, rule.property == EVERY_OTHER, not rule.kind.step, not rule.kind.type, rule.kind, rule.property


def _check(rule: Rule, field: str) -> None:
    property_names.checked(rule.property, f"{field}.property")
    if rule.audience not in AUDIENCES:
        raise InvalidInput(
            f"{field}.audience",
            sentence("{text!r} is no audience", text=str(rule.audience)[:40]),
            sentence("use {known}", known=", ".join(AUDIENCES)),
        )
    if rule.property in ALWAYS and rule.audience != "public":
        raise InvalidInput(
            f"{field}.property",
            sentence("{property} may not be hidden: it {why}", property=rule.property, why=sentence(ALWAYS[rule.property])),
            "leave it public",
        )
    if rule.property == EVERY_OTHER and rule.audience == "public":
        raise InvalidInput(f"{field}.audience", "shows everybody what nobody has thought of yet", "name the public properties one by one")
    check_kind(rule.kind, field)


def check_kind(kind: Kind, field: str) -> None:
    """InvalidInput for a type or a step that no event has."""
    for name, value, known in (("type", kind.type, EVENT_TYPES), ("bizStep", kind.step, terms("BizStep"))):
        if value and value not in known:
            if ":" not in value:
                raise InvalidInput(
                    f"{field}.{name}",
                    sentence("{value!r} is no {name} of EPCIS 2.0", value=value[:40], name=name),
                    sentence("use one of {known}, or a URI", known=", ".join(sorted(known))),
                )
            property_names.require_plain(value, f"{field}.{name}")


def _rule(entry: object, field: str) -> Rule:
    if not isinstance(entry, dict):
        raise InvalidInput(field, "is not an object")
    for name, value in entry.items():
        if name not in _FIELDS:
            raise InvalidInput(
                f"{field}.{str(name)[:40]}", "is not a field of a rule", sentence("the fields are {known}", known=", ".join(_FIELDS))
            )
        if not isinstance(value, str):
            raise InvalidInput(f"{field}.{name}", "is not a text")
    kind = Kind(entry.get("type", ""), standard_step(entry.get("bizStep", "")))
    return Rule(entry.get("property", ""), cast("Audience", entry.get("audience", "")), kind)


class Change(NamedTuple):
    """What a newer policy says of a property in a kind of events, and what the older one said; None: no rule."""

    kind: Kind
    property: str
    before: Audience | None
    after: Audience | None


def changes(old: Policy, new: Policy) -> list[Change]:
    """What differs between two policies."""
    before, after = ({(rule.kind, rule.property): rule.audience for rule in policy.rules} for policy in (old, new))
    found = [Change(*key, before.get(key), after.get(key)) for key in sorted(before.keys() | after.keys())]
    return [change for change in found if change.before != change.after]


DEFAULT = Policy()
NARROWEST = Policy((Rule(EVERY_OTHER, "regulator"),))  # hides what can be hidden
