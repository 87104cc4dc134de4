"""`ipt-pulse import`: past reports in a CSV become events, through the gateway or into a file."""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from streams.adapters.gateway_client import GatewayClient
from streams.cli.importing.plan import Plan, read_plan
from streams.cli.importing.report import Report, show
from streams.cli.importing.sending import Checkpoint, send_rest
from streams.cli.importing.shipped import find_mapping
from streams.cli.machine_token import token_or_own
from streams.cli.outputs import require_writable
from streams.errors import Misconfigured
from streams.settings import settings

HISTORY_AGE = timedelta(days=14)


def import_csv(
    csv_file: Annotated[Path, typer.Argument(metavar="CSV", help="One report a row.")],
    *,
    mapping: Annotated[
        str | None,
        typer.Option(help="Mapping file, or the name of one that ships; default: the one that knows the columns."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write the events to this file, one a line, and send nothing (for rehearse).")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write the report to this file too, as JSON.")] = None,
    url: Annotated[str | None, typer.Option(help="The gateway; default: host and port of the settings.")] = None,
    token: Annotated[
        str,
        typer.Option(envvar="IPT_PULSE_TOKEN", help="Operator's token; on the gateway's own machine none is needed."),
    ] = "",
) -> None:
    """Load past reports; nobody is notified. Interrupted, the same command goes on where it stopped.

    The report counts answered rows = accepted + refused, tells each refusal by line, column and reason, and lists every
    positive answer to a safety item for a clinician to sign off.
    """
    require_writable(out, report)
    plan = read_plan(csv_file, find_mapping(mapping, csv_file), newest=datetime.now(UTC) - HISTORY_AGE)
    events = [mapped.event.to_json() for mapped in plan.events]
    if out:
        _write(out, b"".join(event + b"\n" for event in events))
        refused: dict[str, str] = {}
    else:
        gateway = url or f"http://{settings().gateway_host}:{settings().gateway_port}"
        refused = _send(plan, events, gateway, token)
    found = Report(plan, refused)
    if report:
        _write(report, orjson.dumps(found.as_json(), option=orjson.OPT_INDENT_2))
    show(found, Console(width=None if os.isatty(1) else 120))


def _send(plan: Plan, events: list[bytes], url: str, token: str) -> dict[str, str]:
    checkpoint = Checkpoint(settings().home / "imports", url, events)
    ids = [mapped.event.id for mapped in plan.events]
    with token_or_own(token, "import") as granted, _progress() as progress:
        bar = progress.add_task("sending", total=len(events), completed=checkpoint.answered)

        def wait() -> None:
            progress.console.print("waiting for the gateway …")

        async def send() -> None:
            async with GatewayClient(url, granted, on_wait=wait) as client:
                await send_rest(client, ids, events, checkpoint, lambda count: progress.advance(bar, count))

        asyncio.run(send())
    checkpoint.forget()
    return checkpoint.refused


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True))


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise Misconfigured(f"cannot write {file}: {error.strerror}") from error
