"""A job that also says how its process is, on `points`, for the dashboard of those who run the pipeline.

Every worker's job is wrapped in one. The point goes the way of all points, so that what arrives shows that the way is
open, and a process that says nothing is missing from the picture.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from time import monotonic
from typing import Final

import psutil
from prometheus_client import Metric
from prometheus_client.registry import REGISTRY

from streams.adapters.places import OPERATIONS, headers_for
from streams.core.series.health import health_points
from streams.topics import POINTS
from streams.transport import Job, Output, RecordBatch, State, Step

EVERY_S: Final = 10.0
COUNTED: Final = {
    "records": "ipt_worker_records_total",
    "batches": "ipt_worker_batch_seconds_count",
    "busy_s": "ipt_worker_batch_seconds_sum",
    "behind": "ipt_worker_behind_records",
    "set_aside": "ipt_worker_rejected_total",
    "missed": "ipt_worker_continuity_seeks_total",
    "expired": "ipt_worker_expired_gaps_total",
    "points_written": "ipt_points_written_total",
    "points_refused": "ipt_points_refused_total",
    "sent": "ipt_notifications_sent_total",
    "send_failures": "ipt_notifications_failed_total",
    "pending": "ipt_alerts_pending",
}
"""Column to the metric that it is, summed over its labels."""


def counts(metrics: Iterable[Metric]) -> dict[str, float]:
    """What the columns of a health point come to."""
    sums: dict[str, float] = {}
    for metric in metrics:
        for sample in metric.samples:
            sums[sample.name] = sums.get(sample.name, 0.0) + sample.value
    return {column: sums[name] for column, name in COUNTED.items() if name in sums}


def counted_here() -> Mapping[str, float]:
    """Of this process."""
    return counts(REGISTRY.collect()) | {"memory": psutil.Process().memory_info().rss}


class Reporting:
    """The job `inner`; about every ten seconds a tick of one of its partitions tells of the process as well."""

    def __init__(
        self,
        inner: Job,
        process: str,
        *,
        counted: Callable[[], Mapping[str, float]] = counted_here,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._inner = inner
        self._process = re.sub(r"[^A-Za-z0-9._~-]", "-", process)
        self._counted = counted
        self._clock = clock
        self._next = clock()

    async def opened(self, partition: int, state: State) -> None:
        """As the job itself."""
        await self._inner.opened(partition, state)

    async def batch(self, batch: RecordBatch, state: State) -> Step:
        """As the job itself."""
        return await self._inner.batch(batch, state)

    async def tick(self, partition: int, now: float, state: State) -> Step | None:
        """What the job itself does, and the health point when it is time for one."""
        step = await self._inner.tick(partition, now, state)
        if self._clock() < self._next:
            return step
        self._next = self._clock() + EVERY_S
        line = health_points(self._process, self._counted(), now)
        told = Output(POINTS, self._process.encode(), line.encode(), partition, headers_for(OPERATIONS))
        step = step or Step()
        return replace(step, outputs=(*step.outputs, told))

    def closed(self, partition: int) -> None:
        """As the job itself."""
        self._inner.closed(partition)
