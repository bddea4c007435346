"""Figures that are read from the database at the moment of asking: the queue, the lanes, the transactions, the mirror.

Whatever is not known yet has no sample: a figure that is missing is not a zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from sqlalchemy.orm import Session

from accounts import audit_rounds
from indexer import queries as mirror
from indexer.run import Condition
from records import queries
from records.columns import now
from records.models import LaneState, TransactionState
from sentinel import status as sentinel
from telemetry.metrics import PREFIX


def gauges(session: Session) -> Iterator[Metric]:
    """All of them, with what they say now."""
    yield from _publishing(session)
    yield from _mirror(mirror.status(session))
    yield from _sentinel(sentinel.status(session))
    breaks = audit_rounds.last_found(session)
    yield _one("audit_log_breaks", "Places where the audit log is not what was written", None if breaks is None else len(breaks))


def _publishing(session: Session) -> Iterator[Metric]:
    queue, states = queries.queue(session), queries.transaction_states(session)
    lanes = [lane.state for lane in queue.lanes]
    age = (now() - queue.oldest).total_seconds() if queue.oldest else 0.0
    yield _by("queue_anchors", "Anchors that are not in a block yet", "state", {"waiting": queue.waiting, "underway": queue.underway})
    yield _one("queue_oldest_age_seconds", "Age of the oldest record that waits for its block, 0 when none waits", age)
    yield _one("captures_running", "Documents that are being worked through", queue.captures)
    yield _by("lanes", "Signers by how their publishing goes", "state", {state: lanes.count(state) for state in LaneState})
    yield _by("transactions", "Signed transactions by state", "state", {state: states.get(state, 0) for state in TransactionState})


def _mirror(known: mirror.Status) -> Iterator[Metric]:
    conditions = {condition: int(known.state == condition) for condition in Condition}
    yield _one("chain_head_block", "Newest block of the chain, as last seen by the mirror", known.head)
    yield _one("mirror_block", "No anchor is missing from the mirror up to this block", known.complete_block)
    yield _one("mirror_lag_blocks", "Blocks between the chain's head and mirror_block", known.lag)
    yield _by("mirror_condition", "1 for the condition the mirror is in", "condition", conditions)
    yield _one("mirror_checked_seconds", "When the mirror last asked the chain, Unix time", known.checked_at)
    yield _one("mirror_rewinds", "How often a fork or a doubt took rows out of the mirror", known.rewinds)
    yield _one("mirror_anchors", "Anchors in the mirror", known.anchors)
    yield _one("mirror_confirmed_anchors", "Of these, how many agree with the heads on the chain", known.confirmed)
    yield _one("mirror_items", "Items that have an anchor", known.items)


def _sentinel(known: sentinel.Status) -> Iterator[Metric]:
    ended = known.last.ended_at if known.last else None
    yield _by("sentinel_findings", "Unresolved findings by kind", "kind", known.unresolved)
    yield _one("sentinel_coverage_ratio", "Share of the running round that is done, 1 between two rounds", known.coverage)
    age = (now() - ended).total_seconds() if ended else None
    yield _one("sentinel_full_pass_age_seconds", "Since everything had been checked once more", age)
    waits = int(bool(known.round and known.round.waits)) if known.round or known.last else None
    yield _one("sentinel_waits", "1 while the sentinel waits for the node or the mirror", waits)


def _one(name: str, meaning: str, value: float | None) -> Metric:
    return GaugeMetricFamily(PREFIX + name, meaning, value=value)


def _by(name: str, meaning: str, label: str, values: Mapping[Any, float]) -> Metric:
    family = GaugeMetricFamily(PREFIX + name, meaning, labels=[label])
    for word, value in values.items():
        family.add_metric([str(word)], value)
    return family
