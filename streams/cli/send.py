"""`ipt-pulse send`: send events from a file through the gateway."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from streams.adapters.gateway_client import GatewayClient
from streams.errors import Misconfigured
from streams.settings import settings


def send(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="CloudEvents, one a line; `-` reads stdin.")],
    token: Annotated[
        str, typer.Option(envvar="IPT_PULSE_TOKEN", help="Device or operator token; better in the environment.")
    ] = "",
    url: Annotated[str | None, typer.Option(help="The gateway; default: host and port of the settings.")] = None,
    parallel: Annotated[int, typer.Option(min=1, max=32, help="Batches under way at once.")] = 4,
) -> None:
    """Send events; waits for the gateway and Kafka to come back, and tells which events were refused and why."""
    if not token:
        raise Misconfigured("no token: set IPT_PULSE_TOKEN; `ipt-pulse enrol --operator NAME` prints one")
    target = url or f"http://{settings().gateway_host}:{settings().gateway_port}"
    accepted, refused = asyncio.run(_send(file, target, token, parallel))
    typer.echo(f"{accepted} accepted, {refused} refused", err=True)
    if refused:
        raise typer.Exit(1)


async def _send(file: str, url: str, token: str, parallel: int) -> tuple[int, int]:
    accepted = refused = 0
    with _open(file) as source, _progress() as progress:
        task = progress.add_task("sending", total=None)
        lines: list[int] = []
        async with GatewayClient(url, token) as client:
            async for sent in client.send(_events(source, lines), parallel=parallel):
                accepted += sent.accepted
                refused += len(sent.refused)
                for one in sent.refused:
                    progress.console.print(
                        f"line {lines[one.index]}: id {one.id or '?'}: {one.reason}", markup=False, soft_wrap=True
                    )
                progress.advance(task, sent.count)
    return accepted, refused


def _events(source: BinaryIO, lines: list[int]) -> Iterator[bytes]:
    """The lines that are not empty; their numbers are added to `lines`."""
    for number, line in enumerate(source, start=1):
        event = line.strip()
        if event:
            lines.append(number)
            yield event


def _open(file: str) -> BinaryIO:
    if file == "-":
        return typer.get_binary_stream("stdin")
    try:
        return Path(file).open("rb")
    except OSError as error:
        raise Misconfigured(f"cannot read {file}: {error.strerror}") from error


def _progress() -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        MofNCompleteColumn(),
        TextColumn("events"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )
