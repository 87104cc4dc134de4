"""A whole gateway in the test's own process, with a fake in Kafka's place and a clock that stands still."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson

from streams.adapters.follower import FeedState, FeedStatus
from streams.adapters.producer import Record
from streams.adapters.tokens import IMPORT, WRITE, Grant, Tokens
from streams.adapters.tokens_devices import Devices
from streams.adapters.vault import Vault
from streams.errors import Unavailable
from streams.gateway.app import create_app
from streams.gateway.crisis import read_crisis_contacts
from streams.gateway.kept import Kept
from streams.gateway.parts import Parts, Producer


@dataclass
class FakeProducer:
    """Keeps what it was given; `down` makes it as unreachable as Kafka can be."""

    sent: list[Record] = field(default_factory=list)
    down: bool = False
    error: Exception | None = None

    @property
    def reachable(self) -> bool:
        return not self.down

    @property
    def confirms(self) -> bool:
        return self.reachable and self.error is None

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def send(self, records: Sequence[Record]) -> None:
        if self.error:
            raise self.error
        if self.down:
            raise Unavailable("Kafka cannot be reached")
        self.sent += records

    @property
    def events(self) -> list[dict[str, Any]]:
        return [orjson.loads(record.value) for record in self.sent]


@dataclass
class FakeViews:
    """Stands where it is put; what it would have read, a test puts into what is kept."""

    status: FeedStatus = field(default=FeedStatus(FeedState.STARTING, None))

    async def run(self) -> None: ...


@dataclass
class Clock:
    now: datetime = datetime(2026, 11, 20, 20, 3, 2, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Gateway:
    """One gateway and everything that a test does with it."""

    def __init__(self, home: Path, producer: Producer | None = None) -> None:
        self.home = home
        self.clock = Clock()
        self.producer = FakeProducer()
        self.views = FakeViews()
        self.parts = Parts(
            producer=producer or self.producer,
            tokens=Tokens(home / "keys"),
            devices=Devices(home),
            vault=Vault(home / "keys"),
            crisis=read_crisis_contacts(None),
            kept=Kept(home / "gateway" / "kept.sqlite"),
            views=self.views,
            now=self.clock,
        )
        self.app = create_app(self.parts)
        transport = httpx.ASGITransport(self.app)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://gateway")

    def token(self, subject: str = "p-1", scope: str = WRITE, **changes: Any) -> str:
        grant = Grant(changes.get("id", f"dev-{subject}"), subject, scope, self.clock.now + timedelta(days=1))
        return self.parts.tokens.issue(grant, self.clock.now)

    @property
    def operator(self) -> str:
        return self.token("backend", IMPORT)

    async def post(self, content: Any, *, token: str | None = None, **headers: str) -> httpx.Response:
        """Post one event or a list of them, or bytes as they are; header names with underscores."""
        kind = "application/cloudevents-batch+json" if isinstance(content, list) else "application/cloudevents+json"
        raw = content if isinstance(content, bytes) else orjson.dumps(content)
        given = {"content-type": kind, "authorization": f"Bearer {token or self.token()}"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.http.post("/v1/events", content=raw, headers=given)
