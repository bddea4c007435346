"""The tables of label templates and print jobs. Shape changed by `records.migrations` only."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from records.columns import BigId, Told, Utc
from records.database import Base


class JobState(StrEnum):
    """How a print job goes."""

    RUNNING = "running"
    DONE = "done"  # its file can be fetched
    PRINTED = "printed"  # somebody said that it is on paper
    FAILED = "failed"


class LabelTemplate(Base):
    """What a company's labels look like now. Writer: `issuing.label_templates`; jobs keep what they printed."""

    __tablename__ = "label_templates"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    member_id: Mapped[int] = mapped_column(BigInteger)  # of the consortium, as the chain numbers it
    name: Mapped[str] = mapped_column(String(200))
    version: Mapped[int]  # counts its changes
    template: Mapped[dict[str, Any]] = mapped_column(JSON)  # as `labels.template` reads it
    changed_at: Mapped[datetime] = mapped_column(Utc)
    changed_by: Mapped[str] = mapped_column(String(200))  # the account's name then

    __table_args__ = (UniqueConstraint("member_id", "name"),)


class LabelJob(Base):
    """Labels of an order's codes that somebody asked for, and how far they are. Writer: `issuing.label_jobs`."""

    __tablename__ = "label_jobs"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    member_id: Mapped[int] = mapped_column(BigInteger)
    order_id: Mapped[int] = mapped_column(BigId, ForeignKey("code_orders.id"))
    first: Mapped[int]  # number of the first code in its order, from 0
    quantity: Mapped[int]  # codes from there on; those that are void get no label
    template_name: Mapped[str] = mapped_column(String(200))
    template_version: Mapped[int]
    template: Mapped[dict[str, Any]] = mapped_column(JSON)  # as it was then
    form: Mapped[str] = mapped_column(String(16))
    told: Mapped[dict[str, str]] = mapped_column(JSON)  # domain, product, lot, dates
    state: Mapped[str] = mapped_column(String(16))
    done: Mapped[int]
    problem: Mapped[str | None] = mapped_column(Told)
    asked_at: Mapped[datetime] = mapped_column(Utc)
    asked_by: Mapped[str] = mapped_column(String(200))
    finished_at: Mapped[datetime | None] = mapped_column(Utc)

    __table_args__ = (
        Index("ix_label_jobs_order_id", "order_id", "id"),
        Index("ix_label_jobs_running", "id", sqlite_where=text("state = 'running'"), postgresql_where=text("state = 'running'")),
        CheckConstraint(f"state IN ({', '.join(repr(str(one)) for one in JobState)})", name="state"),
    )


class LabelPiece(Base):
    """A part of a job's file; of a finished job the whole of it is number 0. Writer: `issuing.label_jobs`."""

    __tablename__ = "label_pieces"

    job_id: Mapped[int] = mapped_column(BigId, ForeignKey("label_jobs.id"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(LargeBinary)
