"""`ipt-pulse evaluate refit`: do false alarms stay as rare with population values that a nightly refit gave?

A refit sees patients as they are: few of them, some falling, some getting better. Each pool of such patients is fitted
as `ipt-pulse refit` does it, and the mood rule runs with what came of it on others of the same scenario.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from os import cpu_count
from pathlib import Path
from statistics import fmean
from typing import Annotated, Final

import numpy as np
import orjson
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from streams.adapters.policy import read_policy
from streams.cli.detection.figures import MOST_FALSE
from streams.cli.detection.methods import day_sums
from streams.cli.detection.trials import CASES, SCENARIOS, SOON, YEAR, patient_years
from streams.core.days import COLUMNS
from streams.core.detect.many import alarms
from streams.core.policy import MoodPolicy
from streams.core.refit import hear, refit
from streams.core.state import State
from streams.simulate.detection_trial import Course, moods
from streams.simulate.mood import Floats

KEPT: Final = 84
"""Days of a patient that a pool holds."""
IN_CARE: Final = (Course(KEPT), Course(KEPT, rise=2.0, rise_days=KEPT), Course(KEPT, fall_day=50))
"""A third level, a third better by 2 points, a third with a fall of one standard deviation."""
SIZES: Final = (21, 99, 399)
_POOLS, _PATIENTS = 3, 4
"""What keeps the patients of the pools and those that are measured on apart, and both from `trials`."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Whom population values are fitted on; without any they are the policy's."""

    scenario: str
    kind: str = "policy"
    courses: tuple[Course, ...] = ()
    size: int = 0


@dataclass(frozen=True, slots=True)
class Fitted:
    """What came of one pool."""

    inflation: float
    false_alarms: float
    """A patient-year."""
    seen: float
    """Share of falls of one standard deviation that are seen within 14 days."""


def evaluate_refit(
    *,
    patients: Annotated[int, typer.Option(min=100, help="Measured on, in each scenario.")] = 1000,
    pools: Annotated[int, typer.Option(min=1, help="Pools of each kind and size.")] = 3,
    seed: Annotated[int, typer.Option(min=0, help="Of all of them.")] = 7201,
    policy: Annotated[Path | None, typer.Option(help="Detection policy; default: the one that ships.")] = None,
) -> None:
    """Print a table; the last line is one JSON object."""
    kinds = {"level": IN_CARE[:1], "in care": IN_CARE}
    every = [
        pool
        for scenario in SCENARIOS
        for pool in (Pool(scenario), *(Pool(scenario, kind, kinds[kind], size) for kind in kinds for size in SIZES))
    ]
    jobs = [(pool, number) for pool in every for number in range(pools if pool.size else 1)]
    measure = partial(fit_and_measure, mood=read_policy(policy).mood, seed=seed, patients=patients)
    with ProcessPoolExecutor(max_workers=cpu_count()) as processes:
        done = list(
            track(processes.map(measure, *zip(*jobs, strict=True)), total=len(jobs), console=Console(stderr=True))
        )
    found = {pool: [one for (of, _), one in zip(jobs, done, strict=True) if of == pool] for pool in every}
    _show(found)
    rows = [
        {"scenario": pool.scenario, "pool": pool.kind, "size": pool.size, **_told(of)} for pool, of in found.items()
    ]
    typer.echo(orjson.dumps({"patients": patients, "pools": pools, "seed": seed, "rows": rows}).decode())


def fit_and_measure(pool: Pool, number: int, *, mood: MoodPolicy, seed: int, patients: int) -> Fitted:
    """Fit pool `number` of its kind, and run the mood rule with that on other patients, always the same ones."""
    scenario = SCENARIOS.index(pool.scenario)
    values = _fit(pool, np.random.default_rng([_POOLS, seed, scenario, pool.size, len(pool.courses), number]), mood)
    rng = np.random.default_rng([_PATIENTS, seed, scenario])
    level = alarms(day_sums(moods(rng, pool.scenario, patients, Course(YEAR))), values)
    case = CASES[scenario].course
    fallen = alarms(day_sums(moods(rng, pool.scenario, patients, case)), values)
    soon = fallen[case.fall_day :][:SOON].any(axis=0)
    return Fitted(values.inflation, float(level.sum()) / patient_years(patients), float(soon.mean()))


def _fit(pool: Pool, rng: np.random.Generator, mood: MoodPolicy) -> MoodPolicy:
    if not pool.size:
        return mood
    each = pool.size // len(pool.courses)
    states = [state for course in pool.courses for state in _states(moods(rng, pool.scenario, each, course))]
    heard = [hear(str(number), state) for number, state in enumerate(states)]
    fitted = refit(heard, mood, version="evaluated", fitted_at=datetime.now(UTC)).mood
    return mood.model_copy(update=fitted.model_dump()) if fitted else mood


def _states(reports: Floats) -> Iterator[State]:
    """What is kept of each patient's days."""
    days = day_sums(reports)
    whole = [part.astype(int).T.tolist() for part in (days.n, days.totals, days.squares)]
    for sums in zip(*whole, strict=True):
        rows = [(day, n, total, squares, 0) for day, (n, total, squares) in enumerate(zip(*sums, strict=True)) if n]
        yield State(day_totals=np.array(rows, COLUMNS).tobytes())


def _told(of: Sequence[Fitted]) -> dict[str, list[float]]:
    """Each figure's mean, lowest and highest over the pools."""
    figures = {name: [getattr(one, name) for one in of] for name in ("inflation", "false_alarms", "seen")}
    return {name: [round(pick(each), 3) for pick in (fmean, min, max)] for name, each in figures.items()}


def _show(found: Mapping[Pool, Sequence[Fitted]]) -> None:
    table = Table("scenario", "pool", "patients", "c", f"false alarms (≤ {MOST_FALSE})", f"seen in {SOON} d", box=None)
    for pool, of in found.items():
        told = _told(of).values()
        spread = (f"{mean:.2f}" if low == high else f"{mean:.2f} ({low:.2f}-{high:.2f})" for mean, low, high in told)
        table.add_row(pool.scenario, pool.kind, str(pool.size or ""), *spread)
    Console(width=110).print(table)
