"""`ipt-pulse account add | list | remove`: who may sign in to the console, on a machine with local accounts."""

from collections.abc import Iterable
from typing import Annotated

import typer

from streams.adapters.accounts import PASSWORD_MINIMUM, Role, generated_password, local_accounts
from streams.adapters.plan import load_plan
from streams.errors import Rejected
from streams.settings import settings

app = typer.Typer(help="Keep the list of who may sign in to the console.", no_args_is_help=True, add_completion=False)

Name = Annotated[str, typer.Argument(help="What they type to sign in: 1-64 letters, digits or ._~-")]


@app.command()
def add(
    name: Name,
    role: Annotated[Role, typer.Option(help="What they are here for.")],
    *,
    team: Annotated[
        list[str] | None, typer.Option(help="A care team of theirs, once for each; default: the rota's default one.")
    ] = None,
    zone: Annotated[str, typer.Option(help="Their time zone, such as Europe/Berlin; default: their team's.")] = "",
    generate: Annotated[
        bool, typer.Option("--generate", help="Make up a password and print it, once, instead of asking for one.")
    ] = False,
) -> None:
    """Make an account."""
    password = generated_password() if generate else _asked()
    _known(team or ())
    made = local_accounts(settings()).add(name, role, password, teams=team or (), zone=zone)
    told = f" Password, shown only now: {password}" if generate else ""
    typer.echo(f"{name} may sign in as {role}; id: {made.id}.{told}")


@app.command(name="list")
def list_accounts() -> None:
    """Show who may sign in, as what, their ids for `episode.v1` and `membership.v1`, care teams and zones."""
    accounts = local_accounts(settings()).all()
    for account in accounts:
        told = (account.name, account.role, account.id, ",".join(account.teams) or "-", account.zone or "-")
        typer.echo("\t".join((*told, "by the provider" if account.by_provider else "by password")))
    if not accounts:
        typer.echo("There are no accounts yet: `ipt-pulse account add NAME --role therapist --generate`", err=True)


@app.command()
def remove(name: Name) -> None:
    """Delete an account; whoever uses it is signed out at once."""
    if not local_accounts(settings()).remove(name):
        raise Rejected("name", "nobody is called that")
    typer.echo(f"{name} may no longer sign in.")


def _known(teams: Iterable[str]) -> None:
    """A team that the rota does not name would see nobody."""
    named = load_plan(settings().policy).teams.teams
    for team in teams:
        if team not in named:
            raise Rejected("team", f"rota.yaml names no {team}; it names {', '.join(sorted(named))}")


def _asked() -> str:
    prompt = f"Password (at least {PASSWORD_MINIMUM} characters)"
    return str(typer.prompt(prompt, hide_input=True, confirmation_prompt="The same again"))
