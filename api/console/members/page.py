"""The consortium: its members with their keys, what the council is asked to decide, and what happened, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from api.console.frame import Frame
from api.console.members.council import CouncilCard, Said, call_in_words, council_card, member_in_words, roles_in_words
from api.console.shown import Badge, Digest, Moment, Pager, digest, link, pager, unix_moment
from api.console.visit import Visit
from api.console.words import ConsoleWords
from ledger_client.deployment import Deployment
from ledger_client.onchain import Member, Signer
from records.lists.paging import Key, Page

HOME = "/console/members"


@dataclass(frozen=True, slots=True)
class SignerLine:
    """A key of a member."""

    address: Digest
    state: Badge
    since: Moment
    until: Moment | None
    block: str


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A member. `url`: its endpoint where that is a web address; else `endpoint` is only text."""

    number: int
    name: str
    roles: str
    state: Badge
    endpoint: str
    url: str
    since: Moment
    block: str
    here: bool  # its events are recorded on this server
    signers: tuple[SignerLine, ...]


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of the members' contract."""

    at: Moment
    block: str
    text: str
    key: Digest | None


@dataclass(frozen=True, slots=True)
class MembersPage:
    """templates/console/members.html"""

    template: ClassVar[str] = "console/members.html"
    frame: Frame
    council: CouncilCard
    members: tuple[MemberLine, ...]
    history: tuple[Happening, ...]
    pager: Pager
    block: str  # the mirror is complete up to it


@dataclass(frozen=True, slots=True)
class Known:
    """What the mirror knows of the consortium."""

    members: Sequence[Member]
    signers: Sequence[Signer]
    admitted: Mapping[int, int]  # member -> block
    added: Mapping[bytes, int]  # signer -> block
    own: frozenset[bytes]  # signers that write through this server
    block: int | None


def members_page(visit: Visit, known: Known, said: Said, happened: Page[Any], deployment: Deployment) -> MembersPage:
    """The page."""
    words = visit.words
    names = {member.member_id: member.name for member in known.members}
    keys = {signer.address: signer.member_id for signer in known.signers}
    return MembersPage(
        frame=visit.frame(words.say("members.title")),
        council=council_card(said, deployment, names, keys, words),
        members=tuple(_member(one, known, words) for one in known.members),
        history=tuple(_happening(row, deployment, names, words) for row in happened.rows),
        pager=pager(len(happened.rows), _place("newer", happened.newer), _place("older", happened.older), words),
        block=words.number(known.block) if known.block is not None else "",
    )


def _place(name: str, key: Key | None) -> str:
    return link(HOME, **{name: f"{key[0]}.{key[1]}"}) if key else ""


def _member(member: Member, known: Known, words: ConsoleWords) -> MemberLine:
    signers = [one for one in known.signers if one.member_id == member.member_id]
    active = not member.suspended
    return MemberLine(
        number=member.member_id,
        name=member.name,
        roles=roles_in_words(member.roles, words),
        state=Badge(words.say("members.active" if active else "members.suspended"), "good" if active else "bad"),
        endpoint=member.endpoint,
        url=member.endpoint if member.endpoint.startswith(("https://", "http://")) else "",
        since=unix_moment(member.since, words),
        block=_block(known.admitted.get(member.member_id), words),
        here=any(one.address in known.own for one in signers),
        signers=tuple(_signer(one, known, words) for one in signers),
    )


def _signer(signer: Signer, known: Known, words: ConsoleWords) -> SignerLine:
    revoked = signer.active_until != 0
    return SignerLine(
        address=digest(signer.address),
        state=Badge(words.say("members.key.revoked" if revoked else "members.key.active"), "quiet" if revoked else "good"),
        since=unix_moment(signer.active_from, words),
        until=unix_moment(signer.active_until, words) if revoked else None,
        block=_block(known.added.get(signer.address), words),
    )


def _block(number: int | None, words: ConsoleWords) -> str:
    return words.say("members.block", number=words.number(number)) if number is not None else ""


def _happening(row: Any, deployment: Deployment, names: Mapping[int, str], words: ConsoleWords) -> Happening:  # noqa: ANN401 (a row)
    if row.kind == "Proposed":
        text = words.say("members.event.Proposed", what=call_in_words(row.target, row.data, deployment, names, words))
    else:
        told = {"member": member_in_words(row.member_id, names, words), "roles": roles_in_words(row.roles, words)}
        endpoint = words.say("members.event.endpoint", endpoint=row.endpoint) if row.endpoint else ""
        text = words.say(f"members.event.{row.kind}", name=row.name, endpoint=endpoint, **told)
    key = row.signer or row.proposer
    return Happening(unix_moment(row.time, words), words.number(row.block_number), text, digest(key) if key else None)
