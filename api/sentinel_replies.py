"""The shape of what /sentinel answers, and how the sentinel's rows become it."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from api.schemas import Reply
from records.columns import now
from sentinel.models import Finding, FindingState, Kind, Round
from sentinel.status import Status


class RoundOut(Reply):
    """One pass over everything."""

    began: datetime
    ended: datetime | None
    phase: str | None = Field(description="records, transactions, anchors, members, captures, receipts; null once it is over")
    records: int = Field(description="checked")
    anchors: int = Field(description="compared with the chain")
    foreign_anchors: int = Field(description="of these, written by other companies: their records are not here")
    findings: int = Field(description="seen in this round")
    unlisted: int = Field(description="of these, not kept one by one because there are too many")
    waits: str | None = Field(description="why it stands still; never a finding")
    waits_since: datetime | None


class SentinelOut(Reply):
    """Where the sentinel stands."""

    round: RoundOut | None = Field(description="under way; null between two rounds")
    last_round: RoundOut | None = Field(description="the last whole one")
    coverage: float | None = Field(
        description="share of the running round that is done, 0 to 1; 1 between two rounds; null before the first"
    )
    ends: datetime | None = Field(description="when the running round is expected to be over")
    since_full_pass: float | None = Field(description="seconds since everything had been checked once more")
    unresolved: dict[Kind, int]
    silent: bool = Field(description="nothing was heard of it for ten minutes: its process does not run")


class FindingOut(Reply):
    """Something that is not as it was written."""

    id: int
    kind: Kind
    table: str
    row: str = Field(description="number or hash by which the row is known")
    column: str | None = Field(description="null where the whole row is meant")
    expected: str
    found: str
    first_seen: datetime
    last_seen: datetime
    times: int = Field(description="in how many rounds")
    state: FindingState
    state_at: datetime
    state_by: str | None = Field(description="who acknowledged it; null for the sentinel itself")
    note: str


class FindingsOut(Reply):
    """A page of findings."""

    findings: list[FindingOut]
    next: int | None = Field(description="go on with `before` set to it; null when there is no more")


class Acknowledgement(Reply):
    """What somebody says who takes a finding on."""

    note: str = Field("", max_length=1000, pattern=r"^[^\x00]*$")  # PostgreSQL keeps no NUL


def sentinel_out(known: Status) -> SentinelOut:
    """The reply of /sentinel."""
    ended = known.last.ended_at if known.last else None
    return SentinelOut(
        round=_round(known.round),
        last_round=_round(known.last),
        coverage=known.coverage,
        ends=known.ends_at,
        since_full_pass=(now() - ended).total_seconds() if ended else None,
        unresolved=dict(known.unresolved),
        silent=known.silent,
    )


def finding_out(row: Finding) -> FindingOut:
    """The reply for one finding."""
    return FindingOut(
        id=row.id,
        kind=Kind(row.kind),
        table=row.table_name,
        row=row.row_key,
        column=row.column_name or None,
        expected=row.expected,
        found=row.found,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        times=row.times,
        state=FindingState(row.state),
        state_at=row.state_at,
        state_by=row.state_by or None,
        note=row.note,
    )


def _round(row: Round | None) -> RoundOut | None:
    if row is None:
        return None
    return RoundOut(
        began=row.began_at,
        ended=row.ended_at,
        phase=row.phase if row.ended_at is None else None,
        records=row.records,
        anchors=row.anchors,
        foreign_anchors=row.foreign_anchors,
        findings=row.found,
        unlisted=row.unlisted,
        waits=row.waits,
        waits_since=row.waits_since,
    )
