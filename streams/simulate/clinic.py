"""What the clinic's system sends of a `Therapy`: only steps that can follow what was, in the order they were noted."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from schemas.vocabulary import SessionStatus
from streams.simulate.calendar import Calendar
from streams.simulate.mint import Mint, Timed
from streams.simulate.therapy import TERMINATION_SESSIONS, Aim, Appointment, Therapy

_MORNING, _SESSION, _NOTED = 8.0, 14.0, 15.0
"""Local hours: the clinic's post, a session's beginning, and when it is written up."""
_NOISE = 0.8
"""Standard deviation of a rating around what is true."""


def clinic_events(mint: Mint, rng: np.random.Generator, calendar: Calendar, therapy: Therapy) -> Iterator[Timed]:
    """All of it."""
    yield mint.from_clinic("episode.v1", calendar.at(therapy.opened, _MORNING), _terms(therapy, calendar))
    if therapy.group is not None:
        yield mint.from_clinic("membership.v1", calendar.at(therapy.opened, _MORNING + 0.1), _member(therapy, calendar))
    yield from _phases(mint, calendar, therapy)
    for appointment in therapy.appointments:
        yield from _session(mint, rng, calendar, therapy, appointment)
    if therapy.closed is not None:
        closing = _terms(therapy, calendar, agreed=True)
        closing |= {"closed_on": _on(calendar, therapy.closed), "outcome": therapy.outcome}
        if therapy.maintenance is not None:
            closing["maintenance"] = therapy.maintenance
        yield mint.from_clinic("episode.v1", calendar.at(therapy.closed, _NOTED + 1), closing)
        if therapy.group is not None:
            left = _member(therapy, calendar) | {"left_on": _on(calendar, therapy.closed)}
            yield mint.from_clinic("membership.v1", calendar.at(therapy.closed, _NOTED + 1.1), left)


def _terms(therapy: Therapy, calendar: Calendar, *, agreed: bool = False) -> dict[str, Any]:
    team = {} if therapy.care_team is None else {"care_team": therapy.care_team}
    return team | {
        "episode_id": therapy.episode,
        "modality": therapy.modality,
        "focus": therapy.focus,
        "arm": therapy.arm,
        "opened_on": _on(calendar, therapy.opened),
        "planned_sessions": therapy.planned,
        "initial_sessions": therapy.initial,
        "termination_sessions": TERMINATION_SESSIONS,
        "problem_areas": list(therapy.areas) if agreed else [],
    }


def _member(therapy: Therapy, calendar: Calendar) -> dict[str, Any]:
    return {"group_id": therapy.group.group if therapy.group else "", "joined_on": _on(calendar, therapy.opened)}


def _phases(mint: Mint, calendar: Calendar, therapy: Therapy) -> Iterator[Timed]:
    if therapy.phases_said:
        for phase, day in therapy.phases().items():
            begins = {"episode_id": therapy.episode, "phase": phase, "starts_on": _on(calendar, day)}
            yield mint.from_clinic("phase.v1", calendar.at(day, _MORNING + 0.2), begins)


def _session(
    mint: Mint, rng: np.random.Generator, calendar: Calendar, therapy: Therapy, appointment: Appointment
) -> Iterator[Timed]:
    """Moved the day before, if it was; then held, with what was agreed and rated in it, or missed."""
    said = {"episode_id": therapy.episode, "session_id": appointment.session, "on": _on(calendar, appointment.on)}
    if appointment.on != appointment.meant_for:
        moved = said | {"status": SessionStatus.MOVED.value}
        yield mint.from_clinic("session.v1", calendar.at(max(appointment.meant_for - 1, 0), _NOTED), moved)
    became = said | {"status": appointment.status.value} | _shared(rng, therapy, appointment)
    yield mint.from_clinic("session.v1", calendar.at(appointment.on, _SESSION), became)
    if appointment.number is not None:
        yield from _worked_on(mint, rng, calendar, therapy, appointment)


def _shared(rng: np.random.Generator, therapy: Therapy, appointment: Appointment) -> dict[str, Any]:
    """The number of a session held; of a group's, what the group did and how close it felt to this patient."""
    number = {} if appointment.number is None else {"number": appointment.number}
    if therapy.group is None:
        return number
    shared: dict[str, Any] = {"group_id": therapy.group.group} | number
    if number:
        shared["cohesion"] = _rating(rng, therapy.group.cohesion[appointment.place])
        shared["skills"] = list(therapy.group.skills[appointment.place])
    return shared


def _worked_on(
    mint: Mint, rng: np.random.Generator, calendar: Calendar, therapy: Therapy, appointment: Appointment
) -> Iterator[Timed]:
    """Problem areas, goals, strategies: agreed in the last initial session, rated afterwards, reviewed in the end."""
    number = appointment.number or 0
    if number == therapy.initial:
        terms = _terms(therapy, calendar, agreed=True)
        yield mint.from_clinic("episode.v1", calendar.at(appointment.on, _NOTED), terms)
    last = appointment.on == therapy.closed
    steps = [step for aim in therapy.aims for step in _steps(rng, aim, number, therapy, last=last)]
    for place, (kind, data) in enumerate(steps, 1):
        time = calendar.at(appointment.on, _NOTED + 0.02 * place)
        yield mint.from_clinic(kind, time, {"episode_id": therapy.episode} | data)


def _steps(
    rng: np.random.Generator, aim: Aim, number: int, therapy: Therapy, *, last: bool
) -> Iterator[tuple[str, dict[str, Any]]]:
    goal, strategy = {"goal_id": aim.goal}, {"strategy_id": aim.strategy}
    if number == therapy.initial:
        yield "goal.v1", goal | {"what": "set", "problem_area": aim.area}
        field, replaced = aim.instead_of
        yield "strategy.v1", strategy | goal | {"what": "set", field: replaced}
    elif number > therapy.initial:
        reached = aim.start + aim.slope * (number - therapy.initial)
        yield "goal.v1", goal | {"what": "rated", "rating": _rating(rng, reached)}
        if number % 2 == 0:
            yield "strategy.v1", strategy | {"what": "rated", "rating": _rating(rng, aim.helps)}
        if last:
            yield "goal.v1", goal | {"what": "met" if reached >= 7 else "dropped"}  # noqa: PLR2004 - mostly reached


def _rating(rng: np.random.Generator, true: float) -> float:
    """A rating in halves."""
    return float(np.clip(np.rint(2 * rng.normal(true, _NOISE)) / 2, 0, 10))


def _on(calendar: Calendar, day: int) -> str:
    return calendar.date(day).isoformat()
