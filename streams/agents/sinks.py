"""Where points end up: InfluxDB, or segments on disk. The store agent writes to one of them.

A sink is idempotent, and durable when `write` returns. A new sink is a class and a line in the contract suite.
"""

import asyncio
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
                POINTS_WAITING.set(attempt.num > 1)
                refused = await self._influxdb.write(payload)
        POINTS_WAITING.set(0)
        return refused

    def opened(self, partition: int) -> None:
        """Make whole what earlier writers left open."""
        self._waiting.opened(partition)
        self._refused.opened(partition)

    def closed(self, partition: int) -> None:
        """Make ours whole."""
        self._refused.closed(partition)


def _count(payload: bytes) -> int:
    return payload.count(b"\n") + 1
