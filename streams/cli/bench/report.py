"""What a measurement says to people: a table and a picture. Called by `ipt-pulse bench`."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from matplotlib.figure import Figure
from rich import box
from rich.console import Console
from rich.table import Table

from streams.cli.bench.contenders import OURS
from streams.cli.bench.scale import Scale
from streams.cli.bench.sizing import Size
from streams.cli.bench.stopwatch import Result
from streams.cli.bench.throughput import ratio, summary

WIDTH = 140


def show(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table, in Markdown, and below it what it was measured on. The first column is text."""
    table = Table(box=box.MARKDOWN)
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place else "left")
    for row in rows:
        table.add_row(*(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row))
    console = Console(width=WIDTH)
    console.print(table)
    console.print(machine())


def machine() -> str:
    """What the figures were measured on."""
    memory = psutil.virtual_memory().total / 2**30
    return f"{_processor()}, {psutil.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"


def show_throughput(results: Mapping[str, Sequence[Result]]) -> None:
    """Print each contender's medians, its slowest and fastest round, and what our full job does for each of its events.

    Our own others say how they compare with it the same way.
    """
    medians = summary(results)["contenders"]
    full = medians["ours-full"]
    rows = []
    for name, one in medians.items():
        rates = [result.per_cpu_s for result in results[name]]
        spread = f"{min(rates):,.0f} - {max(rates):,.0f}"
        rows.append((name, one["events_per_cpu_s"], spread, one["events_per_s"], one["rss_mb"], ratio(full, one)))
    show(("contender", "events per CPU-second", "rounds", "events per second", "memory, MB", "ours-full to it"), rows)


def show_shares(results: Mapping[str, Sequence[Result]]) -> None:
    """Print where the time went in runs that a sampler looked at, if there are any: µs of CPU an event, by stage."""
    looked_at = [run for runs in results.values() for run in runs if run.shares]
    if looked_at:
        names = looked_at[0].shares
        taken = {name: median(run.shares[name] / run.per_cpu_s * 1e6 for run in looked_at) for name in names}
        show(("stage", "µs of CPU an event"), [(name, f"{one:.1f}") for name, one in taken.items()])


def show_gateway(measured: Mapping[str, Mapping[str, float]]) -> None:
    """Print what the gateway took in each way, by the names of the figures."""
    names = list(next(iter(measured.values())))
    show(("way", *names), [(way, *(one[name] for name in names)) for way, one in measured.items()])


def show_console(measured: Mapping[str, Mapping[str, float]]) -> None:
    """Print how long each page took."""
    show(
        ("page", "p50, ms", "p99, ms", "longest, ms", "CPU, ms (p50)", "largest, kB"),
        [(name, *figures.values()) for name, figures in measured.items()],
    )


def show_latency(measured: Mapping[str, Mapping[str, Any]]) -> None:
    """Print how soon each kind of questionnaire came to each place in each part."""
    rows = [
        (part, kind, place, *figures.values())
        for part, kinds in measured.items()
        for kind, places in kinds.items()
        if kind != "waiting"
        for place, figures in places.items()
    ]
    show(("part", "questionnaire", "to", "sent", "came", "p50, ms", "p95, ms", "p99, ms", "longest, ms"), rows)


def show_scale(measured: Mapping[int, Scale]) -> None:
    """Print what each number of patients comes to."""
    show(
        ("patients", "events per CPU-second", "µs of CPU an event", "memory, MB", "ready after, s", "state, MB"),
        [(f"{count:,}", *asdict(scale).values()) for count, scale in measured.items()],
    )


def show_sizes(sizes: Mapping[int, Size]) -> None:
    """Print what so many patients need, a column for each number of them."""
    needs = {count: asdict(one) for count, one in sizes.items()}
    names = list(next(iter(needs.values())))
    rows = [(name.replace("_", " "), *(need[name] for need in needs.values())) for name in names]
    show(("", *(f"{count:,} patients" for count in needs)), rows)


def draw_throughput(results: Mapping[str, Sequence[Result]], file: Path) -> None:
    """Draw every round of every contender into `file`; its ending says in which format."""
    names = list(results)[::-1]
    figure = Figure(figsize=(9, 0.4 * len(names) + 1.2), layout="constrained")
    axes = figure.subplots()
    for place, name in enumerate(names):
        rates = [result.per_cpu_s for result in results[name]]
        colour = "tab:blue" if name.startswith(OURS) else "dimgray"
        axes.plot(rates, [place] * len(rates), "o", color=colour, markersize=4, alpha=0.6)
        axes.plot(median(rates), place, "|", color=colour, markersize=16, markeredgewidth=2.5)
        axes.annotate(f"   {median(rates):,.0f}", (max(rates), place), va="center", fontsize=9)
    axes.set_yticks(range(len(names)), names)
    axes.set(xscale="log", xlabel="events per CPU-second (dots: rounds, line: their median), ten times as many a step")
    axes.grid(axis="x", which="both", color="lightgray", linewidth=0.5)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.margins(x=0.2, y=0.1)
    figure.savefig(file)


def _processor() -> str:
    """Its name, where the system tells it."""
    known = Path("/proc/cpuinfo")
    names = [line for line in known.read_text().splitlines() if "model name" in line] if known.exists() else []
    return names[0].partition(":")[2].strip() if names else platform.processor() or platform.machine()
