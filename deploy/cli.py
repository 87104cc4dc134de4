"""The command `ipt-pulse`: the commands of the local stack, then those of streams.cli."""

from streams.cli import COMMANDS as STREAMS_COMMANDS
from streams.cli.group import Command, command_app

COMMANDS = (
    Command("demo", "deploy.demo.command:demo", "Watch it all work: a made-up clinic lives two weeks in a minute."),
    Command("up", "deploy.local.commands:up", "Start the whole pipeline on this machine."),
    Command("down", "deploy.local.commands:down", "Stop it; its state stays."),
    Command("status", "deploy.local.commands:status", "Show every process of it, and whether it is well."),
    Command("doctor", "deploy.local.commands:doctor", "Check what this machine has and what it lacks."),
    Command("prepare", "deploy.local.prepare:prepare", "Fetch and build, once, what the stack and the tests need."),
    Command("bench", "deploy.bench:app", "Measure throughput side by side with other stream processors."),
    *STREAMS_COMMANDS,
)

app = command_app(COMMANDS, about="Mood and relationship tracking for Interpersonal Psychotherapy.")


def main() -> None:
    """Entry point of the installed command."""
    app()


if __name__ == "__main__":
    main()
