from collections.abc import AsyncIterator

import httpx
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from deploy.local.influxdb import InfluxDB as Server
from streams.adapters.influxdb import InfluxDB, influxdb
from streams.errors import Misconfigured, Unavailable
from streams.settings import Settings


@pytest.fixture
async def fake() -> AsyncIterator[tuple[TestServer, list[int]]]:
    """A server that answers with the statuses it is given, then with 204."""
    answers: list[int] = []

    async def write(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(status=answers.pop(0) if answers else 204)

    app = web.Application()
    app.router.add_post("/api/v2/write", write)
    async with TestServer(app) as server:
        yield server, answers


@pytest.fixture
async def client(fake: tuple[TestServer, list[int]]) -> AsyncIterator[InfluxDB]:
    client = InfluxDB(str(fake[0].make_url("/")), token="", org="o", bucket="b", timeout_ms=500)
    yield client
    await client.close()


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 502, 503])
async def test_what_can_be_put_right_is_unavailable(
    client: InfluxDB, fake: tuple[TestServer, list[int]], status: int
) -> None:
    fake[1].append(status)
    with pytest.raises(Unavailable, match=str(status)):
        await client.write(b"m v=1 1")
    assert await client.write(b"m v=1 1") == []


async def test_an_influxdb_that_is_not_there_is_unavailable() -> None:
    client = InfluxDB("http://127.0.0.1:9", token="", org="o", bucket="b", timeout_ms=500)
    with pytest.raises(Unavailable):
        await client.write(b"m v=1 1")
    await client.close()


async def test_too_large_a_body_is_split(client: InfluxDB, fake: tuple[TestServer, list[int]]) -> None:
    fake[1].append(413)
    assert await client.write(b"m v=1 1\nm v=2 2\nm v=3 3") == []


def test_without_a_url_it_says_what_to_set() -> None:
    with pytest.raises(Misconfigured, match="IPT_PULSE_INFLUX_URL"):
        influxdb(Settings(influx_url=None))


@pytest.mark.influxdb
@pytest.mark.parametrize("release", ["influxdb", "influxdb18"])
async def test_bad_lines_are_returned_and_their_neighbours_written(
    release: str, request: pytest.FixtureRequest
) -> None:
    server: Server = request.getfixturevalue(release)
    client = InfluxDB(server.url, token=server.token, org=server.org, bucket=server.bucket)
    good = [f"writer,patient=p{n} v={n} {1_700_000_000_000_000_000 + n}".encode() for n in range(40)]
    bad = [b"writer no-fields", b'writer,patient=p1 v="text" 1700000000000000001', b"writer v=1 not-a-time"]
    lines = [*good[:10], bad[0], *good[10:25], bad[1], bad[2], *good[25:]]
    try:
        assert await client.write(b"\n".join(lines)) == bad
        assert await client.write(b"\n".join(lines)) == bad
    finally:
        await client.close()
    async with httpx.AsyncClient(base_url=server.url, headers={"Authorization": f"Token {server.token}"}) as reader:
        answer = await reader.get("/query", params={"db": server.bucket, "q": "SELECT v FROM writer"})
    [series] = answer.json()["results"][0]["series"]
    assert sorted(row[1] for row in series["values"]) == [*range(40)]
