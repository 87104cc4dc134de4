"""What is kept of one patient's alerts, and how it is packed: the state record of the alerting app."""

from datetime import datetime
from typing import Any

import msgspec

from schemas.alerts import Alert, AlertStatus, Notification
from schemas.model import Message

ACTIONS_KNOWN = 60
"""A copy follows its original closely: after a crash, what was not committed comes again."""


class Case(msgspec.Struct, frozen=True):
    """One alert, and how far its notifications have come."""

    alert: Alert
    step: int = 0
    """Notifications made so far; each has a step of its own, so no two share an id."""
    rung: int = 0
    """Whose turn it is on the severity's ladder; -1 while it lies with somebody it was handed to."""
    due: datetime | None = None
    """When something happens by itself: escalation, lapse of the acknowledgement, or leaving the record once closed."""
    pending: tuple[Notification, ...] = ()
    """The ledger: made, and neither taken by a channel nor given up."""
    done: tuple[str, ...] = ()
    """Ids of the newest `ACTIONS_KNOWN` actions that were taken up: a copy has no effect."""

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.alert.status is not AlertStatus.CLOSED


class PatientAlerts(msgspec.Struct, frozen=True):
    """All alerts of one patient, by id; `past` holds the ids of those that left. No id is ever forgotten."""

    cases: dict[str, Case] = {}
    past: frozenset[bytes] = frozenset()

    def known(self, alert_id: str) -> bool:
        """Whether there is or was such an alert."""
        return alert_id in self.cases or alert_id.encode() in self.past

    def keep(self, case: Case) -> "PatientAlerts":
        """With this case in its newest form."""
        return msgspec.structs.replace(self, cases={**self.cases, case.alert.alert_id: case})

    def forget(self, alert_id: str) -> "PatientAlerts":
        """Without this case, but with its id."""
        cases = {known: case for known, case in self.cases.items() if known != alert_id}
        return PatientAlerts(cases, self.past | {alert_id.encode()})

    @property
    def pending(self) -> tuple[Notification, ...]:
        """All notifications that have to be sent."""
        return tuple(notification for case in self.cases.values() for notification in case.pending)

    @property
    def due(self) -> datetime | None:
        """When `escalate` has something to do."""
        return min((case.due for case in self.cases.values() if case.due is not None), default=None)


def _message_out(value: Any) -> bytes:
    if isinstance(value, Message):
        return value.model_dump_json(exclude_none=True).encode()
    raise NotImplementedError(type(value))


def _message_in(kind: type[Any], raw: bytes) -> Any:
    return kind.model_validate_json(raw)


_encoder = msgspec.msgpack.Encoder(enc_hook=_message_out, order="deterministic")
_decoder = msgspec.msgpack.Decoder(PatientAlerts, dec_hook=_message_in)


def pack(record: PatientAlerts) -> bytes:
    """The record's bytes; equal records give equal bytes."""
    return _encoder.encode(record)


def unpack(raw: bytes | None) -> PatientAlerts:
    """The record of these bytes; of a patient never heard of, an empty one."""
    return PatientAlerts() if raw is None else _decoder.decode(raw)
