"""What a process counts, in one registry. docs/metrics.md says what each figure means; a test holds the two together.

Labels have few values, all of them words of ours: a route's template and never a path, an outcome, a state. What can be read from the
database at the moment of asking is not counted here (`api.gauges`). Jobs have no port: they write `samples()` into the database, and
the API's /metrics shows those beside its own, told apart by the label `process`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import NamedTuple

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, disable_created_metrics
from prometheus_client.metrics_core import Metric

PREFIX = "traceledger_"
REGISTRY = CollectorRegistry()
_WEB = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_WORK = (0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0)

disable_created_metrics()  # type: ignore[no-untyped-call]  # the moments at which counters began say nothing here
ProcessCollector(registry=REGISTRY)
REQUESTS = Counter(PREFIX + "http_requests", "Answered requests", ["method", "route", "status"], registry=REGISTRY)
REQUEST_SECONDS = Histogram(
    PREFIX + "http_request_seconds", "From the first byte of a request to the end of its answer", ["route"], buckets=_WEB, registry=REGISTRY
)
CAPTURES = Counter(PREFIX + "captures", "Documents that were worked through", ["state"], registry=REGISTRY)
EVENTS = Counter(PREFIX + "events", "Events by what became of them", ["outcome"], registry=REGISTRY)
ACTIONS = Counter(PREFIX + "audited_actions", "Entries of the audit log, such as sign_in_failed", ["action"], registry=REGISTRY)
STEP_SECONDS = Histogram(PREFIX + "job_step_seconds", "Steps of a job that did something", buckets=_WORK, registry=REGISTRY)
STEP_FAILURES = Counter(PREFIX + "job_failures", "Steps of a job that failed", ["error"], registry=REGISTRY)
SENTINEL_CHECKED = Counter(PREFIX + "sentinel_records", "Records that the sentinel re-hashed", registry=REGISTRY)
ALIVE = Gauge(PREFIX + "alive_seconds", "When the process last said that it is alive, Unix time", registry=REGISTRY)


class Sample(NamedTuple):
    """One figure of a process: a line of the exposition format."""

    name: str
    labels: tuple[tuple[str, str], ...]  # sorted
    value: float


def samples() -> list[Sample]:
    """Every figure of this process, as of now."""
    return [Sample(one.name, tuple(sorted(one.labels.items())), one.value) for family in families() for one in family.samples]


def families() -> Iterator[Metric]:
    """Every kind of figure with this process's samples, also a kind that has none yet."""
    ALIVE.set(time.time())
    return iter(REGISTRY.collect())
