"""The figures of background jobs, left in the database for `/metrics`: a job has no port of its own, and may run on another machine.

A job writes its figures every few seconds, all of them, in a transaction of their own. They say what was, also after it died; its
`alive_seconds` says how old they are.
"""

from __future__ import annotations

from collections.abc import Iterable

import orjson
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from records.bulk import insert_rows
from records.models import ProcessSample
from telemetry.metrics import Sample


def write(session: Session, process: str, samples: Iterable[Sample]) -> None:
    """Replace the figures of a process."""
    session.execute(delete(ProcessSample).where(ProcessSample.process == process))
    rows = [{"process": process, "name": one.name, "labels": _text(one), "value": one.value} for one in samples]
    insert_rows(session, ProcessSample, rows)


def of_all(session: Session) -> list[tuple[str, Sample]]:
    """(process, figure) as each process last wrote them."""
    rows = session.execute(select(ProcessSample.process, ProcessSample.name, ProcessSample.labels, ProcessSample.value))
    return [(process, Sample(name, tuple(orjson.loads(labels).items()), value)) for process, name, labels, value in rows]


def _text(sample: Sample) -> str:
    return orjson.dumps(dict(sample.labels)).decode()
