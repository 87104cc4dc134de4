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
from contextlib import ExitStack, closing
from dataclasses import asdict, replace
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import Any, Self

from kafka.admin import KafkaAdminClient, NewTopic

from streams.adapters.policy import read_policy
from streams.cli.bench.contenders import CONTENDERS, OURS, OWN
from streams.cli.bench.course import OUTPUTS, Course, check_ins, fill
from streams.cli.bench.history import history_records
from streams.cli.bench.seeds import make_seed
from streams.cli.bench.stopwatch import Result
from streams.errors import Misconfigured, Unavailable

TOPIC = "bench.check-ins"
PARTITIONS = 4
TIMEOUT_S = 1_800.0

Say = Callable[[str], None]


def compare(
    bootstrap: str,
    *,
    against: Sequence[str],
    events: int,
    patients: int,
    history: int,
    rounds: int,
    processes: int = 1,
    folder: Path,
    say: Say,
) -> dict[str, list[Result]]:
    """Measure ours and `against` over `rounds` rounds; the answer has each one's results, by name.

    Args:
        bootstrap: of a broker without topics.
        against: names of contenders beside ours.
        events: of the topic; each contender reads its share of them.
        patients: that they are of.
        history: days in every contender's state before it starts.
        rounds: in each of which everybody has a turn.
        processes: more than 1: our full job once more, in so many processes that share the work.
        folder: empty, with room for the states of all patients, once for each way of keeping them.
        say: takes a line for people.

    Raises:
        Misconfigured: a contender of that name is not listed, or the partitions cannot be shared evenly.
        Unavailable: a contender failed or took longer than half an hour.
    """
    names = [*OURS, *(name for name in against if name not in OURS)]
    if unknown := [name for name in names if name not in CONTENDERS]:
        raise Misconfigured(f"no such contender: {', '.join(unknown)}; there are {', '.join(CONTENDERS)}")
    if PARTITIONS % processes:
        raise Misconfigured(f"{PARTITIONS} partitions cannot be shared evenly by {processes} processes")
    say(f"{events:,} check-ins of {patients:,} patients, each with {history} days of history")
    make_topics(bootstrap, [TOPIC, *OUTPUTS])
    asyncio.run(fill(bootstrap, check_ins(TOPIC, events=events, patients=patients)))
    seeds = _seeds(names, patients, history, folder)
    teams = [(name, 1) for name in names] + ([("ours-full", processes)] if processes > 1 else [])
    results: dict[str, list[Result]] = {team_name(*team): [] for team in teams}
    for number in range(rounds):
        for name, size in teams:
            contender, called = CONTENDERS[name], team_name(name, size)
            course = Course(
                bootstrap=bootstrap,
                topic=TOPIC,
                partitions=PARTITIONS,
                events=max(1, round(events * contender.share)),
                group=f"bench-{called}-{number}",
                seed=str(seeds[contender.seed]) if contender.seed else "",
                processes=size,
            )
            results[called].append(run_team(name, course, folder))
            say(f"round {number + 1}: {called:>18} {results[called][-1].per_cpu_s:>12,.0f} events per CPU-second")
    return results


def team_name(name: str, processes: int) -> str:
    """What a contender is called when so many processes of it share the work."""
    return name if processes == 1 else f"{name}-x{processes}"


def summary(results: Mapping[str, Sequence[Result]]) -> dict[str, Any]:
    """Medians of the rounds, and what the full job does for each event that another contender does."""
    contenders = {
        name: {
            "events_per_cpu_s": round(median(run.per_cpu_s for run in runs)),
            "events_per_s": round(median(run.events / run.wall_s for run in runs)),
            "rss_mb": round(median(run.rss_mb for run in runs)),
        }
        for name, runs in results.items()
    }
    full = contenders["ours-full"]
    others = [name for name in contenders if not name.startswith(OWN)]
    return {"contenders": contenders, "ratios": {name: ratio(full, contenders[name]) for name in others}}


def ratio(ours: Mapping[str, float], other: Mapping[str, float]) -> float:
    """How many events ours does for each of the other's, per CPU-second."""
    return round(ours["events_per_cpu_s"] / other["events_per_cpu_s"], 2)


def run_team(name: str, course: Course, folder: Path) -> Result:
    """Run a contender, in as many processes as the course says; the topics of its own are gone afterwards.

    Raises:
        Unavailable: a process failed or took longer than half an hour.
    """
    share = replace(course, events=-(-course.events // course.processes))
    with tempfile.TemporaryDirectory(dir=folder) as own, ExitStack() as running:
        members = [running.enter_context(_Member(name, share, Path(own))) for _ in range(course.processes)]
        results = [member.result() for member in members]
    delete_topics(course.bootstrap, course.group)
    return _together(results)


def make_topics(bootstrap: str, names: Sequence[str], config: Mapping[str, str] | None = None) -> None:
    """Make those of the topics that are not there."""
    with closing(KafkaAdminClient(bootstrap_servers=bootstrap)) as admin:
        missing = sorted({*names} - {*admin.list_topics()})
        admin.create_topics([NewTopic(name, PARTITIONS, 1, topic_configs=config and dict(config)) for name in missing])


def delete_topics(bootstrap: str, group: str) -> None:
    """Delete the topics that a group has for itself: changelogs, whatever they are called."""
    with closing(KafkaAdminClient(bootstrap_servers=bootstrap)) as admin:
        admin.delete_topics([topic for topic in admin.list_topics() if group in topic])


class _Member:
    """One process of a contender; gone when it is left."""

    def __init__(self, name: str, course: Course, folder: Path) -> None:
        own = tempfile.mkdtemp(dir=folder)
        self._name, self._errors = name, Path(own + ".errors")
        command = [sys.executable, "-m", "streams.cli.bench.contenders", name, own, json.dumps(asdict(course))]
        with self._errors.open("w") as errors:
            self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)  # noqa: S603

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.kill()
        self._process.wait()

    def result(self) -> Result:
        """What its stopwatch says in the end."""
        try:
            said, _ = self._process.communicate(timeout=TIMEOUT_S)
        except subprocess.TimeoutExpired as error:
            raise Unavailable(f"{self._name} did not finish within {TIMEOUT_S / 60:.0f} minutes") from error
        if self._process.returncode != 0:
            raise Unavailable(f"{self._name} did not finish: {self._errors.read_text()[-1000:]}")
        return Result(**json.loads(said.splitlines()[-1]))


def _together(results: Sequence[Result]) -> Result:
    """Processes that worked side by side, as one: their CPU and memory add up, and the slowest says when it is over."""
    return Result(
        events=sum(one.events for one in results),
        cpu_s=sum(one.cpu_s for one in results),
        wall_s=max(one.wall_s for one in results),
        rss_mb=sum(one.rss_mb for one in results),
        ready_s=max(one.ready_s for one in results),
        shares=results[0].shares,
    )


def _seeds(names: Sequence[str], patients: int, history: int, folder: Path) -> dict[str, Path]:
    """What is known of every patient, by the way in which those contenders keep it."""
    records = history_records(history, patients, read_policy())
    seeds: dict[str, Path] = {}
    for name in names:
        write = CONTENDERS[name].seed
        if write is not None and write not in seeds:
            seeds[write] = folder / f"seed-{len(seeds)}"
            make_seed(write, seeds[write], records, PARTITIONS)
    return seeds
