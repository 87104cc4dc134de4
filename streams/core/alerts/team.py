"""Whose patient it is. The clinic says so in `episode.v1`; a safety alert, found in one event alone, has to know it."""

from dataclasses import dataclass
from datetime import datetime

from streams.core.alerts.decision import Decision, Reason
from streams.core.alerts.record import PatientAlerts


@dataclass(frozen=True, slots=True)
class TeamTold:
    """A care team was named as responsible for a patient, at this time."""

    patient: str
    care_team: str
    at: datetime


def responsible(record: PatientAlerts, told: TeamTold) -> Decision:
    """Remember the team for alerts to come; those that are open stay where they are."""
    return Decision(record.of_team(told.care_team, told.at), (Reason.TEAM_TOLD,))
