"""What is kept of one patient's alerts, and how it is packed: the state record of the alerting app."""

from datetime import datetime
from typing import Any

import msgspec

from schemas.alerts import Alert, AlertAction, AlertStatus, Notification
from schemas.model import Message

ACTIONS_KNOWN = 60
"""A copy follows its original closely: after a crash, what was not committed comes again."""


NOBODY = -1
"""The rung of a case of which nobody on the ladder was told yet, or which lies with somebody it was handed to."""
EARLY_KNOWN = 20
"""Actions that are kept although their alert was not heard of yet."""


class Told(msgspec.Struct, frozen=True):
    """Who was told last, and when."""

    who: str
    at: datetime


class Case(msgspec.Struct, frozen=True):
    """One alert, and how far its notifications have come."""

    alert: Alert
    step: int = 0
    """Notifications made so far; each has a step of its own, so no two share an id."""
    ladder: str = ""
    """The ladder it goes by, chosen when somebody had to be told."""
    rung: int = NOBODY
    """Whose turn it is on that ladder."""
    due: datetime | None = None
    """When something happens by itself: a message that waits, escalation, lapse, or leaving the record once closed."""
    held: str | None = None
    """Why the next message waits until `due`."""
    told: Told | None = None
    """Since it was raised, reopened or let go."""
    pending: tuple[Notification, ...] = ()
    """The ledger: made, and neither taken by a channel nor given up."""
    standing: tuple[Notification, ...] = ()
    """Taken by a channel that goes on reminding of them."""
    withdrawn: tuple[Notification, ...] = ()
    """The ledger of what has to be taken back there, since somebody sees to it."""
    done: tuple[str, ...] = ()
    """Ids of the newest `ACTIONS_KNOWN` actions that were taken up: a copy has no effect."""

    def seen_to(self) -> "Case":
        """Nothing of it is sent any more, and what reminds somebody stops; a message on its way may have arrived."""
        told = (*self.withdrawn, *self.standing, *self.pending)
        return msgspec.structs.replace(self, pending=(), standing=(), withdrawn=told)

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.alert.status is not AlertStatus.CLOSED


class PatientAlerts(msgspec.Struct, frozen=True):
    """All alerts of one patient, by id; `past` holds the ids of those that left. No id is ever forgotten."""

    cases: dict[str, Case] = {}
    past: frozenset[bytes] = frozenset()
    early: tuple[AlertAction, ...] = ()
    """What clinicians did about alerts that were not heard of yet: after a crash one topic may come before another."""
    care_team: str | None = None
    """As far as it was told; events that page at once do not name it."""
    care_team_since: datetime | None = None
    therapist: str | None = None
    """Whose caseload the patient is on, by the id of an account; None: the whole team's."""
    therapist_since: datetime | None = None

    def known(self, alert_id: str) -> bool:
        """Whether there is or was such an alert."""
        return alert_id in self.cases or alert_id.encode() in self.past

    def keep(self, case: Case) -> "PatientAlerts":
        """With this case in its newest form."""
        return msgspec.structs.replace(self, cases={**self.cases, case.alert.alert_id: case})

    def forget(self, alert_id: str) -> "PatientAlerts":
        """Without this case, but with its id."""
        cases = {known: case for known, case in self.cases.items() if known != alert_id}
        return msgspec.structs.replace(self, cases=cases, past=self.past | {alert_id.encode()})

    def of_team(self, care_team: str, since: datetime) -> "PatientAlerts":
        """With the care team that was told for the time since then, if that is the newest word."""
        known = self.care_team_since
        if known is not None and (since, care_team) <= (known, self.care_team or ""):
            return self
        return msgspec.structs.replace(self, care_team=care_team, care_team_since=since)

    def of_therapist(self, therapist: str | None, since: datetime) -> "PatientAlerts":
        """With whom the patient was told to be from then on, if that is the newest word; None is a word as well."""
        known = self.therapist_since
        if known is not None and (since, therapist or "") <= (known, self.therapist or ""):
            return self
        return msgspec.structs.replace(self, therapist=therapist, therapist_since=since)

    @property
    def pending(self) -> tuple[Notification, ...]:
        """All notifications that have to be sent."""
        return tuple(notification for case in self.cases.values() for notification in case.pending)

    @property
    def withdrawn(self) -> tuple[Notification, ...]:
        """All notifications that have to be taken back."""
        return tuple(notification for case in self.cases.values() for notification in case.withdrawn)

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
