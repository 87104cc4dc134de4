"""`ipt-pulse phone`: serve the demonstration phone. The local stack starts it; by hand it needs a stack that is up."""

from typing import Annotated

import typer

from deploy.local.ports import LOOPBACK
from deploy.phone.app import create_app
from streams.cli.serving import serve
from streams.settings import settings

GOODBYE_S = 3


def phone(
    port: Annotated[int, typer.Option(min=1, max=65_535, envvar="IPT_PULSE_PHONE_PORT", help="Port to listen on.")] = (
        8082
    ),
) -> None:
    """Act as a patient's app in the browser, on this machine alone: a demonstration, nothing for patients."""
    gateway = f"http://{LOOPBACK}:{settings().gateway_port}"
    serve(create_app(gateway), host=LOOPBACK, port=port, goodbye_s=GOODBYE_S)
