"""What is agreed with a made-up patient, and what becomes of each session: the plan that `clinic` tells of.

Dose: individual 12-16 weekly sessions, brief 8, group 8-16, eating disorders 16-20; the initial phase has 3 or 4
(DOMAIN.md names the sources). How many sessions are missed or moved is this project's own.
"""

from dataclasses import dataclass

import numpy as np

from schemas.vocabulary import (
    Arm,
    CommunicationPattern,
    DiagnosisFocus,
    EpisodeOutcome,
    MaintenanceRhythm,
    NegativeBehaviour,
    ProblemArea,
    SessionStatus,
)
from streams.simulate.calendar import Calendar
from streams.simulate.group import Group
from streams.simulate.mint import Mint

TERMINATION_SESSIONS = 3
GROUPS_TEAM = "groups"
TEAMS = {DiagnosisFocus.EATING_DISORDER.value: "eating", DiagnosisFocus.ANXIETY.value: "day-clinic"}
"""Care teams by what they treat; who is treated for depression alone has none that is named."""
_BRIEF, _MISSED, _MOVED = 0.3, 0.08, 0.07
_ENDS_EARLY = 0.06
"""Share of patients who stop after half of the sessions."""
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Appointment:
    """One session: on which day it was meant to be and was, its number among those held."""

    session: str
    meant_for: int
    on: int
    status: SessionStatus
    number: int | None
    place: int
    """Its week, from 0 on."""


@dataclass(frozen=True, slots=True)
class Aim:
    """A goal, how far it is reached at first and how fast it gets on, and the strategy that serves it."""

    goal: str
    area: str
    start: float
    slope: float
    """Points a session."""
    strategy: str
    instead_of: tuple[str, str]
    """The field of `strategy.v1`, and what is replaced."""
    helps: float
    """How much it truly helps, 0-10."""


@dataclass(frozen=True, slots=True)
class Therapy:
    """One episode of care; days are numbers."""

    episode: str
    modality: str
    focus: str
    arm: str
    opened: int
    planned: int
    initial: int
    phases_said: bool
    """Whether `phase.v1` tells when phases begin; otherwise they follow from the sessions."""
    areas: tuple[str, ...]
    aims: tuple[Aim, ...]
    appointments: tuple[Appointment, ...]
    closed: int | None
    outcome: str | None
    maintenance: str | None
    group: Group | None

    @property
    def care_team(self) -> str | None:
        """The one that leads the group, or that is there for what is treated."""
        return GROUPS_TEAM if self.group else TEAMS.get(self.focus)

    def phases(self) -> dict[str, int]:
        """On which day each phase begins, as far as it has come."""
        firsts = {"middle": self.initial + 1, "termination": self.planned - TERMINATION_SESSIONS + 1}
        held = {one.number: one.on for one in self.appointments}
        return {"initial": self.opened} | {name: held[first] for name, first in firsts.items() if first in held}

    def agreed_on(self) -> int | None:
        """The day on which problem areas and goals are agreed: the last session of the initial phase."""
        return next((one.on for one in self.appointments if one.number == self.initial), None)


def draw_therapy(rng: np.random.Generator, mint: Mint, calendar: Calendar, group: Group | None) -> Therapy:
    """The whole plan, as far as it lies within the calendar."""
    focus = str(rng.choice(list(DiagnosisFocus), p=[0.5, 0.3, 0.2]))
    planned = group.planned if group else _dose(rng, focus)
    drawn = int(rng.integers(0, 8))
    opened = 0 if group else min(drawn, len(calendar) - 1)
    ends_early = rng.random() < _ENDS_EARLY
    dose = planned // 2 if ends_early else planned
    if group:
        appointments = _meetings(rng, mint, calendar, group.first_day, dose)
        closed = appointments[-1].on if len(appointments) == dose else None
    else:
        appointments = _appointments(rng, mint, calendar, opened + int(rng.integers(1, 5)), dose)
        closed = next((one.on for one in appointments if one.number == dose), None)
    areas = tuple(sorted(rng.choice(list(ProblemArea), int(rng.integers(1, 3)), replace=False).tolist()))
    maintained = rng.random() < 1 / 3
    outcome = EpisodeOutcome.ENDED_EARLY if ends_early else EpisodeOutcome.COMPLETED
    return Therapy(
        episode=f"ep-{mint.letters(8)}",
        modality="group" if group else "individual",
        focus=focus,
        arm=str(rng.choice(list(Arm), p=[0.6, 0.1, 0.15, 0.1, 0.05])),
        opened=opened,
        planned=planned,
        initial=int(rng.integers(3, 5)),
        phases_said=bool(rng.random() < 0.5),  # noqa: PLR2004 - every second
        areas=areas,
        aims=tuple(_aim(rng, mint, area) for area in (*areas, areas[0])[:2]),
        appointments=appointments,
        closed=closed,
        outcome=None if closed is None else outcome.value,
        maintenance=MaintenanceRhythm.MONTHLY.value if closed is not None and maintained and not ends_early else None,
        group=group,
    )


def _dose(rng: np.random.Generator, focus: str) -> int:
    usual, brief = int(rng.integers(12, 17)), rng.random() < _BRIEF
    if focus == DiagnosisFocus.EATING_DISORDER:
        return usual + 4
    return 8 if brief else usual


def _appointments(
    rng: np.random.Generator, mint: Mint, calendar: Calendar, first: int, dose: int
) -> tuple[Appointment, ...]:
    """Weekly, until as many are held as were planned or the last whole day; nobody comes while on a journey."""
    appointments: list[Appointment] = []
    held, whole_days = 0, len(calendar) - 1
    for place, day in enumerate(range(first, whole_days, _WEEK)):
        fate, later = rng.random(), int(rng.integers(1, 4))
        on = day + later if _MISSED < fate < _MISSED + _MOVED else day
        if held == dose or on >= whole_days:
            break
        missed = fate < _MISSED or calendar.away(on)
        held += not missed
        status = SessionStatus.MISSED if missed else SessionStatus.HELD
        appointments.append(Appointment(f"s-{mint.letters(8)}", day, on, status, None if missed else held, place))
    return tuple(appointments)


def _meetings(
    rng: np.random.Generator, mint: Mint, calendar: Calendar, first: int, weeks: int
) -> tuple[Appointment, ...]:
    """A group meets whether or not this patient comes, and moves for nobody."""
    appointments: list[Appointment] = []
    held = 0
    for place, day in enumerate(range(first, len(calendar) - 1, _WEEK)[:weeks]):
        missed = rng.random() < _MISSED or calendar.away(day)
        held += not missed
        status = SessionStatus.MISSED if missed else SessionStatus.HELD
        appointments.append(Appointment(f"s-{mint.letters(8)}", day, day, status, None if missed else held, place))
    return tuple(appointments)


def _aim(rng: np.random.Generator, mint: Mint, area: str) -> Aim:
    pattern, behaviour = str(rng.choice(list(CommunicationPattern))), str(rng.choice(list(NegativeBehaviour)))
    by_pattern = rng.random() < 0.5  # noqa: PLR2004 - every second
    return Aim(
        goal=f"goal-{mint.letters(6)}",
        area=area,
        start=round(float(rng.uniform(0, 3)), 1),
        slope=round(float(rng.uniform(0, 0.7)), 2),
        strategy=f"st-{mint.letters(6)}",
        instead_of=("replaces_pattern", pattern) if by_pattern else ("replaces_behaviour", behaviour),
        helps=round(float(rng.uniform(1, 9)), 1),
    )
