"""Care teams: each with its zone, working hours, rota and lead. The typed form of `deploy/policy/rota.yaml`."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

import yaml
from pydantic import Field, model_validator

from schemas.model import Slug, TeamId, Text
from streams.core.duty.hours import Hours
from streams.core.duty.model import Setting, ZoneName
from streams.core.duty.rota import Rota, Turn

ON_CALL: Final = "on_call"
SECOND: Final = "on_call_second"
LEAD: Final = "lead"
"""Words of the ladders that a team's rota gives a name to."""


class Team(Setting):
    """One care team. Without a rota its words of the ladders stand for themselves: the pager knows who is on call."""

    zone_name: ZoneName = Field(alias="zone")
    hours: Hours = Field(alias="working_hours")
    lead: Slug | None = Field(default=None, description="Who is told when nobody on the rota answers.")
    rota: Rota | None = None

    @property
    def zone(self) -> ZoneInfo:
        """Its zone."""
        return ZoneInfo(self.zone_name)

    def person(self, word: str, at: datetime) -> str | None:
        """Whom a word of a ladder means at this moment; a word that is none of the rota's means itself."""
        if word == LEAD:
            return self.lead or word
        if self.rota is None or word not in {ON_CALL, SECOND}:
            return word
        if word == SECOND:
            return self.rota.next(at, self.zone)
        turn = self.rota.now(at, self.zone)
        return None if turn is None else turn.who

    def people(self, word: str) -> frozenset[str]:
        """Everybody whom a word of a ladder may mean at some moment; nobody where it stands for itself."""
        if word == LEAD:
            return frozenset({self.lead} if self.lead else ())
        if word not in {ON_CALL, SECOND} or self.rota is None:
            return frozenset()
        rotation = self.rota.rotation
        return frozenset((*(rotation.people if rotation else ()), *(one.who for one in self.rota.shifts if one.who)))

    def turn(self, at: datetime) -> Turn | None:
        """Who is on call at this moment, and until when."""
        return None if self.rota is None else self.rota.now(at, self.zone)

    def working(self, at: datetime) -> bool:
        """Whether the team works at this moment."""
        return self.hours.working(at, self.zone)

    def next_working(self, at: datetime) -> datetime:
        """This moment, or the next working morning."""
        return self.hours.next_working(at, self.zone)

    def after(self, at: datetime, worked: timedelta) -> datetime:
        """When so much working time has passed."""
        return self.hours.after(at, worked, self.zone)


class Teams(Setting):
    """All care teams, by id."""

    version: Text
    default: TeamId = Field(description="The team of whoever belongs to no team that is named here.")
    teams: Mapping[TeamId, Team]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.default not in self.teams:
            raise ValueError("the default team is not among the teams")
        return self

    def of(self, care_team: str | None) -> Team:
        """The team of this id, or the default one."""
        return self.teams.get(care_team or self.default, self.teams[self.default])


def read_teams(text: str) -> Teams:
    """Read the teams from YAML.

    Raises:
        pydantic.ValidationError, yaml.YAMLError: it is not a complete policy.
    """
    return Teams.model_validate(yaml.safe_load(text))
