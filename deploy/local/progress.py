"""Signs of life of long steps, neither a flood of lines nor a long silence. Used by what downloads and builds."""

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator

Report = Callable[[str], None]

PACE_S = 4.0
SILENT_AT_MOST_S = 10.0


def silent(_: str) -> None:
    """Report progress to nobody."""


def paced(report: Report, *, pace_s: float = PACE_S, clock: Callable[[], float] = time.monotonic) -> Report:
    """`report`, but of lines that come faster than one in `pace_s` seconds only the first is passed on."""
    next_at = clock()

    def passed_on(line: str) -> None:
        nonlocal next_at
        if clock() >= next_at:
            next_at = clock() + pace_s
            report(line)

    return passed_on


def lines_or_silence(lines: Iterable[str], *, after_s: float = SILENT_AT_MOST_S) -> Iterator[str | None]:
    """The lines as they come, and None each time that none came for `after_s` seconds."""
    arrived: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def read() -> None:
        for line in lines:
            arrived.put(line)
        arrived.put(None)

    threading.Thread(target=read, name="lines", daemon=True).start()
    while True:
        try:
            line = arrived.get(timeout=after_s)
        except queue.Empty:
            yield None
            continue
        if line is None:
            return
        yield line
