import asyncio
from collections.abc import AsyncIterator

import pytest

from streams.cli.bench.sender import Connection, post_all
from streams.errors import Unavailable


class Gateway:
    """Answers every request as it is told, a piece at a time."""

    def __init__(self) -> None:
        self.status, self.answer = 202, b'{"accepted":1,"rejected":[]}'
        self.bodies: list[bytes] = []
        self.heads: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await self._head(reader):
            self.heads.append(head)
            length = int(head.partition("Content-Length: ")[2].partition("\r\n")[0])
            self.bodies.append(await reader.readexactly(length))
            writer.write(f"HTTP/1.1 {self.status} X\r\ncontent-length: {len(self.answer)}\r\n\r\n".encode())
            await writer.drain()
            writer.write(self.answer)

    async def _head(self, reader: asyncio.StreamReader) -> str:
        try:
            return (await reader.readuntil(b"\r\n\r\n")).decode()
        except asyncio.IncompleteReadError:
            return ""


@pytest.fixture
async def gateway() -> AsyncIterator[tuple[Gateway, str]]:
    fake = Gateway()
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    async with server:
        yield fake, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_uploads_go_out_as_the_gateway_wants_them(gateway: tuple[Gateway, str]) -> None:
    fake, url = gateway
    async with Connection(url, "token") as one, Connection(url, "other") as other:
        took = await post_all(
            [
                (one, [one.request([b'{"a":1}'], batch=False)]),
                (other, [other.request([b'{"b":1}', b'{"b":2}'], batch=True)] * 2),
            ]
        )
    assert len(took) == 3
    assert min(took) > 0
    assert sorted(fake.bodies) == [b'[{"b":1},{"b":2}]', b'[{"b":1},{"b":2}]', b'{"a":1}']
    single = next(head for head in fake.heads if "Bearer token" in head)
    assert single.startswith("POST /v1/events HTTP/1.1\r\n")
    assert "Content-Type: application/cloudevents+json\r\n" in single
    assert sum("Content-Type: application/cloudevents-batch+json\r\n" in head for head in fake.heads) == 2


@pytest.mark.parametrize(
    ("status", "answer"), [(429, b"{}"), (202, b'{"accepted":0,"rejected":[{"index":0,"id":null,"reason":"x"}]}')]
)
async def test_an_upload_that_is_not_taken_as_a_whole_ends_the_benchmark(
    gateway: tuple[Gateway, str], status: int, answer: bytes
) -> None:
    fake, url = gateway
    fake.status, fake.answer = status, answer
    async with Connection(url, "token") as connection:
        with pytest.raises(Unavailable):
            await connection.post(connection.request([b"{}"], batch=False))
