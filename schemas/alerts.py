"""Alerts on their way: what analysis found, what clinicians did, what the alert now is, and what is sent out."""

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import Field, JsonValue

from schemas.model import Instant, Message, Slug, TeamId, Text


class Severity(StrEnum):
    """How much it matters; `critical` goes to the on-call clinician at once."""

    INFO = "info"
    WARNING = "warning"
    HIGH = "high"
    CRITICAL = "critical"


GROUP_RULES = "group."
"""How the names of the rules about groups begin."""
ROTA_RULES = "rota."
"""How the names of the rules about a care team's rota begin."""


class Finding(Message):
    """What a rule found in the events of one patient, or of a group: what changed, since when, on what evidence."""

    alert_id: Slug = Field(description="A hash of patient, rule and what makes this occurrence one of its kind.")
    patient: Slug = Field(
        description="Whose. For a rule whose name begins with `group.` the group's id, with `rota.` the care team's."
    )
    rule: Slug
    severity: Severity
    raised_at: Instant = Field(description="When a system that heard everything at once would have known.")
    since: date | Instant = Field(description="The local day it began; for safety rules the time of the answer.")
    evidence: dict[str, JsonValue] = Field(description="Numbers and event ids, never an answer or a note.")

    @property
    def of_group(self) -> bool:
        """Whether it is about a therapy group, and `patient` names that."""
        return self.rule.startswith(GROUP_RULES)

    @property
    def of_team(self) -> bool:
        """Whether it is about a care team's rota, and `patient` names the team."""
        return self.rule.startswith(ROTA_RULES)


class AlertSignal(Finding):
    """`alert.signals`: a finding that is new, that changed, or that a late report took back."""

    change: Literal["raised", "updated", "revised"]
    care_team: TeamId | None = Field(default=None, description="Whose matter it is; absent: not known here.")
    leader: Slug | None = Field(default=None, description="Of a group: the account that leads it, as its members say.")
    policy_version: Text
    history: bool = Field(description="From imported events: recorded, nobody is notified.")


class ActionKind(StrEnum):
    """What can happen to an alert after it was raised."""

    ACKNOWLEDGE = "acknowledge"
    HAND_OVER = "hand_over"
    CLOSE = "close"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    """How an alert ended."""

    CONTACTED = "contacted"
    SAFETY_PLAN = "safety_plan"
    EMERGENCY_SERVICES = "emergency_services"
    UNREACHABLE = "unreachable"
    FALSE_ALARM = "false_alarm"


class AlertAction(Message):
    """`alert.actions`: a clinician, or a channel, did something about an alert. Their order is the topic's."""

    action_id: Slug
    alert_id: Slug
    patient: Slug
    kind: ActionKind
    at: Instant
    by: Text = Field(description="The user, or the channel that delivered.")
    seen_version: int | None = Field(default=None, description="The version the clinician looked at.")
    until: Instant | None = Field(default=None, description="When an acknowledgement lapses.")
    to: Text | None = Field(default=None, description="Who it was handed over to.")
    outcome: Outcome | None = None
    by_lead: bool = Field(default=False, description="The user is a lead, who may confirm that nobody can be reached.")
    notification_id: Slug | None = None
    stays_open: bool = Field(default=False, description="Of a delivery: the channel reminds of it until withdrawn.")


class AlertStatus(StrEnum):
    """Where an alert stands in its life."""

    RAISED = "raised"
    NOTIFIED = "notified"
    ACKNOWLEDGED = "acknowledged"
    HANDED_OVER = "handed_over"
    ESCALATED = "escalated"
    CLOSED = "closed"


class AlertEntry(Message):
    """One line of an alert's history."""

    at: Instant
    what: Text
    who: Text = Field(description="Who did it: a user, a channel, or the part of the pipeline.")
    to: Text | None = Field(default=None, description="Whom it was sent or handed to.")
    refused: Text | None = Field(default=None, description="Why an action had no effect.")


class Alert(Finding):
    """`alerts` (compacted): an alert as it now stands, with its whole history."""

    policy_version: Text
    care_team: TeamId | None = None
    leader: Slug | None = Field(default=None, description="Of an alert about a group: the account that leads it.")
    status: AlertStatus
    version: int = Field(
        ge=1,
        description="Grows with all that a decision rests on: the finding, who holds it, how it ended; deliveries and "
        "escalations leave it. An action against an older one is refused.",
    )
    revised: bool = Field(default=False, description="A late report took the finding back; the alert stays open.")
    imported: bool = False
    holder: Text | None = Field(default=None, description="Who holds it, by acknowledgement or hand-over.")
    until: Instant | None = None
    outcome: Outcome | None = Field(
        default=None, description="How it ended; on an open alert `unreachable`: nobody was reached so far."
    )
    history: tuple[AlertEntry, ...] = ()


class Notification(Message):
    """`notifications`: one message to one recipient about one alert. It holds nothing clinical."""

    notification_id: Slug = Field(description="A hash of alert, step and recipient: a repeat is the same message.")
    alert_id: Slug
    patient: Slug
    step: int = Field(ge=0, description="0 first notice; each one after that adds one.")
    recipient: Text
    role: Slug | None = Field(default=None, description="The word of the ladder that the recipient stands for.")
    severity: Severity
    created_at: Instant
    test: bool = Field(default=False, description="Sent by hand to try a channel: no alert waits.")
