"""A draft: the form of one kind of event as it was filled in, laid over the policy that it was made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ledger_client import property_names
from ledger_client.disclosure import AUDIENCES, Audience, Kind, Policy, Rule, check_kind, standard_step
from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence

MARK = "p."  # before a property's name in the form; its value is an audience, or NO_RULE
NO_RULE = "default"
NEW, NEW_AUDIENCE = "new", "new_audience"


@dataclass(frozen=True, slots=True)
class Draft:
    """`choices`: property -> audience, or NO_RULE. `added`: an extension that was typed in."""

    kind: Kind
    based_on: int
    choices: Mapping[str, str]
    added: str = ""
    added_audience: str = ""

    def over(self, policy: Policy) -> Policy:
        """The policy with the draft's choices for its kind, all else as it was; InvalidInput for one that may not be."""
        wanted = dict(self.choices)
        if self.added:
            property_names.checked(self.added, NEW)
            if wanted.get(self.added, NO_RULE) != NO_RULE:
                raise InvalidInput(NEW, sentence("{added!r} is in the table already", added=self.added), "choose there who may see it")
            wanted[self.added] = self.added_audience
        kept = tuple(rule for rule in policy.rules if rule.kind != self.kind or rule.property not in wanted)
        ruled = tuple(Rule(name, _audience(audience), self.kind) for name, audience in wanted.items() if audience != NO_RULE)
        return Policy((*kept, *ruled))

    @property
    def fields(self) -> dict[str, str]:
        """As the form sends it, without what was left as it is."""
        chosen = {MARK + name: audience for name, audience in self.choices.items()}
        extra = {"based_on": str(self.based_on), NEW: self.added, NEW_AUDIENCE: self.added_audience if self.added else ""}
        return chosen | {name: value for name, value in extra.items() if value}


def kind_in(fields: Mapping[str, str]) -> Kind:
    """The kind that an address or a form names; InvalidInput for one that no event has."""
    kind = Kind(fields.get("type", ""), standard_step(fields.get("step", "")))
    check_kind(kind, "kind")
    return kind


def draft_in(fields: Mapping[str, str]) -> Draft:
    """The draft that a form or an address holds."""
    number = fields.get("based_on") or "0"
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        raise InvalidInput("based_on", sentence("{number!r} is no version", number=number[:20]), "open the page anew")
    choices = {name.removeprefix(MARK): value for name, value in fields.items() if name.startswith(MARK)}
    return Draft(kind_in(fields), int(number), choices, fields.get(NEW, "").strip(), fields.get(NEW_AUDIENCE, ""))


def _audience(text: str) -> Audience:
    if text not in AUDIENCES:
        raise InvalidInput(
            "audience", sentence("{text!r} is no audience", text=text[:40]), sentence("use {known}", known=", ".join(AUDIENCES))
        )
    return text
