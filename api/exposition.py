"""The answer to a scrape: the figures of this process and of every job, told apart by the label `process`, and the database's gauges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.samples import Sample as Line
from sqlalchemy.orm import Session

from api.gauges import gauges
from records import samples
from telemetry import metrics
from telemetry.metrics import Sample


@dataclass(frozen=True, slots=True)
class Exposition:
    """What an encoder of prometheus_client takes for a registry."""

    families: tuple[Metric, ...]

    def collect(self) -> Iterator[Metric]:
        """Every family, once."""
        return iter(self.families)


def exposition(session: Session, here: str) -> Exposition:
    """Every figure of the installation, as far as this server knows it; `here` names this process."""
    return Exposition((*_counted(samples.of_all(session), here), *gauges(session)))


def encoded(session: Session, here: str, accept: str) -> tuple[bytes, str]:
    """The answer and its media type: OpenMetrics if the scraper takes it, else Prometheus's own text."""
    encoder, media_type = choose_encoder(accept)
    return encoder(exposition(session, here)), media_type


def _counted(left: Iterable[tuple[str, Sample]], here: str) -> Iterator[Metric]:
    """Each family of the registry with the lines of every process; a left figure that this version does not know is left out."""
    theirs = [(process, one) for process, one in left if process != here]
    for family in metrics.families():
        told = Metric(family.name, family.documentation, family.type)
        own = [(here, Sample(line.name, tuple(line.labels.items()), line.value)) for line in family.samples]
        others = [(process, one) for process, one in theirs if _belongs(one.name, family)]
        told.samples = [Line(one.name, {**dict(one.labels), "process": process}, one.value) for process, one in own + others]
        yield told


def _belongs(name: str, family: Metric) -> bool:
    endings = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}.get(family.type, ("",))
    return any(name == family.name + ending for ending in endings)
