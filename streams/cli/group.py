"""A root command made from a visible list, whose modules are imported only when their command is run.

streams.cli and deploy.cli build theirs with `command_app`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any, ClassVar

import typer
from rich.console import Console
from rich.markup import escape
from typer.core import TyperCommand, TyperGroup

from streams.cli.logs import configure_logs
from streams.errors import PulseError


@dataclass(frozen=True, slots=True)
class Command:
    """One command: `target` is `module:function`, or `module:app` for a Typer app with commands of its own."""

    name: str
    target: str
    help: str

    def load(self) -> Any:
        """Import it, as a command that can be run."""
        module, attribute = self.target.split(":")
        found = getattr(import_module(module), attribute)
        if not isinstance(found, typer.Typer):
            single = typer.Typer(add_completion=False)
            single.command(name=self.name, help=self.help)(found)
            found = single
        return typer.main.get_command(found)


class CommandGroup(TyperGroup):
    """Shows `listed` in its help without importing any of it; tells expected errors without a traceback."""

    listed: ClassVar[Sequence[Command]] = ()
    told: ClassVar[tuple[type[Exception], ...]] = ()
    before: ClassVar[Callable[[Command], None]]

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for command in self.listed:
            self.add_command(TyperCommand(command.name, help=command.help))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that `args` name, imported now that it is about to run."""
        name, _, rest = super().resolve_command(ctx, args)
        chosen = next(command for command in self.listed if command.name == name)
        type(self).before(chosen)
        return name, chosen.load(), rest

    def invoke(self, ctx: Any) -> Any:
        """Run the command; an error that its user can do something about is one line and exit code 1."""
        try:
            return super().invoke(ctx)
        except self.told as error:
            Console(stderr=True, highlight=False).print("[red]error:[/red]", escape(str(error)), soft_wrap=True)
            raise typer.Exit(1) from error


def command_app(
    commands: Sequence[Command],
    *,
    about: str,
    told: tuple[type[Exception], ...] = (PulseError,),
    before: Callable[[Command], None] = lambda _: None,
) -> typer.Typer:
    """A root command over `commands`.

    Args:
        commands: in the order of the help.
        about: what the whole is for.
        told: kinds of errors that are shown as their message alone.
        before: done before a command is imported.
    """
    own = {"listed": tuple(commands), "told": told, "before": staticmethod(before)}
    group = type("Listed", (CommandGroup,), own)
    root = typer.Typer(cls=group, help=about, no_args_is_help=True, add_completion=False)
    root.callback()(_prepare)
    return root


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"ipt-pulse {version('ipt-pulse')}")
        raise typer.Exit


def _prepare(
    *,
    debug: Annotated[bool, typer.Option("--debug", help="Log every step to stderr.")] = False,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    configure_logs(debug=debug)
