"""Which role may do what: the one table. Every route of `api` names the right it needs; a test walks all of them."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What somebody is here for. An account has one."""

    PARTNER = "partner"  # staff that record events
    QUALITY = "quality"  # quality managers
    AUDITOR = "auditor"  # regulators and auditors: see everything, change nothing
    OPERATOR = "operator"  # keep the system running
    MACHINE = "machine"  # ERP, MES, scanners: act by API keys, whose scope narrows this role's rights


class Right(StrEnum):
    """One thing that may be allowed."""

    READ = "read"  # events as partners share them, items, members, the console
    READ_ALL = "read_all"  # whole payloads: the regulator's view
    WRITE = "write"  # record events for the account's signer
    VERIFY = "verify"  # signed audit reports
    POLICY = "policy"  # which property goes to which audience
    CODES = "codes"  # coding rules: which codes the company gives its things; links: where they lead
    ISSUE = "issue"  # order codes, reserve ranges, say what became of codes
    HOLD = "hold"  # freeze things, so that nobody ships them, and release them
    ERASE = "erase"  # ask for an erasure, or approve another's
    AUDIT = "audit"  # read and export the audit log
    OPERATE = "operate"  # sentinel findings, queue, settings, metrics
    ACCOUNTS = "accounts"  # make and end accounts and keys


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.PARTNER: frozenset({Right.READ, Right.WRITE, Right.ISSUE}),
    Role.QUALITY: frozenset(
        {Right.READ, Right.READ_ALL, Right.WRITE, Right.VERIFY, Right.POLICY, Right.CODES, Right.ISSUE, Right.HOLD, Right.ERASE}
    ),
    Role.AUDITOR: frozenset({Right.READ, Right.READ_ALL, Right.VERIFY, Right.AUDIT}),
    Role.OPERATOR: frozenset({Right.READ, Right.VERIFY, Right.ERASE, Right.AUDIT, Right.OPERATE, Right.ACCOUNTS}),
    Role.MACHINE: frozenset({Right.READ, Right.WRITE, Right.ISSUE, Right.OPERATE}),
}

OWN_KEYS = frozenset({Role.QUALITY, Role.AUDITOR, Role.OPERATOR})  # make API keys for themselves; for the others an operator does


def rights_of(role: Role, scope: frozenset[Right] | None = None) -> frozenset[Right]:
    """What an account of that role may do; through an API key no more than the key's `scope`."""
    return RIGHTS[role] if scope is None else RIGHTS[role] & scope
