"""How metrics are declared, and what is read of them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.core import Metric as Family
from psycopg import Connection
from scrapy.settings import BaseSettings


@dataclass(frozen=True)
class Metric:
    """A metric, as it is declared.

    :ivar kind: a gauge, or a counter: one that only grows, as long as the database is the same.
    :ivar name: in full; that of a counter ends in ``_total``.
    :ivar description: what it tells, in a sentence.
    :ivar labels: the names of its labels.
    """

    kind: type[GaugeMetricFamily | CounterMetricFamily]
    name: str
    description: str
    labels: tuple[str, ...]

    def __call__(self, value: float, *labels: str) -> "Sample":
        """Return a value of it; ``labels`` are in the order in which they are declared."""
        return Sample(self, labels, float(value))


@dataclass(frozen=True)
class Sample:
    """A value of a metric, with the values of its labels."""

    metric: Metric
    labels: tuple[str, ...]
    value: float


OfDatabase = Callable[[Connection, BaseSettings], Iterator[Sample]]
OfMachine = Callable[[BaseSettings], Iterator[Sample]]


def gauge(name: str, description: str, *labels: str) -> Metric:
    """Declare what goes up and down."""
    return Metric(GaugeMetricFamily, f"esn_pulse_{name}", description, labels)


def counter(name: str, description: str, *labels: str) -> Metric:
    """Declare what only grows."""
    return Metric(CounterMetricFamily, f"esn_pulse_{name}", description, labels)


class Families:
    """Samples as ``prometheus_client`` writes them: each metric in one piece."""

    def __init__(self, samples: Iterable[Sample]) -> None:
        self._families: dict[Metric, GaugeMetricFamily | CounterMetricFamily] = {}
        for sample in samples:
            self._of(sample.metric).add_metric(sample.labels, sample.value)

    def collect(self) -> Iterable[Family]:
        """Return them."""
        return self._families.values()

    def _of(self, metric: Metric) -> GaugeMetricFamily | CounterMetricFamily:
        if metric not in self._families:
            made = metric.kind(metric.name, metric.description, labels=metric.labels)
            self._families[metric] = made
        return self._families[metric]
