"""What the transport tells whoever counts: the metrics of a worker are wired to it, and tests listen to it."""


class Observer:
    """Hears nothing; override what is to be counted. Called on the event loop, so it must be quick."""

    def finished(self, topic: str, partition: int, records: int, seconds: float) -> None:
        """A batch and all it caused is confirmed; `seconds` from its admission."""

    def refetched(self, topic: str, partition: int, offset: int) -> None:
        """A block was missing between fetch and job; it is read again from `offset`."""

    def expired(self, topic: str, partition: int, lost: int) -> None:
        """The broker had deleted `lost` offsets before we read them: an alarm for operations."""

    def committed(self, partitions: int) -> None:
        """The offsets of so many topic-partitions were committed."""

    def recovered(self, partition: int, records: int) -> None:
        """So many changelog records were written to the partition's table."""

    def behind(self, topic: str, partition: int, records: int, seconds: float) -> None:
        """About every second: offsets not taken up yet, and how long the first unfinished one has waited, at least."""
