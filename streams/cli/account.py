"""`ipt-pulse account add | list | remove`: who may sign in to the console, on a machine with local accounts."""

from typing import Annotated

import typer

from streams.adapters.accounts import PASSWORD_MINIMUM, Role, generated_password, local_accounts
from streams.errors import Rejected
from streams.settings import settings

app = typer.Typer(help="Keep the list of who may sign in to the console.", no_args_is_help=True, add_completion=False)

Name = Annotated[str, typer.Argument(help="What they type to sign in: 1-64 letters, digits or ._~-")]


@app.command()
def add(
    name: Name,
    role: Annotated[Role, typer.Option(help="What they are here for.")],
    *,
    generate: Annotated[
        bool, typer.Option("--generate", help="Make up a password and print it, once, instead of asking for one.")
    ] = False,
) -> None:
    """Make an account."""
    password = generated_password() if generate else _asked()
    local_accounts(settings()).add(name, role, password)
    typer.echo(f"{name} may sign in as {role}." + (f" Password, shown only now: {password}" if generate else ""))


@app.command(name="list")
def list_accounts() -> None:
    """Show who may sign in, and as what."""
    accounts = local_accounts(settings()).all()
    for account in accounts:
        typer.echo(f"{account.name}\t{account.role}")
    if not accounts:
        typer.echo("There are no accounts yet: `ipt-pulse account add NAME --role therapist --generate`", err=True)


@app.command()
def remove(name: Name) -> None:
    """Delete an account; whoever uses it is signed out at once."""
    if not local_accounts(settings()).remove(name):
        raise Rejected("name", "nobody is called that")
    typer.echo(f"{name} may no longer sign in.")


def _asked() -> str:
    prompt = f"Password (at least {PASSWORD_MINIMUM} characters)"
    return str(typer.prompt(prompt, hide_input=True, confirmation_prompt="The same again"))
