"""Policies and events of every kind for hypothesis, and a value that can be searched for in each property."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from ledger_client.disclosure import AUDIENCES, EVENT_TYPES, Kind, Policy, Rule
from ledger_client.property_names import ALWAYS, STANDARD

STEPS = {
    "shipping": ["shipping", "cbv:BizStep-shipping", "urn:epcglobal:cbv:bizstep:shipping", "https://ref.gs1.org/cbv/BizStep-shipping"],
    "receiving": ["receiving", "urn:epcglobal:cbv:bizstep:receiving"],
    "acme:blending": ["acme:blending"],
}
EXTENSIONS = ("acme:oven", "acme:cost", "acmeother:cost", "中:价格")
NAMES = (*STANDARD, *EXTENSIONS)
CONTEXT = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"]

kinds = st.builds(Kind, st.sampled_from(["", *EVENT_TYPES]), st.sampled_from(["", *STEPS]))


def _ruled(name: str) -> st.SearchStrategy[Rule]:
    audiences = ["public"] if name in ALWAYS else AUDIENCES[1:] if name == "*" else AUDIENCES
    return st.builds(Rule, st.just(name), st.sampled_from(audiences), kinds)


rules = st.sampled_from([*NAMES, "acme:*", "中:*", "*"]).flatmap(_ruled)
policies = st.lists(rules, max_size=12, unique_by=lambda rule: (rule.kind, rule.property)).map(lambda found: Policy(tuple(found)))


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    """A normalised event, as far as policies look at it; each value but type and step holds its property's name."""
    names = draw(st.sets(st.sampled_from([name for name in NAMES if name not in ("type", "bizStep", "@context")])))
    step = draw(st.sampled_from([spelled for spellings in STEPS.values() for spelled in spellings]))
    event: dict[str, Any] = {name: f"the value of {name}" for name in sorted(names | {"eventID"})}
    return event | {"type": draw(st.sampled_from(EVENT_TYPES)), "bizStep": step, "@context": CONTEXT}
