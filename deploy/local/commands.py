"""`ipt-pulse up | down | status | doctor`: the local stack at the terminal. Listed in deploy.cli."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from deploy.local.doctor import Finding, examine
from deploy.local.keeper import Supervisor
from deploy.local.layout import Layout, load
from deploy.local.notices import notices
from deploy.local.paths import home_dir
from deploy.local.pipeline import pipeline_services
from deploy.local.pipeline import up as start_pipeline
from deploy.local.progress import Report
from deploy.local.stack import Status
from deploy.local.stack import down as stop_stack
from deploy.local.stack import status as stack_status

Home = Annotated[Path | None, typer.Option(help="Folder of the stack's state; default: $IPT_PULSE_HOME, else yours.")]

COLOURS = {"up": "green", "not ready": "yellow", "restarting": "yellow", "stopped": "red"}
WATCH_S = 2.0


def up(
    *,
    home: Home = None,
    influxdb: Annotated[
        bool | None,
        typer.Option("--influxdb/--no-influxdb", help="Build InfluxDB if need be / run none; default: if found."),
    ] = None,
    fresh: Annotated[
        bool,
        typer.Option(
            "--fresh", help="Forget all of earlier runs: events and alerts, patients' keys, accounts, devices' tokens."
        ),
    ] = False,
    foreground: Annotated[bool, typer.Option("--foreground", help="Stay until Ctrl-C, then stop it all.")] = False,
) -> None:
    """Start Kafka, the gateway, the workers and the console on this machine, and wait until they are ready."""
    folder = home_dir(home)
    with interruptible():
        layout = start_with_progress(folder, influxdb=influxdb, fresh=fresh)
        Console().print(_addresses(layout))
        _tell_notices(folder)
        if foreground:
            _stay(folder)


def down(*, home: Home = None) -> None:
    """Stop everything of the local stack; its state stays."""
    folder = home_dir(home)
    with Console().status("stopping"):
        was_up = stop_stack(folder)
    Console().print("Stopped." if was_up else f"Nothing was up in {folder}.", soft_wrap=True)


def status(*, home: Home = None) -> None:
    """Show every process of the stack; exit code 0 only when all are up."""
    folder = home_dir(home)
    layout = load(folder)
    if layout is None:
        Console().print(f"No stack has been started in {folder}: `ipt-pulse up` starts one.", soft_wrap=True)
        raise typer.Exit(1)
    found = stack_status(layout, pipeline_services(layout))
    Console().print(_status_table(found))
    _tell_notices(folder)
    Console().print(f"[dim]logs: {escape(str(layout.log('*')))}[/dim]", soft_wrap=True, highlight=False)
    if any(one.state != "up" for one in found):
        raise typer.Exit(1)


def doctor(*, home: Home = None) -> None:
    """Check that everything the stack needs is there and well; exit code 1 when something needed is not."""
    with Console().status("looking"):
        findings = examine(home_dir(home))
    Console().print(_doctor_table(findings))
    if any(one.is_broken for one in findings):
        raise typer.Exit(1)


def start_with_progress(home: Path, *, influxdb: bool | None, fresh: bool) -> Layout:
    """Start the stack, telling each step at the terminal as it happens."""
    with told_at_terminal() as report:
        return start_pipeline(home, influxdb=influxdb, fresh=fresh, report=report)


@contextmanager
def told_at_terminal() -> Iterator[Report]:
    """A report that prints each line with the seconds since the start, above a sign of life."""
    console, begun = Console(highlight=False), time.monotonic()
    with console.status("starting") as sign:

        def report(line: str) -> None:
            console.print(f"[dim]{time.monotonic() - begun:6.1f} s[/dim]  {escape(line)}", soft_wrap=True)
            sign.update(escape(line))

        yield report


@contextmanager
def interruptible() -> Iterator[None]:
    """Let SIGTERM and a closed terminal end a start as cleanly as Ctrl-C does; exit code 130 then."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        Console().print("Interrupted; nothing is left running.")
        raise typer.Exit(130) from None


def _stay(home: Path) -> None:
    Console().print("Ctrl-C stops it all.")
    try:
        while Supervisor(home).is_running():
            time.sleep(WATCH_S)
    finally:
        Console().print("Stopping …")
        stop_stack(home)


def _tell_notices(home: Path) -> None:
    for notice in notices(home):
        Console().print(f"[yellow]{escape(notice)}[/]", soft_wrap=True, highlight=False)


def _addresses(layout: Layout) -> Table:
    table = Table(box=None, show_header=False)
    for name in ("gateway", "console"):
        table.add_row(name, layout.url(name))
    table.add_row("phone", f"{layout.url('phone')} (a demonstration; `ipt-pulse enrol NAME` gives it a code)")
    table.add_row("Kafka", layout.kafka)
    table.add_row("InfluxDB", layout.url("influxdb") if layout.influxd else "none: points wait on disk")
    table.add_row("state", str(layout.home))
    return table


def _status_table(found: list[Status]) -> Table:
    table = Table("process", "state", "pid", "up for", "address", "log", box=None)
    for one in found:
        since = "" if one.uptime_s is None else _duration(one.uptime_s)
        state = f"[{COLOURS[one.state]}]{one.state}[/]"
        table.add_row(one.name, state, str(one.pid or ""), since, one.address, one.log.name)
    return table


def _doctor_table(findings: list[Finding]) -> Table:
    table = Table("", "what", box=None)
    table.add_column("found", overflow="fold")
    table.add_column("to do", overflow="fold")
    for one in findings:
        sign = "[red]broken[/]" if one.is_broken else "[yellow]note[/]" if one.todo else "[green]ok[/]"
        table.add_row(sign, one.about, escape(one.found), escape(one.todo))
    return table


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
