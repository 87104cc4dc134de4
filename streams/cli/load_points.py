"""`ipt-pulse load-points`: send the points that waited on disk to InfluxDB, once there is one."""

import asyncio
from pathlib import Path

import stamina
import typer
from rich.console import Console
from rich.progress import Progress

from streams.adapters.care_teams import read_care_teams
from streams.adapters.influxdb import InfluxDB, influxdb
from streams.adapters.places import places
from streams.adapters.segments import (
    Segments,
    chunks,
    open_segments,
    points_folder,
    refused_folder,
    whole_segments,
)
from streams.errors import Unavailable
from streams.settings import settings

CHUNK_BYTES = 512 * 1024
PATIENCE_S = 60.0


def load_points() -> None:
    """Send every whole segment, oldest first, and remove it. Stopped in between, it goes on with the next run."""
    chosen = settings()
    sent = refused = left = 0
    for place in places(read_care_teams(chosen.policy).ids):
        folder = points_folder(chosen.home, place)
        taken, not_taken = asyncio.run(_load(folder, influxdb(chosen, place)))
        sent, refused, left = sent + taken, refused + not_taken, left + open_segments(folder)
        if not_taken:
            typer.echo(f"what InfluxDB refused is in {refused_folder(chosen.home, place)}", err=True)
    typer.echo(f"{sent} points sent, {refused} refused")
    if left:
        typer.echo(f"{left} segments are still written by a worker; they are whole once it stops")


async def _load(folder: Path, database: InfluxDB) -> tuple[int, int]:
    segments = whole_segments(folder)
    refused = Segments(folder / "refused")
    total = [0, 0]
    try:
        with Progress(console=Console(stderr=True)) as progress:
            task = progress.add_task("points", total=sum(segment.stat().st_size for segment in segments))
            for segment in segments:
                for chunk in chunks(segment, CHUNK_BYTES):
                    bad = await _send(database, chunk)
                    if bad:
                        refused.append(0, b"\n".join(bad))
                    total[0] += chunk.count(b"\n") + 1 - len(bad)
                    total[1] += len(bad)
                    progress.advance(task, len(chunk) + 1)
                segment.unlink()
    finally:
        refused.close()
        await database.close()
    return total[0], total[1]


@stamina.retry(on=Unavailable, attempts=None, timeout=PATIENCE_S)
async def _send(database: InfluxDB, chunk: bytes) -> list[bytes]:
    return await database.write(chunk)
