"""`ipt-pulse send`: send events from a file through the gateway."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from streams.adapters.gateway_client import GatewayClient
from streams.cli.machine_token import token_or_own
from streams.errors import Misconfigured
from streams.settings import settings

SHOWN = 10
"""So many refusals are told one by one; of more, how many there were for which reason."""
PARALLEL = "Batches under way at once; above 1 only where no patient is in two: they may overtake each other."


def send(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="CloudEvents, one a line; `-` reads stdin.")],
    token: Annotated[
        str,
        typer.Option(
            envvar="IPT_PULSE_TOKEN",
            help="Device or operator token, better in the environment; on the gateway's own machine none is needed.",
        ),
    ] = "",
    url: Annotated[str | None, typer.Option(help="The gateway; default: host and port of the settings.")] = None,
    parallel: Annotated[int, typer.Option(min=1, max=32, help=PARALLEL)] = 1,
) -> None:
    """Send events; waits for the gateway and Kafka to come back, and tells which events were refused and why."""
    target = url or f"http://{settings().gateway_host}:{settings().gateway_port}"
    with _open(file) as source, token_or_own(token, "send") as granted:
        accepted, refused = asyncio.run(_send(source, target, granted, parallel))
    if refused.total() > SHOWN:
        for reason, count in refused.most_common(SHOWN):
            typer.echo(f"{count:,} refused: {reason}", err=True)
    typer.echo(f"{accepted} accepted, {refused.total()} refused", err=True)
    if refused:
        raise typer.Exit(1)


async def _send(source: BinaryIO, url: str, token: str, parallel: int) -> tuple[int, Counter[str]]:
    """Send it all; returns how many were accepted, and how many refused for which reason."""
    accepted, refused = 0, Counter[str]()
    lines: list[int] = []
    with _progress() as progress:
        task = progress.add_task("sending", total=None)

        def tell(text: str) -> None:
            progress.console.print(text, markup=False, soft_wrap=True)

        async with GatewayClient(url, token, on_wait=lambda: tell("waiting for the gateway …")) as client:
            async for sent in client.send(_events(source, lines), parallel=parallel):
                for one in sent.refused[: max(0, SHOWN - refused.total())]:
                    tell(f"line {lines[one.index]}: id {one.id or '?'}: {one.reason}")
                accepted += sent.accepted
                refused.update(one.reason for one in sent.refused)
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
