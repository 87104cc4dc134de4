"""`ipt-pulse evaluate detection`: how soon is a fall of mood seen, and at how many false alarms? On fresh patients.

The product's rule runs with the thresholds of its policy, and with population values fitted on other patients of the
same kind, as a nightly refit would. The charts beside it have their thresholds set on those others to one false alarm
a patient-year.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from os import cpu_count
from pathlib import Path
from typing import Annotated, Final, TypeVar

import orjson
import typer
from rich.console import Console
from rich.progress import track

from streams.adapters.policy import read_policy
from streams.cli.detection import questionnaires
from streams.cli.detection.picture import draw
from streams.cli.detection.report import Measured, show, summary
from streams.cli.detection.trials import CASES, SCENARIOS, delays, false_alarms, patient_years, tune
from streams.cli.outputs import require_writable

PART: Final = 250
"""Patients of one job."""

Job = TypeVar("Job")
Done = TypeVar("Done")


def evaluate_detection(
    patients: Annotated[
        int, typer.Option(min=PART, help=f"Patients of each kind; rounded down to a multiple of {PART}.")
    ] = 2000,
    seed: Annotated[int, typer.Option(min=0, help="Of the patients that are measured on.")] = 2026,
    policy: Annotated[Path | None, typer.Option(help="Detection policy; default: the one that ships.")] = None,
    picture: Annotated[Path | None, typer.Option(help="Where to draw it (svg, png or pdf).")] = None,
) -> None:
    """Print tables of the figures; the last line is one JSON object."""
    require_writable(picture)
    mood = read_policy(policy).mood
    parts = range(patients // PART)
    with ProcessPoolExecutor(max_workers=cpu_count()) as pool:
        tuned = dict(zip(SCENARIOS, _each(pool, "tuning", partial(tune, mood=mood), SCENARIOS), strict=True))
        level = [
            _each(pool, f"{one}, level", partial(false_alarms, one, tuned[one], seed, PART), parts) for one in SCENARIOS
        ]
        fallen = [
            _each(pool, case.name, partial(delays, number, tuned[case.scenario], seed, PART), parts)
            for number, case in enumerate(CASES)
        ]
    measured = Measured(
        tuned=tuned,
        rates={
            one: _added(counts, patient_years(PART * len(parts))) for one, counts in zip(SCENARIOS, level, strict=True)
        },
        delays={case.name: _together(seen) for case, seen in zip(CASES, fallen, strict=True)},
        stable_flagged=questionnaires.stable_flagged(seed, patients),
        steps_seen=questionnaires.steps_seen(seed, patients),
    )
    if picture:
        draw(picture, measured.delays)
    show(measured, Console(width=120))
    told = {"patients": PART * len(parts), "seed": seed, **summary(measured)}
    typer.echo(orjson.dumps(told).decode())


def _each(pool: ProcessPoolExecutor, label: str, work: Callable[[Job], Done], jobs: Sequence[Job]) -> list[Done]:
    return list(track(pool.map(work, jobs), label, total=len(jobs), console=Console(stderr=True)))


def _added(counts: Sequence[dict[str, int]], years: float) -> dict[str, float]:
    return {name: sum(part[name] for part in counts) / years for name in counts[0]}


def _together(seen: Sequence[dict[str, list[float]]]) -> dict[str, list[float]]:
    return {name: [delay for part in seen for delay in part[name]] for name in seen[0]}
