"""The notify agent: sends what stands in the ledger, and says on `alert.actions` what became of it.

Runs beside the alert job, so that no batch waits for a pager. A notification is sent until a channel has taken it or
was given up, and again after a restart, always under the same id. The ledger is the truth: what is no longer in it, for
instance since somebody acknowledged, is not sent any more.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import stamina
import structlog

from schemas.alerts import ActionKind, AlertAction, Notification
from streams.adapters.channels import INBOX, Channel
from streams.core.alerts import Routes
from streams.core.ids import hashed_id
from streams.errors import Rejected, Unavailable
from streams.metrics import ALERTS_PENDING, NOTIFICATIONS_FAILED, NOTIFICATIONS_SENT

log = structlog.get_logger(__name__)

AT_ONCE = 64
"""Messages on their way at the same time."""
FIRST_WAIT_S = 0.2
LONGEST_WAIT_S = 15.0

Note = Callable[[int, AlertAction], Awaitable[None]]
"""Puts an action on a partition of `alert.actions`; raises Unavailable when the partition is no longer ours."""
Key = tuple[int, bytes]
"""Partition and patient."""


class Notifier:
    """Everything that is on its way to somebody."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        routes: Routes,
        note: Note,
        *,
        first_wait_s: float = FIRST_WAIT_S,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._channels = channels
        self._routes = routes
        self._note = note
        self._first_wait_s = first_wait_s
        self._clock = clock
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._tasks: defaultdict[Key, dict[str, asyncio.Task[None]]] = defaultdict(dict)

    def follow(self, partition: int, patient: bytes, ledger: Iterable[Notification]) -> None:
        """Bring what is on its way in line with a patient's ledger, as it is kept."""
        wanted = {one.notification_id: one for one in ledger}
        tasks = self._tasks[partition, patient]
        for gone in tasks.keys() - wanted.keys():
            tasks.pop(gone).cancel()
        # A task stays here once it is done, until the ledger has heard of it: nothing is sent twice meanwhile.
        for new in wanted.keys() - tasks.keys():
            ALERTS_PENDING.inc()
            tasks[new] = asyncio.create_task(self._deliver(partition, wanted[new]), name=f"notification-{new}")
            tasks[new].add_done_callback(lambda _: ALERTS_PENDING.dec())
        if not tasks:
            del self._tasks[partition, patient]

    def forget(self, partition: int) -> None:
        """The partition is no longer ours; its new owner sends what is in the ledger."""
        for key in [key for key in self._tasks if key[0] == partition]:
            for task in self._tasks.pop(key).values():
                task.cancel()

    async def _deliver(self, partition: int, notification: Notification) -> None:
        """Send it and note what came of it. Cancelled when it is no longer wanted."""
        name = self._routes.channels.get(notification.recipient, INBOX)
        if name not in self._channels:
            name = INBOX
        taken = await self._send(name, notification)
        action = AlertAction(
            action_id=hashed_id(notification.notification_id, "delivered" if taken else "undelivered"),
            alert_id=notification.alert_id,
            patient=notification.patient,
            kind=ActionKind.DELIVERED if taken else ActionKind.UNDELIVERED,
            at=self._clock(),
            by=name,
            notification_id=notification.notification_id,
        )
        with suppress(Unavailable):  # the partition's new owner sends it again, under the same id
            await self._note(partition, action)

    async def _send(self, name: str, notification: Notification) -> bool:
        """Whether the channel took it."""
        told = log.bind(channel=name, notification=notification.notification_id)
        try:
            await self._try(name, notification)
        except (Unavailable, Rejected) as error:
            told.error("notification not delivered", reason=str(error))
            return False
        except Exception as error:  # noqa: BLE001 -- whatever a channel does, the next recipient must be told
            told.error("notification not delivered", reason=type(error).__name__)
            return False
        NOTIFICATIONS_SENT.labels(name).inc()
        told.info("notification delivered", step=notification.step)
        return True

    async def _try(self, name: str, notification: Notification) -> None:
        async for attempt in stamina.retry_context(
            on=Unavailable,
            attempts=None,
            timeout=timedelta(minutes=self._routes.give_up_minutes),
            wait_initial=self._first_wait_s,
            wait_jitter=self._first_wait_s,
            wait_max=LONGEST_WAIT_S,
        ):
            with attempt, NOTIFICATIONS_FAILED.labels(name).count_exceptions():
                async with self._slots:
                    await self._channels[name].send(notification)
