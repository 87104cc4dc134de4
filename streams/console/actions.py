"""Sends what clinicians do, to `alert.actions` or `patient.releases`, and waits until it came back.

Whether an action counts is decided by the alerting worker, in the order of the topic; nothing is changed here.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from schemas.alerts import ActionKind, Alert, AlertAction, AlertStatus, Outcome
from schemas.releases import Release
from streams.adapters.producer import close, is_ending
from streams.console.changes import Changes
from streams.console.store import Store
from streams.core.ids import hashed_id
from streams.kafka_sign_in import signed_in
from streams.metrics import CONSOLE_ACTIONS
from streams.topics import ACTIONS, RELEASES

CONNECT_S = 5.0
SEND_S = 5.0
CONFIRM_S = 5.0
"""How long a page waits for the alert to come back; after that it says that it does not know yet."""


class Answer(StrEnum):
    """What became of an action, as far as the page that sent it can tell."""

    DONE = "done"
    REFUSED = "refused"
    UNCONFIRMED = "unconfirmed"
    NOT_SENT = "not_sent"


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer, and why if it was refused."""

    answer: Answer
    reason: str = ""


class Actions:
    """The one way in which the console changes anything."""

    def __init__(self, bootstrap: str, store: Store, changes: Changes) -> None:
        self._bootstrap = bootstrap
        self._store = store
        self._changes = changes
        self._producer: Any = None
        self._starting = asyncio.Lock()

    async def act(self, action: AlertAction) -> Reply:
        """Send `action`, and wait for what becomes of it."""
        return await self._do(ACTIONS, action, lambda: self._became_of(action))

    async def release(self, release: Release) -> Reply:
        """Send `release`, and wait until it stands."""
        return await self._do(RELEASES, release, lambda: self._stands(release))

    async def _do(self, topic: str, said: AlertAction | Release, look: Callable[[], Reply | None]) -> Reply:
        """Send it to its patient's partition, and wait for what becomes of it."""
        reply = await self._sent(topic, said)
        if reply is None:
            reply = await self._changes.until(look, timeout_s=CONFIRM_S) or Reply(Answer.UNCONFIRMED)
        CONSOLE_ACTIONS.labels(reply.answer.value).inc()
        return reply

    async def _sent(self, topic: str, said: AlertAction | Release) -> Reply | None:
        """None once Kafka has it."""
        try:
            producer = await self._started()
        except (KafkaError, TimeoutError, OSError):
            return Reply(Answer.NOT_SENT)
        try:
            async with asyncio.timeout(SEND_S):
                # The workers' default partitioner as well: an action lands on its patient's partition.
                value = said.model_dump_json(exclude_none=True).encode()
                await producer.send_and_wait(topic, value, key=said.patient.encode())
        except TimeoutError:
            return Reply(Answer.UNCONFIRMED)  # it may still arrive
        except (KafkaError, asyncio.CancelledError) as error:
            if isinstance(error, asyncio.CancelledError) and is_ending():
                raise
            await self._let_go(producer)
            return Reply(Answer.UNCONFIRMED)
        return None

    def _stands(self, release: Release) -> Reply | None:
        known = self._store.release(release.patient)
        return Reply(Answer.DONE) if known is not None and known.at >= release.at else None

    def _became_of(self, action: AlertAction) -> Reply | None:
        alert = self._store.alert(action.alert_id)
        return None if alert is None else became_of(action, alert)

    async def _started(self) -> Any:
        async with self._starting:
            if self._producer is None:
                self._producer = await self._connected()
            return self._producer

    async def _connected(self) -> Any:
        producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap,
            acks="all",
            enable_idempotence=True,
            request_timeout_ms=4_000,
            **signed_in(),
        )
        try:
            async with asyncio.timeout(CONNECT_S):
                await producer.start()
        except BaseException:
            await producer.stop()
            raise
        return producer

    async def _let_go(self, producer: Any) -> None:
        """A producer that was refused once may be refused for ever; the next action connects anew."""
        if self._producer is producer:
            self._producer = None
            await close(producer)

    async def close(self) -> None:
        """Let what is under way go out, and disconnect."""
        if self._producer is not None:
            await close(self._producer)


def became_of(action: AlertAction, alert: Alert) -> Reply | None:
    """What `alert`'s history says of `action`; None while it says nothing."""
    for entry in reversed(alert.history):
        if entry.at == action.at and entry.who == action.by:
            return Reply(Answer.REFUSED, entry.refused) if entry.refused else Reply(Answer.DONE)
    # The same button pressed twice: the first press did it.
    if alert.version > (action.seen_version or 0) and _as_wanted(action, alert):
        return Reply(Answer.DONE)
    return None


def _as_wanted(action: AlertAction, alert: Alert) -> bool:
    if action.kind is ActionKind.CLOSE:
        closed = alert.status is AlertStatus.CLOSED
        # A critical one stays open while nobody was reached.
        return alert.outcome is action.outcome and (closed or action.outcome is Outcome.UNREACHABLE)
    return alert.holder == (action.to or action.by) and alert.status is not AlertStatus.CLOSED


def clinician_action(
    alert_id: str,
    patient: str,
    kind: ActionKind,
    *,
    by: str,
    at: datetime,
    seen_version: int,
    to: str | None = None,
    outcome: Outcome | None = None,
    by_lead: bool = False,
) -> AlertAction:
    """An action on the alert as the clinician saw it; pressing the same button twice gives the same id."""
    wanted = (kind.value, by, str(seen_version), to or "", outcome or "")
    return AlertAction(
        action_id=hashed_id(alert_id, *wanted),
        alert_id=alert_id,
        patient=patient,
        kind=kind,
        at=at,
        by=by,
        seen_version=seen_version,
        to=to,
        outcome=outcome,
        by_lead=by_lead,
    )
