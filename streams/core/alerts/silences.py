"""Times in which some rules tell nobody, such as maintenance: the typed form of `deploy/policy/silences.yaml`.

Nothing is lost by one: what it held back is told at its end. Critical alerts pass every silence.
"""

from datetime import datetime
from typing import Annotated, Self

import yaml
from pydantic import AwareDatetime, Field, model_validator

from schemas.alerts import Alert
from schemas.model import Slug, TeamId, Text
from streams.core.alerts.routes import SAFETY
from streams.core.duty.model import Setting


class Silence(Setting):
    """One silence, with who answers for it, why, and an end."""

    rules: Annotated[tuple[Slug, ...], Field(min_length=1)]
    teams: tuple[TeamId, ...] = Field(default=(), description="Care teams that it is about; none: all.")
    since: AwareDatetime = Field(alias="from")
    until: AwareDatetime
    by: Text = Field(description="Who set it.")
    reason: Text

    @model_validator(mode="after")
    def _limited(self) -> Self:
        if self.until <= self.since:
            raise ValueError("ends before it begins")
        if any(rule.startswith(SAFETY) for rule in self.rules):
            raise ValueError("safety alerts cannot be silenced")
        return self

    def mutes(self, alert: Alert, at: datetime) -> bool:
        """Whether it holds back messages about an alert at this moment."""
        about = alert.rule in self.rules and (not self.teams or alert.care_team in self.teams)
        return about and self.since <= at < self.until


class Silences(Setting):
    """All of them."""

    silences: tuple[Silence, ...] = ()

    def until(self, alert: Alert, at: datetime) -> datetime | None:
        """When the last of those that mute an alert now ends; None if none does."""
        return max((one.until for one in self.silences if one.mutes(alert, at)), default=None)


def read_silences(text: str) -> Silences:
    """Read them from YAML; an empty file has none.

    Raises:
        pydantic.ValidationError, yaml.YAMLError: something in it is wrong.
    """
    return Silences.model_validate(yaml.safe_load(text) or {})
