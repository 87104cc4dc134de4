"""The end-of-initial formulation and the termination review of an episode of care, in `patient.views`.

For clinicians alone; persons, goals and strategies by id. Violence is in neither: `safe_contact_first` names, for the
screen only, whom it was logged of.
"""

from datetime import date
from typing import Literal

from pydantic import Field

from schemas.brief_view import GoalNow, LinkNote, Near, StrategyTried
from schemas.model import Message, TeamId
from schemas.vocabulary import (
    Arm,
    DiagnosisFocus,
    DisputeStage,
    EpisodeOutcome,
    LifeEventKind,
    MaintenanceRhythm,
    Modality,
    ProblemArea,
)

Verdict = Literal["recovered", "improved", "no_reliable_change", "deteriorated", "not_enough"]


class FirstScore(Message):
    """The first total of an instrument in the episode."""

    instrument: str
    on: date
    total: float
    band: str
    case: bool = Field(description="At or above caseness.")


class AreaAgreed(Message):
    """A problem area and the day it was agreed on."""

    area: ProblemArea
    since: date


class Close(Message):
    """Someone in the inventory, with how close they were at two times; ring 1 is innermost, None was not said."""

    person: str
    relation: str | None
    ring_then: int | None
    ring_now: int | None


class StageOn(Message):
    """A stage of a dispute, and the day it was first told of."""

    stage: DisputeStage
    on: date


class DisputeView(Message):
    """A role dispute, from stage to stage."""

    person: str
    stages: tuple[StageOn, ...]


class LifeNote(Message):
    """Something that changed in the patient's life."""

    on: date
    kind: LifeEventKind


class Formulation(Message):
    """What the initial phase found, as the middle phase is agreed on."""

    episode: str
    modality: Modality
    focus: DiagnosisFocus
    arm: Arm
    care_team: TeamId | None = None
    opened_on: date
    until: date = Field(description="Last day of the initial phase, or the day last heard of while it lasts.")
    complete: bool = Field(description="The initial phase is over.")
    areas: tuple[AreaAgreed, ...]
    inventory: tuple[Close, ...] = Field(description="Closest first; `ring_then` and `ring_now` as of `until`.")
    disputes: tuple[DisputeView, ...] = Field(description="As of `until`.")
    life_events: tuple[LifeNote, ...]
    scores: tuple[FirstScore, ...]
    goals: tuple[GoalNow, ...] = Field(description="Those set by `until`.")
    links: tuple[LinkNote, ...] = Field(description="So far: up to the day last heard of.")
    links_unclear: int
    safe_contact_first: tuple[str, ...]


class ScoreChange(Message):
    """One instrument's totals over an episode: first against last, and what was confirmed on the way.

    `first_to_last` compares two totals, as outcome studies do; `confirmed` wants a change to show on two in a row,
    against the mean of the first two, so that one bad day decides nothing.
    """

    instrument: str
    n: int
    first: float
    first_on: date
    first_band: str
    last: float
    last_on: date
    last_band: str
    reliable_change: int = Field(description="Points of total beyond measurement error (95 %).")
    first_to_last: Verdict = Field(description="`not_enough`: one total only.")
    confirmed: Verdict = Field(description="`not_enough`: fewer than four totals.")
    watch_total: float | None = Field(description="A total from here on would be reliably worse than the last.")


class PlanAhead(Message):
    """What to speak of before the end: what stands, and what comes."""

    maintenance: MaintenanceRhythm | None
    open_goals: tuple[str, ...]
    open_disputes: tuple[str, ...] = Field(description="People with whom a dispute stands at impasse or dissolution.")
    anniversaries: tuple[Near, ...] = Field(description="Of the year to come.")


class Review(Message):
    """First against now, at the end of an episode, or so far."""

    episode: str
    modality: Modality
    focus: DiagnosisFocus
    arm: Arm
    care_team: TeamId | None = None
    opened_on: date
    until: date = Field(description="Last day of the episode, or the day last heard of.")
    outcome: EpisodeOutcome | None = Field(description="None while it lasts.")
    planned_sessions: int | None
    held: int
    missed: int
    scores: tuple[ScoreChange, ...]
    goals: tuple[GoalNow, ...]
    closeness: tuple[Close, ...] = Field(description="At the opening (or when first said) and at `until`.")
    disputes: tuple[DisputeView, ...]
    strategies: tuple[StrategyTried, ...] = Field(description="With whom each was tried, what helped most first.")
    links: tuple[LinkNote, ...]
    links_unclear: int
    ahead: PlanAhead
    safe_contact_first: tuple[str, ...]
