"""Members' policies about which property goes to which audience: versions that are added and never changed (spec 9.6).

The newest version of a member holds for all of its records from its commit on. Two people may edit at once: `change` names the version
that it was made from, and the second of the two is told what the first did.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger_client.disclosure import DEFAULT, NARROWEST, Audience, Change, Policy, changes
from ledger_client.errors import Conflict, InvalidInput
from ledger_client.sentences import sentence
from records.columns import now
from records.database import insert_for
from records.models import DisclosurePolicy
from telemetry.logs import log

LONGEST_REASON = 500
_OVERTAKEN = "the policy was changed by {name} meanwhile (version {version}): {changes}; look at it and save again"


_LAST = (
    select(DisclosurePolicy.member_id, func.max(DisclosurePolicy.version).label("version")).group_by(DisclosurePolicy.member_id).subquery()
)
_NEWEST = select(DisclosurePolicy.member_id, DisclosurePolicy.rules).join(
    _LAST, (DisclosurePolicy.member_id == _LAST.c.member_id) & (DisclosurePolicy.version == _LAST.c.version)
)  # built once: every page and every bundle asks it


@dataclass(frozen=True, slots=True)
class Policies:
    """The policies that hold now, by member; `members`: key -> member, as the mirror knows them (`indexer.audiences`)."""

    of_member: Mapping[int, Policy] = field(default_factory=dict)
    members: Mapping[bytes, int] = field(default_factory=dict)

    def of(self, signer: bytes) -> Policy:
        """The policy for what a key wrote. While the mirror does not say whose key it is, what can be hidden is hidden."""
        if not self.of_member:
            return DEFAULT
        member = self.members.get(signer)
        return NARROWEST if member is None else self.of_member.get(member, DEFAULT)


@dataclass(frozen=True, slots=True)
class View:
    """Who looks at events: an audience, and the policies that say what it is shown of each."""

    audience: Audience
    policies: Policies

    def shown(self, signer: bytes, event: Mapping[str, Any]) -> dict[str, Any]:
        """What the audience sees of a normalised event that a key wrote."""
        names = self.policies.of(signer).shown(self.audience, event)
        return {name: value for name, value in event.items() if name in names}


class Overtaken(Conflict):
    """Somebody else changed the policy since it was read. `newest`: the version that stands now, `theirs`: what it changed."""

    def __init__(self, newest: DisclosurePolicy, theirs: Sequence[Change]) -> None:
        told = "; ".join(told_change(change) for change in theirs) or "nothing that differs"
        super().__init__(sentence(_OVERTAKEN, name=newest.made_by, version=newest.version, changes=told))
        self.newest, self.theirs = newest, theirs


def policies(session: Session) -> dict[int, Policy]:
    """The newest policy of each member that has one, by the member's number."""
    return {member_id: policy_of(rules) for member_id, rules in session.connection().execute(_NEWEST)}


def newest(session: Session, member_id: int) -> DisclosurePolicy | None:
    """The version of a member that holds now; None while it goes by the default."""
    return next(iter(versions(session, member_id, limit=1)), None)


def versions(session: Session, member_id: int, before: int | None = None, limit: int = 50) -> Sequence[DisclosurePolicy]:
    """The versions of a member, newest first, from the one behind `before`."""
    rows = select(DisclosurePolicy).where(DisclosurePolicy.member_id == member_id).order_by(DisclosurePolicy.version.desc()).limit(limit)
    return session.scalars(rows if before is None else rows.where(DisclosurePolicy.version < before)).all()


def version(session: Session, member_id: int, number: int) -> Policy:
    """What a version says; version 0, and one that there never was, is the default."""
    found = session.get(DisclosurePolicy, (member_id, number))
    return policy_of(found.rules if found else [])


def change(session: Session, member_id: int, policy: Policy, based_on: int, by: str, reason: str) -> DisclosurePolicy:
    """Add a version; `based_on` is the number of the one it was made from, 0 for the default.

    InvalidInput without a reason or a difference, Overtaken when another version was added meanwhile.
    """
    reason = _reason(reason)
    last = newest(session, member_id)
    if (last.version if last else 0) != based_on:
        raise _overtaken(session, member_id, based_on)
    if not changes(policy_of(last.rules if last else []), policy):
        raise InvalidInput("rules", "are those that hold already", "change a rule, or leave the policy as it is")
    row = {"member_id": member_id, "version": based_on + 1, "rules": policy.to_json()["rules"], "reason": reason}
    row |= {"made_at": now(), "made_by": by[:200]}
    added = insert_for(session, DisclosurePolicy).values(row).on_conflict_do_nothing().returning(DisclosurePolicy.version)
    if session.scalar(added) is None:
        raise _overtaken(session, member_id, based_on)
    return session.get_one(DisclosurePolicy, (member_id, based_on + 1))


def changed_by(session: Session, row: DisclosurePolicy) -> list[Change]:
    """What a version changed in the one before it."""
    return changes(version(session, row.member_id, row.version - 1), policy_of(row.rules))


def policy_of(rules: list[dict[str, str]]) -> Policy:
    """The policy that a row holds; one that cannot be read any more hides what can be hidden, so that a fault never discloses."""
    return _read(orjson.dumps(rules))


def told_change(change: Change) -> str:
    """One difference in words, for logs and messages."""
    kind = "/".join(part for part in change.kind if part) or "all events"
    return f"{change.property} in {kind}: {change.before or 'as by default'} → {change.after or 'as by default'}"


@lru_cache(maxsize=256)
def _read(rules: bytes) -> Policy:
    try:
        return Policy.from_json({"rules": orjson.loads(rules)})
    except InvalidInput as problem:
        log.error("policy.unreadable", error=problem)  # what it may hide is hidden
        return NARROWEST


def _overtaken(session: Session, member_id: int, based_on: int) -> Conflict:
    last = newest(session, member_id)
    if last is None or last.version <= based_on:
        return Conflict(sentence("the policy has no version {based_on}; open it anew", based_on=based_on))
    return Overtaken(last, changes(version(session, member_id, based_on), policy_of(last.rules)))


def _reason(text: str) -> str:
    found = " ".join(text.split())
    if not found:
        raise InvalidInput("reason", "is missing", "say in a sentence why the policy changes")
    if len(found) > LONGEST_REASON:
        raise InvalidInput(
            "reason",
            sentence("has {count} characters", count=len(found)),
            sentence("at most {most}", most=LONGEST_REASON),
        )
    if not found.isprintable():
        raise InvalidInput("reason", "holds a control character", "write plain text")
    return found
