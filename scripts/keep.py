"""Small periodic work of an installation, in one process: `python -m scripts.run keep`.

`tasks` is the list; to add one, add a line. Each is a `step(session) -> int` in a transaction of its own, called again and again while it
finds something to do, then left alone for `rest` seconds. One that fails is logged and tried again after its rest; the others go on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session, sessionmaker

from accounts import audit_rounds, sealing
from api import sealed_log
from api.settings import Settings
from exchange import deliver
from inventory import touched, walk
from issuing import issue, label_jobs
from ledger_client import keys
from ledger_client.chain import Chain
from ledger_client.errors import InvalidInput, Retryable
from recall.cases import freezing
from recall.notices import remind
from records import documents, rotation
from records.genealogy import fill
from records.query import index
from records.search import code_index, name_index, text_index
from scripts.home import Home
from telemetry.logs import log
from telemetry.metrics import STEP_FAILURES, STEP_SECONDS

LONGEST_PAUSE = 1.0


@dataclass(slots=True)
class Task:
    """One kind of work. `due`: when it is next called, on the monotonic clock."""

    name: str
    step: Callable[[Session], int]
    rest: float
    due: float = 0.0
    trouble: str = ""


def tasks(settings: Settings, home: Home) -> list[Task]:
    """Everything this process keeps."""
    chain = Chain(settings.rpc_url, settings.deployment)
    signer = first_signer(home)
    return [
        Task("keys", rotation.step, rest=5),
        Task("documents", lambda session: documents.step(session, settings.refused_days), rest=60),
        Task("codes", issue.step, rest=1),
        Task("deliveries", deliver.forget, rest=600),
        Task("labels", label_jobs.step, rest=1),
        Task("label_files", label_jobs.forget, rest=600),
        Task("index", index.patient_step, rest=0.3),
        Task("genealogy", fill.step, rest=10),
        Task("stock_touched", touched.step, rest=1),
        Task("stock", walk.step, rest=1),
        Task("search_codes", code_index.patient_step, rest=0.5),
        Task("search_names", name_index.step, rest=1),
        Task("search_texts", text_index.patient_step, rest=0.5),
        Task("recall_holds", freezing.step, rest=1),
        Task("recall_reminders", remind.step, rest=30),
        Task("seal", lambda session: sealing.step(session, signer), rest=60),
        Task("audit", lambda session: audit_rounds.step(session, lambda now: sealed_log.ask(now, chain)), rest=5),
    ]


def first_signer(home: Home) -> bytes:
    """The installation's own writing key: the first by name of those in its folder. InvalidInput when there is none."""
    files = sorted(home.keys.glob("*.signer.json"))
    if not files:
        raise InvalidInput(str(home.keys), "holds no key that signs", "make one: python -m scripts.keys create NAME")
    return keys.address(files[0])


class Keep:
    """Calls every task when it is due."""

    def __init__(self, sessions: sessionmaker[Session], tasks: Sequence[Task]) -> None:
        self.sessions, self.tasks = sessions, tasks

    def turn(self) -> float:
        """Call what is due; the seconds to rest before the next turn."""
        for task in self.tasks:
            if time.monotonic() >= task.due:
                self._call(task)
        return min([LONGEST_PAUSE, *(max(0.0, task.due - time.monotonic()) for task in self.tasks)])

    def _call(self, task: Task) -> None:
        began, trouble, done = time.perf_counter(), "", 0
        try:
            with self.sessions.begin() as session:
                done = task.step(session)
        except Retryable as error:
            STEP_FAILURES.labels(type(error).__name__).inc()
            trouble = str(error)
        except Exception as error:  # noqa: BLE001 (one task's fault must not end the others)
            STEP_FAILURES.labels(type(error).__name__).inc()
            log.error("task.failed", job=task.name, error=error)
        if done:
            STEP_SECONDS.observe(time.perf_counter() - began)
        else:
            task.due = time.monotonic() + task.rest
        if trouble != task.trouble:
            (log.warning if trouble else log.info)("task.waits" if trouble else "task.works_again", job=task.name, reason=trouble or None)
        task.trouble = trouble
