import subprocess
import sys
from importlib import import_module

import pytest
import typer
from typer.testing import CliRunner

from streams.cli import COMMANDS, app
from streams.cli.group import Command, command_app
from streams.errors import Misconfigured


def greet(name: str) -> None:
    typer.echo(f"hello {name}")


def fail() -> None:
    raise Misconfigured("set [this] first")


nested = typer.Typer()
nested.command(name="inner")(greet)
nested.command(name="other")(greet)

MADE_UP_COMMANDS = (
    Command("greet", f"{__name__}:greet", "Say hello."),
    Command("fail", f"{__name__}:fail", "Fail."),
    Command("nested", f"{__name__}:nested", "Two commands below one."),
    Command("gone", "streams.no_such_module:run", "Cannot be imported."),
)
MADE_UP = command_app(MADE_UP_COMMANDS, about="Made up.")


def test_help_shows_every_command_without_importing_it() -> None:
    result = CliRunner().invoke(MADE_UP, ["--help"])
    assert result.exit_code == 0
    assert "Say hello." in result.stdout
    assert "Cannot be imported." in result.stdout


def test_a_command_runs_with_its_arguments() -> None:
    result = CliRunner().invoke(MADE_UP, ["greet", "you"])
    assert (result.exit_code, result.stdout) == (0, "hello you\n")


def test_commands_below_a_command() -> None:
    assert CliRunner().invoke(MADE_UP, ["nested", "inner", "you"]).stdout == "hello you\n"


def test_a_commands_own_help_shows_its_arguments() -> None:
    assert "NAME" in CliRunner().invoke(MADE_UP, ["greet", "--help"]).stdout.upper()


def test_an_expected_error_is_one_line_and_exit_code_1() -> None:
    result = CliRunner().invoke(MADE_UP, ["fail"])
    assert result.exit_code == 1
    assert result.stderr == "error: set [this] first\n"


def test_something_can_be_done_before_a_command_is_imported() -> None:
    done: list[str] = []
    made = command_app(MADE_UP_COMMANDS, about="Made up.", before=lambda command: done.append(command.name))
    CliRunner().invoke(made, ["--help"])
    assert done == []
    CliRunner().invoke(made, ["greet", "you"])
    assert done == ["greet"]


def test_an_unknown_command_is_a_usage_error() -> None:
    result = CliRunner().invoke(MADE_UP, ["great"])
    assert result.exit_code == 2
    assert "'greet'" in result.stderr


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_listed_command_is_there(command: Command) -> None:
    module, attribute = command.target.split(":")
    assert hasattr(import_module(module), attribute)


def test_help_imports_no_heavy_library() -> None:
    heavy = "('faust', 'matplotlib', 'fastapi', 'aiokafka', 'numpy', 'kafka')"
    code = f"import sys, streams.cli; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_version() -> None:
    assert CliRunner().invoke(app, ["--version"]).stdout.startswith("ipt-pulse ")
