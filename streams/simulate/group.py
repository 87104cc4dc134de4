"""Therapy groups: every fourth patient belongs to one, up to eight to a group. Members meet on the same days.

A group is a function of the seed and its own number, so each member draws the same one. Called by `patient`.
"""

from dataclasses import dataclass

import numpy as np

from schemas.vocabulary import Skill
from streams.simulate.calendar import ZONES

EVERY, OF = 4, 32
"""Patients whose number is 3 more than a multiple of `EVERY` are in a group, with those of the same `OF` numbers."""
RUPTURED, WORSE = 0.5, 0.7
"""Share of groups with a rupture, and of their members whose mood falls in the week after it."""
_WEEK = 7
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_SKILLS = tuple(skill.value for skill in Skill if skill is not Skill.OTHER)


@dataclass(frozen=True, slots=True)
class Group:
    """One group; days are numbers from the first simulated one on."""

    group: str
    zone: str
    first_day: int
    planned: int
    """Sessions, weekly."""
    cohesion: tuple[float, ...]
    """How close it feels to most, by session, 0-10."""
    skills: tuple[tuple[str, ...], ...]
    """What is practised, by session."""
    rupture: int | None
    """The session, counted from 0, after which several members feel worse."""


def setback_of(rng: np.random.Generator, group: Group | None, days: int) -> int | None:
    """The number of the day from which on a member feels worse after the group's rupture, if this one does."""
    worse = rng.random() < WORSE
    if group is None or group.rupture is None or not worse:
        return None
    day = group.first_day + _WEEK * group.rupture + 1
    return day if day < days else None


def group_of(seed: int, number: int) -> Group | None:
    """The group of patient `number`; None for most."""
    if number % EVERY != EVERY - 1:
        return None
    rng = np.random.default_rng([seed, 2, number // OF])
    planned = int(rng.integers(8, 17))
    rupture = int(rng.integers(4, 7)) if rng.random() < RUPTURED else None
    cohesion = 4.5 + 0.3 * np.arange(planned) + rng.normal(0, 0.4, planned)
    if rupture is not None:
        cohesion[rupture : rupture + 2] -= 3
    return Group(
        group="g-" + "".join(_LETTERS[at] for at in rng.integers(len(_LETTERS), size=8)),
        zone=str(rng.choice(ZONES)),
        first_day=int(rng.integers(3, 10)),
        planned=planned,
        cohesion=tuple(np.clip(cohesion, 0, 10).round(1).tolist()),
        skills=tuple(tuple(sorted(rng.choice(_SKILLS, int(rng.integers(1, 3)), replace=False).tolist()))
                     for _ in range(planned)),
        rupture=rupture,
    )  # fmt: skip
