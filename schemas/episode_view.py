"""Episodes of care as the console shows them, in `patient.views`; goals and strategies by id: labels stay sealed."""

from datetime import date

from pydantic import Field

from schemas.model import Message, Slug, TeamId
from schemas.vocabulary import (
    Arm,
    DiagnosisFocus,
    EpisodeOutcome,
    MaintenanceRhythm,
    Modality,
    Phase,
    ProblemArea,
    SessionStatus,
    Skill,
)


class PhaseView(Message):
    """One phase, from its first to its last day; the last one is open while the episode lasts."""

    phase: Phase
    first: date
    last: date | None
    said: bool = Field(description="By the clinic; otherwise it follows from the sessions held.")


class RatingView(Message):
    """One rating, 0-10."""

    day: date
    rating: float


class GoalView(Message):
    """One goal with its ratings, oldest first."""

    goal: str
    problem_area: ProblemArea | None
    set_on: date
    ratings: tuple[RatingView, ...]
    met_on: date | None
    dropped_on: date | None


class TriedView(Message):
    """A strategy in daily life with one person."""

    person: str
    times: int
    helped: float | None = Field(description="Mean of how much it helped, 0-10, where that was said; else absent.")


class StrategyView(Message):
    """One strategy: for which goal, instead of which pattern or behaviour, how it was rated, with whom it helps."""

    strategy: str
    goal: str
    replaces: str
    set_on: date
    ratings: tuple[RatingView, ...]
    dropped_on: date | None
    tried: tuple[TriedView, ...]


class SessionView(Message):
    """One session as it stands; `number` is its own, or its place among those held."""

    session: str
    status: SessionStatus
    on: date
    number: int | None
    moved: int = Field(description="How often it was moved.")
    group: str | None
    cohesion: float | None
    skills: tuple[Skill, ...]


class EpisodeView(Message):
    """One episode of care."""

    episode: str
    modality: Modality
    focus: DiagnosisFocus
    arm: Arm
    opened_on: date
    planned_sessions: int | None
    problem_areas: tuple[ProblemArea, ...]
    maintenance: MaintenanceRhythm | None
    closed_on: date | None
    outcome: EpisodeOutcome | None
    care_team: TeamId | None = None
    therapist: Slug | None = Field(default=None, description="The account whose caseload it is on; None: the team's.")
    phases: tuple[PhaseView, ...]
    goals: tuple[GoalView, ...]
    strategies: tuple[StrategyView, ...]
    sessions: tuple[SessionView, ...] = Field(description="In the order of their days.")
    held: int
    missed: int
    moved: int = Field(description="How often a session was moved.")


class GroupView(Message):
    """A therapy group that the patient belongs or belonged to."""

    group: str
    joined_on: date
    left_on: date | None
    leaders: tuple[Slug, ...] = Field(default=(), description="The accounts that lead it, as far as this patient goes.")
