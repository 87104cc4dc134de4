"""`episode.v1`: an episode of care, from its opening to its closing; the newest one for an `episode_id` stands.

Dose: individual 12-16 weekly sessions (brief 8), group 8-16, eating disorders 16-20
(interpersonalpsychotherapy.org; WHO group manual; matrix.nhs.scot). Manuals place the phases' boundaries differently
(initial = sessions 1-3 or 1-4: alpfmedical.info; iptuk.net), so an episode may set its own.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.envelope import Event
from schemas.model import LocalDate, Message, Slug, TeamId
from schemas.vocabulary import Arm, DiagnosisFocus, EpisodeOutcome, MaintenanceRhythm, Modality, ProblemArea

SessionCount = Annotated[int, Field(ge=1, le=99)]


class Episode(Message):
    """What was agreed for one course of therapy, and how it ended."""

    episode_id: Slug
    modality: Modality
    focus: DiagnosisFocus = Field(description="What it treats.")
    arm: Arm
    opened_on: LocalDate
    planned_sessions: SessionCount | None = Field(default=None, description="The agreed dose, 1-99 sessions.")
    problem_areas: tuple[ProblemArea, ...] = Field(default=(), max_length=4, description="Empty until agreed.")
    initial_sessions: SessionCount | None = Field(
        default=None, description="How many sessions the initial phase has; absent: the clinic's policy."
    )
    termination_sessions: SessionCount | None = Field(
        default=None, description="How many sessions of the dose the termination phase has; absent: the policy."
    )
    maintenance: MaintenanceRhythm | None = Field(default=None, description="Agreed for after termination, if at all.")
    closed_on: LocalDate | None = Field(default=None, description="The last day; with it comes the outcome.")
    outcome: EpisodeOutcome | None = None
    care_team: TeamId | None = Field(
        default=None, description="Who is responsible from this day on: the clinic's name for a team, nobody's own."
    )
    therapist: Slug | None = Field(
        default=None,
        description="Whose caseload it is on: the id of an account, which is no name. Absent: the whole team's.",
    )

    @model_validator(mode="after")
    def _closed_whole(self) -> Self:
        if (self.closed_on is None) != (self.outcome is None):
            raise PydanticCustomError("closing", "closed_on and outcome go together")
        if self.closed_on is not None and self.closed_on < self.opened_on:
            raise PydanticCustomError("closing", "closed_on is before opened_on")
        return self


class EpisodeEvent(Event[Episode]):
    """An episode on its way."""

    type: Literal["episode.v1"]
