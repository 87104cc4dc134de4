"""`ipt-pulse policy check` and `policy diff`: what a policy does, before it pages anyone or fails to."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

import orjson
import typer
from rich.console import Console
from rich.table import Table

from schemas.alerts import Finding
from streams.adapters.plan import load_plan
from streams.adapters.policy import read_policy
from streams.cli.lines import event_lines
from streams.cli.outputs import require_writable
from streams.cli.policy.difference import Counted, counted, told_by_week
from streams.cli.policy.picture import draw
from streams.cli.policy.plan import told_of_plan
from streams.core.compare import Pair, pairs
from streams.core.moments import moment
from streams.core.policy import Policy
from streams.core.rehearse import Rehearsal, rehearse
from streams.errors import Misconfigured

DETECTION: Final = "detection.yaml"
SHOWN: Final = 20
"""So many of the differences are told one by one."""
NOT_OURS: Final = "safety."
"""Rules that no policy bears on."""

PolicyFile = Annotated[Path, typer.Argument(help="A detection policy.", exists=True, dir_okay=False)]

app = typer.Typer(
    help="Check a detection policy, or rehearse a change of it.", no_args_is_help=True, add_completion=False
)


@app.command()
def check(
    path: Annotated[
        Path | None, typer.Argument(help="A folder of policy files, or a detection policy; default: what ships.")
    ] = None,
) -> None:
    """Say every fault of a policy, or that it has none, what in it differs from the defaults, and which shifts lack."""
    alone = path is not None and not path.is_dir()
    parts = [told_of_detection(path if alone or path is None else path / DETECTION)]
    parts += [] if alone else [told_of_plan(path, datetime.now(UTC))]
    faults = []
    for lines in parts:
        try:
            for line in lines:
                typer.echo(line)
        except Misconfigured as error:
            faults.append(str(error))
    if faults:
        raise Misconfigured("\n".join(faults))


def told_of_detection(file: Path | None) -> Iterator[str]:
    """Lines about the detection policy.

    Raises:
        Misconfigured: it is faulty.
    """
    policy = read_policy(file)
    for name, default, value in _differences(Policy(version=policy.version), policy):
        yield f"{name}: {value}, by default {default}"
    yield f"version {policy.version}: well formed"


@app.command()
def diff(
    old: PolicyFile,
    new: PolicyFile,
    events: Annotated[
        Path, typer.Option(help="CloudEvents of the past, one JSON object a line.", exists=True, dir_okay=False)
    ],
    days: Annotated[int, typer.Option(min=7, max=3650, help="Alerts of so many last days are compared.")] = 90,
    picture: Annotated[Path | None, typer.Option(help="Where to draw it (svg, png or pdf).")] = None,
) -> None:
    """Say which alerts would have been others, had the new policy stood. The last line is one JSON object."""
    require_writable(picture)
    before, after = read_policy(old), read_policy(new)
    for name, was, value in _differences(before, after):
        typer.echo(f"{name}: {was} → {value}")
    rehearsals = [_rehearsed(events, policy) for policy in (before, after)]
    last = moment(rehearsals[0].now).date()
    found = _recent(pairs(*(_bearing_on(rehearsal) for rehearsal in rehearsals)), last, days)
    routes = load_plan().routes
    sides = [pair.old for pair in found if pair.old], [pair.new for pair in found if pair.new]
    weeks = [told_by_week(_within(alerts, last, days), routes, last, days) for alerts in sides]
    rows = [counted(rule, found) for rule in sorted({pair.alert.rule for pair in found})]
    _show(rows, found)
    if picture:
        draw(picture, weeks[0], weeks[1], last)
    per_week = [round(sum(told) / days * 7, 2) for told in weeks]
    typer.echo(f"alerts that go to somebody, a week: {per_week[0]} → {per_week[1]}")
    told = {"days": days, "rules": [asdict(row) for row in rows], "told_a_week": per_week, "weeks": weeks}
    typer.echo(orjson.dumps(told).decode())


def _rehearsed(events: Path, policy: Policy) -> Rehearsal:
    with event_lines(events) as lines:
        return rehearse(lines, policy)


def _bearing_on(rehearsal: Rehearsal) -> list[Finding]:
    return [alert for alert in rehearsal.alerts if not alert.rule.startswith(NOT_OURS)]


def _within(alerts: Sequence[Finding], last: date, days: int) -> list[Finding]:
    # A day that lies ahead of UTC may be over a day after `last`.
    return [alert for alert in alerts if -1 <= (last - alert.raised_at.date()).days < days]


def _recent(found: Sequence[Pair], last: date, days: int) -> list[Pair]:
    return [pair for pair in found if _within([one for one in (pair.old, pair.new) if one], last, days)]


def _show(rows: Sequence[Counted], found: Sequence[Pair]) -> None:
    table = Table("rule", "both", "only old", "only new", "sooner", "later", box=None)
    for row in rows:
        table.add_row(row.rule, *(str(n) for n in (row.both, row.only_old, row.only_new, row.sooner, row.later)))
    console = Console(width=100)
    console.print(table)
    changed = [pair for pair in found if pair.old is None or pair.new is None or pair.sooner]
    for pair in changed[-SHOWN:]:
        typer.echo(f"{pair.alert.raised_at.date()}  {pair.alert.rule}  {pair.alert.patient}  {_change(pair)}")
    if len(changed) > SHOWN:
        typer.echo(f"… and {len(changed) - SHOWN} before those")


def _change(pair: Pair) -> str:
    if pair.old is None:
        return "only under the new"
    if pair.new is None:
        return "only under the old"
    days = abs(pair.sooner) / timedelta(days=1)
    return f"{days:.0f} days {'sooner' if pair.sooner > timedelta(0) else 'later'}"


def _differences(old: Policy, new: Policy) -> list[tuple[str, object, object]]:
    """Name, old and new value of all that is not the same."""
    was, now = _flat(old.model_dump(mode="json")), _flat(new.model_dump(mode="json"))
    names = [name for name in {**was, **now} if was.get(name) != now.get(name)]
    return [(name, was.get(name, "none"), now.get(name, "none")) for name in names]


def _flat(fields: dict[str, object], prefix: str = "") -> dict[str, object]:
    flat: dict[str, object] = {}
    for name, value in fields.items():
        flat |= _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {prefix + name: value}
    return flat
