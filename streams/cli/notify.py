"""`ipt-pulse notify test`: a message to somebody by each of their channels, to see that it arrives before it has to."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated
from uuid import uuid4

import typer

from schemas.alerts import Notification, Severity
from streams.adapters.channel import Channel
from streams.adapters.channels import CHANNELS, open_channels
from streams.adapters.plan import load_plan
from streams.core.alerts import Plan
from streams.errors import Misconfigured, Rejected, Unavailable
from streams.settings import settings

app = typer.Typer(help="Try the ways that messages take.", no_args_is_help=True, add_completion=False)


@app.callback()
def notify() -> None:
    """Nothing of a running stack is touched."""


@app.command("test")
def try_out(
    *,
    to: Annotated[str, typer.Option(help="A recipient, as in routes.yaml: a word of the ladders, or a person.")],
    channel: Annotated[str | None, typer.Option(help="One channel alone, also one that nobody is told by.")] = None,
) -> None:
    """Send a message that says that it is a test, once by each channel; ends with 1 if one did not take it."""
    plan = load_plan(settings().policy)
    channels = open_channels(settings(), lambda: plan.routes.addresses)
    if channel and channel not in CHANNELS:
        raise Misconfigured(f"there is no channel {channel}; there is {', '.join(CHANNELS)}")
    role = _role(plan, to)
    names = (channel,) if channel else plan.routes.channels.get(to, plan.routes.channels.get(role or "", ()))
    if not names:
        told = ", ".join(sorted(plan.routes.channels)) or "nobody"
        raise Misconfigured(
            f"routes.yaml has no channel for {to}, only for {told}; all others read the console's inbox alone"
        )
    if not asyncio.run(_sent(channels, names, to, role)):
        raise typer.Exit(1)


def _role(plan: Plan, who: str) -> str | None:
    """The first word with channels that a person of a rota may stand for."""
    teams = plan.teams.teams.values()
    return next((word for word in plan.routes.channels if any(who in team.people(word) for team in teams)), None)


async def _sent(channels: dict[str, Channel], names: tuple[str, ...], to: str, role: str | None) -> bool:
    """Whether all took it."""
    notification = Notification(
        notification_id=uuid4().hex,
        alert_id="test",
        patient="test",
        step=0,
        recipient=to,
        role=role,
        severity=Severity.INFO,
        created_at=datetime.now(UTC),
        test=True,
    )
    answers = {name: await _answer(channels.get(name), notification) for name in names}
    for name, reason in answers.items():
        typer.echo(f"{name}: {'taken' if reason is None else f'not taken: {reason}'}")
    for one in channels.values():
        await one.close()
    return all(reason is None for reason in answers.values())


async def _answer(channel: Channel | None, notification: Notification) -> str | None:
    """Why it was not taken; None: it was."""
    if channel is None:
        return "it is not set up; docs/alerts.md says by which settings"
    try:
        await channel.send(notification)
    except (Unavailable, Rejected) as error:
        return str(error)
    return None
