"""Which records may show an asker the properties that a condition is about, in SQL.

A record that hides them is never read for the condition, so that neither the answer nor the time it takes tells what is withheld. What a
rule says of single extensions is decided on the event: here they count as shown where any extension is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from sqlalchemy import ColumnElement, and_, case, false, literal, or_, true

from ledger_client.disclosure import ANY, AUDIENCES, DEFAULT, NARROWEST, Audience, Policy, default
from ledger_client.epcis.query import Condition
from ledger_client.property_names import ALWAYS, EVERY_OTHER
from records.audiences import Policies, View
from records.models import Record

Shown = bool | ColumnElement[bool]
_OURS = frozenset({"recordTime"})  # not of the event


def shown(view: View, condition: Condition) -> Shown:
    """Whether a record may show what the condition is about: True or False where that holds for all of them."""
    properties = condition.field.properties()
    if properties is None:
        return shown_extension(view)
    if properties & (ALWAYS.keys() | _OURS):
        return True
    return _any(shown_property(view, name) for name in sorted(properties))


def shown_property(view: View, name: str) -> Shown:
    """Whether a record may show a top-level property of the standard."""
    return True if name in ALWAYS else _by_policy(view.policies, partial(_property, view.audience, name))


def shown_extension(view: View) -> Shown:
    """Whether a record may show any extension."""
    return _by_policy(view.policies, partial(_some_extension, view.audience))


def _by_policy(policies: Policies, decide: Callable[[Policy], Shown]) -> Shown:
    if not policies.of_member:
        return decide(DEFAULT)
    keys: dict[int, list[bytes]] = {}
    for key, member in policies.members.items():
        keys.setdefault(member, []).append(key)
    branches = [(Record.signer.in_(found), _clause(decide(policies.of_member.get(member, DEFAULT)))) for member, found in keys.items()]
    unknown = _clause(decide(NARROWEST))
    return case(*branches, else_=unknown) if branches else unknown


def _property(audience: Audience, name: str, policy: Policy) -> Shown:
    """The first rule that covers the property in events of the record's kind decides (spec 9.5)."""
    rules = [rule for rule in policy.rules if rule.property in (name, EVERY_OTHER)]
    if not rules:
        return _sees(audience, default(name))
    branches = []
    for rule in rules:
        kind = [Record.event_type == rule.kind.type] if rule.kind.type else []
        kind += [Record.biz_step == rule.kind.step] if rule.kind.step else []
        branches.append((and_(true(), *kind), literal(_sees(audience, rule.audience))))
    return case(*branches, else_=literal(_sees(audience, default(name))))


def _some_extension(audience: Audience, policy: Policy) -> bool:
    if _sees(audience, default("any:extension")) and not any(rule.property == EVERY_OTHER and rule.kind == ANY for rule in policy.rules):
        return True
    return any(_sees(audience, rule.audience) for rule in policy.rules if ":" in rule.property or rule.property == EVERY_OTHER)


def _sees(audience: Audience, lowest: Audience) -> bool:
    return AUDIENCES.index(lowest) <= AUDIENCES.index(audience)


def _any(found: Iterable[Shown]) -> Shown:
    clauses = list(found)
    if True in [clause for clause in clauses if isinstance(clause, bool)]:
        return True
    left = [clause for clause in clauses if not isinstance(clause, bool)]
    return or_(*left) if left else False


def _clause(decided: Shown) -> ColumnElement[bool]:
    return decided if isinstance(decided, ColumnElement) else true() if decided else false()
