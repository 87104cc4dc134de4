"""`ipt-pulse outcomes`: how closed episodes of care came out, from `patient.views` or from a file of events."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.table import Table

from schemas.views import PatientView
from streams.adapters.policy import read_policy
from streams.adapters.view_reader import read_views
from streams.cli.lines import event_lines
from streams.core.brief.effect import FEWEST, Effect, Rate
from streams.core.brief.outcomes import By, Outcome, Rates, treated
from streams.core.brief.outcomes import outcomes as compute
from streams.core.rehearse import rehearse
from streams.core.view import view
from streams.settings import settings

WIDTH = 160
"""Characters of a line where no terminal says how many it has."""
NOTHING = "\N{EN DASH}"
HEAD = ("group", "instrument", "scored", "sessions", "first → last", "Hedges g", "improved", "recovered", "worse")


def outcomes(
    events: Annotated[
        Path | None,
        typer.Argument(help="CloudEvents, one a line; default: the topic patient.views.", exists=True, dir_okay=False),
    ] = None,
    *,
    by: Annotated[list[By] | None, typer.Option(help="What tells groups apart; default: all three.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    kafka: Annotated[str | None, typer.Option("--kafka", help="Bootstrap servers; default: IPT_PULSE_KAFKA.")] = None,
    policy: Annotated[Path | None, typer.Option(help="Detection policy; default: the one that ships.")] = None,
) -> None:
    """Tell how closed episodes came out, by modality, focus and arm; nothing is told of fewer than five patients.

    Rates are of first against last total, each with its 95 % interval; with `--json` also those that two totals in a
    row confirm. Hedges g is positive for better.
    """
    views = read_views(kafka or settings().kafka) if events is None else _rehearsed(events, policy)
    found = compute([episode for one in views for episode in treated(one)], by or tuple(By))
    if as_json:
        for one in found:
            typer.echo(orjson.dumps(asdict(one)))
        return
    console = Console(width=None if os.isatty(1) else WIDTH)
    console.print(_table(found) if found else "no closed episode has two totals of one questionnaire")
    if found:
        console.print(f"Closed episodes; with 95 % intervals; {NOTHING} stands for fewer than {FEWEST} patients.")


def _rehearsed(events: Path, policy: Path | None) -> Iterator[PatientView]:
    chosen = read_policy(policy)
    with event_lines(events) as lines:
        rehearsal = rehearse(lines, chosen)
    for patient, state in rehearsal.states.items():
        yield view(state, patient, rehearsal.population, chosen)


def _table(found: Iterable[Outcome]) -> Table:
    table = Table(*HEAD, box=None)
    for one in found:
        means = NOTHING if one.first_mean is None else f"{one.first_mean:.1f} → {one.last_mean:.1f}"
        sessions = NOTHING if one.sessions_median is None else f"{one.sessions_median:g}"
        group = ", ".join(value.replace("_", " ") for value in one.group.values()) or "all"
        scored = f"{one.scored} of {one.episodes}"
        table.add_row(group, one.instrument, scored, sessions, means, _effect(one.effect), *_rates(one.first_to_last))
    return table


def _effect(effect: Effect | None) -> str:
    return NOTHING if effect is None else f"{effect.g:.2f} ({effect.low:.2f} to {effect.high:.2f})"


def _rates(rates: Rates) -> Iterator[str]:
    for rate in (rates.improved, rates.recovered, rates.deteriorated):
        yield _rate(rate)


def _rate(rate: Rate) -> str:
    if rate.share is None or rate.low is None or rate.high is None:
        return NOTHING
    return f"{rate.count} of {rate.of}: {rate.share:.0%} ({rate.low:.0%} to {rate.high:.0%})"
