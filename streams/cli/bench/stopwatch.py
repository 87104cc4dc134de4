"""The stopwatch inside each contender: from the first records that it is given to its last event."""

import json
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

import psutil

from streams.cli.bench.stages import Sampler, Stages


@dataclass(frozen=True, slots=True)
class Result:
    """What one run took, from the first records to the last event: CPU of all threads, wall, memory."""

    events: int
    cpu_s: float
    wall_s: float
    rss_mb: float
    """What the process holds in the end."""
    ready_s: float
    """Wall seconds from the start of the process to the first records: imports, compiling, joining, recovery."""
    shares: Mapping[str, float] = field(default_factory=dict)
    """Of the CPU time, by stage, if a sampler looked."""

    @property
    def per_cpu_s(self) -> float:
        """Events per CPU-second."""
        return self.events / self.cpu_s


class Stopwatch:
    """Runs inside a contender. The process ends with the last event, its result is the last line it prints."""

    def __init__(self, events: int) -> None:
        self._left = self._events = events
        self._sampler: Sampler | None = None
        self._begun: tuple[float, float, float] | None = None

    def look_at(self, stages: Stages) -> None:
        """Have a sampler look at where the time goes, from the first records on; it costs some of it."""
        self._sampler = Sampler(stages)

    def begin(self) -> None:
        """The first records are here; to be called before any, a repeat does nothing."""
        if self._begun is None:
            if self._sampler is not None:
                self._sampler.__enter__()
            self._begun = time.process_time(), time.perf_counter(), time.time()

    def passed(self, events: int) -> bool:
        """So many more are done; whether those were the last ones."""
        self._left -= events
        return self._left <= 0

    def count(self, events: int) -> None:
        """So many more are done, and with the last of them the process ends."""
        if self.passed(events):
            self.finish()

    def finish(self) -> None:
        """Print the result and end the process: leaving the group in order is not what is measured."""
        if self._begun is None:
            raise RuntimeError("a stopwatch has to begin before it ends")
        process = psutil.Process()
        cpu, wall, at = self._begun
        result = Result(
            events=self._events - self._left,
            cpu_s=time.process_time() - cpu,
            wall_s=time.perf_counter() - wall,
            rss_mb=process.memory_info().rss / 1e6,
            ready_s=at - process.create_time(),
            shares={} if self._sampler is None else self._sampler.shares(),
        )
        # A line of its own, whatever a library has left on the one before (Faust hides the cursor).
        sys.stdout.write("\n" + json.dumps(asdict(result)) + "\n")
        sys.stdout.flush()
        os._exit(0)
