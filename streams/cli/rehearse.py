"""`ipt-pulse rehearse`: the pure core over a file of events, no servers needed."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import orjson
import typer

from streams.adapters.policy import read_policy
from streams.cli.lines import event_lines
from streams.core.rehearse import rehearse as run_core

_ALERT_FIELDS = {"alert_id", "patient", "rule", "severity", "raised_at", "since", "evidence"}


def rehearse(
    events: Annotated[
        Path, typer.Argument(help="CloudEvents, one JSON object a line, in any order.", exists=True, dir_okay=False)
    ],
    alerts: Annotated[Path, typer.Option(help="Where to write the alerts, one JSON object a line.")],
    links: Annotated[Path, typer.Option(help="Where to write the links, one JSON object a line.")],
    points: Annotated[Path, typer.Option(help="Where to write the points, as line protocol.")],
    policy: Annotated[Path | None, typer.Option(help="Detection policy; default: the one that ships.")] = None,
) -> None:
    """Say what would have been raised, had EVENTS arrived in time: alerts, links and points."""
    with event_lines(events) as lines:
        rehearsal = run_core(lines, read_policy(policy))
    _write_lines(
        alerts, (orjson.dumps(alert.model_dump(mode="json", include=_ALERT_FIELDS)) for alert in rehearsal.alerts)
    )
    _write_lines(links, (link.model_dump_json(exclude_none=True).encode() for link in rehearsal.links))
    _write_lines(points, (point.encode() for point in rehearsal.points))
    typer.echo(f"{rehearsal.events} events, {len(rehearsal.rejected)} rejected", err=True)


def _write_lines(file: Path, lines: Iterable[bytes]) -> None:
    with file.open("wb") as out:
        out.writelines(line + b"\n" for line in lines)
