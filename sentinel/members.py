"""Phase 4: the mirrored events of Members.sol against the chain, and the members, keys and proposals that follow from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from indexer.members import derived, row_of
from indexer.members_check import agree, read_logs
from indexer.models import Base, Cursor, MemberEvent, MirroredMember, MirroredSigner
from ledger_client.chain import Chain
from ledger_client.member_logs import MemberLog
from sentinel.settled import Settled, Unsettled, settled, still
from sentinel.suspicion import Piece, Suspicion, added, altered, missing

Rows = Mapping[str, Mapping[str, object]]  # by the words for their primary key


def check(session: Session, chain: Chain) -> Piece:
    """Compare all of them; a consortium has hundreds of such rows, not millions."""
    here = settled(session, chain)
    head = chain.block().number
    logs = read_logs(chain, chain.deployment.block, head)
    _complete(chain, head, logs)
    events = [row_of(log) for log in logs if log.block_number <= here.block]
    follow = derived(MemberEvent(**event) for event in events)
    wanted: dict[type[Base], list[dict[str, object]]] = {MemberEvent: events, **follow}
    suspicions: list[Suspicion] = []
    checked = 0
    for model, rows in wanted.items():
        theirs = _keyed(model, rows)
        checked += len(theirs)
        suspicions += _differing(model, theirs, _here(session, model, here.block))
    if suspicions:
        still(session, chain, here)
        _unchanged(session, here)
    return Piece(here.block, checked, True, tuple(suspicions))


def _complete(chain: Chain, head: int, logs: Sequence[MemberLog]) -> None:
    """Raise MembersDiffer if the node left an event out: then they do not lead to what the contract holds."""
    rows = derived(MemberEvent(**row_of(log)) for log in logs)
    members = [MirroredMember(**row) for row in rows[MirroredMember]]
    agree(chain, head, members, [MirroredSigner(**row) for row in rows[MirroredSigner]])


def _unchanged(session: Session, here: Settled) -> None:
    """Raise Unsettled if the mirror has read on and heard something new of the members."""
    news = (MemberEvent.block_number > here.block, MemberEvent.block_number <= select(Cursor.block).scalar_subquery())
    if session.scalar(select(MemberEvent.block_number).where(*news).limit(1)) is not None:
        raise Unsettled("the members change just now")


def _here(session: Session, model: type[Base], block: int) -> Rows:
    rows = (dict(row) for row in session.execute(select(model.__table__)).mappings())
    return _keyed(model, (row for row in rows if model is not MemberEvent or int(row["block_number"]) <= block))


def _keyed(model: type[Base], rows: Iterable[Mapping[str, object]]) -> Rows:
    names = [column.name for column in inspect(model).primary_key]
    return {" ".join(_word(row[name]) for name in names): row for row in rows}


def _word(value: object) -> str:
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)


def _differing(model: type[Base], theirs: Rows, ours: Rows) -> Iterator[Suspicion]:
    table = model.__tablename__
    for key, row in theirs.items():
        if key not in ours:
            yield missing(table, key, "a row that follows from the events of Members.sol")
            continue
        for name, said in row.items():
            if ours[key][name] != said:
                yield altered(table, key, name, said, ours[key][name])
    for key in ours.keys() - theirs.keys():
        yield added(table, key, "no such row: no event of Members.sol leads to it", "a row")
