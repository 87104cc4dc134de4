"""Where a clinic's numbers differ: for a care team, in a phase of therapy, or for that team in that phase."""

from collections.abc import Mapping
from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from schemas.model import TeamId
from schemas.vocabulary import Phase
from streams.core.policy.numbers import (
    EatingPolicy,
    EndingPolicy,
    FocusPolicy,
    GroupPolicy,
    MoodThreshold,
    PolicyPart,
    RelationshipPolicy,
    SilencePolicy,
)


class Override(PolicyPart):
    """For whom, when, and the numbers that differ; a number that is not named here is as it is elsewhere."""

    care_team: TeamId | None = None
    phase: Phase | None = None
    mood: MoodThreshold | None = None
    focus: FocusPolicy | None = None
    ending: EndingPolicy | None = None
    relationship: RelationshipPolicy | None = None
    eating: EatingPolicy | None = None
    group: GroupPolicy | None = None
    silence: SilencePolicy | None = None

    @property
    def whose(self) -> str:
        """For people to read: `care team north, termination phase`."""
        team = [f"care team {self.care_team}"] if self.care_team else []
        phase = [f"{self.phase.value} phase"] if self.phase else []
        return ", ".join(team + phase)

    @property
    def precision(self) -> tuple[bool, bool]:
        """The greater, the more it says of whom it is for: a phase, a team, a team in a phase."""
        return self.care_team is not None, self.phase is not None

    def covers(self, team: str, phase: Phase | None) -> bool:
        """Whether it is for a day in the care of `team` (empty: none) in `phase` (None: outside of any episode)."""
        return self.care_team in {None, team} and self.phase in {None, phase}

    def numbers(self) -> Mapping[str, Mapping[str, float]]:
        """What differs, by rule and name."""
        return self.model_dump(exclude={"care_team", "phase"}, exclude_unset=True, exclude_none=True)

    @model_validator(mode="after")
    def _makes_a_difference(self) -> Self:
        numbers = self.numbers()
        if not self.whose:
            raise PydanticCustomError("override", "it names neither a care_team nor a phase")
        if not numbers or not all(numbers.values()):
            raise PydanticCustomError("override", "it names no number, or a rule without one")
        if self.phase is not None and self.group is not None:
            raise PydanticCustomError("override", "a group is in no phase: its numbers differ by care_team alone")
        if self.phase not in {None, Phase.TERMINATION} and self.ending is not None:
            raise PydanticCustomError("override", "ending is judged in the termination phase alone")
        return self
