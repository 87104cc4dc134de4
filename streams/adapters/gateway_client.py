"""Sends events through the gateway over HTTP, and does not give up once it was reached.

Used by `send`, `import` and `demo`.

The gateway takes an event any number of times with the effect of one, so whatever was not answered for is sent again,
through restarts of the gateway and of Kafka.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from itertools import islice
from types import TracebackType
from typing import Any, Self

import httpx
import orjson
import stamina

from streams.errors import Misconfigured, Unavailable

BATCH_EVENTS = 500
BATCH_BYTES = 2_097_152
EVENT_BYTES = 1_048_576
"""What the gateway takes; an event beyond it is refused here, since it would take its batch with it."""

PATIENCE = timedelta(minutes=15)
TRY_AGAIN = {
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
}


@dataclass(frozen=True, slots=True)
class Refused:
    """One event that will never be taken: its place among all that were sent, its id, and why."""

    index: int
    id: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of the next `count` events: `accepted` are safe in Kafka, the others in `refused`."""

    count: int
    accepted: int
    refused: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class _Batch:
    """Events as they lie in the sender's sequence: `good` go on their way, `bad` are not JSON or too large."""

    good: list[tuple[int, bytes]]
    bad: list[Refused]

    @property
    def body(self) -> bytes:
        return b"[" + b",".join(event for _, event in self.good) + b"]"


class _Again(Exception):
    def __init__(self, after: float | None) -> None:
        super().__init__()
        self.after = after


class GatewayClient:
    """One connection pool to one gateway, with one token; an async context manager."""

    def __init__(
        self,
        url: str,
        token: str,
        *,
        patience: timedelta = PATIENCE,
        on_wait: Callable[[], None] = lambda: None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Nothing is sent yet; `on_wait` is called each time a gateway that did answer no longer does."""
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/cloudevents-batch+json"}
        self._http = httpx.AsyncClient(base_url=url, headers=headers, timeout=30, transport=transport)
        self._url = url
        self._patience = patience
        self._on_wait = on_wait
        self._reached = self._waits = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def send(self, events: Iterable[bytes], *, parallel: int = 1) -> AsyncIterator[Sent]:
        """Send `events` (CloudEvents as JSON) in their order, and tell what became of them, in that order too.

        Args:
            events: read only as fast as they are sent.
            parallel: how many batches may be under way at once; above 1 they may reach Kafka out of order.

        Raises:
            Misconfigured: the gateway does not take the token, or is none.
            Unavailable: there was none from the first, or it took nothing for as long as the client's patience lasts.
        """
        batches = _batches(events)
        under_way: list[asyncio.Task[Sent]] = []
        try:
            while True:
                free = parallel - len(under_way)
                under_way += [asyncio.create_task(self._deliver(batch)) for batch in islice(batches, free)]
                if not under_way:
                    return
                yield await under_way.pop(0)
        finally:
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)

    async def _deliver(self, batch: _Batch) -> Sent:
        if not batch.good:
            return Sent(len(batch.bad), 0, tuple(batch.bad))
        body = batch.body
        try:
            async for attempt in stamina.retry_context(
                on=_when_again, attempts=None, timeout=self._patience, wait_max=5.0
            ):
                with attempt:
                    return _result(batch, await self._post(body))
        except (_Again, httpx.TransportError) as error:
            minutes = self._patience / timedelta(minutes=1)
            raise Unavailable(f"the gateway took nothing for {minutes:.0f} minutes") from error
        raise AssertionError  # the loop ends by returning or raising

    async def _post(self, body: bytes) -> dict[str, Any]:
        response = await self._reply(body)
        if response.status_code in TRY_AGAIN:
            if response.status_code != HTTPStatus.TOO_MANY_REQUESTS:  # it is there, and only asks for time
                self._wait()
            raise _Again(_retry_after(response))
        self._waits = False
        answer: dict[str, Any] = {}
        with suppress(orjson.JSONDecodeError):
            answer = orjson.loads(response.content)
        if response.status_code == HTTPStatus.ACCEPTED:
            return answer
        if response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "rejected" in answer:
            return {"accepted": 0, "rejected": answer["rejected"]}
        detail = answer.get("detail", "no gateway answers there")
        raise Misconfigured(f"the gateway refuses to take events ({response.status_code}): {detail}")

    async def _reply(self, body: bytes) -> httpx.Response:
        try:
            response = await self._http.post("/v1/events", content=body)
        except httpx.TransportError as error:
            if not self._reached and isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout)):
                raise Unavailable(f"no gateway answers at {self._url}: `ipt-pulse up` starts one") from error
            self._wait()
            raise
        self._reached = True
        return response

    def _wait(self) -> None:
        if not self._waits:
            self._waits = True
            self._on_wait()


def _when_again(error: Exception) -> bool | float:
    """Whether to try again, and after how many seconds when the gateway said so."""
    if isinstance(error, _Again) and error.after is not None:
        return error.after
    return isinstance(error, (_Again, httpx.TransportError))


def _retry_after(response: httpx.Response) -> float | None:
    value = response.headers.get("Retry-After", "")
    return float(value) if value.isdecimal() else None


def _result(batch: _Batch, answer: dict[str, Any]) -> Sent:
    refused = [Refused(batch.good[item["index"]][0], item["id"], item["reason"]) for item in answer["rejected"]]
    everything = sorted((*batch.bad, *refused), key=lambda one: one.index)
    return Sent(len(batch.good) + len(batch.bad), answer["accepted"], tuple(everything))


def _batches(events: Iterable[bytes]) -> Iterator[_Batch]:
    """`events` in their order, in as many per batch as the gateway takes."""
    batch, size = _Batch([], []), 0
    for index, event in enumerate(events):
        reason = _unsendable(event)
        if len(batch.good) + len(batch.bad) >= BATCH_EVENTS or size + len(event) > BATCH_BYTES:
            yield batch
            batch, size = _Batch([], []), 0
        if reason is None:
            batch.good.append((index, event))
            size += len(event)
        else:
            batch.bad.append(Refused(index, None, reason))
    if batch.good or batch.bad:
        yield batch


def _unsendable(event: bytes) -> str | None:
    """Why `event` cannot even be put into a batch."""
    if len(event) > EVENT_BYTES:
        return f"more than {EVENT_BYTES} bytes"
    try:
        orjson.loads(event)
    except orjson.JSONDecodeError as error:
        return f"not JSON: {error.msg}"
    return None
