"""Print jobs: the labels of an order's codes as one file, made piece by piece with its progress; then said to be printed.

`ask` refuses at once what the first label shows; `step` is the job. A killed step is repeated as if it had never been: the piece and the
progress are one commit, and the last piece puts the file together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from issuing import export, states
from issuing.label_models import JobState, LabelJob, LabelPiece, LabelTemplate
from issuing.label_templates import said
from issuing.models import CodeOrder, CodeState, OrderState
from issuing.texts import line
from labels.content import DATES, Content, checked_domain
from labels.layout import Drawing, drawing
from labels.printing import MOST, Form, Print, joined, piece, piece_size
from labels.template import Template, template
from ledger_client.codes import parse
from ledger_client.codes.epc_binary import encode
from ledger_client.codes.epc_urn import urn_of
from ledger_client.errors import Conflict, InvalidInput, NotFound
from ledger_client.sentences import sentence
from records.columns import now
from records.database import changed

LONGEST_TEXT = 200
TEXTS = ("product", "spec", "producer", "lot")
KEPT = timedelta(days=7)  # that a finished job's file can be fetched


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks for. `first`: the first code's place in its order, from 1; `quantity`: None for all up to MOST."""

    form: Form
    domain: str  # of Digital Links
    product: str = ""
    spec: str = ""
    producer: str = ""
    lot: str = ""
    dates: Mapping[str, date] = field(default_factory=dict)  # by the names of labels.content.DATES
    first: int = 1
    quantity: int | None = None
    tags: int | None = None  # digits of the company prefix, where the printer writes RFID tags too

    def told(self, order: CodeOrder) -> dict[str, str]:
        """As it is stored; the date of production is the order's unless another is told."""
        dates = {"produced": date.fromisoformat(order.day), **self.dates}
        texts = {name: line(name, getattr(self, name), LONGEST_TEXT, optional=True) for name in TEXTS}
        if self.tags and not self.form.dpi:
            raise InvalidInput("tags", "are written by thermal printers only", "choose a zpl form, or leave them out")
        tags = {"tags": str(self.tags)} if self.tags else {}
        return {"domain": checked_domain(self.domain)} | texts | {name: day.isoformat() for name, day in dates.items()} | tags


def ask(session: Session, order: CodeOrder, by_template: LabelTemplate, wanted: Wanted, by: str) -> LabelJob:
    """A job. InvalidInput for labels that cannot be printed, Conflict while the codes are being made."""
    if order.state == OrderState.RUNNING:
        raise Conflict(
            sentence(
                "order {id} is still being made: {done:,} of {quantity:,} codes", id=order.id, done=order.done, quantity=order.quantity
            )
        )
    if not 1 <= wanted.first <= order.done:
        raise InvalidInput(
            "first",
            sentence("is {first:,}", first=wanted.first),
            sentence("order {id} has codes 1 to {done:,}", id=order.id, done=order.done),
        )
    left = order.done - wanted.first + 1
    quantity = min(left, MOST) if wanted.quantity is None else wanted.quantity
    if not 1 <= quantity <= min(left, MOST):
        raise InvalidInput(
            "quantity",
            sentence("is {quantity:,}", quantity=quantity),
            sentence("give 1 to {left:,}; a file holds {most:,} labels at most", left=min(left, MOST), most=MOST),
        )
    told = wanted.told(order)
    piece(said(by_template), _prints(session, order, told, wanted.first - 1, 1), wanted.form)
    job = LabelJob(
        member_id=order.member_id, order_id=order.id, first=wanted.first - 1, quantity=quantity, template_name=by_template.name,
        template_version=by_template.version, template=by_template.template, form=str(wanted.form), told=told, state=JobState.RUNNING,
        done=0, problem=None, asked_at=now(), asked_by=by[:200], finished_at=None,
    )  # fmt: skip
    session.add(job)
    session.flush()
    return job


def first_label(session: Session, order: CodeOrder, made: Template, wanted: Wanted) -> Drawing | None:
    """The label of the first code that would be printed, drawn; None while there is none. InvalidInput for one that does not fit."""
    prints = _prints(session, order, wanted.told(order), wanted.first - 1, 1)
    return drawing(made.label, prints[0].content, wanted.form.dpi) if prints else None


def step(session: Session) -> int:
    """Draw the next piece of the oldest running job; how many codes, 0 when there is none. The caller commits."""
    oldest = select(LabelJob).where(LabelJob.state == JobState.RUNNING).order_by(LabelJob.id).limit(1)
    job = session.scalar(oldest.with_for_update(skip_locked=True).execution_options(populate_existing=True))
    if job is None:
        return 0
    made, form = template(job.template), Form(job.form)
    end = min(job.done + piece_size(made, form), job.quantity)
    count, start = end - job.done, job.done
    if not _advance(session, job, {"done": end}):
        return 1  # another process made this piece
    try:
        _draw(session, job, made, form, start, end)
    except InvalidInput as error:
        session.execute(delete(LabelPiece).where(LabelPiece.job_id == job.id))
        changed(
            session,
            update(LabelJob)
            .where(LabelJob.id == job.id)
            .values(state=JobState.FAILED, problem=error.args[0], done=start, finished_at=now()),
        )
    return count


def _advance(session: Session, job: LabelJob, values: dict[str, Any]) -> bool:
    """Move the progress on, unless another process did; takes SQLite's write lock, PostgreSQL holds the row already."""
    mine = (LabelJob.id == job.id, LabelJob.state == JobState.RUNNING, LabelJob.done == job.done)
    return changed(session, update(LabelJob).where(*mine).values(**values)) == 1


def _draw(session: Session, job: LabelJob, made: Template, form: Form, start: int, end: int) -> None:
    order = session.get_one(CodeOrder, job.order_id)
    prints = _prints(session, order, job.told, job.first + start, end - start)
    if prints:
        session.add(LabelPiece(job_id=job.id, number=start, data=piece(made, prints, form, job.template_name)))
        session.flush()
    if end < job.quantity:
        return
    rows = session.execute(select(LabelPiece.data).where(LabelPiece.job_id == job.id).order_by(LabelPiece.number)).scalars().all()
    if not rows:
        raise InvalidInput("codes", "are all void", "print others")
    session.execute(delete(LabelPiece).where(LabelPiece.job_id == job.id))
    session.add(LabelPiece(job_id=job.id, number=0, data=joined(rows, form)))
    changed(session, update(LabelJob).where(LabelJob.id == job.id).values(state=JobState.DONE, finished_at=now()))
    session.flush()


def _prints(session: Session, order: CodeOrder, told: Mapping[str, str], first: int, count: int) -> list[Print]:
    """The labels of codes from that number on; void ones get none."""
    dates = {name: date.fromisoformat(told[name]) for name in DATES.values() if name in told}
    prefix = int(told["tags"]) if "tags" in told else None
    return [
        Print(
            Content(item, told["domain"], dates=dates, number=one.number + 1, **{name: told.get(name, "") for name in TEXTS}),
            encode(urn_of(item, prefix)) if prefix else None,
        )
        for one in export.lines(session, order, first - 1, count)
        if one.state != CodeState.VOID
        for item in [parse(one.code)]
    ]


def one(session: Session, number: int, member_id: int | None = None) -> LabelJob:
    """A job as it stands now; NotFound, also for one of another member than `member_id`."""
    found = session.get(LabelJob, number, populate_existing=True)
    if found is None or member_id not in (None, found.member_id):
        raise NotFound(sentence("label job {number}: there is none of that number", number=number))
    return found


def listed(session: Session, order_id: int | None = None, member_id: int | None = None, limit: int = 50) -> Sequence[LabelJob]:
    """The newest jobs first."""
    rows = select(LabelJob).order_by(LabelJob.id.desc()).limit(limit)
    rows = rows if order_id is None else rows.where(LabelJob.order_id == order_id)
    return session.scalars(rows if member_id is None else rows.where(LabelJob.member_id == member_id)).all()


def file(session: Session, job: LabelJob) -> bytes:
    """What a finished job made; Conflict before."""
    if job.state in (JobState.RUNNING, JobState.FAILED):
        how = (
            sentence("is still being made: {done:,} of {quantity:,}", done=job.done, quantity=job.quantity)
            if job.state == JobState.RUNNING
            else sentence("failed: {problem}", problem=sentence(job.problem or ""))
        )
        raise Conflict(sentence("label job {id} {how}", id=job.id, how=how))
    found = session.execute(select(LabelPiece.data).where(LabelPiece.job_id == job.id)).scalar_one_or_none()
    if found is None:
        raise Conflict(
            sentence(
                "the file of label job {id} was thrown away {days} days after it was made; print these codes again",
                id=job.id,
                days=KEPT.days,
            )
        )
    return found


def has_file(job: LabelJob) -> bool:
    """Whether a job's file can be fetched."""
    return job.state in (JobState.DONE, JobState.PRINTED) and job.finished_at is not None and job.finished_at > now() - KEPT


def forget(session: Session) -> int:
    """Throw away files that were made long ago; how many. The caller commits."""
    kept = select(LabelPiece.job_id).join(LabelJob, LabelJob.id == LabelPiece.job_id).where(LabelJob.finished_at <= now() - KEPT)
    old = session.scalars(kept.limit(100)).all()
    if old:
        session.execute(delete(LabelPiece).where(LabelPiece.job_id.in_(old)))
    return len(old)


def confirm(session: Session, job: LabelJob, by: str) -> int:
    """Say that its labels are on paper: its codes are printed from now on, unless they are further already. How many were moved."""
    if job.state != JobState.DONE:
        raise Conflict(sentence("label job {id} is {state}, and does not become printed", id=job.id, state=job.state))
    if changed(session, update(LabelJob).where(LabelJob.id == job.id, LabelJob.state == JobState.DONE).values(state=JobState.PRINTED)) != 1:
        raise Conflict(sentence("label job {id} was changed by somebody else meanwhile; look at it again", id=job.id))
    order = session.get_one(CodeOrder, job.order_id)
    lines = export.lines(session, order, job.first - 1, job.quantity)
    codes = [one.code for one in lines if one.state == CodeState.ISSUED]
    if codes:
        states.move(session, codes, CodeState.PRINTED, by, f"label job {job.id}", member_id=order.member_id, order=order.id)
    session.refresh(job)
    return len(codes)
