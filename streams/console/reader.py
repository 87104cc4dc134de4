"""Which patients and alerts somebody may see: said once, as conditions that every list and every single page ask by.

A patient's therapist and care team are those of the open episode. One that names no therapist is on the whole team's
caseload; one that names no team, or one that the rota does not know, belongs to the default team, as its alerts do. Of
a closed episode the team still counts, but nobody has a caseload of it: it is the lead's.

`store` puts the conditions into its questions, so a list and the pages behind it cannot disagree.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from schemas.episode_view import EpisodeView

DUTY_REMEMBERS = timedelta(hours=24)
"""How long those on call see what was closed: whoever comes next reads what the last shift did."""


class Reach(StrEnum):
    """How far somebody sees."""

    CASELOAD = "caseload"
    TEAM = "team"
    DUTY = "duty"
    """Alerts of their teams while they are open; no patient."""
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who looks.

    `teams` are their care teams, and `default` with `named` what the rota says: the team of whoever belongs to none of
    the `named` ones. Alerts that were sent or handed to `name` are seen whatever the reach: who is asked must be able
    to look.
    """

    account: str
    name: str
    reach: Reach
    teams: tuple[str, ...]
    default: str
    named: frozenset[str]
    now: datetime

    def asks(self, **more: object) -> Mapping[str, object]:
        """The values for the conditions below, and for whatever else a question asks."""
        mine = self.named & set(self.teams)
        return {
            "account": self.account,
            "name": self.name,
            "reach": self.reach.value,
            "teams": json.dumps(sorted(mine)),
            "named": json.dumps(sorted(self.named)),
            "has_default": self.default in mine,
            "today": self.now.date().isoformat(),
            "duty_since": (self.now - DUTY_REMEMBERS).timestamp(),
            **more,
        }


@dataclass(frozen=True, slots=True)
class Care:
    """Who has a patient in care, by their episodes; `lasts` is false once all of them are closed."""

    team: str | None
    therapist: str | None
    lasts: bool


def care_of(episodes: Sequence[EpisodeView]) -> Care:
    """Whose a patient is; of several open episodes the one that opened last counts."""
    if not episodes:
        return Care(None, None, lasts=True)
    still = [episode for episode in episodes if episode.closed_on is None]
    if still:
        return Care(still[-1].care_team, still[-1].therapist, lasts=True)
    return Care(episodes[-1].care_team, None, lasts=False)


def _in_my_teams(team: str) -> str:
    mine = f"{team} IN (SELECT value FROM json_each(:teams))"
    nobodys = f"{team} IS NULL OR {team} NOT IN (SELECT value FROM json_each(:named))"
    return f"({mine} OR (:has_default AND ({nobodys})))"


_CASELOAD = f"(in_care AND (therapist = :account OR (therapist IS NULL AND {_in_my_teams('views.care_team')})))"

PATIENT_SEEN = f"""(
    (:reach = 'caseload' AND {_CASELOAD}) OR (:reach = 'team' AND {_in_my_teams("views.care_team")})
)"""
"""Holds of a row of `views`."""

PATIENTS_SEEN = f"FROM views WHERE {PATIENT_SEEN}"

_TOLD = "alerts.id IN (SELECT alert FROM told WHERE told.name = :name)"
_TEAM_OF_ALERT = _in_my_teams("coalesce(alerts.care_team, views.care_team)")
_TODAY = "joined_on <= :today AND (left_on IS NULL OR left_on >= :today)"
NAMED_LEADER = "instr(' ' || leaders || ' ', ' ' || :account || ' ') > 0"
"""Holds of a membership that names the reader as the group's leader."""


def leads(group: str) -> str:
    """Holds where every membership of today that names leaders of `group` names the reader, and one does."""
    told = f"SELECT 1 FROM members WHERE grp = {group} AND {_TODAY}"
    return f"(EXISTS ({told} AND {NAMED_LEADER}) AND NOT EXISTS ({told} AND leaders != '' AND NOT {NAMED_LEADER}))"


_LED = f"(alerts.patient IS NULL AND {leads('alerts.whose')})"

ALERTS_SEEN = f"""FROM alerts LEFT JOIN views ON views.patient = alerts.patient WHERE (
    (:reach = 'caseload' AND (coalesce({_CASELOAD}, 0) OR {_LED} OR {_TOLD})) OR
    (:reach = 'team' AND ({_TEAM_OF_ALERT} OR {_TOLD})) OR
    (:reach = 'duty' AND (section != 'closed' OR changed_at > :duty_since) AND ({_TEAM_OF_ALERT} OR {_TOLD}))
)"""

UNKNOWN_SEEN = f"""(
    :reach = 'team' AND {_in_my_teams("alerts.care_team")}
    AND patient IS NOT NULL AND NOT EXISTS (SELECT 1 FROM views WHERE views.patient = alerts.patient)
)"""
"""Holds of an alert of a patient of whom nothing else is known yet, not even a therapist: the lead's."""

MEMBERS_TODAY = f"SELECT patient FROM members WHERE grp = :group AND {_TODAY}"
"""The patients who belong to a group today."""
