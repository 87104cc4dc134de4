"""What an app gives to the transport: one job, which computes steps and never writes anything itself.

The agents implement `Job`; lanes call it.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from streams.transport.batch import RecordBatch


class Output(NamedTuple):
    """One record to produce. Without a `partition` the key decides, as every Kafka client does it (murmur2)."""

    topic: str
    key: bytes | None
    value: bytes | None
    partition: int | None = None
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """What one step of work caused. It becomes true as a whole or is computed again.

    Outputs are confirmed by the broker before the state that remembers them is sent, so a crash in between repeats the
    outputs and never loses one: the same input must give the same outputs. A state value of None deletes its key.
    """

    outputs: Sequence[Output] = ()
    state: Mapping[bytes, bytes | None] = field(default_factory=dict)


class State(Protocol):
    """The table of one partition, to be read. It shows every step that was finished, and nothing else."""

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """The values of `keys` in their order, None where there is none."""

    def items(self, since: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """Everything from the key `since` on, in the order of the keys: for rebuilding an index at the opening."""


Compute = Callable[[State], Awaitable[Step | None]]
"""A step somebody else wants done between two batches; None means that there was nothing to do."""


class Job(Protocol):
    """The work of one app. Calls for one partition number never overlap, whatever the topic; partitions do.

    An exception ends the process without finishing the step, and a supervisor starts it again: set bad records
    aside inside the work. When a partition is revoked, `opened`, `batch` or `tick` may be cancelled (`CancelledError`)
    as long as nothing of their step was written.
    """

    async def opened(self, partition: int, state: State) -> None:
        """The partition is ours and its state recovered; a `tick` follows at once, then batches."""

    async def batch(self, batch: RecordBatch, state: State) -> Step:
        """Compute what these records cause. May await; nothing may hold the event loop longer than about 50 ms."""

    async def tick(self, partition: int, now: float, state: State) -> Step | None:
        """About every second, also between batches. `now` is seconds since 1970."""

    def closed(self, partition: int) -> None:
        """The partition is no longer ours: drop everything kept about it. `opened` may not have come to its end."""
