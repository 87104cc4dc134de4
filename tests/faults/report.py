"""The report as Markdown: what was caused, what must hold, what was found, on which machine."""

import os
import platform
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import psutil

from deploy.local.runtime import kafka_version
from tests.faults import FAULTS
from tests.faults.fault import Fault, Verdict

HEAD = """\
# Faults

`make faults` causes each of these on real servers: Kafka, InfluxDB, and our own processes, started again a second after
they end, as under supervisord. What must come of the events (points, states, alerts, notifications, pages) is computed
beforehand by the pure core; afterwards a reader that is none of ours compares. *Lost* is what is missing, *doubled*
what nobody expected: a repeat under its id is neither. The same seed gives the same events, victims and moments.
`make test` has short runs of those that no other test causes; `make faults ARGS="--only kills --seed 7"` causes one.

The last column is when it ran and of which commit, what it took, and how busy the machine was at its end with
everything; times swing with it. **no** beside a time alone: it took longer than aimed at, and lost or doubled nothing.
"""

TABLE = """\
| fault | must hold | found | holds | when, of what, took, load a core |
|---|---|---|---|---|"""


def write(report: Path, verdicts: Mapping[str, Verdict], *, seed: int) -> None:
    """Write the rows of this run; those of an earlier run of other faults stay."""
    before = report.read_text().splitlines() if report.exists() else []
    kept = {fault.name: line for fault in FAULTS for line in before if line.startswith(f"| {fault.title} |")}
    rows = kept | {fault.name: _row(fault, verdicts[fault.name]) for fault in FAULTS if fault.name in verdicts}
    told = [rows[fault.name] for fault in FAULTS if fault.name in rows]
    report.write_text("\n".join([HEAD, _machine(seed), "", TABLE, *told, ""]))


def figures(verdict: Verdict) -> str:
    return "; ".join(f"{name}: {_number(value)}" for name, value in verdict.figures.items())


def load() -> float:
    """Of the last five minutes, a core."""
    return os.getloadavg()[1] / (os.cpu_count() or 1)


def _row(fault: Fault, verdict: Verdict) -> str:
    wrong = "; ".join(line.splitlines()[-1] for line in (*verdict.broken, *verdict.slow))
    holds = f"**no**: {wrong}" if wrong else "yes"
    took = f"{datetime.now(UTC):%Y-%m-%d}, {_commit()}, {verdict.minutes:.0f} min, {verdict.load:.1f}"
    return f"| {fault.title} | {fault.must_hold} | {figures(verdict)} | {holds} | {took} |"


def _commit() -> str:
    """What is checked out, in short."""
    asked = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip() or "no commit"


def _number(value: object) -> str:
    if isinstance(value, list):
        return " ".join(map(_number, value))
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def _machine(seed: int) -> str:
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"Seed {seed}, on {os.cpu_count()} cores ({_processor()}), {memory:.0f} GiB, "
        f"{platform.system()}, Kafka {kafka_version()}, Python {platform.python_version()}."
    )


def _processor() -> str:
    """What /proc calls it, where there is a /proc."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
