"""`ipt-pulse evaluate signs`: would anything else than mood, or mood looked at otherwise, show falls sooner?

A clinic has patients of all three scenarios, one inflation fitted over all of them, and for each variant one threshold
that gives one false alarm a patient-year on other patients. With `--events` it tells of a file of real events how far
what is assumed holds there (`streams.cli.detection.real_signs`).
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from os import cpu_count
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import orjson
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from streams.adapters.policy import read_policy
from streams.cli.detection.real_signs import evaluate_real_signs
from streams.cli.detection.trials import SCENARIOS, SOON, YEAR, patient_years, threshold
from streams.cli.detection.variants import VARIANTS, Variant
from streams.cli.lines import event_lines
from streams.core.detect.many import Flags, Floats, alarms, inflation
from streams.core.policy import MoodPolicy
from streams.simulate.course import Fall
from streams.simulate.detection_trial import Course
from streams.simulate.signs_trial import Told, told

CASES: Final = {
    "falls": Course(90, 59),
    "falls again": Course(130, 110, fall=1.5, earlier=Fall("step", 20, 2.25), earlier_days=25),
}
FALSE: Final = "false alarms"
_TUNING, _MEASURING = 5, 6
"""What keeps the patients apart, from `trials` too."""


def evaluate_signs(
    *,
    patients: Annotated[int, typer.Option(min=20, help="Of each scenario, course and seed.")] = 300,
    seed: Annotated[int, typer.Option(min=0, help="The first that is measured on.")] = 7301,
    seeds: Annotated[int, typer.Option(min=1, help="How many seeds.")] = 3,
    variant: Annotated[list[str] | None, typer.Option(help="Only this one; can be given several times.")] = None,
    policy: Annotated[Path | None, typer.Option(help="Detection policy; default: the one that ships.")] = None,
    events: Annotated[
        Path | None, typer.Option(help="Look at this file of events instead.", exists=True, dir_okay=False)
    ] = None,
) -> None:
    """Print a table; the last line is one JSON object."""
    mood = read_policy(policy).mood
    if events:
        with event_lines(events) as lines:
            evaluate_real_signs(lines, mood)
        return
    work = partial(tune_and_measure, mood=mood, patients=patients, seeds=range(seed, seed + seeds))
    names = [name for name in VARIANTS if not variant or name in variant]
    if not names:
        raise typer.BadParameter(f"not one of {', '.join(VARIANTS)}", param_hint="--variant")
    with ProcessPoolExecutor(max_workers=cpu_count()) as pool:
        done = track(pool.map(work, names), "variants", total=len(names), console=Console(stderr=True))
        found = dict(zip(names, done, strict=True))
    _show(found)
    rounded = {
        name: {what: np.round(figures, 3).tolist() for what, figures in by.items()} for name, by in found.items()
    }
    told_of = {"patients": patients, "seed": seed, "seeds": seeds, "scenarios": SCENARIOS, "variants": rounded}
    typer.echo(orjson.dumps(told_of).decode())


def tune_and_measure(name: str, *, mood: MoodPolicy, patients: int, seeds: Sequence[int]) -> dict[str, list[Floats]]:
    """Set a variant's inflation and threshold on some patients and measure it on those of each seed.

    Returns:
        "false alarms" a patient-year, and of each case the share that is seen within 14 days: an array for each seed,
        of shape (scenarios,).
    """
    variant = VARIANTS[name]
    tuning = clinic(np.random.default_rng([_TUNING]), patients, Course(YEAR))
    days, beside = variant.days(tuning), [one(tuning) for one in variant.beside]
    fitted = mood.model_copy(update={"inflation": inflation(days)})

    def raised(at: float) -> int:
        return int(alarms(days, fitted.model_copy(update={"threshold": at}), beside=beside).sum())

    tuned = fitted.model_copy(update={"threshold": threshold(raised, patient_years(days.n.shape[1]))})
    found: dict[str, list[Floats]] = {FALSE: [], **{case: [] for case in CASES}}
    for seed in seeds:
        rng = np.random.default_rng([_MEASURING, seed])
        flags = _alarms(variant, clinic(rng, patients, Course(YEAR)), tuned)
        found[FALSE].append(flags.sum(axis=0).reshape(len(SCENARIOS), -1).sum(axis=1) / patient_years(patients))
        for case, course in CASES.items():
            soon = _alarms(variant, clinic(rng, patients, course), tuned)[course.fall_day :][:SOON].any(axis=0)
            found[case].append(soon.reshape(len(SCENARIOS), -1).mean(axis=1))
    return found


def clinic(rng: np.random.Generator, patients: int, course: Course) -> Told:
    """So many patients of each scenario, one scenario after the other."""
    parts = [told(rng, scenario, patients, course) for scenario in SCENARIOS]
    return Told(
        mood=np.concatenate([part.mood for part in parts], axis=-1),
        feelings=tuple(np.concatenate(each, axis=-1) for each in zip(*(part.feelings for part in parts), strict=True)),
        totals=np.concatenate([part.totals for part in parts], axis=-1),
        conflicts=np.concatenate([part.conflicts for part in parts], axis=-1),
    )


def _alarms(variant: Variant, heard: Told, mood: MoodPolicy) -> Flags:
    return alarms(variant.days(heard), mood, beside=[one(heard) for one in variant.beside])


def _show(found: Mapping[str, Mapping[str, Sequence[Floats]]]) -> None:
    """Means over the seeds by scenario, and all scenarios together with the lowest and the highest seed."""
    heads = [f"{what}: {'/'.join(SCENARIOS)}" for what in (FALSE, *CASES)]
    table = Table("variant", *heads, *(f"{case}: all" for case in CASES), box=None)
    for name, by in found.items():
        parts = ("/".join(f"{figure:.2f}" for figure in np.mean(by[what], axis=0)) for what in (FALSE, *CASES))
        every = (np.mean(by[case], axis=1) for case in CASES)
        table.add_row(name, *parts, *(f"{one.mean():.3f} ({one.min():.3f}-{one.max():.3f})" for one in every))
    Console(width=140).print(table)
