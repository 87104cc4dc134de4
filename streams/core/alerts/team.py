"""Whose patient it is. The clinic says so in `episode.v1`; a safety alert, found in one event alone, has to know it."""

from dataclasses import dataclass
from datetime import datetime

from streams.core.alerts.decision import Decision, Reason
from streams.core.alerts.record import PatientAlerts


@dataclass(frozen=True, slots=True)
class TeamTold:
    """An episode named who is responsible for a patient, at this time; a team where it named one, and the therapist."""

    patient: str
    care_team: str | None
    at: datetime
    therapist: str | None = None


def responsible(record: PatientAlerts, told: TeamTold) -> Decision:
    """Remember the team for alerts to come, and the therapist for messages to come; alerts stay with their team."""
    record = record if told.care_team is None else record.of_team(told.care_team, told.at)
    return Decision(record.of_therapist(told.therapist, told.at), (Reason.TEAM_TOLD,))
