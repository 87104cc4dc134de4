"""Whether a worker can do its work: found out on the event loop every second, asked for from any thread.

A loop that is held up cannot say so, and a process that is frozen says nothing at all: so what was found out last is
believed for some seconds only.
"""

from collections.abc import Callable
from time import monotonic

STILL = 10.0
"""Seconds after which the event loop is held up."""


class Vitals:
    """What keeps a worker from its work, as it was found out last."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._found_at: float | None = None
        self._trouble: str | None = None

    def found(self, trouble: str | None) -> None:
        """It was looked at just now."""
        self._trouble, self._found_at = trouble, self._clock()

    def trouble(self) -> str | None:
        """What keeps it from its work now; None for nothing."""
        if self._found_at is None:
            return "is starting"
        if (still := self._clock() - self._found_at) > STILL:
            return f"the event loop has stood still for {still:.0f} s"
        return self._trouble
