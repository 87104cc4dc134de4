"""What happens between a made-up patient and the people around them, when, and what is logged of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from schemas.vocabulary import InteractionKind, ProblemArea
from streams.simulate.calendar import Calendar
from streams.simulate.mint import Mint, Timed
from streams.simulate.mood import PROMPT_HOURS, Floats
from streams.simulate.people import PLEASANT, RISE, valence
from streams.simulate.therapy import Aim, Therapy
from streams.simulate.truth import Dispute, Tie

_FADE_H = 6.0
_LINKED, _OUTSIDE, _DRIFTED = 0.6, 0.1, 0.9
"""Shares of events that belong to a problem area, and of these outside the agreed ones, before and after a drift."""
_TRIED, _RATED = 0.3, 0.8
"""Shares of unpleasant events in which a strategy is tried, and of these that say how much it helped."""
_DRIFTING, _EARLIEST, _LATEST = 0.1, 35, 14

Meeting = tuple[Tie, float]
"""What happened with whom, and when: hours since 1970 UTC."""


@dataclass(frozen=True, slots=True)
class Background:
    """What an interaction is told against."""

    calendar: Calendar
    therapy: Therapy
    dispute: Dispute | None
    drift: int | None
    """The number of the day from which on the focus drifts."""


def draw_drift(rng: np.random.Generator, days: int) -> int | None:
    """The number of the day from which on the focus drifts, for some."""
    drifts, day = rng.random() < _DRIFTING, int(rng.integers(_EARLIEST, max(days - _LATEST, _EARLIEST + 1)))
    return day if drifts and day < days - _LATEST else None


def meetings(rng: np.random.Generator, tie: Tie, calendar: Calendar, deviation: Floats) -> list[Meeting]:
    """When `tie` happens, between 09:00 and 23:00."""
    chance = np.full(deviation.shape, tie.a_day / deviation.shape[1])
    if tie.follows_low:
        chance *= np.exp(-0.7 * deviation - 0.7**2 / 2)
    if tie.rises is not None:
        chance[(tie.rises - calendar.first).days :] *= RISE
    length = np.append(np.diff(PROMPT_HOURS), 2.0)
    hours = np.add.outer(calendar.start, np.array(PROMPT_HOURS)) + length * rng.random(deviation.shape)
    return [(tie, float(hour)) for hour in hours[rng.random(deviation.shape) < chance]]


def moved(hours: Floats, met: list[Meeting]) -> Floats:
    """How much the meetings have moved the mood at each of `hours`; of the same shape."""
    total = np.zeros(hours.shape)
    for tie, hour in met:
        if tie.peak:
            first = int(np.searchsorted(hours[:, -1], hour))  # days that were over by then are left alone
            after = hours[first : first + 4] - hour  # three days on, a millionth is left
            total[first : first + 4] += np.where(after >= 0, tie.peak * np.exp(-np.maximum(after, 0) / _FADE_H), 0.0)
    return total


def interactions(
    mint: Mint, rng: np.random.Generator, behind: Background, met: list[Meeting], share: Floats
) -> Iterator[Timed]:
    """`interaction.v1` events; `share` of each day's are logged."""
    for tie, hour in met:
        day = behind.calendar.day_of(hour)
        if rng.random() < share[day]:
            yield mint.event("interaction.v1", behind.calendar.moment(hour), _said(rng, behind, tie, day))


def violence(mint: Mint, rng: np.random.Generator, calendar: Calendar, person: str) -> list[Timed]:
    """One such event, for one patient in fifty."""
    happens, day, hour = rng.random() < 1 / 50, int(rng.integers(len(calendar))), float(rng.uniform(17, 22))
    data = {"person_id": person, "kind": InteractionKind.VIOLENCE.value, "valence": -3, "patterns": []}
    return [mint.event("interaction.v1", calendar.at(day, hour), data)] if happens else []


def _said(rng: np.random.Generator, behind: Background, tie: Tie, day: int) -> dict[str, Any]:
    seen = rng.random() < 0.5  # noqa: PLR2004 - every second
    said: dict[str, Any] = {
        "person_id": tie.person,
        "kind": tie.kind,
        "valence": valence(rng, tie),
        "patterns": list(tie.patterns) if seen else [],
    }
    if rng.random() < _LINKED:
        said["problem_area"] = _area(rng, behind, day)
    if behind.dispute is not None and (tie.person, tie.kind) == (behind.dispute.person, InteractionKind.CONFLICT):
        on = behind.calendar.date(day)
        said["dispute_stage"] = next(stage for since, stage in reversed(behind.dispute.stages) if since <= on)
    agreed = behind.therapy.agreed_on()
    if tie.kind not in PLEASANT and agreed is not None and day > agreed and rng.random() < _TRIED:
        said |= _tried(rng, behind.therapy.aims[int(rng.integers(len(behind.therapy.aims)))])
    return said


def _area(rng: np.random.Generator, behind: Background, day: int) -> str:
    drifted = behind.drift is not None and day >= behind.drift
    agreed = behind.therapy.areas
    outside = [area.value for area in ProblemArea if area.value not in agreed]
    return str(rng.choice(outside if rng.random() < (_DRIFTED if drifted else _OUTSIDE) else agreed))


def _tried(rng: np.random.Generator, aim: Aim) -> dict[str, Any]:
    tried: dict[str, Any] = {"strategy_id": aim.strategy}
    if rng.random() < _RATED:
        tried["strategy_helped"] = int(np.clip(np.rint(rng.normal(aim.helps, 1.5)), 0, 10))
    return tried
