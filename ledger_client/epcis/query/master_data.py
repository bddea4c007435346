"""Conditions that master data decide: the places within a place (WD_), things that have an attribute (HASATTR_, EQATTR_).

Whoever has master data says which codes are meant, and the condition then asks for those. A place is within another if the other's
`children` say so, directly or over several steps (EPCIS 2.0 6.5), or if it is a GLN with an extension and the other is the GLN.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from ledger_client.epcis.json_value import Json
from ledger_client.epcis.query import values
from ledger_client.epcis.query.conditions import Attribute, Condition, key_of

CHILDREN = "children"  # of a vocabulary element: beside its attributes, whose names are URIs


class MasterData(Protocol):
    """What is known of places and things."""

    def descendants(self, codes: frozenset[str]) -> frozenset[str]:
        """The places within these, and these themselves."""

    def having(self, attribute: Attribute) -> frozenset[str]:
        """The codes of whatever has the attribute."""


def resolved(conditions: tuple[Condition, ...], known: MasterData) -> tuple[Condition, ...]:
    """The same conditions, those about master data as lists of codes."""
    return tuple(_resolved(condition, known) for condition in conditions)


def _resolved(condition: Condition, known: MasterData) -> Condition:
    if condition.comparison == "WD":
        return replace(condition, texts=known.descendants(condition.texts))
    if condition.attribute is not None:
        found = known.having(condition.attribute)
        return replace(condition, texts=frozenset(key_of(condition.field, code, {}) for code in found), attribute=None)
    return condition


def has(attributes: Mapping[str, Json], wanted: Attribute) -> bool:
    """Whether master data have one of the attributes, with one of the contents where these are given."""
    for name, content in attributes.items():
        if name != CHILDREN and content not in (None, "") and values.name(name, {}) in wanted.names:
            contents = content if isinstance(content, list) else [content]
            if wanted.contents is None or any(text in wanted.contents for one in contents for text in values.texts(one, {})):
                return True
    return False
