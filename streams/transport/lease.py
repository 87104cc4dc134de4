"""A worker may write only while the broker counts it as a member of its group: the lease.

Every heartbeat that the broker answered renews it, in the consumer's thread; lanes ask for it right before they send.
A process that was frozen past its session finds its lease run out and waits for a heartbeat; the broker's answer is
then a rebalance, and the work in hand is never written. While the broker is away the same wait keeps a step for later;
a broker that was frozen itself has forgotten the group, and its answer is the same.
"""

import asyncio
from collections.abc import Callable
from time import monotonic

from streams.errors import Unavailable

POLL = 0.05


class LeaseLost(Unavailable):
    """The partition went to somebody else while a step waited for the lease."""


class Lease:
    """Runs out `seconds` after the newest heartbeat that succeeded was *sent*.

    Args:
        seconds: less than the session timeout, by what sending takes.
        clock: monotonic seconds.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._renewed = clock()

    def renew(self, sent_at: float) -> None:
        """A heartbeat sent at `sent_at` was answered. Called from the consumer's thread."""
        self._renewed = max(self._renewed, sent_at)

    @property
    def age(self) -> float:
        """Seconds since the group last answered."""
        return self._clock() - self._renewed

    @property
    def valid(self) -> bool:
        """Whether we may write now."""
        return self.age < self._seconds

    async def hold(self, revoked: Callable[[], bool]) -> None:
        """Return when the lease is valid.

        Raises:
            LeaseLost: `revoked()` came true before it was.
        """
        while not self.valid:
            if revoked():
                raise LeaseLost("the lease ran out and the partition was revoked")
            await asyncio.sleep(POLL)
