"""Plays the made-up clinic: the past in bulk, then two weeks at some seconds a day, then waits until all is processed.

Called by `command` with the stack up.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import orjson
from aiokafka import AIOKafkaProducer

from deploy.demo.phones import Phones
from deploy.demo.screen import Screen
from deploy.demo.tally import Tally
from deploy.demo.timetable import Delivery, first_midnight, split, timetable
from deploy.demo.watch import Watch
from deploy.local.layout import Layout
from streams.adapters.gateway_client import GatewayClient
from streams.adapters.tokens import IMPORT, Tokens
from streams.adapters.tokens_devices import Devices
from streams.settings import Settings
from streams.simulate.mint import Event, Timed
from streams.topics import EVENTS

LIVE_DAYS = 15  # two weeks and what there is of today: the gateway takes as history what is at least 14 days old
SETTLE_S = 180.0
TOKEN_LIFETIME = timedelta(hours=1)
BROKEN_PHONE_DAY, BROKEN_BACKEND_DAY = 3, 5
NONSENSE = (b'{"type":"check-in.v1","data":{"mood":', b"\xff\xfe\x00 no text at all", b"null")


@dataclass(frozen=True, slots=True)
class Clinic:
    """The stack that everything goes through, and who hears of it."""

    layout: Layout
    settings: Settings
    tally: Tally
    screen: Screen

    async def live_through(self, events: Sequence[Timed], *, now: datetime, seconds_per_day: float, seed: int) -> None:
        """Everything from the first day of the past to the last minute of the present."""
        start = first_midnight(now, LIVE_DAYS)
        past, present = split(events, start)
        patients = sorted({event["subject"] for _, event in events})
        async with (
            self._watched() as watch,
            Phones(self.layout.url("gateway"), self.layout.home) as phones,
            self._backend() as backend,
        ):
            self.screen.say(f"{len(patients)} patients enrol their phones; {len(past):,} events of the past are loaded")
            await asyncio.gather(phones.enrol(patients), self._load(backend, past))
            await watch.settled(SETTLE_S)
            self.screen.say(
                f"The past is analysed: {self.tally.imported} alerts from imported history, nobody notified."
            )
            play = _Play(self, phones, backend, start, seconds_per_day, faulty=patients[0])
            await play.run(timetable(present, start, now, seed))
            await watch.settled(SETTLE_S)

    async def _load(self, backend: GatewayClient, past: Sequence[Event]) -> None:
        """Everything of the past, marked as history."""
        async for sent in backend.send(orjson.dumps({**event, "history": True}) for event in past):
            self.tally.refused += len(sent.refused)

    @asynccontextmanager
    async def _backend(self) -> AsyncIterator[GatewayClient]:
        """The clinic's own system, with an operator's token: it brings the past, and tells of sessions and goals."""
        devices, now = Devices(self.settings.home), datetime.now(UTC)
        grant = devices.new_operator("demo", IMPORT, now + TOKEN_LIFETIME)
        token = Tokens(self.settings.keys).issue(grant, now)
        async with GatewayClient(self.layout.url("gateway"), token) as client:
            yield client
        devices.revoke(grant.id, datetime.now(UTC))
        devices.close()

    @asynccontextmanager
    async def _watched(self) -> AsyncIterator[Watch]:
        watch = Watch(self.layout.kafka, self.settings.partitions, self.tally, self.screen.alert)
        async with asyncio.TaskGroup() as tasks:  # when the watch fails, so does the play
            follower = tasks.create_task(watch.follow())
            yield watch
            follower.cancel()


class _Play:
    """The live part: `seconds_per_day` for each of its days."""

    def __init__(
        self,
        clinic: Clinic,
        phones: Phones,
        backend: GatewayClient,
        start: datetime,
        seconds_per_day: float,
        *,
        faulty: str,
    ) -> None:
        self._clinic = clinic
        self._phones = phones
        self._backend = backend
        self._in_order = asyncio.Lock()  # the clinic's steps build on one another
        self._start = start
        self._seconds_per_day = seconds_per_day
        self._faulty = faulty
        self._begun = time.monotonic()

    async def run(self, deliveries: Sequence[Delivery]) -> None:
        """Every upload at its time, whatever the others do meanwhile."""
        async with asyncio.TaskGroup() as uploads:
            uploads.create_task(self._days(max((delivery.at for delivery in deliveries), default=0.0)))
            for delivery in deliveries:
                await self._until(delivery.at)
                uploads.create_task(self._upload(delivery))

    async def _upload(self, delivery: Delivery) -> None:
        if delivery.by_clinic:
            async with self._in_order:
                async for sent in self._backend.send(map(orjson.dumps, delivery.events)):
                    self._clinic.tally.refused += len(sent.refused)
            return
        refused = await self._phones.upload(delivery.patient, delivery.events)
        self._clinic.tally.refused += refused

    async def _days(self, last: float) -> None:
        for number in range(int(last) + 1):
            await self._until(number)
            self._clinic.screen.day((self._start + timedelta(days=number)).date())
            if number == BROKEN_PHONE_DAY:
                await self._broken_phone()
            elif number == BROKEN_BACKEND_DAY:
                await self._broken_backend()

    async def _broken_phone(self) -> None:
        """One event of a batch is out of range: it alone is refused."""
        self._clinic.screen.say("  a phone with a fault reports a mood of 11")
        faulty = {
            "specversion": "1.0",
            "id": "faulty",
            "source": "app/faulty",
            "type": "check-in.v1",
            "subject": self._faulty,
            "time": self._start.isoformat(),
            "data": {"mood": 11},
        }
        refused = await self._phones.upload(self._faulty, [faulty])
        self._clinic.tally.refused += refused

    async def _broken_backend(self) -> None:
        """Records that are no events, written past the gateway: set aside, and nothing stops."""
        self._clinic.screen.say(f"  a back-end with a fault writes {len(NONSENSE)} unreadable records to Kafka")
        producer = AIOKafkaProducer(bootstrap_servers=self._clinic.layout.kafka)
        await producer.start()
        try:
            for value in NONSENSE:
                await producer.send_and_wait(EVENTS, key=b"\xfe\xff", value=value)
        finally:
            await producer.stop()

    async def _until(self, day: float) -> None:
        await asyncio.sleep(max(0.0, self._begun + day * self._seconds_per_day - time.monotonic()))
