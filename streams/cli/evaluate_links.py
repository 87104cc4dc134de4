"""`ipt-pulse evaluate links`: does what is shown hold, and is what holds shown? On fresh simulated patients.

Two rounds of the same trial: once as it is, once with every second patient's events moved to other days, so that
whatever is shown of those is false. The population is fitted on each round's own patients, as `refit` would.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from os import cpu_count
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from schemas.views import Link
from streams.cli.link_figures import Judged, figures, judge, share
from streams.core.links import Happened, Links, Report, Sufficient, advance, fit_population, read, sufficient
from streams.core.links.state import FAMILIES
from streams.simulate.link_trial import TrialPatient, trial_patient
from streams.simulate.mood import SCENARIOS

MOST_FALSE, LEAST_COVERED, LEAST_POWER, MOST_SHUFFLED = 0.05, 0.93, 0.75, 0.02
"""The goals: shares of what is shown, of all cells, of the cells of -1.8, of the shuffled patients."""
_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Studied:
    """One trial patient, folded."""

    patient: TrialPatient
    links: Links
    estimates: tuple[Sufficient, ...]


Read = tuple[TrialPatient, list[Link]]


def evaluate_links(
    patients: Annotated[int, typer.Option(min=40, help="How many patients in each of the two rounds.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Take one that nothing was tuned on.")] = 2026,
    scenario: Annotated[str, typer.Option(help=f"How moods swing: {', '.join(SCENARIOS)}.")] = "S4",
) -> None:
    """Print a table of the figures; the last line is one JSON object."""
    if scenario not in SCENARIOS:
        raise typer.BadParameter(f"not one of {', '.join(SCENARIOS)}", param_hint="--scenario")
    with ProcessPoolExecutor(max_workers=cpu_count()) as pool:
        plain = _round(pool, "as it is", range(patients), partial(_study, seed, scenario, 0))
        mixed = _round(pool, "shuffled", range(patients), partial(_study, seed + 1, scenario, 2))
    judged = [one for patient, links in plain for one in judge(patient, links)]
    shuffled = share(any(link.shown for link in links) for _, links in mixed[1::2])
    _show_table(judged, shuffled)
    typer.echo(orjson.dumps(_summary(judged, shuffled, patients, seed, scenario)).decode())


def _round(
    pool: ProcessPoolExecutor, label: str, numbers: Sequence[int], study: Callable[[int], Studied]
) -> list[Read]:
    """Study every patient, fit the population on all of them, and read each one's links."""
    done = pool.map(study, numbers, chunksize=20)
    every = list(track(done, label, total=len(numbers), console=Console(stderr=True)))
    population = fit_population(estimate for studied in every for estimate in studied.estimates)
    return [(studied.patient, read(studied.links, (), population, "trial")) for studied in every]


def _study(seed: int, scenario: str, every: int, number: int) -> Studied:
    """Fold patient `number`; with `every` above 0 the last of so many is shuffled."""
    shuffled = every > 0 and number % every == every - 1
    patient = trial_patient(seed, number, scenario=SCENARIOS[scenario], shuffled=shuffled)
    links = advance(Links.empty(), sorted(_items(patient), key=lambda item: item.time))
    return Studied(patient, links, tuple(sufficient(links, (), str(number))))


def _items(patient: TrialPatient) -> Iterator[Report | Happened]:
    for hour, mood in patient.reports:
        yield Report(hour * _HOUR, int(hour % 24 * _HOUR), mood * 100)
    for event in patient.events:
        yield Happened(event.hour * _HOUR, *patient.cells[event.cell], event.patterns)


def _show_table(judged: Sequence[Judged], shuffled: float) -> None:
    table = Table("family", "cells", "shown", "false", "coverage", "power at -1.8", "at +1.0", box=None)
    rows = {name: [one for one in judged if one.family == name] for name in FAMILIES}
    for name, members in {**rows, "all": list(judged)}.items():
        found = figures(members)
        shares = (found.false_discovery, found.coverage, found.power, found.power_lifts)
        table.add_row(name, str(found.cells), str(found.shown), *(f"{one:.3f}" for one in shares))
    table.add_row("goal", "", "", f"≤ {MOST_FALSE}", f"≥ {LEAST_COVERED}", f"≥ {LEAST_POWER} (person)", "")
    console = Console(stderr=False, width=100)
    console.print(table)
    console.print(f"shuffled patients shown a card: {shuffled:.3f} (goal ≤ {MOST_SHUFFLED})")


def _summary(judged: Sequence[Judged], shuffled: float, patients: int, seed: int, scenario: str) -> dict[str, object]:
    """False discovery and coverage over all cells; power over persons, as the trial plants its effects there."""
    found, persons = figures(judged), figures([one for one in judged if one.family == "person"])
    met = (
        found.false_discovery <= MOST_FALSE
        and found.coverage >= LEAST_COVERED
        and persons.power >= LEAST_POWER
        and shuffled <= MOST_SHUFFLED
    )
    measured = {**asdict(found), "power": persons.power, "power_lifts": persons.power_lifts, "shuffled": shuffled}
    rounded = {name: round(value, 4) for name, value in measured.items()}
    return {"patients": patients, "seed": seed, "scenario": scenario, **rounded, "met": met}
