"""What Prometheus asks for: latency by route, the generation served, and whatever a pool of workers reports."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from search.web.served import Served

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The environment variable naming the folder in which several processes keep their figures together."""
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""The bounds of the latency histogram, in seconds."""
Figures = Callable[[], Mapping[str, float]]
router = APIRouter()


class Metrics:
    """The figures of one application in one process."""

    def __init__(self, served: Served) -> None:
        self._own = CollectorRegistry()
        self._served = served
        self.latency = Histogram(
            "peel_request_seconds",
            "Time to answer a request, by route.",
            ("method", "route", "status"),
            buckets=BUCKETS,
            registry=self._own,
        )
        self.running = Gauge(
            "peel_requests_running", "Requests being answered.", registry=self._own, multiprocess_mode="livesum"
        )
        self.refused = Counter(
            "peel_requests_refused", "Requests refused before a route saw them.", ("status",), registry=self._own
        )
        self._pools: dict[str, Figures] = {}

    def watch(self, name: str, figures: Figures) -> None:
        """Report what a pool counts, as peel_<name>_<figure>: counters where they end in _total, else gauges."""
        self._pools[name] = figures

    def collect(self) -> Iterator[Metric]:
        """The figures that are read when they are asked for."""
        held = self._served.held
        if held is not None:
            published = (held.snapshot.folder / "manifest.json").stat().st_mtime
            number = GaugeMetricFamily("peel_generation", "The generation being served.")
            number.add_metric((), int(held.generation))
            age = GaugeMetricFamily("peel_generation_age_seconds", "Time since it was published.")
            age.add_metric((), time.time() - published)
            yield from (number, age)
            for what, count in held.snapshot.manifest["counts"].items():
                yield GaugeMetricFamily(f"peel_generation_{what}", f"The {what} in it.", value=count)
        for name, figures in self._pools.items():
            for figure, value in figures().items():
                kind = CounterMetricFamily if figure.endswith("_total") else GaugeMetricFamily
                yield kind(f"peel_{name}_{figure}", f"{figure.replace('_', ' ')} of {name}", value=value)

    def text(self) -> bytes:
        """Everything, as Prometheus reads it: of every process where several keep their figures together."""
        registry = CollectorRegistry()
        if SHARED_FOLDER in os.environ:
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
            registry.register(self)
            return generate_latest(registry)
        registry.register(self)
        return generate_latest(self._own) + generate_latest(registry)


@router.get(
    "/metrics",
    summary="Figures for Prometheus",
    operation_id="metrics",
    tags=["operation"],
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def metrics(request: Request) -> Response:
    """Latency by route, requests running, the generation served and its age, and the workers' queue and kills."""
    found: Metrics = request.app.state.metrics
    return Response(found.text(), media_type=CONTENT_TYPE_LATEST)
