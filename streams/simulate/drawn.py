"""Everything that is drawn of a made-up patient before any event is made, and the truth that is told of it.

Called by `patient`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from schemas.vocabulary import DiagnosisFocus, SessionStatus
from streams.simulate import truth
from streams.simulate.calendar import Calendar, draw_calendar
from streams.simulate.course import SETBACK, SETBACK_DAYS, Course, Fall, draw_fall, draw_gain
from streams.simulate.group import Group, setback_of
from streams.simulate.life import draw_life
from streams.simulate.meetings import draw_drift
from streams.simulate.mint import Mint
from streams.simulate.mood import SCENARIOS, Scenario, usual_mood
from streams.simulate.people import draw_dispute, draw_people, draw_ties
from streams.simulate.phone import instruments_of
from streams.simulate.silence import Gap, draw_gap
from streams.simulate.symptoms import Eating, Habit, draw_habit
from streams.simulate.therapy import Therapy, draw_therapy


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be planted in one patient; whatever is None is drawn."""

    scenario: str | None = None
    fall: Fall | None = None
    """None: drawn for a share of the patients."""
    item9_day: int | None = None
    """Day number on which PHQ-9 is filled in with a positive item 9."""
    group: Group | None = None
    """None: therapy is one-to-one."""
    heard: bool = False
    """Nothing silences this patient."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One patient."""

    scenario: Scenario
    calendar: Calendar
    therapy: Therapy
    people: tuple[truth.Someone, ...]
    ties: tuple[truth.Tie, ...]
    dispute: truth.Dispute | None
    drift: int | None
    life: tuple[truth.LifeEvent, ...]
    course: Course
    gap: Gap | None
    habit: Habit | None
    instruments: tuple[str, ...]

    def planted(self) -> dict[str, Any]:
        """What `Truth` says of it, except what only the events tell."""
        calendar, course = self.calendar, self.course
        on = calendar.date
        fall, gain, gap, journey, habit = course.fall, course.gain, self.gap, calendar.journey, self.habit
        return {
            "scenario": self.scenario.name,
            "usual_mood": course.usual,
            "zone": calendar.zone,
            "offsets": tuple(sorted(set(calendar.offset.tolist()))),
            "journey": None if journey is None else (on(journey.first), on(journey.last)),
            "care": self._care(),
            "people": self.people,
            "ties": self.ties,
            "dispute": self.dispute,
            "life": self.life,
            "drift": None if self.drift is None else on(self.drift),
            "deterioration": None if fall is None else truth.Deterioration(fall.shape, on(fall.day), fall.points),
            "improvement": None if gain is None else truth.Improvement(on(gain.day), gain.points),
            "setback": self._setback(),
            "eating": None if habit is None else Eating(habit.a_day, None if habit.rise is None else on(habit.rise)),
            "silence": None if gap is None else truth.Silence(gap.kind, on(gap.first), on(gap.last)),
            "instruments": self.instruments,
        }

    def _setback(self) -> truth.Setback | None:
        first = self.course.setback
        if first is None:
            return None
        last = min(first + SETBACK_DAYS, len(self.calendar)) - 1
        return truth.Setback(self.calendar.date(first), self.calendar.date(last), SETBACK)

    def _care(self) -> truth.Care:
        therapy, on, told = self.therapy, self.calendar.date, self.therapy.appointments
        return truth.Care(
            episode=therapy.episode,
            modality=therapy.modality,
            focus=therapy.focus,
            arm=therapy.arm,
            care_team=therapy.care_team,
            planned=therapy.planned,
            areas=therapy.areas,
            phases={phase: on(day) for phase, day in therapy.phases().items()},
            held=sum(one.status is SessionStatus.HELD for one in told),
            missed=sum(one.status is SessionStatus.MISSED for one in told),
            moved=sum(one.on != one.meant_for for one in told),
            strategies=tuple(truth.Strategy(aim.strategy, aim.helps) for aim in therapy.aims),
            closed=None if therapy.closed is None else on(therapy.closed),
            outcome=therapy.outcome,
            group=None if therapy.group is None else therapy.group.group,
        )


def draw(rng: np.random.Generator, mint: Mint, days: int, end: datetime, plan: Plan, *, falling: float) -> Drawn:
    """Draw a patient of `days` local days up to `end`; `falling` is the share whose mood falls without a plan."""
    scenario = SCENARIOS[plan.scenario or str(rng.choice(list(SCENARIOS)))]
    calendar = draw_calendar(rng, days, end, plan.group.zone if plan.group else None)
    therapy = draw_therapy(rng, mint, calendar, plan.group)
    people = draw_people(rng, mint, calendar)
    ties = draw_ties(rng, people, calendar)
    usual, drawn, gain = usual_mood(rng), draw_fall(rng, days, falling), draw_gain(rng, days)
    fall, gap, habit = plan.fall or drawn, draw_gap(rng, days), draw_habit(rng, days)
    return Drawn(
        scenario=scenario,
        calendar=calendar,
        therapy=therapy,
        people=people,
        ties=ties,
        dispute=draw_dispute(rng, ties, calendar),
        drift=draw_drift(rng, days),
        life=draw_life(rng, calendar),
        course=Course(usual, fall, None if fall else gain, setback_of(rng, plan.group, days)),
        gap=None if plan.heard else gap,
        habit=habit if therapy.focus == DiagnosisFocus.EATING_DISORDER else None,
        instruments=instruments_of(rng, therapy.focus),
    )
