"""The command `ipt-pulse`: the commands of the local stack, then those of streams.cli."""

import os

from streams.cli import COMMANDS as STREAMS_COMMANDS
from streams.cli.group import Command, command_app

COMMANDS = (
    Command("demo", "deploy.demo.command:demo", "Watch it all work: a made-up clinic lives two weeks in a minute."),
    Command("up", "deploy.local.commands:up", "Start the whole pipeline on this machine."),
    Command("down", "deploy.local.commands:down", "Stop it; its state stays."),
    Command("status", "deploy.local.commands:status", "Show every process of it, and whether it is well."),
    Command("doctor", "deploy.local.commands:doctor", "Check what this machine has and what it lacks."),
    Command("prepare", "deploy.local.prepare:prepare", "Fetch and build, once, what the stack and the tests need."),
    Command("phone", "deploy.phone.command:phone", "Serve the demonstration phone; the local stack does."),
    Command("bench", "deploy.bench:app", "Measure what it costs, alone and beside other stream processors."),
    Command("grafana", "deploy.grafana.command:app", "Give each care team its organisation and dashboards in Grafana."),
    *STREAMS_COMMANDS,
)


def use_running_stack(command: Command) -> None:
    """Let the commands of streams.cli talk to the stack that is up in this home, where the environment says nothing."""
    if command not in STREAMS_COMMANDS or "IPT_PULSE_KAFKA" in os.environ:
        return
    from deploy.local.keeper import Supervisor  # noqa: PLC0415 - `--help` should not pay for it
    from deploy.local.layout import load  # noqa: PLC0415
    from deploy.local.paths import home_dir  # noqa: PLC0415
    from deploy.local.services import HOME_MARK, shared_environment  # noqa: PLC0415

    layout = load(home_dir())
    if layout and Supervisor(layout.home).is_running():
        for name, value in shared_environment(layout).items():
            if name != HOME_MARK:  # by which the stack knows its own processes
                os.environ.setdefault(name, value)


app = command_app(
    COMMANDS, about="Mood and relationship tracking for Interpersonal Psychotherapy.", before=use_running_stack
)


def main() -> None:
    """Entry point of the installed command."""
    app()


if __name__ == "__main__":
    main()
