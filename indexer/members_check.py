"""Whether the member events that were read are all there are: against the contract's own slots, and against who wrote.

Members.sol keeps no list of its events, so a missing one shows only by what follows from it. From `chain` and `members`;
decides for `follow`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from indexer import members
from indexer.cursor import move
from indexer.fold import in_order
from indexer.models import Cursor, MemberEvent, MirroredMember, MirroredSigner
from indexer.span import Source
from ledger_client.contracts import profile_word
from ledger_client.errors import Incomplete, NodeRefused, RangeTooWide
from ledger_client.member_logs import MemberLog
from ledger_client.onchain import Signer, keccak
from ledger_client.sentences import sentence

_MEMBER_COUNT, _MEMBER, _SIGNER, _NONCE = (
    keccak(text)[:4] for text in (b"memberCount()", b"member(uint32)", b"signer(address)", b"nonce()")
)


class MembersDiffer(Incomplete):
    """The member events that were read do not lead to what the chain shows: one is missing, or one was made up."""


def check_writers(session: Session, wrote: Collection[tuple[bytes, int, int]], logs: Sequence[MemberLog], upto: int) -> None:
    """Raise MembersDiffer unless each writer (signer, member id, time) was a signer of that member at that time (spec 5.5).

    What is known: the mirrored events up to block `upto`, and `logs`, which are about to be mirrored.
    """
    known = _signers(session, {address for address, _, _ in wrote}, logs, upto)
    for address, member_id, time in wrote:
        signer = known.get(address)
        if signer is None or signer.member_id != member_id:
            raise MembersDiffer(
                sentence("member event that makes 0x{address} a signer of member {member}", address=address.hex(), member=member_id),
                "one",
                "none",
            )
        if not signer.active_at(time):
            raise MembersDiffer(
                sentence("time at which 0x{address} wrote", address=address.hex()), (signer.active_from, signer.active_until), time
            )


def compare(session: Session, chain: Source, block: int) -> None:
    """Raise MembersDiffer unless the mirrored members and signers are what Members.sol holds after `block`."""
    rows = session.scalars(select(MirroredMember).order_by(MirroredMember.member_id)).all()
    agree(chain, block, rows, session.scalars(select(MirroredSigner)).all())


def agree(chain: Source, block: int, rows: Sequence[MirroredMember], keys: Iterable[MirroredSigner]) -> None:
    """The same of any members, in the order of their numbers, and signers."""
    contract = chain.deployment.members
    counted = int.from_bytes(chain.call(contract, _MEMBER_COUNT, block), "big")
    if counted != len(rows):
        raise MembersDiffer("number of members", counted, len(rows))
    for row in rows:
        there = chain.call(contract, _MEMBER + row.member_id.to_bytes(32, "big"), block)
        here = _words(row.roles, int(row.suspended), row.since) + profile_word(row.name, row.endpoint)
        if there != here and "\ufffd" not in row.name + row.endpoint:
            raise MembersDiffer(sentence("roles, suspension, time and profile of member {member}", member=row.member_id), there, here)
    for signer in keys:
        there = chain.call(contract, _SIGNER + signer.address.rjust(32, b"\0"), block)
        here = _words(signer.member_id, signer.active_from, signer.active_until)
        if there != here:
            raise MembersDiffer(sentence("member and times of signer 0x{address}", address=signer.address.hex()), there, here)


def read_again(session: Session, chain: Source, cursor: Cursor, last: int, doubt: str) -> bool:
    """Replace the events since the members were last compared by what the node says now of them, up to block `last`.

    Returns whether that changed anything; then `doubt` is set, until the next comparison. The caller commits.
    """
    after = cursor.members_block
    logs = read_logs(chain, after + 1, last)
    table = MemberEvent.__table__
    query = select(table).where(table.c.block_number > after).order_by(table.c.block_number, table.c.log_index)
    if [members.row_of(log) for log in logs] == [dict(event) for event in session.execute(query).mappings()]:
        return False
    move(session, cursor, doubt=doubt)
    members.remove_after(session, after)
    members.add(session, logs)
    return True


def council_nonce(chain: Source, block: int) -> str:
    """The council's next transaction number after `block`; proposals with a lower one are done with."""
    return str(int.from_bytes(chain.call(chain.deployment.council, _NONCE, block), "big"))


def _signers(session: Session, addresses: Collection[bytes], logs: Sequence[MemberLog], upto: int) -> dict[bytes, Signer]:
    """These keys after the mirrored events up to a block, and then `logs`."""
    row = MemberEvent
    query = select(row.kind, row.signer, row.member_id, row.at).where(row.signer.in_(addresses), row.block_number <= upto)
    events = [tuple[str, bytes, int, int](event) for event in session.execute(query.order_by(row.block_number, row.log_index))]
    known: dict[bytes, Signer] = {}
    for kind, address, member_id, at in [*events, *((log.kind, log.signer, log.member_id, log.at) for log in logs)]:
        if kind == "SignerAdded":
            known[address] = Signer(address, member_id, at, 0)
        elif kind == "SignerRevoked" and address in known:
            known[address] = replace(known[address], active_until=at)
    return known


def read_logs(chain: Source, first: int, last: int) -> list[MemberLog]:
    """Member events of a range of any width, in as many requests as the node wants."""
    found: list[MemberLog] = []
    width = last - first + 1
    while first <= last:
        try:
            found += chain.member_logs(first, min(last, first + width - 1))
        except (RangeTooWide, NodeRefused):
            if width == 1:
                raise
            width = (width + 1) // 2
            continue
        first += width
    in_order(found)
    for number in {log.block_number for log in found}:
        block = chain.block(number)
        if wrong := [log.block_hash for log in found if log.block_number == number and log.block_hash != block.hash]:
            raise Incomplete(sentence("block {number} of a member event", number=number), block.hash, wrong[0])
    return found


def _words(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(32, "big") for number in numbers)
