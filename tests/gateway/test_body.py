"""Bodies within bounds: bombs, floods, cut and foreign codings."""

import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import orjson
import pytest

from streams.gateway.body import gunzip
from streams.gateway.problems import Problem
from tests.gateway.fake import Gateway

Build = Callable[..., dict[str, Any]]
Check = Callable[..., dict[str, Any]]


def test_a_bomb_costs_no_more_than_the_limit() -> None:
    bomb = gzip.compress(bytes(200_000_000))
    tracemalloc.start()
    with pytest.raises(Problem) as refused:
        gunzip(bomb, 1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused.value.status == 413
    assert peak < 10_000_000


@pytest.mark.parametrize(("size", "fits"), [(1_000, True), (1_001, False)])
def test_the_limit_is_exact(size: int, *, fits: bool) -> None:
    packed = gzip.compress(b"x" * size)
    if fits:
        assert gunzip(packed, 1_000) == b"x" * size
    else:
        with pytest.raises(Problem):
            gunzip(packed, 1_000)


@pytest.mark.parametrize(
    "packed",
    [b"", b"plain", gzip.compress(b"x" * 99)[:-5], gzip.compress(b"x") + b"more", zlib.compress(b"x")],
)
def test_what_is_not_whole_gzip_is_422(packed: bytes) -> None:
    with pytest.raises(Problem) as refused:
        gunzip(packed, 1_000)
    assert refused.value.status == 422


async def test_a_bomb_is_413(gateway: Gateway, problem: Check) -> None:
    problem(await gateway.post(gzip.compress(bytes(50_000_000)), content_encoding="gzip"), 413)


@pytest.mark.parametrize("coding", ["br", "deflate", "gzip, gzip", "x"])
async def test_other_codings_are_415(gateway: Gateway, event: Build, problem: Check, coding: str) -> None:
    response = await gateway.post(event(), content_encoding=coding)
    problem(response, 415)
    assert response.headers["accept-encoding"] == "gzip"


async def test_a_stream_without_an_end_is_cut_at_the_limit(gateway: Gateway, problem: Check) -> None:
    given = 0

    async def flood() -> AsyncIterator[bytes]:
        nonlocal given
        for _ in range(1_000):
            given += 65_536
            yield b"x" * 65_536

    headers = {"authorization": f"Bearer {gateway.token()}", "content-type": "application/cloudevents+json"}
    problem(await gateway.http.post("/v1/events", content=flood(), headers=headers), 413)
    assert given < 2_000_000


async def test_an_announced_flood_is_not_read(gateway: Gateway, event: Build, problem: Check) -> None:
    problem(await gateway.post(event(), content_length="99999999"), 413)
    assert (await gateway.post(orjson.dumps(event()))).status_code == 202
