"""`ipt-pulse outcomes`: how closed episodes of care came out, from `patient.views` or from a file of events."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import orjson
import typer

from schemas.views import PatientView
from streams.adapters.policy import read_policy
from streams.adapters.view_reader import read_views
from streams.cli.lines import event_lines
from streams.core.brief.effect import FEWEST, Effect, Rate
from streams.core.brief.outcomes import By, Outcome, Rates
from streams.core.brief.outcomes import outcomes as compute
from streams.core.brief.treated import treated
from streams.core.rehearse import rehearse
from streams.core.view import view
from streams.settings import settings

BELOW = """\
Rates: first against last total, then as two totals in a row confirm it; recovery among those who began as cases.
In brackets: 95 % intervals. Hedges g is positive for better."""


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

    Who ended early counts too, with the last total they gave.
    """
    views = read_views(kafka or settings().kafka) if events is None else _rehearsed(events, policy)
    found = compute([episode for one in views for episode in treated(one)], by or tuple(By))
    if as_json:
        for one in found:
            typer.echo(orjson.dumps(asdict(one)))
        return
    for one in found:
        typer.echo("\n".join(_told(one)) + "\n")
    typer.echo(BELOW if found else "no closed episode has two totals of one questionnaire")


def _rehearsed(events: Path, policy: Path | None) -> Iterator[PatientView]:
    chosen = read_policy(policy)
    with event_lines(events) as lines:
        rehearsal = rehearse(lines, chosen)
    for patient, state in rehearsal.states.items():
        yield view(state, patient, rehearsal.population, chosen)


def _told(one: Outcome) -> Iterator[str]:
    group = ", ".join(value.replace("_", " ") for value in one.group.values()) or "all"
    attended = "" if one.sessions_median is None else f"; {one.sessions_median:g} sessions attended (median)"
    yield f"{group}: {one.instrument}"
    yield f"  {one.scored} of {one.episodes} closed episodes have two totals or more{attended}"
    if one.first_mean is None:
        yield f"  fewer than {FEWEST} patients: no figures"
        return
    yield f"  first {one.first_mean:.1f}, last {one.last_mean:.1f} on average{_effect(one.effect)}"
    for name in Rates.__slots__:
        yield f"  {name:<13}{_rate(getattr(one.first_to_last, name)):<32}{_rate(getattr(one.confirmed, name))}"


def _effect(effect: Effect | None) -> str:
    return "" if effect is None else f"; Hedges g {effect.g:.2f} ({effect.low:.2f} to {effect.high:.2f})"


def _rate(rate: Rate) -> str:
    if rate.share is None or rate.low is None or rate.high is None:
        return "too few"
    return f"{rate.count} of {rate.of}: {rate.share:.0%} ({rate.low:.0%} to {rate.high:.0%})"
