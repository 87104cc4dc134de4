"""What every sink must keep to, and how the store agent uses it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from streams.adapters.influxdb import InfluxDB
from streams.adapters.places import HERE, OPERATIONS, headers_for
from streams.adapters.segments import Segments, whole_segments
from streams.agents.sinks import InfluxSink, SegmentSink, Sink
from streams.agents.store import StoreJob
from streams.metrics import POINTS_REFUSED, POINTS_WAITING, POINTS_WRITTEN
from streams.topics import POINTS
from tests.agents.bench import MemoryState, batch


class FakeInflux:
    """Takes lines as InfluxDB does: bad ones spoil a write, and sometimes it is away."""

    def __init__(self) -> None:
        self.points: set[bytes] = set()
        self.away = 0
        self.asked = asyncio.Event()

    async def write(self, request: web.Request) -> web.Response:
        lines = (await request.read()).split(b"\n")
        self.asked.set()
        if self.away:
            self.away -= 1
            return web.Response(status=503)
        if any(b"bad" in line for line in lines):
            return web.Response(status=400)
        self.points |= set(lines)
        return web.Response(status=204)


def segments_in(folder: Path) -> set[bytes]:
    return {line for segment in whole_segments(folder) for line in segment.read_bytes().splitlines()}


Opened = tuple[Sink, Callable[[], set[bytes]]]


@asynccontextmanager
async def segment_sink(folder: Path, _influx: FakeInflux) -> AsyncIterator[Opened]:
    yield SegmentSink(Segments(folder)), lambda: segments_in(folder)


@asynccontextmanager
async def influx_sink(folder: Path, influx: FakeInflux) -> AsyncIterator[Opened]:
    app = web.Application()
    app.router.add_post("/api/v2/write", influx.write)
    async with TestServer(app) as server:
        client = InfluxDB(str(server.make_url("/")), token="", org="o", bucket="b")
        yield (
            InfluxSink(client, refused=Segments(folder / "refused"), waiting=Segments(folder)),
            lambda: influx.points,
        )
        await client.close()


SINKS = {"segments": segment_sink, "influxdb": influx_sink}


@pytest.fixture
def influx() -> FakeInflux:
    return FakeInflux()


@pytest.mark.parametrize("kind", SINKS)
async def test_all_lines_of_a_batch_are_kept_once_however_often_it_comes(
    kind: str, tmp_path: Path, influx: FakeInflux
) -> None:
    async with SINKS[kind](tmp_path, influx) as (sink, kept):
        job, state = StoreJob({HERE: sink}), MemoryState()
        await job.opened(0, state)
        one = batch(POINTS, (b"p1", b"a v=1 1\nb v=2 2"), (b"p2", b"c v=3 3\n"), (b"p3", None), (b"p4", b""))
        before = POINTS_WRITTEN._value.get()
        step = await job.batch(one, state)
        assert POINTS_WRITTEN._value.get() - before == 3
        await job.batch(one, state)
        assert (list(step.outputs), dict(step.state)) == ([], {})
        assert await job.tick(0, 0.0, state) is None
        job.closed(0)
        assert kept() == {b"a v=1 1", b"b v=2 2", b"c v=3 3"}


@pytest.mark.parametrize("kind", SINKS)
async def test_a_batch_without_points_is_no_work(kind: str, tmp_path: Path, influx: FakeInflux) -> None:
    async with SINKS[kind](tmp_path, influx) as (sink, kept):
        await StoreJob({HERE: sink}).batch(batch(POINTS, (b"p1", None)), MemoryState())
        assert kept() == set()
        assert not influx.asked.is_set()


@pytest.mark.parametrize("kind", SINKS)
async def test_what_a_dead_worker_left_is_made_whole(kind: str, tmp_path: Path, influx: FakeInflux) -> None:
    (tmp_path / "0-1.open").write_bytes(b"a v=1 1\nb v=")
    async with SINKS[kind](tmp_path, influx) as (sink, _):
        await StoreJob({HERE: sink}).opened(0, MemoryState())
    assert segments_in(tmp_path) == {b"a v=1 1"}


async def test_bad_lines_are_set_aside_and_counted(tmp_path: Path, influx: FakeInflux) -> None:
    before = POINTS_REFUSED._value.get()
    async with influx_sink(tmp_path, influx) as (sink, kept):
        await sink.write(0, b"a v=1 1\nbad\nb v=2 2")
        sink.closed(0)
        assert kept() == {b"a v=1 1", b"b v=2 2"}
    assert segments_in(tmp_path / "refused") == {b"bad"}
    assert POINTS_REFUSED._value.get() - before == 1


async def test_while_influxdb_is_away_the_batch_waits(tmp_path: Path, influx: FakeInflux) -> None:
    influx.away = 2
    async with influx_sink(tmp_path, influx) as (sink, kept):
        job = StoreJob({HERE: sink})
        writing = asyncio.create_task(job.batch(batch(POINTS, (b"p1", b"a v=1 1")), MemoryState()))
        while influx.away:
            assert kept() == set()
            await asyncio.sleep(0.01)
        assert job.trouble() == "InfluxDB has taken no points for 0 s"
        await writing
        assert kept() == {b"a v=1 1"}
        assert POINTS_WAITING._value.get() == 0
        assert job.trouble() is None


async def test_a_waiting_batch_can_be_taken_away(tmp_path: Path, influx: FakeInflux) -> None:
    influx.away = 1_000_000
    async with influx_sink(tmp_path, influx) as (sink, kept):
        task = asyncio.create_task(StoreJob({HERE: sink}).batch(batch(POINTS, (b"p1", b"a v=1 1")), MemoryState()))
        await influx.asked.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert kept() == set()
        job = StoreJob({HERE: sink})
        await job.opened(0, MemoryState())
        assert job.trouble() is None  # nothing waits here any more


async def test_each_place_has_a_sink_and_what_no_team_is_known_for_stays_here(tmp_path: Path) -> None:
    folders = {place: tmp_path / f"of-{place}" for place in (HERE, "north", OPERATIONS)}
    job = StoreJob({place: SegmentSink(Segments(folder)) for place, folder in folders.items()})
    told = batch(POINTS, (b"p1", b"a v=1 1"), (b"p2", b"b v=2 2"), (b"p3", b"c v=3 3"), (b"p4", b"d v=4 4"))
    for record, place in zip(told.records, (HERE, "north", "nobody-set-up", OPERATIONS), strict=True):
        record.headers = headers_for(place)  # type: ignore[misc]  # what Kafka would have brought
    await job.batch(told, MemoryState())
    job.closed(0)
    assert {place: segments_in(folder) for place, folder in folders.items()} == {
        HERE: {b"a v=1 1", b"c v=3 3"},
        "north": {b"b v=2 2"},
        OPERATIONS: {b"d v=4 4"},
    }


async def test_one_bucket_that_takes_nothing_is_trouble_whichever_it_is(tmp_path: Path, influx: FakeInflux) -> None:
    influx.away = 2
    async with influx_sink(tmp_path, influx) as (sink, _):
        others = {place: SegmentSink(Segments(tmp_path / f"of-{place}")) for place in (HERE, "south")}
        job = StoreJob({HERE: others[HERE], "north": sink, "south": others["south"]})
        assert job.trouble() is None
        told = batch(POINTS, (b"p1", b"a v=1 1"))
        told.records[0].headers = headers_for("north")  # type: ignore[misc]  # what Kafka would have brought
        writing = asyncio.create_task(job.batch(told, MemoryState()))
        while influx.away:
            assert not writing.done()
            await asyncio.sleep(0.01)
        assert job.trouble() == "InfluxDB has taken no points for 0 s"
        await writing
        assert job.trouble() is None
