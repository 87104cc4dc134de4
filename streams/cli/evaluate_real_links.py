"""Links on real events, for `evaluate links --events`: what is shown, what is shown of shuffled ones, what came before.

Nobody knows the truth of real data, but where the interactions are moved to other days there is none: whatever is shown
then is false. How much likelier an interaction is after a low mood is what the simulated trial takes its strength from.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import fmean

import numpy as np
import orjson
import typer
from msgspec.structs import replace
from rich.console import Console
from rich.table import Table

from schemas.reading import Rejection, read_event
from schemas.views import Link
from streams.cli.lines import event_lines
from streams.cli.mood_before import Pull, measure_pull
from streams.core.entries import entry
from streams.core.entry import InteractionEntry, MoodEntry
from streams.core.fold import link_items
from streams.core.links import Links, advance, fit_population, read, sufficient
from streams.core.moments import DAY, Day, local_day

Entries = Sequence[MoodEntry | InteractionEntry]
"""One patient's, in the order of their time."""


def evaluate_real_links(file: Path, shuffles: int) -> None:
    """Print what is shown of the events in `file`, and of the same with the interactions moved `shuffles` times."""
    patients = _read(file)
    told = _links(patients)
    pulls = {"unpleasant": measure_pull(patients.values(), -1), "pleasant": measure_pull(patients.values(), 1)}
    shuffled = [_links(_shuffled(patients, seed)) for seed in range(shuffles)]
    console = Console(width=110)
    console.print(_table(told))
    for name, pull in pulls.items():
        console.print(_says(name, pull))
    shares = [_patients_shown(links) / max(len(patients), 1) for links in shuffled]
    if shares:
        console.print(
            f"shuffled: {fmean(shares):.3f} of the patients are shown a card ({min(shares):.3f}-{max(shares):.3f})"
        )
    summary = {
        "patients": len(patients),
        "cells": len(told),
        "shown": sum(link.shown for link in told),
        "patients_shown": _patients_shown(told),
        "pulls": {name: pull and pull.as_json() for name, pull in pulls.items()},
        "shuffles": shuffles,
        "shuffled": round(fmean(shares), 4) if shares else None,
    }
    typer.echo(orjson.dumps(summary).decode())


def _read(file: Path) -> dict[str, Entries]:
    found: dict[str, dict[bytes, MoodEntry | InteractionEntry]] = defaultdict(dict)
    with event_lines(file) as lines:
        for line in lines:
            outcome = read_event(line)
            if not isinstance(outcome, Rejection):
                known = entry(outcome.event)
                if isinstance(known, MoodEntry | InteractionEntry):
                    found[outcome.event.subject].setdefault(known.mark, known)
    return {patient: _in_order(entries.values()) for patient, entries in sorted(found.items())}


def _in_order(entries: Iterable[MoodEntry | InteractionEntry]) -> Entries:
    return sorted(entries, key=lambda known: (known.time, known.mark))


def _links(patients: Mapping[str, Entries]) -> list[Link]:
    folded = {patient: advance(Links.empty(), link_items(entries)) for patient, entries in patients.items()}
    population = fit_population(one for patient, links in folded.items() for one in sufficient(links, (), patient))
    return [link for patient, links in folded.items() for link in read(links, (), population, patient)]


def _shuffled(patients: Mapping[str, Entries], seed: int) -> dict[str, Entries]:
    """Each patient's interactions, all of a day's together, on another day that has reports."""
    rng = np.random.default_rng(seed)
    return {patient: _moved(entries, rng) for patient, entries in patients.items()}


def _moved(entries: Entries, rng: np.random.Generator) -> Entries:
    days = sorted({local_day(known.time, known.offset) for known in entries if isinstance(known, MoodEntry)})
    others: dict[Day, Day] = dict(zip(days, rng.permutation(days).tolist(), strict=True))
    return _in_order(
        replace(known, time=known.time + (others.get(day, day) - day) * DAY)
        if isinstance(known, InteractionEntry)
        else known
        for known in entries
        for day in (local_day(known.time, known.offset),)
    )


def _patients_shown(links: Iterable[Link]) -> int:
    return len({link.patient for link in links if link.shown})


def _table(links: Sequence[Link]) -> Table:
    table = Table("what goes along with mood", "patients", "events", "shown lower", "higher", "low before", box=None)
    by_cell: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        by_cell[" ".join(filter(None, (link.cell.pattern, link.cell.kind, link.cell.person)))].append(link)
    for name, members in by_cell.items():
        shown = [link for link in members if link.shown]
        counts = (len(members), sum(link.n for link in members), sum(link.effect < 0 for link in shown))
        table.add_row(
            name, *map(str, (*counts, sum(link.effect > 0 for link in shown), sum(link.low_before for link in shown)))
        )
    return table


def _says(name: str, pull: Pull | None) -> str:
    if pull is None:
        return f"{name}: too few to tell how they follow the mood"
    return (
        f"{name}: e^{pull.mean:.2f} times as likely after a mood one SD higher "
        f"(95 % {pull.low:.2f} to {pull.high:.2f}; "
        f"patients' spread {pull.spread:.2f}; {pull.patients} patients, {pull.events} events, {pull.reports} reports)"
    )
