"""Which part of the work a process is at, looked at every few ms of its CPU time: shares without a stopwatch.

`bench core` runs its rounds inside one. Wrapping every function in a clock would cost more than some of them take.
"""

import signal
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from types import CodeType, FrameType, TracebackType
from typing import Any, Self

EVERY_S = 0.001
"""The kernel looks at such a clock at its own ticks, every 1 to 10 ms."""
ELSEWHERE = "elsewhere"

Stages = Mapping[str, Sequence[Callable[..., Any]]]
"""The functions of each stage. Time counts for the outermost of them that is running."""


class Sampler:
    """Counts what it meets while it is entered; for the main thread of one process."""

    def __init__(self, stages: Stages) -> None:
        self._stage: dict[CodeType, str] = {
            function.__code__: name for name, functions in stages.items() for function in functions
        }
        self._met: Counter[str] = Counter(dict.fromkeys([*stages, ELSEWHERE], 0))

    def __enter__(self) -> Self:
        signal.signal(signal.SIGPROF, self._look)
        signal.setitimer(signal.ITIMER_PROF, EVERY_S, EVERY_S)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, signal.SIG_DFL)

    def shares(self) -> dict[str, float]:
        """The part of the CPU time that each stage took; all zero when nothing was met."""
        total = max(1, self._met.total())
        return {name: count / total for name, count in self._met.items()}

    def _look(self, _signal: int, frame: FrameType | None) -> None:
        stage = ELSEWHERE
        while frame is not None:
            stage = self._stage.get(frame.f_code, stage)
            frame = frame.f_back
        self._met[stage] += 1
