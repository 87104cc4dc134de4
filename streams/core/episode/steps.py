"""What one event of the clinic says, without anything private: the steps that an episode of care is made of."""

from typing import Final, NamedTuple

import msgspec

from schemas.events import (
    AnyEvent,
    EpisodeEvent,
    GoalEvent,
    MembershipEvent,
    PhaseEvent,
    SessionEvent,
    StrategyEvent,
)
from schemas.events.clinic import Episode, Goal, Session, Strategy
from schemas.vocabulary import Phase
from streams.core.moments import Day, Micros, date_day


class Step(msgspec.Struct, frozen=True, array_like=True, gc=False, tag=0):
    """One thing that was agreed, noted or tried."""


class Terms(Step, frozen=True, array_like=True, gc=False, tag=1):
    """What was agreed for an episode, and how it ended; `outcome` is empty while it lasts."""

    episode: str
    modality: str
    focus: str
    arm: str
    opened: Day
    sessions: int | None
    """The planned dose."""
    areas: tuple[str, ...]
    initial: int | None
    """Sessions of the initial phase; None: the policy's."""
    termination: int | None
    maintenance: str
    closed: Day | None
    outcome: str
    team: str = ""
    """The care team; empty where none is named."""
    therapist: str = ""
    """The account whose caseload it is on; empty where none is named."""

    @property
    def opening(self) -> tuple[Day, str]:
        """What decides which of two episodes was opened last."""
        return self.opened, self.episode


class PhaseSet(Step, frozen=True, array_like=True, gc=False, tag=2):
    """A phase was said to begin on a day."""

    episode: str
    phase: str
    starts: Day


class GoalStep(Step, frozen=True, array_like=True, gc=False, tag=3):
    """A goal was set, rated (hundredths, 0-1000), met or dropped."""

    episode: str
    goal: str
    what: str
    rating: int | None
    area: str


class StrategyStep(Step, frozen=True, array_like=True, gc=False, tag=4):
    """A strategy was set for a goal, rated (hundredths, 0-1000) or dropped."""

    episode: str
    strategy: str
    what: str
    rating: int | None
    goal: str
    replaces: str
    """The pattern or behaviour it is tried instead of."""


class SessionStep(Step, frozen=True, array_like=True, gc=False, tag=5):
    """What became of a session."""

    episode: str
    session: str
    status: str
    on: Day
    number: int | None
    group: str
    cohesion: int | None
    """Hundredths, 0-1000."""
    skills: tuple[str, ...]


class Joined(Step, frozen=True, array_like=True, gc=False, tag=6):
    """The patient belongs to a group from one day to another, both counted; None while it lasts."""

    group: str
    joined: Day
    left: Day | None
    leaders: tuple[str, ...] = ()
    """The accounts that lead it, as far as this patient goes."""


class Tried(Step, frozen=True, array_like=True, gc=False, tag=7):
    """A strategy was tried with a person in daily life; `helped` in hundredths (0-1000), None where nobody says."""

    strategy: str
    person: str
    helped: int | None


ClinicStep = Terms | PhaseSet | GoalStep | StrategyStep | SessionStep | Joined
AnyStep = ClinicStep | Tried

BEFORE: Final[dict[type[Step], int]] = {Terms: 0, Joined: 1, SessionStep: 2, PhaseSet: 3, GoalStep: 4, StrategyStep: 5}
"""Of steps of one instant, what others build on goes first: a system sends a whole agreement under one time."""
LAST: Final = 6
PHASES: Final = tuple(phase.value for phase in Phase)
"""In the order in which they follow each other."""


class Happening(NamedTuple):
    """A step, when and on which local day it was agreed or noted, and whose it is."""

    time: Micros
    mark: bytes
    day: Day
    step: AnyStep


def in_order(happening: Happening) -> tuple[Micros, int, int, bytes]:
    """The order in which steps are judged: time, then what builds on what, then identity."""
    step = happening.step
    within = 0
    if isinstance(step, PhaseSet):
        within = PHASES.index(step.phase)
    elif isinstance(step, GoalStep | StrategyStep):
        within = int(step.what != "set")
    return happening.time, BEFORE.get(type(step), LAST), within, happening.mark


def clinic_step(event: AnyEvent) -> ClinicStep | None:
    """What `event` says, if it is the clinic's."""
    step: ClinicStep | None = None
    match event:
        case EpisodeEvent(data=agreed):
            step = _terms(agreed)
        case PhaseEvent(data=begins):
            step = PhaseSet(begins.episode_id, begins.phase.value, date_day(begins.starts_on))
        case GoalEvent(data=goal):
            step = _goal(goal)
        case StrategyEvent(data=strategy):
            step = _strategy(strategy)
        case SessionEvent(data=session):
            step = _session(session)
        case MembershipEvent(data=member):
            left = None if member.left_on is None else date_day(member.left_on)
            step = Joined(member.group_id, date_day(member.joined_on), left, tuple(sorted(set(member.leaders))))
    return step


def hundredths(rating: float | None) -> int | None:
    """A rating of 0-10 as a whole number, so that sums do not depend on their order."""
    return None if rating is None else round(rating * 100)


def _terms(agreed: Episode) -> Terms:
    return Terms(
        agreed.episode_id,
        agreed.modality.value,
        agreed.focus.value,
        agreed.arm.value,
        date_day(agreed.opened_on),
        agreed.planned_sessions,
        tuple(sorted({area.value for area in agreed.problem_areas})),
        agreed.initial_sessions,
        agreed.termination_sessions,
        agreed.maintenance.value if agreed.maintenance else "",
        date_day(agreed.closed_on) if agreed.closed_on else None,
        agreed.outcome.value if agreed.outcome else "",
        agreed.care_team or "",
        agreed.therapist or "",
    )


def _goal(goal: Goal) -> GoalStep:
    area = goal.problem_area.value if goal.problem_area else ""
    return GoalStep(goal.episode_id, goal.goal_id, goal.what, hundredths(goal.rating), area)


def _strategy(strategy: Strategy) -> StrategyStep:
    replaced = strategy.replaces_pattern or strategy.replaces_behaviour
    return StrategyStep(
        strategy.episode_id,
        strategy.strategy_id,
        strategy.what,
        hundredths(strategy.rating),
        strategy.goal_id or "",
        replaced.value if replaced else "",
    )


def _session(session: Session) -> SessionStep:
    return SessionStep(
        session.episode_id,
        session.session_id,
        session.status.value,
        date_day(session.on),
        session.number,
        session.group_id or "",
        hundredths(session.cohesion),
        tuple(sorted({skill.value for skill in session.skills})),
    )
