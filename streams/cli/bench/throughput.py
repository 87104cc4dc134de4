"""Runs the rounds, one contender after the other in each, and compares their medians per CPU-second.

Machines are shared and wall clocks swing; what a contender does per CPU-second, beside others in the same run, is what
counts. deploy.bench calls it with a broker.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from statistics import median
from typing import Any

from kafka.admin import KafkaAdminClient, NewTopic

from streams.cli.bench.contenders import CONTENDERS, OUTPUTS
from streams.cli.bench.course import Course, Result, fill
from streams.errors import Misconfigured, Unavailable

TOPIC = "bench.check-ins"
PARTITIONS = 4
OURS = ("ours-noop", "ours-full")
TIMEOUT_S = 1_800.0


def compare(
    bootstrap: str,
    *,
    against: Sequence[str],
    events: int,
    patients: int,
    history: int,
    rounds: int,
    say: Callable[[str], None],
) -> dict[str, Any]:
    """Measure ours and `against` over `rounds` rounds; the answer is what the command prints as its last line.

    Raises:
        Misconfigured: a contender of that name is not listed.
        Unavailable: a contender failed or took longer than half an hour.
    """
    names = [name for name in OURS if name in CONTENDERS] + [name for name in against if name not in OURS]
    if unknown := [name for name in names if name not in CONTENDERS]:
        raise Misconfigured(f"no such contender: {', '.join(unknown)}; there are {', '.join(CONTENDERS)}")
    _prepare(bootstrap, events, patients)
    results: dict[str, list[Result]] = {name: [] for name in names}
    for number in range(rounds):
        for name in names:
            course = Course(
                bootstrap=bootstrap,
                topic=TOPIC,
                partitions=PARTITIONS,
                events=max(1, round(events * CONTENDERS[name].share)),
                patients=patients,
                history=history,
                group=f"bench-{name}-{number}",
            )
            results[name].append(_run(name, course))
            say(f"round {number + 1}  {name:20} {_per_cpu(results[name][-1]):>12,.0f} events per CPU-second")
    return summary(results)


def summary(results: dict[str, list[Result]]) -> dict[str, Any]:
    """Medians of the rounds, and what the full job does for each event that another contender does."""
    contenders = {
        name: {
            "events_per_cpu_s": round(median(map(_per_cpu, runs))),
            "events_per_s": round(median(run.events / run.wall_s for run in runs)),
            "rss_mb": round(median(run.rss_mb for run in runs)),
        }
        for name, runs in results.items()
    }
    full = contenders.get("ours-full")
    others = [name for name in contenders if name not in OURS]
    ratios = {name: _ratio(full, contenders[name]) for name in others} if full else {}
    return {"contenders": contenders, "ratios": ratios}


def noop_ratio(measured: dict[str, Any]) -> float | None:
    """What record batches alone are worth: our idle job beside stock Faust's idle agent."""
    contenders = measured["contenders"]
    stock = contenders.get("stock-faust-noop")
    return _ratio(contenders["ours-noop"], stock) if stock else None


def _ratio(ours: Mapping[str, float], other: Mapping[str, float]) -> float:
    return round(ours["events_per_cpu_s"] / other["events_per_cpu_s"], 2)


def _per_cpu(result: Result) -> float:
    return result.events / result.cpu_s


def _prepare(bootstrap: str, events: int, patients: int) -> None:
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        admin.create_topics([NewTopic(name, PARTITIONS, 1) for name in (TOPIC, *OUTPUTS)])
    finally:
        admin.close()
    asyncio.run(fill(bootstrap, TOPIC, events=events, patients=patients))


def _run(name: str, course: Course) -> Result:
    with tempfile.TemporaryDirectory(prefix="ipt-pulse-bench-") as folder:
        command = [sys.executable, "-m", "streams.cli.bench.contenders", name, folder, json.dumps(asdict(course))]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, check=True)  # noqa: S603
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            raise Unavailable(f"{name} did not finish: {str(error.stderr)[-1000:]}") from error
    return Result(**json.loads(done.stdout.splitlines()[-1]))
