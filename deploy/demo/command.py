"""`ipt-pulse demo`: start the stack in a home of its own, play the clinic, and leave nothing running."""

import asyncio
import json
import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deploy.demo.clinic import Clinic
from deploy.demo.pager import Pager
from deploy.demo.screen import Screen
from deploy.demo.staff import STAFF, assigned, hire
from deploy.demo.tally import Tally
from deploy.local.commands import interruptible, start_with_progress
from deploy.local.layout import Layout
from deploy.local.paths import demo_home
from deploy.local.stack import down
from streams.adapters.accounts import generated_password, local_accounts
from streams.adapters.tokens_devices import Devices
from streams.settings import Settings
from streams.simulate.cohort import cohort

DAYS = 84
"""How long each patient has been reporting, the two weeks of the play among them."""

YOU = "p-you"
"""The patient that the demonstration phone acts as."""
WATCH_S = 1.0


def demo(
    *,
    once: Annotated[
        bool, typer.Option("--once", help="End by itself, with the counts as JSON on the last line.")
    ] = False,
    patients: Annotated[int, typer.Option(min=1, max=500, help="How many made-up patients.")] = 40,
    seed: Annotated[int, typer.Option(help="Another seed, other patients.")] = 1,
    seconds_per_day: Annotated[float, typer.Option(min=0.2, max=600, help="How fast the last two weeks pass.")] = 4.0,
    influxdb: Annotated[
        bool | None,
        typer.Option("--influxdb/--no-influxdb", help="Build InfluxDB if need be / run none; default: if found."),
    ] = None,
    home: Annotated[Path | None, typer.Option(help="Folder of its state; wiped at the start.")] = None,
) -> None:
    """Watch the pipeline work: made-up patients, real servers, two weeks in a minute."""
    tally = Tally()
    screen = Screen(Console(highlight=False), tally)
    folder = (home or demo_home()).absolute()
    with interruptible(), _stack(folder, screen, influxdb=influxdb) as layout:
        settings = Settings(home=layout.home, kafka=layout.kafka)
        ids = _open_console(settings, layout, screen)
        _open_phone(settings, layout, screen)
        now = datetime.now().astimezone()
        clinic = Clinic(layout, settings, tally, screen)
        events = list(assigned([events for events, _truth in cohort(patients, DAYS, now, seed)], ids))
        with screen.live():
            asyncio.run(clinic.live_through(events, now=now, seconds_per_day=seconds_per_day, seed=seed))
        screen.say(screen.counts())
        if not once:
            _stay(layout, screen)
    if once:
        typer.echo(json.dumps(tally.summary()))


@contextmanager
def _stack(home: Path, screen: Screen, *, influxdb: bool | None) -> Iterator[Layout]:
    """The whole stack, fresh, with our pager as its on-call channel; stopped in the end, whatever happens."""
    with Pager(screen.page) as pager:
        # The processes of the stack inherit the environment; the pager is the one thing that only the demo knows.
        os.environ |= {"IPT_PULSE_PAGER_URL": pager.url, "IPT_PULSE_PAGER_SECRET": pager.secret}
        layout = start_with_progress(home, influxdb=influxdb, fresh=True)
        try:
            yield layout
        finally:
            screen.say("Stopping …")
            down(home)


def _open_console(settings: Settings, layout: Layout, screen: Screen) -> dict[str, str]:
    """Let everybody of the clinic in, and say who they are; returns the ids of their accounts by name."""
    password = generated_password()
    ids = hire(local_accounts(settings), password)
    screen.say(f"Console: {layout.url('console')}   password: {password}   sign in as any of these:")
    for name, (_, sees) in STAFF.items():
        screen.say(f"  {name:<10} sees {sees}")
    return ids


def _open_phone(settings: Settings, layout: Layout, screen: Screen) -> None:
    """A phone of one's own, beside those of the made-up patients."""
    with closing(Devices(settings.home)) as devices:
        code = devices.new_code(YOU, datetime.now(UTC))
    screen.say(f"Phone to try it with: {layout.url('phone')}   patient: {YOU}   code: {code}")


def _stay(layout: Layout, screen: Screen) -> None:
    """Until Ctrl-C, which is the proper end here."""
    screen.say(f"The console stays open at {layout.url('console')}. Ctrl-C stops everything.")
    with suppress(KeyboardInterrupt):
        while True:
            time.sleep(WATCH_S)
