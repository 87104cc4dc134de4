"""`ipt-pulse simulate`: events of made-up patients for `rehearse`, `send` and load tests, and the truth behind them."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import orjson
import typer

from streams.cli.outputs import require_writable
from streams.errors import Misconfigured
from streams.simulate.arrival import Trouble, arrive
from streams.simulate.cohort import FALLING, cohort


def simulate(
    *,
    out: Annotated[
        Path,
        typer.Option(help="Where to write the events, one a line: patient after patient, each in order of arrival."),
    ],
    truth: Annotated[Path, typer.Option(help="Where to write what was planted, one patient a line.")],
    patients: Annotated[int, typer.Option(min=1, help="How many patients.")] = 40,
    days: Annotated[int, typer.Option(min=1, help="Local days of each.")] = 84,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same bytes.")] = 1,
    end: Annotated[
        str, typer.Option(help="No event is later: ISO 8601 with offset, or `now`.")
    ] = "2026-06-01T12:00:00+00:00",
    falling: Annotated[float, typer.Option(min=0, max=1, help="Share whose mood falls for good.")] = FALLING,
    late: Annotated[float, typer.Option(min=0, max=1, help="Share of events that arrive up to 13 days late.")] = 0.0,
    doubled: Annotated[float, typer.Option(min=0, max=1, help="Share of events that arrive twice.")] = 0.0,
    offline: Annotated[float, typer.Option(min=0, max=1, help="Share of days sent up to 3 days later.")] = 0.0,
) -> None:
    """Write the events of made-up patients, and what was planted in them; docs/simulation.md tells what that is."""
    require_writable(out, truth)
    last, trouble = _moment(end), Trouble(late=late, doubled=doubled, offline=offline)
    written = 0
    bar = typer.progressbar(length=patients, label="patients", file=sys.stderr)
    with out.open("wb") as lines, truth.open("wb") as known, bar as progress:
        for number, (events, planted) in enumerate(cohort(patients, days, last, seed, falling=falling)):
            arrived = arrive(events, trouble, seed=seed * 1_000_003 + number)
            lines.writelines(orjson.dumps(event, option=orjson.OPT_APPEND_NEWLINE) for _, event in arrived)
            known.write(planted.to_json() + b"\n")
            written += len(arrived)
            progress.update(1)
    typer.echo(f"{written} events of {patients} patients", err=True)


def _moment(text: str) -> datetime:
    if text == "now":
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Misconfigured(f"--end: {text!r} is no ISO 8601 moment") from error
    if moment.tzinfo is None:
        raise Misconfigured("--end needs a UTC offset, for example 2026-06-01T12:00:00+00:00")
    return moment
