"""`ipt-pulse evaluate links`: does what is shown hold, and is what holds shown? On fresh simulated patients.

Two rounds of the same trial for each seed: once as it is, once with every second patient's events moved to other days,
so that whatever is shown of those is false. The population is fitted on each round's own patients, as `refit` would.
With `--events` it looks at a file of real events, whose truth nobody knows (`streams.cli.evaluate_real_links`).
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from os import cpu_count
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from schemas.views import Link
from streams.cli.evaluate_real_links import evaluate_real_links
from streams.cli.link_figures import GOALS, Round, judge, share
from streams.cli.link_picture import draw
from streams.cli.outputs import require_writable
from streams.core.links import Happened, Links, Report, Sufficient, advance, fit_population, read, sufficient
from streams.core.links.state import FAMILIES
from streams.simulate.link_trial import TrialPatient, trial_patient
from streams.simulate.mood import SCENARIOS

_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Studied:
    """One trial patient, folded."""

    patient: TrialPatient
    links: Links
    estimates: tuple[Sufficient, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """What kind of patients; each seed has two rounds of them."""

    patients: int
    scenario: str
    pull: float

    def study(self, seed: int, every: int, number: int) -> Studied:
        """Fold patient `number`; with `every` above 0 the last of so many is shuffled."""
        shuffled = every > 0 and number % every == every - 1
        patient = trial_patient(seed, number, scenario=SCENARIOS[self.scenario], pull=self.pull, shuffled=shuffled)
        links = advance(Links.empty(), sorted(_items(patient), key=lambda item: item.time))
        return Studied(patient, links, tuple(sufficient(links, (), str(number))))


Read = tuple[TrialPatient, list[Link]]


def evaluate_links(
    *,
    patients: Annotated[int, typer.Option(min=40, help="How many patients in each of a seed's two rounds.")] = 400,
    seed: Annotated[int, typer.Option(min=0, help="The first; take ones that nothing was tuned on.")] = 2026,
    seeds: Annotated[int, typer.Option(min=1, help="How many seeds.")] = 5,
    scenario: Annotated[str, typer.Option(help=f"How moods swing: {', '.join(SCENARIOS)}.")] = "S4",
    pull: Annotated[
        float, typer.Option(min=0, max=3, help="How often as strong as measured low moods bring about events.")
    ] = 1.0,
    picture: Annotated[Path | None, typer.Option(help="Draw the figures into this file (.svg or .png).")] = None,
    events: Annotated[
        Path | None, typer.Option(help="Read this file of events instead of simulating.", exists=True, dir_okay=False)
    ] = None,
    shuffle: Annotated[
        int, typer.Option(min=0, help="With --events: how often to move each patient's interactions to other days.")
    ] = 0,
) -> None:
    """Print a table of the figures; the last line is one JSON object."""
    if events:
        evaluate_real_links(events, shuffle)
        return
    if scenario not in SCENARIOS:
        raise typer.BadParameter(f"not one of {', '.join(SCENARIOS)}", param_hint="--scenario")
    require_writable(picture)
    trial = Trial(patients, scenario, pull)
    with ProcessPoolExecutor(max_workers=cpu_count()) as pool:
        rounds = [_both_rounds(pool, trial, one) for one in range(seed, seed + seeds)]
    _show_table(rounds)
    if picture:
        draw(rounds, picture)
    typer.echo(orjson.dumps({**asdict(trial), "seed": seed, "seeds": seeds, **_summary(rounds)}).decode())


def _both_rounds(pool: Executor, trial: Trial, seed: int) -> Round:
    plain = _round(pool, f"seed {seed}", range(trial.patients), partial(trial.study, 2 * seed, 0))
    mixed = _round(pool, f"seed {seed}, shuffled", range(trial.patients), partial(trial.study, 2 * seed + 1, 2))
    judged = tuple(one for patient, links in plain for one in judge(patient, links))
    return Round(seed, judged, share(any(link.shown for link in links) for _, links in mixed[1::2]))


def _round(pool: Executor, label: str, numbers: Sequence[int], study: Callable[[int], Studied]) -> list[Read]:
    """Study every patient, fit the population on all of them, and read each one's links."""
    done = pool.map(study, numbers, chunksize=20)
    every = list(track(done, label, total=len(numbers), console=Console(stderr=True)))
    population = fit_population(estimate for studied in every for estimate in studied.estimates)
    return [(studied.patient, read(studied.links, (), population, "trial")) for studied in every]


def _items(patient: TrialPatient) -> Iterator[Report | Happened]:
    for hour, mood in patient.reports:
        yield Report(hour * _HOUR, int(hour % 24 * _HOUR), mood * 100)
    for event in patient.events:
        yield Happened(event.hour * _HOUR, *patient.cells[event.cell], event.patterns)


def _show_table(rounds: Sequence[Round]) -> None:
    every = Round.pooled(rounds)
    table = Table("", "cells", "shown", "false", "coverage", "power at -1.8", "at +1.0", "shuffled", box=None)
    for family in FAMILIES:
        _add(table, family, every.only(family), shuffled="")
    for one in rounds:
        _add(table, f"seed {one.seed}", one, shuffled=f"{one.shuffled:.3f}")
    _add(table, "all", every, shuffled=f"{every.shuffled:.3f}")
    false, coverage, power, shuffled = (goal.limit for goal in GOALS)
    table.add_row("goal", "", "", false, coverage, power, "", shuffled)
    Console(width=110).print(table)


def _add(table: Table, name: str, row: Round, *, shuffled: str) -> None:
    found = row.figures()
    shares = (found.false_discovery, found.coverage, found.power, found.power_lifts)
    table.add_row(name, str(found.cells), str(found.shown), *(f"{one:.3f}" for one in shares), shuffled)


def _summary(rounds: Sequence[Round]) -> dict[str, object]:
    """The figures over all seeds, those of each, and whether the goals are met: by all together, and by how many."""
    every = Round.pooled(rounds)
    return {
        **{name: round(value, 4) for name, value in (asdict(every.figures()) | {"shuffled": every.shuffled}).items()},
        "by_seed": {goal.name: [round(goal.of(one), 4) for one in rounds] for goal in GOALS},
        "met": all(goal.met(every) for goal in GOALS),
        "seeds_met": sum(all(goal.met(one) for goal in GOALS) for one in rounds),
    }
