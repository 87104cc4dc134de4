"""Who hears of an alert, in which order and how fast: the typed form of `deploy/policy/routes.yaml`."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.alerts import Finding, Severity
from schemas.model import Slug, Text

Minutes = Annotated[float, Field(gt=0)]


class _Policy(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Ladder(_Policy):
    """The recipients of one severity, first to last. Without `escalate_after_minutes` only the first one is told."""

    recipients: tuple[Slug, ...] = ()
    escalate_after_minutes: Minutes | None = Field(default=None, description="Unacknowledged for so long: the next.")
    remind_every_minutes: Minutes | None = Field(default=None, description="After the last: that one again.")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.escalate_after_minutes is None) != (self.remind_every_minutes is None):
            raise ValueError("escalate_after_minutes and remind_every_minutes go together")
        if self.escalate_after_minutes is not None and not self.recipients:
            raise ValueError("a ladder that escalates needs recipients")
        return self

    def recipient(self, rung: int) -> str | None:
        """Who stands on a rung; the last recipient stands on all further ones. None: nobody is told at all."""
        return self.recipients[min(rung, len(self.recipients) - 1)] if self.recipients else None

    def patience(self, rung: int) -> timedelta | None:
        """How long the recipient on a rung has to acknowledge; None: for ever."""
        minutes = self.escalate_after_minutes if rung + 1 < len(self.recipients) else self.remind_every_minutes
        return None if minutes is None else timedelta(minutes=minutes)


class Routes(_Policy):
    """All routes, under a version that safety alerts carry."""

    version: Text
    acknowledgement_hours: Annotated[float, Field(gt=0)] = Field(description="An acknowledgement lapses by then.")
    give_up_minutes: Minutes = Field(description="A channel that fails for so long has not delivered.")
    ladders: Mapping[Severity, Ladder]
    rules: Mapping[Slug, Ladder] = Field(default={}, description="Ladders of rules that have one of their own.")
    channels: Mapping[Slug, Slug] = Field(description="By recipient; who is not listed reads the console's inbox.")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if missing := set(Severity) - set(self.ladders):
            raise ValueError(f"no ladder for {', '.join(sorted(missing))}")
        if self.ladders[Severity.CRITICAL].escalate_after_minutes is None:
            raise ValueError("critical alerts must escalate")
        if any(rule.startswith("safety.") for rule in self.rules):
            raise ValueError("safety alerts go the way of their severity")
        return self

    def ladder(self, alert: Finding) -> Ladder:
        """The ladder of an alert: its rule's own, or its severity's."""
        return self.rules.get(alert.rule, self.ladders[alert.severity])

    @property
    def acknowledgement(self) -> timedelta:
        """The longest that an acknowledgement stands."""
        return timedelta(hours=self.acknowledgement_hours)


def read_routes(text: str) -> Routes:
    """Read the policy from YAML.

    Raises:
        pydantic.ValidationError, yaml.YAMLError: it is not a complete policy.
    """
    return Routes.model_validate(yaml.safe_load(text))
