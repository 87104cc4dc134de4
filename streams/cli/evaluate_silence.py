"""`ipt-pulse evaluate silence`: how often is a patient with a usual life called silent, and how soon one who is?

Each patient lives a year. Of those who fall silent, in one of the three ways from a day of their own on, it is counted
how many days pass until the rule says so; what it says of anybody else, or before, is a false alarm.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from os import cpu_count
from statistics import median
from typing import Annotated

import numpy as np
import orjson
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from streams.adapters.policy import read_policy
from streams.core.days import COLUMNS
from streams.core.detect.silence import judge_silence
from streams.core.moments import DAY
from streams.core.policy import Policy
from streams.core.state import SignDay, State
from streams.simulate.silence_trial import KINDS, Counts, QuietPatient, quiet_patient

YEAR, EARLIEST, LATEST = 364, 100, 300
FIRST_DAY = 20_003
"""A Monday; any would do."""
MOST_FALSE, SOON, LEAST_CAUGHT = 0.5, {"offline": 4, "unanswered": 5, "dropping_off": 28}, 0.9
"""The goals: false alarms a patient-year, and the share that is known of within so many days."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What was said of one patient: false alarms by kind, and the days until the planted silence was known."""

    kind: str
    days: int
    """Without a planted silence."""
    false: tuple[str, ...]
    delay: int | None


def evaluate_silence(
    patients: Annotated[int, typer.Option(min=20, help="How many of each kind.")] = 500,
    seed: Annotated[int, typer.Option(min=0, help="Take one that nothing was tuned on.")] = 2026,
) -> None:
    """Print a table of the figures; the last line is one JSON object."""
    policy = read_policy()
    with ProcessPoolExecutor(max_workers=cpu_count()) as pool:
        done = pool.map(partial(_judge, policy, seed), range(patients * len(KINDS)), chunksize=10)
        judged = list(track(done, "years", total=patients * len(KINDS), console=Console(stderr=True)))
    summary = _summary(judged)
    _show_table(judged, summary)
    typer.echo(orjson.dumps({"patients": patients, "seed": seed, **summary}).decode())


def _judge(policy: Policy, seed: int, number: int) -> Judged:
    kind = KINDS[number % len(KINDS)]
    since = EARLIEST + number * 37 % (LATEST - EARLIEST) if kind != KINDS[0] else YEAR
    patient = quiet_patient(seed, number, YEAR, kind, since)
    silences = judge_silence(_state(patient), policy, changed_from=None).silences
    before = [silence for silence in silences if silence.day < FIRST_DAY + since]
    after = [silence for silence in silences if silence.day >= FIRST_DAY + since]
    delay = after[0].day - FIRST_DAY - since + 1 if after else None
    return Judged(kind, since, tuple(silence.kind for silence in before), delay)


def _state(patient: QuietPatient) -> State:
    """What would be kept of this patient, had nothing been let go; all days closed."""
    return State(
        newest=(FIRST_DAY + YEAR) * DAY,
        day_totals=np.array(
            [(day, n, 500 * n, 250_000 * n, 0) for day, n in _days(patient.answers)], COLUMNS
        ).tobytes(),
        signs=tuple(SignDay(day, 0b11 << 10, 0b11111 << 20, day * DAY, 0) for day, _ in _days(patient.heartbeats)),
        silence_closed=(FIRST_DAY + YEAR) * DAY,
    )


def _days(counts: Counts) -> Iterator[tuple[int, int]]:
    yield from ((FIRST_DAY + day, count) for day, count in enumerate(counts.tolist()) if count)


def _summary(judged: Sequence[Judged]) -> dict[str, object]:
    years = sum(one.days for one in judged) / 365.25
    false = Counter(kind for one in judged for kind in one.false)
    caught = {kind: _share_within(judged, kind) for kind in KINDS[1:]}
    rate = sum(false.values()) / years
    return {
        "patient_years": round(years, 1),
        "false_alarms_a_year": round(rate, 3),
        "false_by_kind": {kind: round(false[kind] / years, 3) for kind in KINDS[1:]},
        "median_delay_days": {kind: median(_delays(judged, kind)) for kind in KINDS[1:]},
        "caught": caught,
        "met": rate <= MOST_FALSE and min(caught.values()) >= LEAST_CAUGHT,
    }


def _delays(judged: Sequence[Judged], kind: str) -> list[float]:
    """Days until it was known; infinite where it never was."""
    return [float("inf") if one.delay is None else one.delay for one in judged if one.kind == kind]


def _share_within(judged: Sequence[Judged], kind: str) -> float:
    delays = _delays(judged, kind)
    return round(sum(delay <= SOON[kind] for delay in delays) / len(delays), 3)


def _show_table(judged: Sequence[Judged], summary: dict[str, object]) -> None:
    table = Table("silence", "patients", "median delay, days", "known of", "goal", box=None)
    for kind in KINDS[1:]:
        delays = _delays(judged, kind)
        share = f"{_share_within(judged, kind):.3f} within {SOON[kind]} days"
        table.add_row(kind, str(len(delays)), f"{median(delays):g}", share, f"≥ {LEAST_CAUGHT}")
    console = Console(stderr=False, width=100)
    console.print(table)
    console.print(f"false alarms a patient-year: {summary['false_alarms_a_year']} (goal ≤ {MOST_FALSE})")
