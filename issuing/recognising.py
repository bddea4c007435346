"""What a company's rules say of the text on a label, as values for whoever scans it (`ledger_client.codes.own_scheme`).

Only rules of the scheme `company`: all others make codes that everybody reads. Every version of a rule counts, because codes of an old one
are still out there.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuing.definition import Definition
from issuing.models import CodingRule, CodingRuleVersion
from issuing.rules import said
from issuing.segments import Kind, Segment
from ledger_client.codes.own_scheme import OwnScheme, OwnSegment

_SCHEME = "company"


def own_schemes(session: Session, member_id: int) -> tuple[OwnScheme, ...]:
    """The rules of one member, newest versions first; two versions of the same form once."""
    rows = session.execute(
        select(CodingRule.name, CodingRuleVersion)
        .join(CodingRuleVersion, CodingRuleVersion.rule_id == CodingRule.id)
        .where(CodingRule.member_id == member_id, CodingRule.scheme == _SCHEME)
        .order_by(CodingRule.id, CodingRuleVersion.version.desc())
    )
    return tuple(dict.fromkeys(own_scheme(name, said(version)) for name, version in rows))


def own_scheme(name: str, rule: Definition) -> OwnScheme:
    """One rule, as a scanner meets it."""
    return OwnScheme(name, rule.base, tuple(_segment(one, rule) for one in rule.segments))


def _segment(one: Segment, rule: Definition) -> OwnSegment:
    if one.kind == Kind.FIXED:
        return OwnSegment("", text=one.text)
    if one.kind == Kind.CHECK:
        return OwnSegment("check", width=one.length, system=one.system)
    if one.kind == Kind.DATE:
        return OwnSegment(str(one.part), width=one.length)
    characters = frozenset(one.characters) if one.kind in (Kind.COUNTER, Kind.RANDOM) else rule.scheme.charset
    return OwnSegment(str(one.kind), width=one.length, charset=characters)
