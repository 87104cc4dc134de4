"""Which offsets of one topic-partition were taken up, finished and committed, from one assignment to the next revoke.

Continuity is checked here and nowhere earlier, since everything before the job may drop a batch: the fetcher around a
rebalance, the conductor, a stream's queue. Pure: a lane asks it before every batch, the consumer commits by it.
"""

from dataclasses import dataclass
from enum import Enum, auto

REFETCH_PAUSE = 0.5
"""Seconds before the same missing block is asked for again: batches after the gap are still on their way."""


class Admission(Enum):
    """What a ledger says to a batch."""

    TAKEN = auto()  # it starts where the last one ended, or before: work on what was `next` until now
    REPEATED = auto()  # all of it was taken up before
    MISSING = auto()  # offsets before it were not: fetch again from `next`


@dataclass(slots=True)
class Ledger:
    """One topic-partition while it is assigned.

    Args:
        next: the first offset that was not taken up yet.
        unread: where the topic-partition ended when it was assigned.
    """

    next: int
    unread: int
    finished: int = -1
    committed: int = -1
    working: bool = False
    _asked: tuple[int, float] = (-1, 0.0)

    def __post_init__(self) -> None:
        self.finished = self.committed = self.next

    def admit(self, start: int, end: int) -> Admission:
        """Take up the offsets `[start, end)`, as far as they were not before. One batch at a time."""
        if self.working:
            raise RuntimeError("a batch was admitted while another one of its partition is worked on")
        if end <= self.next:
            return Admission.REPEATED
        if start > self.next:
            return Admission.MISSING
        self.next, self.working = end, True
        return Admission.TAKEN

    def finish(self) -> None:
        """All that the admitted batch caused is confirmed: its offsets may be committed."""
        if not self.working:
            raise RuntimeError("there is no batch to finish")
        self.finished, self.working = self.next, False

    def ask(self, now: float) -> bool:
        """Whether to seek back to `next`; False while the same request is on its way. `now`: monotonic seconds."""
        offset, since = self._asked
        if offset == self.next and now - since < REFETCH_PAUSE:
            return False
        self._asked = (self.next, now)
        return True

    def expire(self, low: int) -> int:
        """The broker's log starts at `low` by now: go on there. Returns how many offsets were lost unread."""
        lost = low - self.next
        if lost <= 0 or self.working:
            return 0
        self.next = self.finished = low
        return lost

    @property
    def caught_up(self) -> bool:
        """Everything that was there at the assignment is finished."""
        return self.finished >= self.unread

    @property
    def to_commit(self) -> int | None:
        """The offset to commit, None when it is committed already."""
        return self.finished if self.finished > self.committed else None
