"""Wires what the transport tells to the metrics of a worker."""

from streams.metrics import (
    WORKER_BATCH_SECONDS,
    WORKER_BEHIND,
    WORKER_COMMITS,
    WORKER_EXPIRED,
    WORKER_OLDEST,
    WORKER_RECORDS,
    WORKER_RECOVERED,
    WORKER_SEEKS,
)
from streams.transport import Observer


class Counting(Observer):
    """Counts for Prometheus."""

    def finished(self, topic: str, partition: int, records: int, seconds: float) -> None:  # noqa: ARG002 -- protocol
        """A batch is done."""
        WORKER_RECORDS.labels(topic).inc(records)
        WORKER_BATCH_SECONDS.observe(seconds)

    def refetched(self, topic: str, partition: int, offset: int) -> None:  # noqa: ARG002
        """A block was fetched again."""
        WORKER_SEEKS.inc()

    def expired(self, topic: str, partition: int, lost: int) -> None:  # noqa: ARG002
        """Offsets were gone before they were read."""
        WORKER_EXPIRED.inc()

    def behind(self, topic: str, partition: int, records: int, seconds: float) -> None:
        """How far there is to go."""
        WORKER_BEHIND.labels(topic, str(partition)).set(records)
        WORKER_OLDEST.labels(topic, str(partition)).set(seconds)

    def committed(self, partitions: int) -> None:  # noqa: ARG002
        """Offsets were committed."""
        WORKER_COMMITS.inc()

    def recovered(self, partition: int, records: int) -> None:  # noqa: ARG002
        """State was read back."""
        WORKER_RECOVERED.inc(records)
