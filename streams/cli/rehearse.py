"""`ipt-pulse rehearse`: the pure core over a file of events, no servers needed."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from streams.adapters.policy import read_policy
from streams.cli.lines import event_lines
from streams.cli.outputs import require_writable
from streams.core.rehearse import Rehearsal
from streams.core.rehearse import rehearse as run_core
from streams.errors import Misconfigured

SHOWN = 10
"""So many of the lines that could not be read are told one by one."""

STEP_BYTES = 1 << 20
DAYS_A_YEAR = 365
_ALERT_FIELDS = {"alert_id", "patient", "rule", "severity", "raised_at", "since", "evidence"}
_LINK_FIELDS = {"patient", "cell", "n", "peak", "effect", "low", "high", "shown"}


def rehearse(
    events: Annotated[
        Path, typer.Argument(help="CloudEvents, one JSON object a line, in any order.", exists=True, dir_okay=False)
    ],
    *,
    alerts: Annotated[Path, typer.Option(help="Where to write the alerts, one JSON object a line.")],
    links: Annotated[Path, typer.Option(help="Where to write the links, one JSON object a line.")],
    points: Annotated[Path, typer.Option(help="Where to write the points, as line protocol.")],
    policy: Annotated[Path | None, typer.Option(help="Detection policy; default: the one that ships.")] = None,
    pictures: Annotated[
        Path | None, typer.Option(help="Draw each alert about mood into this folder.", file_okay=False)
    ] = None,
) -> None:
    """Say what would have been raised, had EVENTS arrived in time: alerts, links and points."""
    require_writable(alerts, links, points)
    if pictures and not events.is_file():
        raise Misconfigured(f"for pictures the events are read twice, and {events} is no file")
    chosen = read_policy(policy)
    with event_lines(events) as lines, _progress() as progress:
        rehearsal = run_core(_followed(lines, events.stat().st_size, progress), chosen)
    _write_lines(
        alerts, (orjson.dumps(alert.model_dump(mode="json", include=_ALERT_FIELDS)) for alert in rehearsal.alerts)
    )
    _write_lines(
        links, (link.model_dump_json(include=_LINK_FIELDS, exclude_none=True).encode() for link in rehearsal.links)
    )
    _write_lines(points, (point.encode() for point in rehearsal.points))
    if pictures:
        from streams.cli.alert_pictures import draw_alerts  # noqa: PLC0415 - matplotlib takes a second

        with event_lines(events) as lines:
            draw_alerts(pictures, rehearsal.alerts, lines, chosen)
    _tell_rates(rehearsal)
    _tell_rejected(rehearsal)
    typer.echo(f"{rehearsal.events} events, {len(rehearsal.rejected)} rejected", err=True)


def _write_lines(file: Path, lines: Iterable[bytes]) -> None:
    with file.open("wb") as out:
        out.writelines(line + b"\n" for line in lines)


def _followed(lines: Iterable[bytes], size: int, progress: Progress) -> Iterator[bytes]:
    """The lines, while a bar shows how much of the file has been read; what comes after has no known end."""
    task, read = progress.add_task("reading", total=size), 0
    for line in lines:
        yield line
        read += len(line)
        if read >= STEP_BYTES:
            progress.advance(task, read)
            read = 0
    progress.update(task, description="analysing", total=None)


def _progress() -> Progress:
    """Shown on a terminal alone, so that the last line of stderr can be relied upon."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _tell_rates(rehearsal: Rehearsal) -> None:
    """How often each rule raises, by the days from which anything was heard."""
    years = rehearsal.patient_days / DAYS_A_YEAR
    for rule, count in sorted(Counter(alert.rule for alert in rehearsal.alerts).items()):
        rate = f", {count / years:.2f} for a year of a patient's days with events" if years else ""
        typer.echo(f"{rule}: {count:,} alerts{rate}", err=True)


def _tell_rejected(rehearsal: Rehearsal) -> None:
    """The first reasons; of many more, how many."""
    told = list(zip(rehearsal.unreadable_lines, rehearsal.rejected, strict=False))
    for number, why in told[:SHOWN]:
        typer.echo(f"line {number}: {why.field or 'the whole'}: {why.reason}", err=True)
    if len(told) > SHOWN:
        typer.echo(f"… and {len(told) - SHOWN:,} more lines that could not be read", err=True)
    for reason, count in Counter(why.reason for why in rehearsal.rejected[len(told) :]).most_common():
        typer.echo(f"{count:,} set aside: {reason}", err=True)
