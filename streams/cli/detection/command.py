"""`ipt-pulse evaluate detection`: how soon is a fall of mood seen, and at how many false alarms? On fresh patients.

The product's rule runs with the thresholds of its policy, and with population values fitted on other patients of the
same kind, as a nightly refit would. The charts beside it have their thresholds set on those others to one false alarm
a patient-year. Several seeds show how far the figures are chance.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
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
from streams.cli.detection.figures import Measured, together
from streams.cli.detection.picture import draw
from streams.cli.detection.report import show, summary
from streams.cli.detection.trials import CASES, SCENARIOS, Tuned, delays, false_alarms, patient_years, tune
from streams.cli.outputs import require_writable

PART: Final = 250
"""Patients of one job."""

What = TypeVar("What")
Done = TypeVar("Done")


def evaluate_detection(
    *,
    patients: Annotated[
        int, typer.Option(min=PART, help=f"Patients of each kind and seed; rounded down to a multiple of {PART}.")
    ] = 2000,
    seed: Annotated[
        int, typer.Option(min=0, help="The first; take ones that nothing was chosen on: not 2026, nor 7001 to 7005.")
    ] = 7101,
    seeds: Annotated[int, typer.Option(min=1, help="How many seeds.")] = 5,
    policy: Annotated[Path | None, typer.Option(help="Detection policy; default: the one that ships.")] = None,
    picture: Annotated[Path | None, typer.Option(help="Where to draw it (svg, png or pdf).")] = None,
) -> None:
    """Print tables of the figures; the last line is one JSON object."""
    require_writable(picture)
    mood = read_policy(policy).mood
    parts = patients // PART
    with ProcessPoolExecutor(max_workers=cpu_count()) as pool:
        fitted = _each("tuning", len(SCENARIOS), pool.map(partial(tune, mood=mood), SCENARIOS))
        tuned = dict(zip(SCENARIOS, fitted, strict=True))
        rounds = [_measure(pool, one, tuned, parts) for one in range(seed, seed + seeds)]
    if picture:
        draw(picture, Measured.pooled(rounds).delays)
    show(rounds, Console(width=120))
    told = {"patients": PART * parts, "seed": seed, "seeds": seeds, **summary(rounds, tuned)}
    typer.echo(orjson.dumps(told).decode())


def _measure(pool: ProcessPoolExecutor, seed: int, tuned: Mapping[str, Tuned], parts: int) -> Measured:
    """One seed's patients: level ones for false alarms, then those of each case."""
    count = partial(false_alarms, tuned=tuned, seed=seed, patients=PART)
    time = partial(delays, tuned=tuned, seed=seed, patients=PART)
    level = _over_parts(pool, f"seed {seed}, level", count, SCENARIOS, parts)
    fallen = _over_parts(pool, f"seed {seed}, falls", time, range(len(CASES)), parts)
    years = patient_years(PART * parts)
    return Measured(
        seed=seed,
        rates={one: _added(counts, years) for one, counts in zip(SCENARIOS, level, strict=True)},
        delays={case.name: together(seen) for case, seen in zip(CASES, fallen, strict=True)},
        stable_flagged=questionnaires.stable_flagged(seed, PART * parts),
        steps_seen=questionnaires.steps_seen(seed, PART * parts),
    )


def _over_parts(
    pool: ProcessPoolExecutor, label: str, work: Callable[[What, int], Done], what: Sequence[What], parts: int
) -> list[list[Done]]:
    """`work` on every part of everything; what came of the parts, for each."""
    jobs = [(one, part) for one in what for part in range(parts)]
    done = _each(label, len(jobs), pool.map(work, *zip(*jobs, strict=True)))
    return [done[at : at + parts] for at in range(0, len(done), parts)]


def _each(label: str, jobs: int, done: Iterable[Done]) -> list[Done]:
    return list(track(done, label, total=jobs, console=Console(stderr=True)))


def _added(counts: Sequence[Mapping[str, int]], years: float) -> dict[str, float]:
    return {name: sum(part[name] for part in counts) / years for name in counts[0]}
