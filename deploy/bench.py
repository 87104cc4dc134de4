"""`ipt-pulse bench`: what the parts cost, on servers of its own that are gone afterwards."""

import asyncio
import gc
import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import psutil
import typer

from deploy.bench_servers import (
    GatewayServer,
    clinician_on_call,
    operator_tokens,
    own_broker,
    own_folder,
    own_stack,
)
from deploy.local.commands import interruptible, told_at_terminal
from streams.adapters.admin import create_topics
from streams.cli.bench.console import measure_console
from streams.cli.bench.contenders import OTHERS
from streams.cli.bench.core import measure_core
from streams.cli.bench.gateway import measure_gateway
from streams.cli.bench.inbox import Inbox
from streams.cli.bench.latency import Clinic, measure_latency
from streams.cli.bench.report import (
    draw_throughput,
    show_console,
    show_gateway,
    show_latency,
    show_scale,
    show_shares,
    show_sizes,
    show_throughput,
)
from streams.cli.bench.scale import measure_scale, scale_summary
from streams.cli.bench.sizing import read_measured, size
from streams.cli.bench.throughput import compare, summary
from streams.settings import settings
from streams.transport.worker import GC_THRESHOLDS

OPERATORS = 8
"""Tokens that the events are sent with: one alone may call 2,000 times a second."""

app = typer.Typer(
    help="Measure what it costs, alone and beside other stream processors.", no_args_is_help=True, add_completion=False
)


@app.callback()
def bench() -> None:
    """Measure; nothing of a running stack is touched."""


@app.command()
def throughput(
    *,
    against: Annotated[
        str, typer.Option(help="Contenders beside ours; ours-profiled says where time goes.")
    ] = ",".join(OTHERS),
    events: Annotated[int, typer.Option(min=1_000, help="Events to read; slow contenders read a part.")] = 600_000,
    patients: Annotated[int, typer.Option(min=1, help="Patients that the events are of.")] = 100_000,
    history: Annotated[int, typer.Option(min=0, help="Days in every contender's state before it starts.")] = 84,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds; medians are reported.")] = 3,
    processes: Annotated[int, typer.Option(min=1, help="Our full job also in so many processes.")] = 1,
    picture: Annotated[Path | None, typer.Option(help="Draw the figures into this file (svg, png, pdf).")] = None,
) -> None:
    """Read the same events with each contender in turn; needs the extra `bench`. The last line is one JSON object."""
    with own_broker() as (broker, folder):
        results = compare(
            broker.bootstrap,
            against=[name.strip() for name in against.split(",") if name.strip()],
            events=events,
            patients=patients,
            history=history,
            rounds=rounds,
            processes=processes,
            folder=folder,
            say=typer.echo,
        )
    show_throughput(results)
    show_shares(results)
    if picture is not None:
        draw_throughput(results, picture)
    typer.echo(json.dumps(summary(results)))


@app.command()
def scale(
    *,
    patients: Annotated[str, typer.Option(help="How many, comma-separated, smallest first.")] = "10000,100000,1000000",
    events: Annotated[int, typer.Option(min=1_000, help="Events to read each time.")] = 100_000,
    history: Annotated[int, typer.Option(min=0, help="Days in every patient's state before it starts.")] = 84,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds; medians are reported.")] = 1,
) -> None:
    """Start our worker over the changelog of ever more patients. The last line is one JSON object."""
    with own_broker() as (broker, folder):
        measured = measure_scale(
            broker.bootstrap,
            patients=[int(count) for count in patients.split(",")],
            events=events,
            history=history,
            rounds=rounds,
            folder=folder,
            say=typer.echo,
        )
    show_scale(measured)
    typer.echo(json.dumps(scale_summary(measured)))


@app.command()
def core(
    *,
    patients: Annotated[int, typer.Option(min=1, help="Patients who report.")] = 2_000,
    history: Annotated[int, typer.Option(min=0, help="Days in every patient's state before it starts.")] = 84,
    rounds: Annotated[int, typer.Option(min=1, help="Fortnights that they live; medians are reported.")] = 3,
) -> None:
    """Let the pure core alone analyse check-ins, without Kafka. The last line is one JSON object."""
    gc.set_threshold(*GC_THRESHOLDS)  # as a worker does
    gc.freeze()
    typer.echo(json.dumps(measure_core(patients=patients, history=history, rounds=rounds, say=typer.echo)))


@app.command()
def gateway(
    *,
    events: Annotated[int, typer.Option(min=1_000, help="Events of a round; a twentieth of them one by one.")] = 50_000,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds, after one to warm up; medians are reported.")] = 3,
) -> None:
    """Send made-up events to a gateway, one by one and in batches. The last line is one JSON object."""
    with own_broker() as (broker, folder):
        create_topics(broker.bootstrap, settings().partitions)
        with GatewayServer(folder / "home", broker.bootstrap) as server:
            measured = asyncio.run(
                measure_gateway(
                    server.url,
                    operator_tokens(folder / "home", OPERATORS),
                    psutil.Process(server.pid),
                    events=events,
                    rounds=rounds,
                    say=typer.echo,
                )
            )
    show_gateway(measured)
    typer.echo(json.dumps(measured))


@app.command()
def latency(
    *,
    rate: Annotated[int, typer.Option(min=1, help="Check-ins a second beside the questionnaires.")] = 1_000,
    probes: Annotated[int, typer.Option(min=1, help="Questionnaires of each kind in each part.")] = 200,
    backlog: Annotated[int, typer.Option(min=0, help="Events that wait when the second part begins.")] = 20_000,
) -> None:
    """Time questionnaires to the pager and the open inbox, on the whole stack. The last line is one JSON object."""
    with interruptible(), told_at_terminal() as report, own_stack(report) as (layout, paged):

        async def measure() -> dict[str, Any]:
            async with Inbox(layout.url("console"), *clinician_on_call(layout.home)) as inbox:
                tokens = operator_tokens(layout.home, 2)
                clinic = Clinic(layout.url("gateway"), layout.kafka, (tokens[0], tokens[1]), paged, inbox.shown)
                return await measure_latency(clinic, rate=rate, probes=probes, backlog=backlog, say=report)

        measured = asyncio.run(measure())
    show_latency(measured)
    typer.echo(json.dumps(measured))


@app.command()
def console(
    *,
    patients: Annotated[int, typer.Option(min=60, help="Patients in the console's store.")] = 10_000,
    rounds: Annotated[int, typer.Option(min=1, help="How often each page is asked for.")] = 100,
) -> None:
    """Time every page of the console over a store of so many patients. The last line is one JSON object."""
    with own_folder() as folder:
        now = datetime.now().astimezone()
        measured = measure_console(folder, patients=patients, rounds=rounds, now=now, say=typer.echo)
    show_console(measured["pages"])
    typer.echo(json.dumps(measured))


Printed = Annotated[Path, typer.Option(exists=True, dir_okay=False, help="What that benchmark printed.")]


@app.command()
def sizing(
    *,
    core: Printed,
    gateway: Printed,
    scale: Printed,
    patients: Annotated[str, typer.Option(help="How many, comma-separated.")] = "10000,100000,1000000,10000000",
) -> None:
    """Work out on paper what so many patients need, from what was measured. The last line is one JSON object."""
    measured = read_measured(core, gateway, scale)
    sizes = {int(count): size(int(count), measured) for count in patients.split(",")}
    show_sizes(sizes)
    typer.echo(json.dumps({str(count): asdict(one) for count, one in sizes.items()}))
