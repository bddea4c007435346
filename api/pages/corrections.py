"""Error declarations: which record was declared wrong, by whom, why, and what stands in its place.

EPCIS 2.0 7.4.1.3: the declaration repeats the event under its event id and adds `errorDeclaration`; the ledger keeps both, so a
correction adds a record and never takes one away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from api.pages.facts import Fact
from api.pages.payload import list_in, object_in


@dataclass(frozen=True, slots=True)
class Declared:
    """One original and the declaration against it; `correcting` are the facts named as its replacement, where this item has them."""

    original: Fact
    declaration: Fact
    correcting: tuple[Fact, ...]
    named: int  # how many correcting events the declaration names

    @property
    def own(self) -> bool:
        """Whether the company that recorded the event declared it wrong itself."""
        return writer(self.original) == writer(self.declaration)


def is_declaration(fact: Fact) -> bool:
    """Whether a record declares an earlier one wrong."""
    return bool(object_in(fact.properties, "errorDeclaration"))


def declared(facts: Sequence[Fact]) -> tuple[Declared, ...]:
    """Every pair of an original and a declaration among the facts. A company's own declaration comes before another's."""
    originals = [fact for fact in facts if fact.properties and not is_declaration(fact)]
    pairs = (
        Declared(original, declaration, _correcting(declaration, originals), len(_named(declaration)))
        for declaration in facts
        if is_declaration(declaration)
        for original in originals
        if original.properties.get("eventID") == declaration.properties.get("eventID")
    )
    return tuple(sorted(pairs, key=lambda pair: not pair.own))


def standing(facts: Sequence[Fact]) -> list[Fact]:
    """The facts that still stand: events that their own writer has not declared wrong."""
    fallen = {pair.original.commitment for pair in declared(facts) if pair.own}
    return [fact for fact in facts if fact.properties and not is_declaration(fact) and fact.commitment not in fallen]


def writer(fact: Fact) -> object:
    """Who recorded a fact: its member, or its key while it is not anchored."""
    return fact.anchored.member_id if fact.anchored else fact.signer


def _correcting(declaration: Fact, originals: Iterable[Fact]) -> tuple[Fact, ...]:
    wanted = _named(declaration)
    return tuple(fact for fact in originals if fact.properties.get("eventID") in wanted)


def _named(declaration: Fact) -> list[str]:
    return [str(one) for one in list_in(object_in(declaration.properties, "errorDeclaration"), "correctiveEventIDs")]
