"""Who hears of an alert, in which order and how fast: the typed form of `deploy/policy/routes.yaml`."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Final, Self

import yaml
from pydantic import Field, model_validator

from schemas.alerts import Finding, Severity
from schemas.model import Slug, Text
from streams.core.duty.model import Setting

Minutes = Annotated[float, Field(gt=0)]
Channels = Annotated[tuple[Slug, ...], Field(min_length=1)]

SAFETY: Final = "safety."
"""How the names of the rules begin whose alerts are never muted, grouped, inhibited or sent another way."""


class When(StrEnum):
    """A circumstance under which an alert goes another way."""

    AFTER_SAFETY_ALERT = "after_safety_alert"
    OUTSIDE_WORKING_HOURS = "outside_working_hours"


class Ladder(Setting):
    """Recipients, first to last. Without `escalate_after_minutes` only the first one is told."""

    recipients: tuple[Slug, ...] = ()
    escalate_after_minutes: Minutes | None = Field(default=None, description="Unacknowledged for so long: the next.")
    remind_every_minutes: Minutes | None = Field(default=None, description="After the last: that one again.")
    in_working_hours: bool = Field(default=False, description="Tells, and counts minutes, in working hours alone.")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.escalate_after_minutes is None and self.remind_every_minutes is not None:
            raise ValueError("remind_every_minutes needs escalate_after_minutes")
        if self.escalate_after_minutes is not None and not self.recipients:
            raise ValueError("a ladder that escalates needs recipients")
        return self

    @property
    def last(self) -> int:
        """The rung of the last recipient."""
        return len(self.recipients) - 1

    def recipient(self, rung: int) -> str | None:
        """Who stands on a rung; the last recipient stands on all further ones. None: nobody is told at all."""
        return self.recipients[min(rung, self.last)] if self.recipients else None

    def patience(self, rung: int) -> timedelta | None:
        """How long the recipient on a rung has to acknowledge; None: for ever."""
        minutes = self.escalate_after_minutes if rung < self.last else self.remind_every_minutes
        return None if minutes is None else timedelta(minutes=minutes)


class Way(Setting):
    """Where the alerts of a rule go, under a circumstance or always."""

    ladder: Slug
    when: When | None = None


class Inhibition(Setting):
    """While an alert of one of `by` is open and somebody was told, those of `rules` of the same patient tell nobody."""

    by: Annotated[tuple[Slug, ...], Field(min_length=1)]
    rules: Annotated[tuple[Slug, ...], Field(min_length=1)]


class Routes(Setting):
    """All routes, under a version that safety alerts carry."""

    version: Text
    acknowledgement_hours: Annotated[float, Field(gt=0)] = Field(description="An acknowledgement lapses by then.")
    give_up_minutes: Minutes = Field(description="A channel that fails for so long has not delivered.")
    try_again_minutes: Minutes = Field(description="What reached nobody is sent again after so long.")
    group_minutes: Annotated[float, Field(ge=0)] = Field(
        default=0, description="What one recipient is to hear of one patient within so long is one message."
    )
    after_safety_alert_days: Annotated[float, Field(gt=0)] = 14
    ladders: Mapping[Slug, Ladder]
    severities: Mapping[Severity, Slug] = Field(description="The ladder of each severity.")
    rules: Mapping[Slug, tuple[Way, ...]] = Field(default={}, description="By rule; the first way that is open.")
    inhibit: tuple[Inhibition, ...] = ()
    channels: Mapping[Slug, Channels] = Field(
        description="By recipient, first to last; who is not listed reads the console's inbox."
    )
    addresses: Mapping[Slug, Text] = Field(default={}, description="E-mail addresses by recipient.")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if faults := list(self._faults()):
            raise ValueError("; ".join(faults))
        return self

    def _faults(self) -> Iterator[str]:
        if missing := set(Severity) - set(self.severities):
            yield f"no ladder for {', '.join(sorted(missing))}"
        named = {*self.severities.values(), *(way.ladder for ways in self.rules.values() for way in ways)}
        if unknown := named - set(self.ladders):
            yield f"no such ladder: {', '.join(sorted(unknown))}"
        critical = self.ladders.get(self.severities.get(Severity.CRITICAL, ""))
        if critical is not None and None in {critical.escalate_after_minutes, critical.remind_every_minutes}:
            yield "critical alerts must escalate, and remind the last one"
        if critical is not None and critical.in_working_hours:
            yield "critical alerts cannot wait for working hours"
        others = (*self.rules, *(rule for one in self.inhibit for rule in one.rules))
        if any(rule.startswith(SAFETY) for rule in others):
            yield "safety alerts go the way of their severity, whatever else is open"
        if both := {rule for one in self.inhibit for rule in one.by} & {*others[len(self.rules) :]}:
            yield f"inhibits and is inhibited: {', '.join(sorted(both))}"

    def ways(self, alert: Finding) -> tuple[Way, ...]:
        """The ways that are laid out for an alert, the last of them always open."""
        by_severity = Way(ladder=self.severities[alert.severity])
        own = () if alert.severity is Severity.CRITICAL else self.rules.get(alert.rule, ())
        return (*own, by_severity)

    def choose(self, alert: Finding, holds: Callable[[When], bool]) -> str:
        """The name of the ladder that an alert goes by, where `holds` tells the circumstances."""
        return next(way.ladder for way in self.ways(alert) if way.when is None or holds(way.when))

    @property
    def acknowledgement(self) -> timedelta:
        """The longest that an acknowledgement stands."""
        return timedelta(hours=self.acknowledgement_hours)

    @property
    def try_again(self) -> timedelta:
        """How soon something that reached nobody is sent again."""
        return timedelta(minutes=self.try_again_minutes)


def read_routes(text: str) -> Routes:
    """Read the policy from YAML.

    Raises:
        pydantic.ValidationError, yaml.YAMLError: it is not a complete policy.
    """
    return Routes.model_validate(yaml.safe_load(text))
