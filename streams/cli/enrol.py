"""`ipt-pulse enrol`: let a patient's phone in, give a back-end a token, or take tokens back."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from schemas.model import Slug
from streams.adapters.tokens import IMPORT, Tokens
from streams.adapters.tokens_devices import CODE_LIFETIME, Devices
from streams.errors import Rejected
from streams.settings import settings


def enrol(
    name: Annotated[str, typer.Argument(help="The patient's pseudonym, or the name of the back-end.")] = "",
    *,
    operator: Annotated[
        bool, typer.Option("--operator", help="Print a token that may send and import anyone's events.")
    ] = False,
    days: Annotated[int, typer.Option(min=1, max=400, help="How long an operator's token is valid.")] = 30,
    revoke: Annotated[bool, typer.Option("--revoke", help="Take back all tokens and unused codes of NAME.")] = False,
) -> None:
    """Print a one-time code for a patient's phone, or a token for a back-end; only that goes to stdout."""
    subject = _checked(name or ("operator" if operator else ""))
    devices = Devices(settings().home)
    now = datetime.now(UTC)
    if revoke:
        count = devices.revoke_all(subject, now)
        typer.echo(f"{count} token{'' if count == 1 else 's'} taken back", err=True)
    elif operator:
        grant = devices.new_operator(subject, IMPORT, now + timedelta(days=days))
        typer.echo(Tokens(settings().keys).issue(grant, now))
    else:
        typer.echo(devices.new_code(subject, now))
        typer.echo(
            f"Valid once, for {CODE_LIFETIME.days} days. The patient types it into the app, which trades it for its "
            "token: POST /v1/devices at the gateway.",
            err=True,
        )


def _checked(name: str) -> str:
    if not name:
        raise Rejected("", "NAME is missing: the patient's pseudonym, for a phone; with --operator, a back-end's name")
    try:
        return TypeAdapter(Slug).validate_python(name)
    except ValidationError as error:
        raise Rejected("name", "use letters, digits and ._~- (at most 64)") from error
