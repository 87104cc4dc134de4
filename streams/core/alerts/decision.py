"""What was decided, and why, by name."""

from dataclasses import dataclass
from enum import StrEnum

from schemas.alerts import Alert, Notification
from streams.core.alerts.record import Case, PatientAlerts


class Reason(StrEnum):
    """Why something happened, or did not."""

    FIRST_NOTICE = "first_notice"
    TOO_MANY = "too_many"
    NOBODY_TO_TELL = "nobody_to_tell"
    IMPORTED = "imported"
    ALREADY_KNOWN = "already_known"
    UPDATED = "updated"
    REVISED = "revised"
    NEVER_RAISED = "never_raised"
    ACKNOWLEDGED = "acknowledged"
    HANDED_OVER = "handed_over"
    CLOSED = "closed"
    REFUSED = "refused"
    REPEATED = "repeated"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    WITHDRAWN = "withdrawn"
    UNACKNOWLEDGED = "unacknowledged"
    LAPSED = "lapsed"
    NOT_REACHED = "not_reached"
    REOPENED = "reopened"
    GRAVER = "graver"
    SILENCED = "silenced"
    INHIBITED = "inhibited"
    OUTSIDE_WORKING_HOURS = "outside_working_hours"
    GROUPED = "grouped"
    TOO_EARLY = "too_early"
    TEAM_TOLD = "team_told"
    MENDED = "mended"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Decision:
    """The record as it now is, the alerts that changed, the notifications that were made, and why."""

    record: PatientAlerts
    reasons: tuple[Reason, ...]
    changed: tuple[Alert, ...] = ()
    made: tuple[Notification, ...] = ()

    def then(self, one: "Decision") -> "Decision":
        """Both, where `one` was decided on the record as this left it."""
        return Decision(
            one.record, (*self.reasons, *one.reasons), (*self.changed, *one.changed), (*self.made, *one.made)
        )


def nothing(record: PatientAlerts, reason: Reason) -> Decision:
    """Nothing happens, for this reason."""
    return Decision(record, (reason,))


def change(record: PatientAlerts, case: Case, *reasons: Reason) -> Decision:
    """One case changes. Notifications that it did not have before were made here."""
    before = record.cases.get(case.alert.alert_id)
    made = tuple(one for one in case.pending if before is None or one.step >= before.step)
    changed = () if before is not None and case.alert is before.alert else (case.alert,)
    return Decision(record.keep(case), reasons, changed, made)
