"""A clinician's open inbox, without a browser: it gets what the page's own script gets, and notes when what was shown.

`latency` keeps one open while it measures. Whoever reads it closes what they see, so that the list stays short.
"""

import asyncio
import re
from contextlib import AsyncExitStack
from time import perf_counter
from types import TracebackType
from typing import Final, Self

import httpx

from schemas.alerts import Outcome
from streams.errors import Unavailable

RECONNECT_S: Final = 3.0
"""What Chromium waits before it opens a stream again that ended, unless the stream said otherwise."""
PATIENCE_S: Final = 30.0

_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')
_SHOWN = re.compile(r'<h2 id="title-[^"]+"><a href="/alerts/([^"/]+)"')
_OFFERED = re.compile(
    r'action="/alerts/([^"/]+)/acknowledge">\s*<input type="hidden" name="csrf" value="([^"]+)">'
    r'\s*<input type="hidden" name="version" value="(\d+)">'
)


class Inbox:
    """Open while the context lasts. `shown`: when each alert was first on the page, in seconds of `perf_counter`."""

    def __init__(self, url: str, name: str, password: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.shown: dict[str, float] = {}
        self._signs_in = {"name": name, "password": password}
        self._http = httpx.AsyncClient(base_url=url, timeout=PATIENCE_S, transport=transport)
        self._changed = asyncio.Event()
        self._reconnect_s = RECONNECT_S
        self._closing: dict[str, asyncio.Task[None]] = {}
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self._open.enter_async_context(self._http)
        try:
            await self._sign_in()
        except BaseException:
            await self._open.aclose()
            raise
        self._reading = [asyncio.create_task(work()) for work in (self._listen, self._refresh)]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        tasks = [*self._reading, *self._closing.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._open.aclose()

    async def _sign_in(self) -> None:
        form = _TOKEN.search((await self._http.get("/sign-in")).text)
        answer = await self._http.post("/sign-in", data={**self._signs_in, "csrf": form[1] if form else ""})
        if not answer.is_redirect:
            raise Unavailable(f"the console does not let the benchmark in ({answer.status_code})")

    async def _listen(self) -> None:
        """Hear of changes for ever, as an EventSource does."""
        while True:
            try:
                async with self._http.stream("GET", "/inbox/live") as stream:
                    async for line in stream.aiter_lines():
                        self._heard(line)
            except httpx.TransportError:
                pass
            await asyncio.sleep(self._reconnect_s)

    def _heard(self, line: str) -> None:
        name, _, value = line.partition(":")
        if (name, value.strip()) == ("event", "changed"):
            self._changed.set()
        elif name == "retry":
            self._reconnect_s = int(value) / 1000

    async def _refresh(self) -> None:
        """Get the list after every change; changes that come meanwhile are one more."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            try:
                answer = await self._http.get("/inbox/list")
            except httpx.TransportError:
                continue
            if answer.status_code == httpx.codes.OK:
                self._put(answer.text, perf_counter())

    def _put(self, page: str, at: float) -> None:
        for alert in _SHOWN.findall(page):
            self.shown.setdefault(alert, at)
        for alert, token, version in _OFFERED.findall(page):
            if alert not in self._closing or self._closing[alert].done():
                self._closing[alert] = asyncio.create_task(self._close(alert, token, version))

    async def _close(self, alert: str, token: str, version: str) -> None:
        """Should it not succeed, the next list offers it again."""
        try:
            form = {"csrf": token, "version": version, "outcome": Outcome.CONTACTED}
            await self._http.post(f"/alerts/{alert}/close", data=form)
        except httpx.TransportError:
            return
