"""`ipt-pulse bench`: what the parts cost, on servers of its own that are gone afterwards."""

import gc
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from deploy.local.kafka import KafkaBroker
from streams.cli.bench.contenders import OTHERS
from streams.cli.bench.core import measure_core
from streams.cli.bench.report import draw_throughput, show_throughput
from streams.cli.bench.throughput import compare, summary
from streams.transport.worker import GC_THRESHOLDS

app = typer.Typer(
    help="Measure what it costs, alone and beside other stream processors.", no_args_is_help=True, add_completion=False
)


@app.callback()
def bench() -> None:
    """Measure; nothing of a running stack is touched."""


@app.command()
def throughput(
    *,
    against: Annotated[str, typer.Option(help="Contenders beside ours, comma-separated.")] = ",".join(OTHERS),
    events: Annotated[int, typer.Option(min=1_000, help="Events to read; slow contenders read a part.")] = 600_000,
    patients: Annotated[int, typer.Option(min=1, help="Patients that the events are of.")] = 100_000,
    history: Annotated[int, typer.Option(min=0, help="Days in every contender's state before it starts.")] = 84,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds; medians are reported.")] = 3,
    processes: Annotated[int, typer.Option(min=1, help="Our full job also in so many processes.")] = 1,
    picture: Annotated[Path | None, typer.Option(help="Draw the figures into this file (svg, png, pdf).")] = None,
) -> None:
    """Read the same events with each contender in turn; needs the extra `bench`. The last line is one JSON object."""
    with _own_broker() as (broker, folder):
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
    if picture is not None:
        draw_throughput(results, picture)
    typer.echo(json.dumps(summary(results)))


@contextmanager
def _own_broker() -> Iterator[tuple[KafkaBroker, Path]]:
    """A broker and an empty folder, both gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="ipt-pulse-bench-") as name:
        folder = Path(name)
        with KafkaBroker(folder / "kafka") as broker:
            yield broker, folder


@app.command()
def core(
    *,
    patients: Annotated[int, typer.Option(min=1, help="Patients who report.")] = 2_000,
    history: Annotated[int, typer.Option(min=0, help="Days in every patient's state before it starts.")] = 84,
    rounds: Annotated[int, typer.Option(min=1, help="Days that they live; medians are reported.")] = 3,
) -> None:
    """Let the pure core alone analyse check-ins, without Kafka. The last line is one JSON object."""
    gc.set_threshold(*GC_THRESHOLDS)  # as a worker does
    gc.freeze()
    typer.echo(json.dumps(measure_core(patients=patients, history=history, rounds=rounds, say=typer.echo)))
