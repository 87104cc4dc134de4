"""`ipt-pulse policy check` and `policy diff`: what a policy does, before it pages anyone or fails to."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import orjson
import typer

from schemas.alerts import Finding
from streams.adapters.plan import load_plan
from streams.adapters.policy import read_policy
from streams.cli.lines import event_lines
from streams.cli.outputs import require_writable
from streams.cli.policy.difference import Period, counted
from streams.cli.policy.numbers import changed
from streams.cli.policy.picture import draw
from streams.cli.policy.plan import told_of_plan
from streams.cli.policy.show import one_by_one, table_of
from streams.cli.policy.teams import Teams
from streams.core.compare import Pair, pairs
from streams.core.moments import moment
from streams.core.policy import Policy
from streams.core.rehearse import Rehearsal, rehearse
from streams.errors import Misconfigured

DETECTION: Final = "detection.yaml"
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
    everybodys = policy.model_copy(update={"overrides": ()})
    for name, default, value in changed(Policy(version=policy.version), everybodys):
        yield f"{name}: {value}, by default {default}"
    for name, elsewhere, value in changed(everybodys, policy):
        yield f"{name}: {value}, elsewhere {elsewhere}"
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
    rehearsals = [_rehearsed(events, policy) for policy in (before, after)]
    teams, period = Teams(rehearsals[0].states), Period(moment(rehearsals[0].now).date(), days)
    _tell_numbers(before, after, teams)
    found = [pair for pair in pairs(*map(_bearing_on, rehearsals)) if period.holds(pair.old) or period.holds(pair.new)]
    routes = load_plan().routes
    everybody = counted(found, period, routes)
    rules = {name: counted(ours, period, routes) for name, ours in _sorted(found, lambda alert: alert.rule)}
    by_team = _sorted(found, teams.of) if teams.named else ()
    of_teams = {name: counted(ours, period, routes) for name, ours in by_team}
    table_of("rule", rules)
    if of_teams:
        table_of("care team", {team or "none": row for team, row in of_teams.items()})
    one_by_one(found)
    if picture:
        panels = {"everybody": everybody} | {f"care team {team}": row for team, row in of_teams.items() if team}
        draw(picture, {title: row.weeks for title, row in panels.items()}, period.last)
    typer.echo("alerts that go to somebody, a week: {} → {}".format(*everybody.told_a_week))
    told = {
        "days": days,
        "rules": [{"rule": rule} | asdict(row) for rule, row in rules.items()],
        "care_teams": [{"care_team": team or None} | asdict(row) for team, row in of_teams.items()],
        "told_a_week": everybody.told_a_week,
        "weeks": everybody.weeks,
    }
    typer.echo(orjson.dumps(told).decode())


def _rehearsed(events: Path, policy: Policy) -> Rehearsal:
    with event_lines(events) as lines:
        return rehearse(lines, policy)


def _bearing_on(rehearsal: Rehearsal) -> list[Finding]:
    return [alert for alert in rehearsal.alerts if not alert.rule.startswith(NOT_OURS)]


def _sorted(found: Sequence[Pair], by: Callable[[Finding], str]) -> list[tuple[str, list[Pair]]]:
    sorts: dict[str, list[Pair]] = {}
    for pair in found:
        sorts.setdefault(by(pair.alert), []).append(pair)
    return sorted(sorts.items())


def _tell_numbers(old: Policy, new: Policy, teams: Teams) -> None:
    """What differs, and what in that is likely to be a slip."""
    changes = changed(old, new)
    for name, was, value in changes:
        typer.echo(f"{name}: {was} → {value}")
    if changes and old.version == new.version:
        typer.echo(f"both are version {new.version}: alerts could not tell by which of them they were raised")
    unknown = {override.care_team for override in new.overrides if override.care_team} - teams.named
    for team in sorted(unknown):
        typer.echo(f"care team {team}: in no episode of these events")
