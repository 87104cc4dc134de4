"""The phones of the made-up patients: let in by a one-time code like real ones, each sending with its own token.

`clinic` hands them what to send and when.
"""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
import orjson

from deploy.local.errors import StackError
from streams.adapters.gateway_client import GatewayClient
from streams.adapters.tokens_devices import Devices
from streams.simulate.mint import Event

ENROLMENT_PATIENCE_S = 300.0


class Phones:
    """One phone for each patient; an async context manager."""

    def __init__(self, url: str, home: Path) -> None:
        self._url = url
        self._devices = Devices(home)
        self._open = AsyncExitStack()
        self._phones: dict[str, GatewayClient] = {}

    async def enrol(self, patients: Iterable[str]) -> None:
        """Let every patient's phone in; takes half a second for each beyond the first sixty."""
        async with httpx.AsyncClient(base_url=self._url) as http:
            for patient in patients:
                token = await self._token(http, self._devices.new_code(patient, datetime.now(UTC)))
                self._phones[patient] = await self._open.enter_async_context(GatewayClient(self._url, token))

    async def upload(self, patient: str, events: Sequence[Event]) -> int:
        """Send what the phone has in its queue; returns how many of it the gateway refused."""
        return sum([len(sent.refused) async for sent in self._phones[patient].send(map(orjson.dumps, events))])

    async def _token(self, http: httpx.AsyncClient, code: str) -> str:
        """Trade the code for a token, as slowly as the gateway asks a stranger to be."""
        async with asyncio.timeout(ENROLMENT_PATIENCE_S):
            while True:
                response = await http.post("/v1/devices", json={"code": code})
                if response.status_code == HTTPStatus.CREATED:
                    return str(response.json()["token"])
                if response.status_code not in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
                    raise StackError(
                        f"The gateway did not let a phone in ({response.status_code}).", hint="Its log says more."
                    )
                await asyncio.sleep(float(response.headers.get("Retry-After", 1)))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()
        self._devices.close()
