"""What `ipt-pulse policy check` says of the clinic's plan: who is on call, and what is wrong with the shifts ahead."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from streams.adapters.plan import load_plan
from streams.cli.policy.together import told_together
from streams.core.duty import SECOND, RotaFault, Team, rota_faults

AHEAD: Final = timedelta(days=28)


def told_of_plan(folder: Path | None, now: datetime) -> Iterator[str]:
    """Lines about routes, rota and silences.

    Raises:
        Misconfigured: one of the files is faulty.
    """
    plan = load_plan(folder)
    for name, team in plan.teams.teams.items():
        if team.rota is None:
            continue
        yield f"rota of {name}: {_on_call(team, now)}"
        for fault in rota_faults(team.rota, team.zone, now, AHEAD):
            yield f"rota of {name}: {_told(fault, team)}"
    for silence in plan.silences.silences:
        if silence.until > now:
            yield f"silenced until {silence.until.isoformat()}: {', '.join(silence.rules)}, by {silence.by}"
    yield from told_together(folder, plan)
    yield f"version {plan.routes.version}, {plan.teams.version}: well formed"


def _on_call(team: Team, now: datetime) -> str:
    turn, following = team.turn(now), team.person(SECOND, now)
    until = f" until {turn.ends.astimezone(team.zone):%Y-%m-%d %H:%M}" if turn and turn.ends else ""
    return (
        f"{turn.who if turn else 'nobody'} is on call{until}, then {following or 'nobody'}; lead {team.lead or 'none'}"
    )


def _told(fault: RotaFault, team: Team) -> str:
    begins, ends = (None if at is None else at.astimezone(team.zone) for at in (fault.begins, fault.ends))
    since = f"from {begins:%Y-%m-%d %H:%M}" if begins else "from the beginning"
    until = f"until {ends:%Y-%m-%d %H:%M}" if ends else "with no end in sight"
    return f"{fault.kind} {since} {until}"
