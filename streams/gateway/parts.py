"""What the gateway is made of, handed to every route; tests put fakes in their places."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from fastapi import Request

from streams.adapters.follower import FeedStatus
from streams.adapters.producer import Record
from streams.adapters.tokens import Tokens
from streams.adapters.tokens_devices import Devices
from streams.adapters.vault import Vault
from streams.gateway.crisis import CrisisContacts
from streams.gateway.kept import Kept
from streams.gateway.limits import Buckets


class Producer(Protocol):
    """Where events go; `send` returns when all are safe, and raises `Unavailable` when that is not known."""

    @property
    def reachable(self) -> bool:
        """Whether sending makes sense now."""

    @property
    def confirms(self) -> bool:
        """Whether, beside that, what was sent of late was confirmed."""

    async def start(self) -> None:
        """Begin; does not wait for Kafka."""

    async def stop(self) -> None:
        """End."""

    async def send(self, records: Sequence[Record]) -> None:
        """Write all of `records`."""


class Views(Protocol):
    """Fills what is kept for summaries; without Kafka it waits."""

    @property
    def status(self) -> FeedStatus:
        """How far that can be trusted to be what Kafka holds."""

    async def run(self) -> None:
        """Follow for ever."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Parts:
    """The gateway's parts."""

    producer: Producer
    tokens: Tokens
    devices: Devices
    vault: Vault
    crisis: CrisisContacts
    kept: Kept
    views: Views
    now: Callable[[], datetime] = _now
    # A phone sends a few events a day, and its whole queue in batches after a time offline.
    phones: Buckets = field(default_factory=lambda: Buckets(rate=5, burst=60))
    operators: Buckets = field(default_factory=lambda: Buckets(rate=2_000, burst=4_000))
    # 80 bits of code cannot be guessed; this keeps trying from costing us anything. A clinic enrols from one address.
    strangers: Buckets = field(default_factory=lambda: Buckets(rate=2, burst=60))


def parts_of(request: Request) -> Parts:
    """The parts that answer `request`."""
    parts: Parts = request.app.state.parts
    return parts
