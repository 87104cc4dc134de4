"""Wires what the transport tells to the metrics of a worker."""

from streams.metrics import WORKER_BATCH_SECONDS, WORKER_BEHIND, WORKER_EXPIRED, WORKER_RECORDS, WORKER_SEEKS
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

    def behind(self, topic: str, partition: int, records: int) -> None:
        """How far there is to go."""
        WORKER_BEHIND.labels(topic, str(partition)).set(records)
