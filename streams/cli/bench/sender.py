"""Sends made-up uploads to a gateway over connections that stay open, at next to no cost of its own.

A client library takes longer over a request than the gateway does; these are built once and written as they are.
"""

import asyncio
import json
import time
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from streams.errors import Unavailable

SINGLE = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"


class Connection:
    """One connection to the gateway at `url`, for one token; an async context manager."""

    def __init__(self, url: str, token: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._head = f"POST /v1/events HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer {token}\r\n"

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._writer.close()

    def request(self, events: Sequence[bytes], *, batch: bool) -> bytes:
        """The bytes of an upload: of one event, or of as many as there are."""
        body = b"[" + b",".join(events) + b"]" if batch else events[0]
        kind = BATCH if batch else SINGLE
        return f"{self._head}Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body

    async def post(self, request: bytes) -> float:
        """Send it, and return how many seconds the answer took.

        Raises:
            Unavailable: the gateway did not take all of it.
        """
        begun = time.perf_counter()
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        answer = await self._reader.readexactly(int(length))
        took = time.perf_counter() - begun
        if int(head.split(maxsplit=2)[1]) != HTTPStatus.ACCEPTED or json.loads(answer)["rejected"]:
            raise Unavailable(f"the gateway does not take what the benchmark sends: {answer.decode()[:200]}")
        return took


async def post_all(loads: Iterable[tuple[Connection, Sequence[bytes]]]) -> list[float]:
    """Send each connection's requests, one after the other; returns the seconds that every answer took."""

    async def post(connection: Connection, requests: Sequence[bytes]) -> list[float]:
        return [await connection.post(request) for request in requests]

    return [took for shares in await asyncio.gather(*(post(*load) for load in loads)) for took in shares]
