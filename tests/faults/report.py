"""The report of a whole run, as Markdown: what was caused, what must hold, what was found, on which machine."""

import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import psutil

from deploy.local.runtime import kafka_version
from tests.faults import FAULTS
from tests.faults.fault import Verdict

HEAD = """\
# Faults

`make faults` causes each of these on real servers: Kafka, InfluxDB, and our own processes, started again a second after
they end, as under supervisord. What must come of the events (points, states, alerts, notifications, pages) is computed
beforehand by the pure core; afterwards a reader that is none of ours compares. *Lost* is what is missing, *doubled*
what nobody expected: a repeat under its id is neither. The same seed gives the same events, victims and moments.
`make test` has short runs; `make faults ARGS="--only kills --seed 7"` causes one.
"""

TABLE = """\
| fault | must hold | found | held |
|---|---|---|---|"""


def markdown(verdicts: Mapping[str, Verdict], *, seed: int, minutes: float) -> str:
    rows = [
        f"| {fault.title} | {fault.must_hold} | {figures(verdicts[fault.name])} | {_held(verdicts[fault.name])} |"
        for fault in FAULTS
        if fault.name in verdicts
    ]
    return "\n".join([HEAD, _machine(seed, minutes), "", TABLE, *rows, *_exceptions(verdicts), ""])


def figures(verdict: Verdict) -> str:
    return ", ".join(f"{name} {_number(value)}" for name, value in verdict.figures.items())


def _number(value: object) -> str:
    if isinstance(value, list):
        return " ".join(map(_number, value))
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def _held(verdict: Verdict) -> str:
    return "yes" if verdict.holds else "**no**"


def _exceptions(verdicts: Mapping[str, Verdict]) -> list[str]:
    told = [
        f"- {fault.title}: {line.splitlines()[-1]}"
        for fault in FAULTS
        if fault.name in verdicts
        for line in (*verdicts[fault.name].broken, *verdicts[fault.name].slow)
    ]
    return ["", "## What did not hold", *told] if told else []


def _machine(seed: int, minutes: float) -> str:
    memory = psutil.virtual_memory().total / 2**30
    busy = os.getloadavg()[2] / (os.cpu_count() or 1)
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, seed {seed}, {minutes:.0f} minutes on {os.cpu_count()} cores "
        f"({_processor()}), {memory:.0f} GiB, {platform.system()}, Kafka {kafka_version()}, Python "
        f"{platform.python_version()}; the load of the last quarter of an hour was {busy:.1f} a core."
    )


def _processor() -> str:
    """What /proc calls it, where there is a /proc."""
    told = Path("/proc/cpuinfo")
    names = [line.split(":")[1].strip() for line in told.read_text().splitlines() if line.startswith("model name")]
    return names[0] if names else platform.machine()
