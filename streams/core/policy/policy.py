"""All that a clinic sets, under one version, and which of it holds for a day in a care team's hands and a phase."""

from collections import Counter
from typing import Annotated, Self

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from schemas.model import Text
from schemas.vocabulary import Phase
from streams.core.policy.numbers import (
    EatingPolicy,
    EndingPolicy,
    FocusPolicy,
    GroupPolicy,
    MoodPolicy,
    PhasePolicy,
    PolicyPart,
    RelationshipPolicy,
    SilencePolicy,
)
from streams.core.policy.override import Override


def _once_each(overrides: tuple[Override, ...]) -> tuple[Override, ...]:
    more = [whose for whose, times in Counter(one.whose for one in overrides).items() if times > 1]
    if more:
        raise PydanticCustomError("override", "named more than once: {whose}", {"whose": "; ".join(more)})
    return overrides


class Policy(PolicyPart):
    """All of it, under the version that every alert carries."""

    version: Text
    mood: MoodPolicy = MoodPolicy()
    phases: PhasePolicy = PhasePolicy()
    focus: FocusPolicy = FocusPolicy()
    ending: EndingPolicy = EndingPolicy()
    relationship: RelationshipPolicy = RelationshipPolicy()
    eating: EatingPolicy = EatingPolicy()
    group: GroupPolicy = GroupPolicy()
    silence: SilencePolicy = SilencePolicy()
    overrides: Annotated[tuple[Override, ...], AfterValidator(_once_each)] = ()

    def varies(self, rule: str) -> bool:
        """Whether any number of `rule` (the name of its part) differs between care teams or phases."""
        return any(getattr(override, rule) is not None for override in self.overrides)

    def on(self, team: str, phase: Phase | None) -> Self:
        """The policy for a day in the care of `team` (empty: none) and in `phase` (None: outside of any episode).

        Each number is that of the most specific override that names it: of the team in the phase, else of the team,
        else of the phase, else everybody's.
        """
        ours = [override for override in self.overrides if override.covers(team, phase)]
        if not ours:
            return self
        changed: dict[str, PolicyPart] = {}
        for override in sorted(ours, key=lambda one: one.precision):
            for rule, numbers in override.numbers().items():
                known = changed.get(rule) or getattr(self, rule)
                changed[rule] = known.model_copy(update=numbers)
        return self.model_copy(update=changed)
