"""How often one sender may call: a bucket of permits per sender, refilled at a steady rate."""

MOST_BUCKETS = 100_000


class Buckets:
    """One bucket per key, each holding up to `burst` permits and gaining `rate` a second."""

    def __init__(self, *, rate: float, burst: int) -> None:
        self._rate = rate
        self._burst = burst
        self._level: dict[str, tuple[float, float]] = {}

    def wait(self, key: str, now: float) -> float:
        """Take one permit of `key` at `now` (seconds): 0 when there was one, else the seconds until there is.

        >>> buckets = Buckets(rate=2, burst=1)
        >>> buckets.wait("phone", 0.0), buckets.wait("phone", 0.0)
        (0.0, 0.5)
        """
        permits, since = self._level.pop(key, (float(self._burst), now))
        permits = min(self._burst, permits + max(0.0, now - since) * self._rate)
        taken = permits >= 1
        if len(self._level) >= MOST_BUCKETS:
            # The oldest was used longest ago, so it has most likely filled up and means nothing any more.
            del self._level[next(iter(self._level))]
        self._level[key] = (permits - 1 if taken else permits, now)
        return 0.0 if taken else (1 - permits) / self._rate
