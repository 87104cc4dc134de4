"""What a gateway takes in: single events as phones send them, and batches of a phone that was offline or a back-end.

Called by `ipt-pulse bench gateway`, which runs the gateway. CPU is that of its process alone.
"""

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from itertools import islice
from statistics import median
from time import perf_counter
from typing import Any

import psutil

from schemas.reading import BATCH_LIMIT
from streams.cli.bench.figures import milliseconds, percentile
from streams.cli.bench.sender import Connection, post_all
from streams.cli.bench.uploads import check_ins

PATIENTS = 20_000
AT_ONCE = 16
"""Connections of the single events: many phones send at the same time."""
BATCHES_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Taken:
    """What the gateway took in one way."""

    posts_per_s: int
    events_per_s: int
    events_per_cpu_s: int
    p50_ms: float
    p99_ms: float


async def measure_gateway(
    url: str, tokens: Sequence[str], process: psutil.Process, *, events: int, rounds: int, say: Callable[[str], None]
) -> dict[str, Any]:
    """Send `events` in batches and a twentieth of them one by one, `rounds` times; the last line of the command.

    Args:
        url: of the gateway.
        tokens: of operators; each may call so many times a second, so they take turns.
        process: the gateway's.
        events: of a round.
        rounds: after one that does not count; medians are reported.
        say: takes a line for people.
    """
    ways = {"single": (events // 20, 1, AT_ONCE), "batch": (events, BATCH_LIMIT, BATCHES_AT_ONCE)}
    measured: dict[str, list[Taken]] = {way: [] for way in ways}
    for number in range(rounds + 1):
        for way, (count, size, connections) in ways.items():
            run = f"{way}-{number}"
            one = await _send(url, tokens, process, run, count=count, size=size, connections=connections)
            if number:
                measured[way].append(one)
                say(f"round {number}: {way:>6} {one.events_per_cpu_s:>10,} events per CPU-second")
    return {way: _medians(taken) for way, taken in measured.items()}


async def _send(
    url: str, tokens: Sequence[str], process: psutil.Process, run: str, *, count: int, size: int, connections: int
) -> Taken:
    made = check_ins(PATIENTS, run=run)
    async with AsyncExitStack() as stack:
        loads = []
        for number in range(connections):
            connection = await stack.enter_async_context(Connection(url, tokens[number % len(tokens)]))
            uploads = (list(islice(made, size)) for _ in range(-(-count // size // connections)))
            loads.append((connection, [connection.request(events, batch=size > 1) for events in uploads]))
        cpu, begun = _cpu_s(process), perf_counter()
        took = await post_all(loads)
        wall_s, cpu_s = perf_counter() - begun, _cpu_s(process) - cpu
    return Taken(
        posts_per_s=round(len(took) / wall_s),
        events_per_s=round(len(took) * size / wall_s),
        events_per_cpu_s=round(len(took) * size / cpu_s),
        p50_ms=milliseconds(percentile(took, 50)),
        p99_ms=milliseconds(percentile(took, 99)),
    )


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _medians(rounds: Sequence[Taken]) -> dict[str, float]:
    """Each figure's own median over the rounds."""
    found = [asdict(one) for one in rounds]
    return {name: median(one[name] for one in found) for name in found[0]}
