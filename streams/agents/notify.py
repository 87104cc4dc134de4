"""The notify agent: sends what stands in the ledger, and says on `alert.actions` what became of it.

Runs beside the alert job, so that no batch waits for a pager. A notification is sent until a channel has taken it or
all that its recipient has were given up, and again after a restart, always under the same id. The ledger is the truth:
what is no longer in it, for instance since somebody acknowledged, is not sent any more.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial

import stamina
import structlog

from schemas.alerts import ActionKind, AlertAction, Notification, Severity
from streams.adapters.channel import Channel
from streams.adapters.channels import INBOX
from streams.core.alerts import Routes
from streams.core.ids import hashed_id
from streams.errors import Rejected, Unavailable
from streams.metrics import ALERTS_PENDING, NOTIFICATIONS_FAILED, NOTIFICATIONS_SENT

log = structlog.get_logger(__name__)

AT_ONCE = 48
"""Messages on their way by one channel at the same time, critical ones and others counted apart: neither a channel that
hangs nor a pile of lesser messages holds up a page."""
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
        routes: Callable[[], Routes],
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
        self._slots: defaultdict[tuple[str, bool], asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(AT_ONCE))
        self._tasks: defaultdict[Key, dict[str, asyncio.Task[None]]] = defaultdict(dict)

    def follow(
        self,
        partition: int,
        patient: bytes,
        ledger: Iterable[Notification],
        withdrawn: Iterable[Notification] = (),
    ) -> None:
        """Bring what is on its way in line with a patient's ledgers, as they are kept."""
        wanted = {one.notification_id: (self._deliver, one) for one in ledger}
        wanted |= {f"-{one.notification_id}": (self._withdraw, one) for one in withdrawn}
        tasks = self._tasks[partition, patient]
        for gone in tasks.keys() - wanted.keys():
            tasks.pop(gone).cancel()
        # A task stays here once it is done, until the ledger has heard of it: nothing is sent twice meanwhile.
        for new in wanted.keys() - tasks.keys():
            ALERTS_PENDING.inc()
            work, one = wanted[new]
            tasks[new] = asyncio.create_task(work(partition, one), name=f"notification-{new}")
            tasks[new].add_done_callback(partial(self._ended, (partition, patient), new))
        if not tasks:
            del self._tasks[partition, patient]

    def _ended(self, key: Key, name: str, task: asyncio.Task[None]) -> None:
        """Of one that broke, the ledger never hears: it is sent once the patient's alerts are looked at again."""
        ALERTS_PENDING.dec()
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if error is not None and self._tasks.get(key, {}).get(name) is task:  # we forget those that we cancel
            log.error("delivery broke", notification=name, reason=type(error).__name__)
            del self._tasks[key][name]

    def forget(self, partition: int) -> None:
        """The partition is no longer ours; its new owner sends what is in the ledger."""
        for key in [key for key in self._tasks if key[0] == partition]:
            for task in self._tasks.pop(key).values():
                task.cancel()

    async def _deliver(self, partition: int, notification: Notification) -> None:
        """Send it and note what came of it. Cancelled when it is no longer wanted."""
        names = self._names(notification)
        for name in names:
            if await self._send(name, notification):
                open_there = self._channels[name].stays_open
                await self._tell(partition, notification, ActionKind.DELIVERED, by=name, stays_open=open_there)
                return
        await self._tell(partition, notification, ActionKind.UNDELIVERED, by=names[-1])

    async def _withdraw(self, partition: int, notification: Notification) -> None:
        """Take it back wherever it may stand open; what cannot be taken back is left, and nobody waits for it."""
        names = self._names(notification)
        for name in names:
            try:
                await self._try(name, self._channels[name].withdraw, notification)
            except Exception as error:  # noqa: BLE001 -- a reminder too many is no reason to stop
                log.warning("notification not withdrawn", channel=name, reason=type(error).__name__)
        await self._tell(partition, notification, ActionKind.WITHDRAWN, by=names[0])

    async def _tell(
        self, partition: int, notification: Notification, became: ActionKind, *, by: str, stays_open: bool = False
    ) -> None:
        action = AlertAction(
            action_id=hashed_id(notification.notification_id, became),
            alert_id=notification.alert_id,
            patient=notification.patient,
            kind=became,
            at=self._clock(),
            by=by,
            notification_id=notification.notification_id,
            stays_open=stays_open,
        )
        with suppress(Unavailable):  # the partition's new owner does it again, under the same id
            await self._note(partition, action)

    def _names(self, notification: Notification) -> list[str]:
        """The channels of the recipient, or of the word it stands for, that are set up; without any, the inbox."""
        listed, role = self._routes().channels, notification.role
        names = listed.get(notification.recipient, () if role is None else listed.get(role, ()))
        return [name for name in names if name in self._channels] or [INBOX]

    async def _send(self, name: str, notification: Notification) -> bool:
        """Whether the channel took it."""
        told = log.bind(channel=name, notification=notification.notification_id)
        try:
            await self._try(name, self._channels[name].send, notification)
        except (Unavailable, Rejected) as error:
            told.error("notification not delivered", reason=str(error))
            return False
        except Exception as error:  # noqa: BLE001 -- whatever a channel does, the next recipient must be told
            told.error("notification not delivered", reason=type(error).__name__)
            return False
        NOTIFICATIONS_SENT.labels(name).inc()
        told.info("notification delivered", step=notification.step)
        return True

    async def _try(self, name: str, do: Callable[[Notification], Awaitable[None]], notification: Notification) -> None:
        patience = timedelta(minutes=self._routes().give_up_minutes)
        slots = self._slots[name, notification.severity is Severity.CRITICAL]
        async for attempt in stamina.retry_context(
            on=lambda error: _again(error, patience),
            attempts=None,
            timeout=patience,
            wait_initial=self._first_wait_s,
            wait_jitter=self._first_wait_s,
            wait_max=LONGEST_WAIT_S,
        ):
            with attempt, NOTIFICATIONS_FAILED.labels(name).count_exceptions():
                async with slots:
                    await do(notification)


def _again(error: Exception, patience: timedelta) -> bool | float:
    """Whether to try again, or after how many seconds: a channel that asks for more than our patience is given up."""
    if not isinstance(error, Unavailable):
        return False
    if error.retry_after_s is None:
        return True
    wait = max(error.retry_after_s, FIRST_WAIT_S)
    return wait if wait < patience.total_seconds() else False
