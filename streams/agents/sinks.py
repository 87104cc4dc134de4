"""Where points end up: InfluxDB, or segments on disk. The store agent writes to one of them.

A sink is idempotent, and durable when `write` returns. A new sink is a class and a line in the contract suite.
"""

import asyncio
from time import monotonic
from typing import Protocol

import stamina
import structlog

from streams.adapters.influxdb import InfluxDB
from streams.adapters.segments import Segments
from streams.errors import Unavailable
from streams.metrics import POINTS_REFUSED, POINTS_WAITING, POINTS_WRITTEN

log = structlog.get_logger(__name__)

FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 10.0
FIRST_TOLD_ATTEMPT = 3  # one failure may be a passing one


class Sink(Protocol):
    """Where points end up."""

    async def write(self, partition: int, payload: bytes) -> None:
        """Keep lines joined by newlines; they are durable when this returns."""

    def trouble(self) -> str | None:
        """Why points wait, None while they do not; may be asked from any thread."""

    def opened(self, partition: int) -> None:
        """The partition is ours."""

    def closed(self, partition: int) -> None:
        """It is no longer ours."""


class SegmentSink:
    """Points on disk, until `load-points` sends them."""

    def __init__(self, segments: Segments) -> None:
        self._segments = segments

    async def write(self, partition: int, payload: bytes) -> None:
        """Append them; in a thread, since the disk may take its time."""
        await asyncio.to_thread(self._segments.append, partition, payload)
        POINTS_WRITTEN.inc(_count(payload))

    def trouble(self) -> str | None:
        """A disk that takes no points ends the worker."""
        return None

    def opened(self, partition: int) -> None:
        """Make whole what the last writer left open."""
        self._segments.opened(partition)

    def closed(self, partition: int) -> None:
        """Make ours whole."""
        self._segments.closed(partition)


class InfluxSink:
    """Points in InfluxDB. Lines that it refuses are kept in segments of their own.

    `waiting` are the points of a time without InfluxDB; they are made whole here for `load-points`, not sent.
    """

    def __init__(self, influxdb: InfluxDB, *, refused: Segments, waiting: Segments) -> None:
        self._influxdb = influxdb
        self._refused = refused
        self._waiting = waiting
        self._silent_since: float | None = None

    async def write(self, partition: int, payload: bytes) -> None:
        """Write them, again and again while InfluxDB cannot take them."""
        refused = await self._patiently(payload)
        if refused:
            await asyncio.to_thread(self._refused.append, partition, b"\n".join(refused))
        POINTS_REFUSED.inc(len(refused))
        POINTS_WRITTEN.inc(_count(payload) - len(refused))

    async def _patiently(self, payload: bytes) -> list[bytes]:
        refused: list[bytes] = []
        async for attempt in stamina.retry_context(
            on=Unavailable, attempts=None, timeout=None, wait_initial=FIRST_WAIT_S, wait_max=LONGEST_WAIT_S
        ):
            if attempt.num == FIRST_TOLD_ATTEMPT:
                log.warning("InfluxDB takes no points: they wait until it does")
            with attempt:
                if attempt.num > 1 and self._silent_since is None:
                    self._silent_since = monotonic()
                POINTS_WAITING.set(attempt.num > 1)
                refused = await self._influxdb.write(payload)
        self._silent_since = None
        POINTS_WAITING.set(0)
        return refused

    def trouble(self) -> str | None:
        """InfluxDB does not take points; nothing is lost meanwhile, and nobody else waits for it."""
        since = self._silent_since
        return None if since is None else f"InfluxDB has taken no points for {monotonic() - since:.0f} s"

    def opened(self, partition: int) -> None:
        """Make whole what earlier writers left open."""
        self._silent_since = None  # nothing is known of the InfluxDB of now
        self._waiting.opened(partition)
        self._refused.opened(partition)

    def closed(self, partition: int) -> None:
        """Make ours whole."""
        self._refused.closed(partition)


def _count(payload: bytes) -> int:
    return payload.count(b"\n") + 1
